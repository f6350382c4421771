"""Starts the programs that are measured, on the loopback only, and ends each of them by its number."""

import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

PARVIS = (sys.executable, "-m", "parvis")
PATIENCE = 60.0


def free_port() -> int:
    """A port of the loopback that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    command: Sequence[str | Path], env: Mapping[str, str] | None, log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """A program, from its start to its end; what it says goes into `log`."""
    with log.open("ab") as file:
        process = subprocess.Popen(
            [str(word) for word in command], env=env, stdin=subprocess.DEVNULL, stdout=file, stderr=file
        )
    try:
        yield process
    finally:
        stop(process)


def stop(process: subprocess.Popen[bytes]) -> float:
    """Ask a program to end, insist after a while; how many seconds it took."""
    began = time.monotonic()
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    return time.monotonic() - began


def until(
    ready: Callable[[], bool], process: subprocess.Popen[bytes], log: Path, pause: float = 0.01
) -> None:
    """Wait until something is so. Raises SystemExit when the program ends before, or takes too long."""
    limit = time.monotonic() + PATIENCE
    while not ready():
        if process.poll() is not None or time.monotonic() > limit:
            said = log.read_text(errors="replace")[-2000:]
            raise SystemExit(f"{log.parent.name}: a program did not come up.\n{said}")
        time.sleep(pause)


def answer(port: int, path: str, headers: Mapping[str, str] | None = None) -> tuple[int, int]:
    """(status, bytes) of a page; status 0 while nobody listens."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        link.request("GET", path, headers=dict(headers or {}))
        response = link.getresponse()
        return response.status, len(response.read())
    except OSError:
        return 0, 0
    finally:
        link.close()


def parvis(env: Mapping[str, str], *words: str | Path) -> str:
    """Run a command of Parvis to its end; what it printed. Raises CalledProcessError when it fails."""
    command = [*PARVIS, *(str(word) for word in words)]
    return subprocess.run(command, env=dict(env), check=True, text=True, stdout=subprocess.PIPE).stdout
