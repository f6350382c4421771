"""Whole houses on loopback for browsers to walk in: the real command, its worker, its outbox, a database of its own."""

import contextlib
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

PATIENCE = 240.0
FURNISH = Path(__file__).with_name("furnish.py")
WALL = {"PARVIS_STRICT": "1", "PARVIS_WEB_WORKERS": "1"}


def until[T](look: Callable[[], T], what: str) -> T:
    """What `look` finds, as soon as it finds something."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.02)
    raise AssertionError(f"waited {PATIENCE} s in vain: {what}")


def environment(**more: str) -> dict[str, str]:
    """A terminal that speaks English and says nothing of Parvis but this."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PARVIS_", "LANG", "LC_", "DJANGO_"))
    }
    return kept | {"LANG": "C", "PYTHONUNBUFFERED": "1"} | more


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class House:
    """A data folder and the processes that serve it."""

    def __init__(self, data: Path, command: tuple[str, ...] = ("serve",)) -> None:
        self.data, self.port, self.log = data, free_port(), data.parent / f"{data.name}.log"
        self.address = f"http://127.0.0.1:{self.port}"
        self.command = command
        self.people: dict[str, dict[str, Any]] = {}
        self.paths: dict[str, str] = {}

    def furnish(self) -> "House":
        """Open the square, and bring people in with what they have made."""
        command = [sys.executable, str(FURNISH)]
        done = subprocess.run(
            command, env=environment(PARVIS_DATA=str(self.data)), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        told = json.loads(done.stdout)
        self.people, self.paths = told["people"], told["paths"]
        return self

    def start(self) -> "House":
        where = ["--data", str(self.data)] if "demo" not in self.command else []
        command = [sys.executable, "-m", "parvis", *where, *self.command, "--bind", f"127.0.0.1:{self.port}"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, env=environment(**WALL), stdout=log, stderr=log)
        until(self.has_opened, "the house says where it is")
        return self

    def has_opened(self) -> bool:
        assert self.process.poll() is None, self.said()
        return "is open at" in self.said()

    def said(self) -> str:
        """What it has printed."""
        return self.log.read_text(encoding="utf-8") if self.log.exists() else ""

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=5)
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def tell(self, sql: str, *values: object) -> None:
        """Write a line into the house's own database, from beside it."""
        with contextlib.closing(sqlite3.connect(self.data / "parvis.sqlite3", timeout=20)) as database:
            database.execute(sql, values)
            database.commit()

    def speaks(self, language: str) -> None:
        """From now on everybody reads the house in this language."""
        self.tell("UPDATE people_person SET language = ?", language)
        self.tell("UPDATE people_square SET language = ?, version = version + 1", language)

    def letter(self, to: str, count: int = 1) -> str:
        """The words of the newest mail to an address, once there are `count` of them."""

        def newest() -> str:
            found = [
                message
                for path in sorted((self.data / "outbox").glob("*.eml"))
                if (message := message_from_bytes(path.read_bytes(), policy=policy.default))["To"] == to
            ]
            return str(found[-1].get_body().get_content()) if len(found) >= count else ""  # type: ignore[union-attr]

        return until(newest, f"a mail to {to}")

    def code_for(self, to: str, count: int = 1) -> str:
        """The code in the newest mail to an address."""
        return re.findall(r"^\s*([A-Z0-9]{3,}(?:-[A-Z0-9]{3,})*)\s*$", self.letter(to, count), re.MULTILINE)[
            -1
        ]
