"""Whole houses on loopback: the real command with its parts, on a folder and a database of its own."""

import contextlib
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

PATIENCE = 240.0
SERVER = os.environ.get("PARVIS_DATABASE_URL", "")
BUILD = """
from parvis.core.site.command.house import build_house, set_environment
set_environment(None)
build_house()
"""


def until[T](look: Callable[[], T], what: str, within: float = PATIENCE) -> T:
    """What `look` finds, as soon as it finds something."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.02)
    raise AssertionError(f"waited {within} s in vain: {what}")


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


class Ground:
    """Where a house stands: a data folder, and the database in it or, when the tests run on PostgreSQL, on that server."""

    def __init__(self, data: Path, like: "Ground | None" = None) -> None:
        """`like` is a ground on which nobody is at work; this one begins as a copy of it."""
        self.data = data
        if like is not None:
            shutil.copytree(like.data, data)
        self.name = f"parvis_house_{os.getpid()}_{time.monotonic_ns()}" if SERVER else ""
        if SERVER:
            self.ask_server(f"CREATE DATABASE {self.name}" + (f" TEMPLATE {like.name}" if like else ""))

    def build(self) -> "Ground":
        """Make the house itself, with nobody in it."""
        subprocess.run([sys.executable, "-c", BUILD], env=environment(**self.variables), check=True)
        return self

    @property
    def url(self) -> str:
        return urlsplit(SERVER)._replace(path=f"/{self.name}").geturl() if SERVER else ""

    @property
    def variables(self) -> dict[str, str]:
        """What tells a process where the house is."""
        return {"PARVIS_DATA": str(self.data)} | ({"PARVIS_DATABASE_URL": self.url} if SERVER else {})

    def ask_server(self, sql: str) -> None:
        import psycopg

        admin = urlsplit(SERVER)._replace(path="/postgres").geturl()
        with psycopg.connect(admin, autocommit=True) as server:
            server.execute(sql)  # type: ignore[call-overload]

    def tell(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Ask or tell the house's own database, from beside it; `sql` marks values with a question mark."""
        with self.connected() as database:
            cursor = database.execute(sql.replace("?", "%s") if SERVER else sql, values)
            found = list(cursor.fetchall()) if cursor.description else []
            database.commit()
        return found

    @contextlib.contextmanager
    def connected(self) -> Iterator[Any]:
        if SERVER:
            import psycopg

            with psycopg.connect(self.url) as database:
                yield database
            return
        with contextlib.closing(sqlite3.connect(self.data / "parvis.sqlite3", timeout=20)) as database:
            yield database

    def leave(self) -> None:
        """Take the database away; the folder goes with the test's other folders."""
        if SERVER:
            self.ask_server(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")


class House:
    """A ground and the processes that serve it."""

    def __init__(self, ground: Ground, **variables: str) -> None:
        self.ground, self.data, self.port = ground, ground.data, free_port()
        self.variables = variables
        self.log = self.data.parent / f"{self.data.name}.log"
        self.begun = 0
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def command(self) -> list[str]:
        """The words after `parvis`."""
        return ["--data", str(self.data), "serve", "--bind", f"127.0.0.1:{self.port}"]

    def environment(self) -> dict[str, str]:
        return environment(**self.ground.variables | self.variables)

    def start(self) -> "House":
        command = [sys.executable, "-m", "parvis", *self.command()]
        with self.log.open("ab") as log:
            self.begun = log.tell()
            self.process = subprocess.Popen(command, env=self.environment(), stdout=log, stderr=log)
        until(self.has_opened, "the house says where it is")
        return self

    def has_opened(self) -> bool:
        assert self.process is None or self.process.poll() is None, self.said()
        return "is open at" in self.said()

    def parvis(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command on this house to its end."""
        command = [sys.executable, "-m", "parvis", "--data", str(self.data), *words]
        return subprocess.run(
            command, env=self.environment(), capture_output=True, text=True, timeout=PATIENCE, check=False
        )

    def said(self) -> str:
        """What the last start has printed."""
        return self.log.read_bytes()[self.begun :].decode() if self.log.exists() else ""

    def stop(self, word: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to stop; its exit code. Raises subprocess.TimeoutExpired when that takes over three seconds."""
        assert self.process is not None
        self.process.send_signal(word)
        return self.process.wait(timeout=3)

    def end(self) -> None:
        """Stop it, whatever it takes."""
        if self.process is None or self.process.poll() is not None:
            return
        try:
            self.stop()
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
