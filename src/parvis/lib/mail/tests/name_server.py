"""A DNS server on the loopback that knows what a test tells it, and fails as a test wishes; and a resolver that asks it."""

import socket
import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset
from dns.resolver import Resolver


class NameServer:
    """`records` are (name, kind) and their texts, as a zone file writes them. Of `mute` names nothing is said; of
    `broken` ones SERVFAIL. `asked` are the questions, in their order. An answer that does not fit UDP is had by TCP.
    """

    def __init__(self) -> None:
        self.records: dict[tuple[str, str], list[str]] = {}
        self.mute: set[str] = set()
        self.broken: set[str] = set()
        self.asked: list[tuple[str, str]] = []
        self.port = 0

    def add(self, name: str, kind: str, *texts: str) -> None:
        quoted = [text if kind != "TXT" or text.startswith('"') else f'"{text}"' for text in texts]
        self.records.setdefault((name.lower(), kind), []).extend(quoted)

    def answer(self, wire: bytes, most: int) -> bytes | None:
        question = dns.message.from_wire(wire)
        (asked,) = question.question
        name, kind = asked.name.to_text(omit_final_dot=True).lower(), dns.rdatatype.to_text(asked.rdtype)
        self.asked.append((name, kind))
        if name in self.mute:
            return None
        reply = dns.message.make_response(question)
        reply.flags |= dns.flags.RA
        if name in self.broken:
            reply.set_rcode(dns.rcode.SERVFAIL)
        else:
            self.fill(reply, name, kind)
        whole = reply.to_wire()
        if len(whole) <= most:
            return whole
        reply.answer = []
        reply.flags |= dns.flags.TC
        return reply.to_wire()

    def fill(self, reply: dns.message.Message, name: str, kind: str) -> None:
        """The records of a name, and those of the name it is another name for."""
        while (name, "CNAME") in self.records:
            target = self.records[name, "CNAME"][0].rstrip(".")
            reply.answer.append(dns.rrset.from_text(f"{name}.", 300, "IN", "CNAME", f"{target}."))
            name = target
        found = self.records.get((name, kind), [])
        if found:
            reply.answer.append(dns.rrset.from_text(f"{name}.", 300, "IN", kind, *found))
        elif not any(one == name or one.endswith(f".{name}") for one, _kind in self.records):
            reply.set_rcode(dns.rcode.NXDOMAIN)

    def resolver(self) -> Resolver:
        resolver = Resolver(configure=False)
        resolver.nameservers = ["127.0.0.1"]
        resolver.port = self.port
        return resolver


@contextmanager
def name_server() -> Iterator[NameServer]:
    """A server while it is needed, by UDP and TCP on one port."""
    zone = NameServer()

    class ByUdp(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            wire, line = self.request
            reply = zone.answer(wire, 512)
            if reply is not None:
                line.sendto(reply, self.client_address)

    class ByTcp(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            (length,) = struct.unpack("!H", self.rfile.read(2))
            reply = zone.answer(self.rfile.read(length), 65_535)
            if reply is not None:
                self.wfile.write(struct.pack("!H", len(reply)) + reply)

    servers = on_one_port(ByUdp, ByTcp)
    zone.port = servers[0].server_address[1]
    threads = [threading.Thread(target=one.serve_forever, args=(0.02,), daemon=True) for one in servers]
    for thread in threads:
        thread.start()
    try:
        yield zone
    finally:
        for one in servers:
            one.shutdown()
            one.server_close()
        for thread in threads:
            thread.join()


def on_one_port(udp: type, tcp: type) -> list[socketserver.BaseServer]:
    """Both servers on a port that is free for both."""
    for _try in range(20):
        first = socketserver.ThreadingUDPServer(("127.0.0.1", 0), udp)
        try:
            return [first, socketserver.ThreadingTCPServer(first.server_address, tcp)]
        except OSError:
            first.server_close()
    raise socket.gaierror("no port is free for both")
