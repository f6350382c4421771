"""Hands mails in over LMTP as a mail server does: some connections, each with its commands in one write (RFC 2920)."""

import asyncio
import time
from collections.abc import Iterator, Sequence

CONNECTIONS = 8
OCTETS = 4096


def sender(number: int) -> str:
    """Somebody else every hundred mails: nobody is taken in who writes several hundred a day."""
    return f"a{number // 100}@there.example"


def body(number: int, to: str) -> bytes:
    """A mail of four kilobytes with a number of its own."""
    head = f"From: {sender(number)}\r\nTo: {to}\r\nSubject: Mail {number}\r\nMessage-ID: <{number}@there.example>\r\n\r\n"
    line = "Une ligne de texte qui dit peu, et qui le dit longuement pour que le mail soit plein.\r\n"
    return (head + line * (OCTETS // len(line))).encode()


async def one_line(port: int, numbers: Iterator[tuple[int, str]]) -> int:
    """Send over one connection until there is nothing more; how many were taken."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    await reply(reader)
    writer.write(b"LHLO bench.example\r\n")
    await reply(reader)
    taken = 0
    for number, to in numbers:
        writer.write(f"MAIL FROM:<{sender(number)}>\r\nRCPT TO:<{to}>\r\nDATA\r\n".encode())
        for wanted in (b"250", b"250", b"354"):
            said = await reply(reader)
            if not said.startswith(wanted):
                raise SystemExit(f"{to}: {said.decode().strip()}")
        writer.write(body(number, to) + b".\r\n")
        said = await reply(reader)
        taken += said.startswith(b"250")
    writer.write(b"QUIT\r\n")
    writer.close()
    return taken


async def reply(reader: asyncio.StreamReader) -> bytes:
    """The last line of an answer."""
    while True:
        line = await reader.readline()
        if line[3:4] != b"-":
            return line


async def all_lines(port: int, addresses: Sequence[str]) -> int:
    numbers = iter(list(enumerate(addresses)))
    return sum(await asyncio.gather(*(one_line(port, numbers) for _number in range(CONNECTIONS))))


def hand_in(port: int, addresses: Sequence[str]) -> float:
    """The seconds it took. Raises SystemExit unless all were taken."""
    began = time.monotonic()
    taken = asyncio.run(all_lines(port, addresses))
    if taken != len(addresses):
        raise SystemExit(f"{taken} of {len(addresses)} mails were taken.")
    return time.monotonic() - began
