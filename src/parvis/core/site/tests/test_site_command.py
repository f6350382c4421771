"""What `parvis` says and how it ends, whatever is typed."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from parvis.core.site.command.house import data_folder, note_version
from parvis.core.site.command.lock import AlreadyRuns, Holder, holder_of, the_lock
from parvis.core.site.command.progress import Progress, bar
from parvis.core.site.command.web import NoSuchPlace, Place, place
from parvis.core.site.command.words import language

pytestmark = pytest.mark.sqlite
INIT = ("init", "--owner-email", "o@parvis.example")


def parvis(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("PARVIS_", "LANG", "LC_"))
    }
    command = [sys.executable, "-m", "parvis", *words]
    env = kept | {"LANG": "C"} | more
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A square that was set up from the shell."""
    data = tmp_path_factory.mktemp("command") / "data"
    made = parvis(
        "init",
        "--data",
        str(data),
        "--owner-email",
        "olive@parvis.example",
        "--owner-name",
        "Olive",
        "--url",
        "https://parvis.example",
    )
    assert made.returncode == 0, made.stderr
    return data


@pytest.mark.xdist_group("command")
class TestWrongUse:
    @pytest.mark.parametrize(
        "words", [(), ("dance",), ("backup",), ("serve", "--bend", "x"), ("init", "--language", "de")]
    )
    def test_exits_with_two_and_shows_the_usage(self, words: tuple[str, ...], tmp_path: Path) -> None:
        done = parvis(*words, PARVIS_DATA=str(tmp_path / "data"))
        assert done.returncode == 2
        assert "usage: parvis" in done.stderr + done.stdout
        assert not (tmp_path / "data").exists()

    @pytest.mark.parametrize(
        "command",
        [
            "serve",
            "web",
            "worker",
            "lmtp",
            "demo",
            "init",
            "check",
            "backup",
            "restore",
            "export",
            "version",
            "delivery",
            "delivery status",
            "delivery check-domain",
            "delivery dkim",
        ],
    )
    def test_never_happens_with_help(self, command: str) -> None:
        done = parvis(*command.split(), "--help")
        assert done.returncode == 0
        assert done.stdout.startswith(f"usage: parvis {command}")
        assert "--data FOLDER" in done.stdout


@pytest.mark.xdist_group("command")
class TestFailure:
    @pytest.mark.parametrize(
        ("words", "sentence"),
        [
            (("check",), "There is no square in"),
            (("backup", "x.tar.gz"), "There is no square in"),
            (("restore", "nothing.tar.gz"), "There is no file nothing.tar.gz"),
            (("serve", "--bind", "nowhere:at:all"), "is not an address to listen on"),
            (("init", "--owner-email", "olive", "--owner-name", "Olive"), "“olive” is not a mail address."),
            ((*INIT, "--owner-name", ""), "need a name of one line"),
            ((*INIT, "--owner-name", "O\nX"), "need a name of one line"),
            ((*INIT, "--owner-name", "O", "--site-name", " "), "need a name of one line"),
            (
                (*INIT, "--owner-name", "O", "--url", "https://a.example\nPARVIS_DEBUG=yes"),
                "is not the address of a site",
            ),
            ((*INIT, "--owner-name", "O", "--url", "https://a.example:x"), "is not the address of a site"),
            (("demo", "--data", "x"), "“parvis demo” keeps nothing"),
        ],
    )
    def test_exits_with_one_and_one_sentence(
        self, words: tuple[str, ...], sentence: str, tmp_path: Path
    ) -> None:
        done = parvis(*words, PARVIS_DATA=str(tmp_path / "data"))
        assert done.returncode == 1
        assert sentence in done.stderr
        assert done.stderr.count("\n") == 1
        assert done.stdout == ""
        assert not (tmp_path / "data").exists()

    def test_of_a_setting_names_the_setting(self, tmp_path: Path) -> None:
        done = parvis(
            "init",
            "--owner-email",
            "o@parvis.example",
            "--owner-name",
            "O",
            PARVIS_DATA=str(tmp_path),
            PARVIS_WEB_WORKERS="many",
        )
        assert (done.returncode, done.stderr) == (
            1,
            "PARVIS_WEB_WORKERS must be a whole number, not 'many'.\n",
        )

    def test_nobody_foresaw_is_one_sentence_without_a_traceback(self, furnished: Path) -> None:
        done = parvis("backup", "/dev/null/x.tar.gz", PARVIS_DATA=str(furnished))
        assert done.returncode == 1
        assert done.stderr.count("\n") == 1
        assert "Traceback" not in done.stderr


@pytest.mark.xdist_group("command")
class TestInit:
    def test_prints_a_link_on_the_squares_own_address(self, furnished: Path) -> None:
        done = parvis(
            "init",
            "--data",
            str(furnished),
            "--owner-email",
            "Olive@Parvis.example",
            "--owner-name",
            "Olive",
            "--json",
        )
        assert json.loads(done.stdout)["link"].startswith("https://parvis.example/enter/")

    def test_writes_the_link_nowhere(self, furnished: Path) -> None:
        done = parvis(
            "--data",
            str(furnished),
            "init",
            "--owner-email",
            "olive@parvis.example",
            "--owner-name",
            "Olive",
            "--json",
        )
        token = json.loads(done.stdout)["link"].rstrip("/").rpartition("/")[2].encode()
        assert not [path for path in furnished.rglob("*") if path.is_file() and token in path.read_bytes()]

    def test_gives_no_link_to_somebody_else(self, furnished: Path) -> None:
        done = parvis(
            "--data", str(furnished), "init", "--owner-email", "eve@parvis.example", "--owner-name", "Eve"
        )
        assert done.returncode == 1
        assert "set up already" in done.stderr

    def test_keeps_the_address_of_the_square_in_its_settings(self, furnished: Path) -> None:
        assert (furnished / "parvis.env").read_text() == "PARVIS_URL=https://parvis.example\n"
        assert (furnished / "parvis.env").stat().st_mode & 0o777 == 0o600


@pytest.mark.xdist_group("command")
class TestCheck:
    def test_prints_what_it_found_as_json_and_exits_with_one_when_something_is_wrong(
        self, furnished: Path
    ) -> None:
        done = parvis("check", "--json", "--data", str(furnished))
        found = json.loads(done.stdout)
        assert done.returncode == 1
        assert done.stderr == "1 thing needs to be put right.\n"
        assert [one["subject"] for one in found if one["state"] == "wrong"] == ["Address"]
        assert {"subject": "Database", "state": "fine"}.items() <= found[2].items()

    def test_sets_its_colons_as_the_language_does(self, furnished: Path) -> None:
        done = parvis("check", "--data", str(furnished), LANG="fr_CH.UTF-8", PARVIS_BEHIND_PROXY="yes")
        assert "✓ Versions\u00a0: Python" in done.stdout

    def test_says_that_mail_stays_in_the_outbox(self, furnished: Path) -> None:
        done = parvis("check", "--data", str(furnished), PARVIS_BEHIND_PROXY="yes")
        assert "mail is not sent, it lies in outbox/*.eml (0 mails)" in done.stdout
        assert done.returncode == 0


@pytest.mark.xdist_group("command")
class TestExport:
    def test_of_nobody_is_refused(self, furnished: Path, tmp_path: Path) -> None:
        done = parvis("export", "nobody@parvis.example", str(tmp_path / "x.zip"), "--data", str(furnished))
        assert done.returncode == 1
        assert not (tmp_path / "x.zip").exists()

    def test_writes_a_file_for_its_owner_only(self, furnished: Path, tmp_path: Path) -> None:
        done = parvis(
            "export", "olive@parvis.example", str(tmp_path / "x.zip"), "--data", str(furnished), "--json"
        )
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["files"] > 2
        assert (tmp_path / "x.zip").stat().st_mode & 0o777 == 0o600


class TestLanguage:
    @pytest.mark.parametrize(
        ("variables", "expected"),
        [
            ({"LANG": "fr_CH.UTF-8"}, "fr"),
            ({"LANG": "fr_CH.UTF-8", "LC_ALL": "en_GB.UTF-8"}, "en"),
            ({"LANG": "en_GB", "LANGUAGE": "fr:en"}, "fr"),
            ({"LANG": "de_CH.UTF-8"}, "en"),
            ({"LC_ALL": "", "LANG": "fr"}, "fr"),
            ({}, "en"),
        ],
    )
    def test_is_the_first_that_the_environment_names(self, variables: dict[str, str], expected: str) -> None:
        assert language(variables) == expected


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class TestProgress:
    def test_is_silent_in_a_pipe(self) -> None:
        pipe = io.StringIO()
        with Progress("Import", pipe) as progress:
            progress.to(1, 2)
            progress.to(2, 2)
        assert pipe.getvalue() == ""

    def test_draws_on_a_terminal_and_cleans_up(self) -> None:
        terminal = Terminal()
        with Progress("Import", terminal) as progress:
            progress.to(1, 2, "posts")
        assert "1/2 posts" in terminal.getvalue()
        assert terminal.getvalue().endswith("\r\x1b[K")

    def test_draws_seldom_but_always_the_end(self) -> None:
        terminal = Terminal()
        progress = Progress("Import", terminal)
        for done in range(1, 1001):
            progress.to(done, 1000)
        assert terminal.getvalue().count("\r") < 500
        assert "1000/1000" in terminal.getvalue()

    @pytest.mark.parametrize("columns", [10, 20, 40, 80, 200])
    def test_never_is_wider_than_the_terminal(self, columns: int) -> None:
        assert len(Progress("Import", Terminal()).line(30, 100, "attachments", columns)) < columns

    @pytest.mark.parametrize(
        ("done", "expected"), [(0, "····"), (1, "━━··"), (2, "━━━━"), (9, "━━━━"), (-1, "····")]
    )
    def test_fills_as_much_as_is_done(self, done: int, expected: str) -> None:
        assert bar(done, 2, 4) == expected


class TestPlace:
    @pytest.mark.parametrize(
        ("words", "expected"),
        [
            ("127.0.0.1:8000", Place("127.0.0.1", 8000)),
            (":8001", Place("127.0.0.1", 8001)),
            ("8002", Place("127.0.0.1", 8002)),
            ("[::1]:80", Place("::1", 80)),
            ("0.0.0.0:80", Place("0.0.0.0", 80)),
        ],
    )
    def test_is_read_from_the_ways_people_write_it(self, words: str, expected: Place) -> None:
        assert place(words) == expected

    @pytest.mark.parametrize(
        "words", ["", "here", "127.0.0.1", "127.0.0.1:", "127.0.0.1:70000", "256.1.1.1:80"]
    )
    def test_that_is_none_is_refused(self, words: str) -> None:
        with pytest.raises(NoSuchPlace):
            place(words)

    def test_gives_an_address_for_a_browser(self) -> None:
        assert Place("0.0.0.0", 80).url == "http://127.0.0.1:80"
        assert Place("::1", 80).url == "http://[::1]:80"


class TestLock:
    def test_of_a_process_long_gone_is_no_obstacle(self, tmp_path: Path) -> None:
        (tmp_path / "parvis.lock").write_text('{"process": 999999999, "since": "long ago"}')
        with the_lock(tmp_path):
            assert holder_of(tmp_path).process == os.getpid()

    @pytest.mark.parametrize("words", ["", "{", '{"process": "x"}', "[]"])
    def test_file_with_nonsense_is_no_obstacle(self, words: str, tmp_path: Path) -> None:
        (tmp_path / "parvis.lock").write_text(words)
        assert holder_of(tmp_path) == Holder(0, "?")
        with the_lock(tmp_path):
            pass

    def test_is_held_once(self, tmp_path: Path) -> None:
        with (
            the_lock(tmp_path),
            pytest.raises(AlreadyRuns, match=f"process {os.getpid()}, since"),
            the_lock(tmp_path),
        ):
            pass

    def test_is_shared_by_those_who_do_not_ask_to_be_alone(self, tmp_path: Path) -> None:
        with (
            the_lock(tmp_path, alone=False),
            the_lock(tmp_path, alone=False),
            pytest.raises(AlreadyRuns),
            the_lock(tmp_path),
        ):
            pass


class TestVersion:
    def test_is_noted_once_and_told_when_it_changes(self, tmp_path: Path) -> None:
        assert note_version(tmp_path) == ""
        assert note_version(tmp_path) == ""
        (tmp_path / "version").write_text("0.0.1")
        assert note_version(tmp_path) == "0.0.1"
        assert note_version(tmp_path) == ""

    def test_folder_is_where_the_environment_says(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv("PARVIS_DATA", str(tmp_path))
        assert data_folder() == tmp_path
