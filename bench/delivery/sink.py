"""A relay that takes every mail and counts: `python -m bench.delivery.sink PORT`. It answers XSTAT with what it saw."""

import asyncio
import json
import re
import socket
import sys
import time
from typing import Any

_LEAVE = re.compile(rb"^List-Unsubscribe: (.*)\r$", re.MULTILINE)
_ADDRESS = re.compile(rb"<([^>]*)>")
CAPABILITIES = (
    b"250-sink.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n250 SIZE 20000000\r\n"
)


class Seen:
    """What came in since the last XRESET; times are of the machine's steady clock, in seconds."""

    def __init__(self) -> None:
        self.copies = self.octets = self.signed = 0
        self.recipients: set[bytes] = set()
        self.senders: set[bytes] = set()
        self.ways_out: set[bytes] = set()
        self.first = self.last = 0.0

    def note(self, sender: bytes, recipients: list[bytes], data: bytes) -> None:
        self.last = time.monotonic()
        self.first = self.first or self.last
        self.copies += len(recipients)
        self.octets += len(data)
        self.recipients.update(recipients)
        self.senders.add(sender)
        head = data.partition(b"\r\n\r\n")[0] + b"\r\n"
        self.signed += b"DKIM-Signature:" in head
        found = _LEAVE.search(head)
        if found:
            self.ways_out.add(found[1])

    def said(self) -> bytes:
        numbers: dict[str, Any] = {
            "copies": self.copies,
            "octets": self.octets,
            "signed": self.signed,
            "recipients": len(self.recipients),
            "senders": len(self.senders),
            "ways_out": len(self.ways_out),
            "first": self.first,
            "last": self.last,
        }
        return b"250 " + json.dumps(numbers).encode() + b"\r\n"


class Dialogue(asyncio.Protocol):
    """One connection."""

    seen = Seen()

    def __init__(self) -> None:
        self.unread = bytearray()
        self.is_data = False
        self.sender = b""
        self.recipients: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.socket = transport.get_extra_info("socket")
        self.transport.write(b"220 sink.example\r\n")

    def data_received(self, data: bytes) -> None:
        # Some list servers write a mail in many small pieces, and would wait 40 ms for the acknowledgement of each.
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        self.unread += data
        said: list[bytes] = []
        while True:
            end = b"\r\n.\r\n" if self.is_data else b"\r\n"
            at = self.unread.find(end)
            if at < 0:
                break
            part = bytes(self.unread[:at])
            del self.unread[: at + len(end)]
            said.append(self.taken(part) if self.is_data else self.answer(part))
        if said:
            self.transport.write(b"".join(said))

    def taken(self, data: bytes) -> bytes:
        self.is_data = False
        Dialogue.seen.note(self.sender, self.recipients, data)
        return b"250 2.0.0 Ok\r\n"

    def answer(self, command: bytes) -> bytes:
        verb = command[:4].upper()
        if verb in {b"EHLO", b"HELO"}:
            return CAPABILITIES
        if verb == b"MAIL":
            found = _ADDRESS.search(command)
            self.sender, self.recipients = found[1] if found else b"", []
        elif verb == b"RCPT":
            found = _ADDRESS.search(command)
            self.recipients.append(found[1] if found else b"")
        elif verb == b"DATA":
            self.is_data = True
            return b"354 Go on\r\n"
        elif verb == b"XSTA":
            return Dialogue.seen.said()
        elif verb == b"XRES":
            Dialogue.seen = Seen()
        return b"250 2.0.0 Ok\r\n"


async def main(port: int) -> None:
    """Until the program is ended."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Dialogue, "127.0.0.1", port)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
