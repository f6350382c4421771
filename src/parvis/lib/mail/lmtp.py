"""Mail as it is handed in by the mail server beside us (LMTP, RFC 2033): one server on a unix socket or on the loopback."""

import asyncio
import errno
import fcntl
import logging
import os
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from parvis.lib.mail.lmtp_address import AddressError, read_path
from parvis.lib.mail.lmtp_data import sweep
from parvis.lib.mail.lmtp_model import FAULT, Limits, Mail, Reply, Seconds, Service, Session
from parvis.lib.mail.lmtp_session import Conversation
from parvis.lib.mail.lmtp_wire import AT_ONCE, Wire

__all__ = [
    "FAULT",
    "AddressError",
    "Limits",
    "Mail",
    "Reply",
    "Seconds",
    "Server",
    "Service",
    "Session",
    "read_path",
]

logger = logging.getLogger(__name__)

BUSY = Reply(421, "4.3.2", "Nobody more is let in just now, please come again later")
SMTP_PORT = 25  # never for LMTP (RFC 2033 §5)
BACKLOG = 128
LAST_MOMENT = 1.0  # seconds, for those that were not done when the time to stop was over


class Server:
    """Listens at a path (a unix socket, for its owner and group) or at a port of 127.0.0.1 (0: any; see `port`).

    async with Server(service, folder / "lmtp"):
        ...
    """

    def __init__(self, service: Service, at: Path | int, *, patience: float = 30) -> None:
        """`patience` is for how many seconds leaving the context waits for mails that are being taken."""
        if at == SMTP_PORT:
            raise ValueError("LMTP is never spoken on port 25")
        self._service = service
        self._at = at
        self._patience = patience
        self._listener: asyncio.Server | None = None
        self._socket_file: tuple[int, int] | None = None
        self._sessions: dict[asyncio.Task[None], Conversation] = {}
        self._turned_away: set[asyncio.Task[None]] = set()

    @property
    def port(self) -> int:
        """The port of 127.0.0.1 it listens at; 0 for a unix socket or before the start."""
        if isinstance(self._at, Path) or not self._listener:
            return 0
        return int(self._listener.sockets[0].getsockname()[1])

    @property
    def sessions(self) -> int:
        """How many there are just now."""
        return len(self._sessions)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop(self._patience)

    async def start(self) -> None:
        """Raises OSError (EADDRINUSE) when another server holds the place, or when it is not ours to take."""
        if self._listener:
            raise RuntimeError("the server has been started")
        listening = _unix_socket(self._at) if isinstance(self._at, Path) else _loopback_socket(self._at)
        try:
            sweep(self._service.folder)
            if isinstance(self._at, Path):
                self._socket_file = _identity(self._at)
                self._listener = await asyncio.start_unix_server(self._greet, sock=listening, limit=AT_ONCE)
            else:
                self._listener = await asyncio.start_server(self._greet, sock=listening, limit=AT_ONCE)
        except BaseException:
            listening.close()
            self._remove_socket_file()
            raise

    async def stop(self, seconds: float) -> None:
        """Take no more sessions, and end those there are.

        A mail that is being taken has so many seconds to be answered; all others are told to come again (421 4.3.2).
        """
        if not self._listener:
            return
        listener, self._listener = self._listener, None
        await self._close(listener)
        for session in self._sessions.values():
            session.stop()
        left = await self._wait(seconds)
        for _ in range(2):  # once to say goodbye, once more for those who do not hear it
            for task in left:
                task.cancel()
            left = await self._wait(LAST_MOMENT)
        if left:
            logger.error("%s sessions of mail could not be ended", len(left))

    async def _close(self, listener: asyncio.Server) -> None:
        """Let nobody in any more; whoever has just been let in is told to come again."""
        loop = asyncio.get_running_loop()
        for listening in listener.sockets:
            loop.remove_reader(listening)
        for _ in range(
            3
        ):  # turns of the loop from the door to `_greet`; a closed listener loses count of who comes then
            await asyncio.sleep(0)
        listener.close()
        self._remove_socket_file()

    async def _wait(self, seconds: float) -> set[asyncio.Task[None]]:
        """Those who are not gone after so many seconds."""
        here = {*self._sessions, *self._turned_away}
        return (await asyncio.wait(here, timeout=seconds))[1] if here else set()

    def _greet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        if not self._listener or len(self._sessions) >= self._service.limits.sessions:
            away = loop.create_task(self._turn_away(writer))
            self._turned_away.add(away)
            away.add_done_callback(self._turned_away.discard)
            return
        wire = Wire(reader, writer, self._service.limits, self._service.seconds)
        session = Conversation(self._service, wire)
        task = loop.create_task(session.run())
        self._sessions[task] = session
        task.add_done_callback(self._end)

    async def _turn_away(self, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(OSError):
                async with asyncio.timeout(self._service.seconds.farewell):
                    writer.write(BUSY.line())
                    writer.close()
                    await writer.wait_closed()
        finally:
            writer.transport.abort()

    def _end(self, task: asyncio.Task[None]) -> None:
        del self._sessions[task]
        if not task.cancelled() and (error := task.exception()):
            logger.error("a session of mail ended badly", exc_info=error)

    def _remove_socket_file(self) -> None:
        if isinstance(self._at, Path) and self._socket_file and self._socket_file == _identity(self._at):
            with suppress(FileNotFoundError):
                self._at.unlink()
        self._socket_file = None


def _identity(path: Path) -> tuple[int, int] | None:
    """Which file this is; None if there is none."""
    try:
        status = path.lstat()
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino


def _loopback_socket(port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", port))
        listening.listen(BACKLOG)
    except BaseException:
        listening.close()
        raise
    return listening


def _unix_socket(path: Path) -> socket.socket:
    """1. Nobody else is starting here. 2. Nobody lives here: a file left over goes. 3. Nobody connects before the mode is set."""
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with _alone_in(path.parent):
            if path.is_symlink() or path.exists():
                _check_stale(path)
                path.unlink()
            listening.bind(os.fspath(path))
            path.chmod(0o660)
            listening.listen(BACKLOG)
    except BaseException:
        listening.close()
        raise
    return listening


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """One server at a time looks after its socket in this folder."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise OSError(errno.EADDRINUSE, "another server is starting in this folder", str(folder)) from error
    finally:
        os.close(handle)


def _check_stale(path: Path) -> None:
    """Raises OSError unless it is the socket of a server that is gone."""
    if not stat.S_ISSOCK(path.lstat().st_mode):
        raise OSError(errno.EADDRINUSE, "a file that is no socket stands here", str(path))
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.setblocking(False)
        try:
            probe.connect(os.fspath(path))
        except ConnectionRefusedError:
            return
        except BlockingIOError:  # living, and busy
            pass
    raise OSError(errno.EADDRINUSE, "another server lives here", str(path))
