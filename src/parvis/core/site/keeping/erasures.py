"""Who has left: a list beside the database, so that a restored backup forgets them again."""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

FILE = "erasures.jsonl"


@dataclass(frozen=True)
class Erasure:
    """One leaving: the person's public id, when, and whether their words stay under no name."""

    person: str
    at: datetime
    keep_words: bool


def note(data: Path, erasure: Erasure) -> None:
    """Add a line, on the disk before we go on; the list is for its owner's eyes only."""
    line = json.dumps({**asdict(erasure), "at": erasure.at.isoformat()}) + "\n"
    descriptor = os.open(data / FILE, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "a", encoding="utf-8") as file:
        file.write(line)
        file.flush()
        os.fsync(file.fileno())


def noted(data: Path) -> Iterator[Erasure]:
    """Every leaving on the list; a line cut short by a power cut is passed over."""
    try:
        lines = (data / FILE).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return
    for line in lines:
        try:
            said = json.loads(line)
            yield Erasure(str(said["person"]), datetime.fromisoformat(said["at"]), bool(said["keep_words"]))
        except (ValueError, KeyError, TypeError):
            continue
