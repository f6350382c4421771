"""A server of mail that runs beside the test, and a client that says exactly what it is told to."""

import asyncio
import shutil
import socket
import tempfile
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from parvis.lib.mail.lmtp import Limits, Mail, Reply, Seconds, Server, Service, Session

LONG_ENOUGH = 20  # seconds after which a client that waits for an answer gives up, so that no test hangs
ANSWERS = {
    "unknown@lists.example": Reply(550, "5.1.1", "Nobody of that name"),
    "locked@lists.example": Reply(451, "4.3.0", "Later"),
}
FULL = "full@lists.example"


class Client:
    """A raw connection: bytes out, lines in."""

    def __init__(self, at: Path | int) -> None:
        family = socket.AF_UNIX if isinstance(at, Path) else socket.AF_INET
        self.socket = socket.socket(family, socket.SOCK_STREAM)
        self.socket.settimeout(LONG_ENOUGH)
        self.socket.connect(str(at) if isinstance(at, Path) else ("127.0.0.1", at))
        self._file = self.socket.makefile("rb")

    def send(self, *slices: bytes) -> None:
        for octets in slices:
            self.socket.sendall(octets)

    def reply(self) -> str:
        """One reply, the last line of it; empty if the server has hung up."""
        while (line := self._file.readline())[3:4] == b"-":
            pass
        return line.decode().removesuffix("\r\n")

    def replies(self, count: int) -> list[str]:
        return [self.reply() for _ in range(count)]

    def codes(self, count: int) -> list[str]:
        return [reply[:3] for reply in self.replies(count)]

    def say(self, line: str) -> str:
        """A command and its reply."""
        self.send(line.encode() + b"\r\n")
        return self.reply()

    def greet(self) -> "Client":
        assert self.reply().startswith("220 ")
        assert self.say("LHLO mx.example").startswith("250 ")
        return self

    def begin(self, *recipients: str, mail: str = "MAIL FROM:<ada@sender.example>") -> "Client":
        """As far as the recipients."""
        self.greet()
        assert self.say(mail).startswith("250 ")
        for recipient in recipients or ("list@lists.example",):
            self.say(f"RCPT TO:<{recipient}>")
        return self

    def data(self, *recipients: str, mail: str = "MAIL FROM:<ada@sender.example>") -> "Client":
        """As far as the mail itself."""
        self.begin(*recipients, mail=mail)
        assert self.say("DATA").startswith("354 ")
        return self

    def rest(self) -> str:
        """Everything the server says until it hangs up."""
        return self._file.read().decode()

    def close(self) -> None:
        self._file.close()
        self.socket.close()


class House:
    """A server in a thread of its own; `taken` is what it took, `asked` the recipients it was asked for."""

    def __init__(self, server_at: Path | int, *, folder: Path, **given: Any) -> None:
        self.taken: list[tuple[Mail, bytes]] = []
        self.asked: list[str] = []
        self.folder = folder
        self.loop = asyncio.new_event_loop()
        self._clients: list[Client] = []
        self._thread = threading.Thread(target=self.loop.run_forever)
        self.service = Service(
            **{
                "name": "parvis.example",
                "folder": folder,
                "recipient": self._recipient,
                "take": self._take,
                "seconds": Seconds(farewell=2),
            }
            | given
        )
        self.server = Server(self.service, server_at, patience=5)
        self.at = server_at

    async def _recipient(self, address: str, session: Session) -> Reply:
        self.asked.append(address)
        return ANSWERS.get(address, Reply(250, "2.1.5", "OK"))

    async def _take(self, mail: Mail) -> list[Reply]:
        self.taken.append((mail, mail.read()))
        full = Reply(552, "5.2.2", "Over quota")
        return [full if address == FULL else Reply(250, "2.0.0", "Taken") for address in mail.recipients]

    def do[T](self, work: Coroutine[Any, Any, T]) -> T:
        """Have the server's own loop do this."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(LONG_ENOUGH)

    def __enter__(self) -> "House":
        self._thread.start()
        try:
            self.do(self.server.start())
        except BaseException:
            self._end_loop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for client in self._clients:
            client.close()
        self.do(self.server.stop(5))
        self._end_loop()

    def _end_loop(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()

    def call(self) -> Client:
        client = Client(self.server.port or self.at)
        self._clients.append(client)
        return client

    def quiet(self) -> None:
        """Until no session is left."""

        async def wait() -> None:
            while tasks := asyncio.all_tasks() - {asyncio.current_task()}:
                await asyncio.wait(tasks)

        self.do(wait())

    def contents(self) -> list[bytes]:
        return [content for _, content in self.taken]


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder whose name is short enough for a socket in it."""
    folder = Path(tempfile.mkdtemp(prefix="mail-"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., House]]:
    """Start a server; what is given goes into its `Service`."""
    with ExitStack() as stack:

        def start(at: Path | int = 0, **given: Any) -> House:
            return stack.enter_context(House(at, **{"folder": tmp_path} | given))

        yield start


@pytest.fixture
def house(serve: Callable[..., House]) -> House:
    """A server with usual limits, on the loopback."""
    return serve()


@pytest.fixture
def narrow(serve: Callable[..., House]) -> House:
    """A server with small limits."""
    return serve(
        limits=Limits(size=1000, memory=100, header=200, received=3, recipients=3, errors=3, sessions=2)
    )
