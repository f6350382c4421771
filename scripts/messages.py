"""Keeps the catalogue: finds every sentence of the code, and says which have no French yet.

    messages.py            writes the sentences of the code into the French catalogue, and compiles it
    messages.py --check    changes nothing; fails when a sentence has no French, or the compiled catalogue is old
    messages.py --add FILE takes translations from another catalogue first

Needs gettext (xgettext, msgmerge, msgfmt, msgcat, msgattrib).
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "parvis"
CATALOGUE = SOURCE / "locale" / "fr" / "LC_MESSAGES" / "django.po"


def run(*command: str, cwd: Path = ROOT) -> str:
    """What a command printed; stops the script when it fails."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{command[0]} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def collect(folder: Path) -> Path:
    """The catalogue as the code wants it, with the French there is, in a copy of the source tree."""
    copy = folder / "parvis"
    shutil.copytree(
        SOURCE, copy, ignore=shutil.ignore_patterns("static", "tests", "__pycache__", "*.md", "migrations")
    )
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": ""}
    environment.pop("DJANGO_SETTINGS_MODULE")
    subprocess.run(
        [
            sys.executable,
            "-m",
            "django",
            "makemessages",
            "-l",
            "fr",
            "--no-obsolete",
            "--no-location",
            "-e",
            "html,txt,py",
        ],
        cwd=copy,
        env=environment,
        check=True,
        capture_output=True,
    )
    fresh = copy / "locale" / "fr" / "LC_MESSAGES" / "django.po"
    guessed = folder / "guessed.po"
    guessed.write_text(
        run("msgattrib", "--only-fuzzy", "--empty", "--clear-fuzzy", "--no-wrap", str(fresh)),
        encoding="utf-8",
    )
    sure = folder / "sure.po"
    sure.write_text(run("msgattrib", "--no-fuzzy", "--no-wrap", str(fresh)), encoding="utf-8")
    parts = [str(part) for part in (sure, guessed) if part.stat().st_size]
    fresh.write_text(run("msgcat", "--no-wrap", "--sort-output", *parts), encoding="utf-8")
    return fresh


def without_date(text: str) -> str:
    """A catalogue without the line that changes by itself."""
    return "\n".join(line for line in text.splitlines() if "POT-Creation-Date" not in line)


def missing(catalogue: Path) -> str:
    """The sentences that have no French."""
    entries = run("msgattrib", "--untranslated", "--no-obsolete", "--no-wrap", str(catalogue)).split("\n\n")[
        1:
    ]
    return "\n\n".join(entry for entry in entries if entry.strip())


def main(arguments: list[str]) -> int:
    """Refresh or check the catalogue."""
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    if arguments[:1] == ["--add"]:
        known = [str(path) for path in (*map(Path, arguments[1:]), CATALOGUE) if path.exists()]
        merged = run("msgcat", "--use-first", "--no-location", *known)
        CATALOGUE.write_text(merged, encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        fresh = collect(Path(folder))
        lacking = missing(fresh)
        if arguments[:1] == ["--check"]:
            compiled = Path(folder) / "django.mo"
            run("msgfmt", "--check-format", "-o", str(compiled), str(CATALOGUE))
            same_words = without_date(run("msgcat", "--sort-output", str(fresh))) == without_date(
                run("msgcat", "--sort-output", str(CATALOGUE))
            )
            old = compiled.read_bytes() != CATALOGUE.with_suffix(".mo").read_bytes()
            if lacking or not same_words or old:
                print(lacking or "The catalogue is older than the code: run `make messages`.")
                return 1
            return 0
        text = "\n".join(
            line for line in fresh.read_text(encoding="utf-8").splitlines() if "POT-Creation-Date" not in line
        )
        CATALOGUE.write_text(text + "\n", encoding="utf-8")
        run("msgfmt", "--check-format", "-o", str(CATALOGUE.with_suffix(".mo")), str(CATALOGUE))
        if lacking:
            print(lacking)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
