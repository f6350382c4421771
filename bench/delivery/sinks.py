"""Starts a sink for a bench, and asks it what it has seen."""

import json
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from bench.programs import free_port, running, until


@contextmanager
def a_sink(log: Path) -> Iterator[int]:
    """A sink in a process of its own; its port."""
    port = free_port()
    with running([sys.executable, "-m", "bench.delivery.sink", str(port)], None, log) as process:
        until(lambda: bool(said(port, "NOOP")), process, log)
        yield port


def said(port: int, command: str) -> str:
    """What it answers; empty while nobody listens."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=10) as link:
        lines = link.makefile("rb")
        lines.readline()
        link.sendall(f"{command}\r\n".encode())
        return lines.readline().decode().strip()
    return ""


def seen(port: int) -> dict[str, Any]:
    """What has come in since the last `forget`."""
    numbers: dict[str, Any] = json.loads(said(port, "XSTAT").partition(" ")[2])
    return numbers


def forget(port: int) -> None:
    said(port, "XRESET")
