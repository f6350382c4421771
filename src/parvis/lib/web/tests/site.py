"""A small site of somebody else's, on this machine: says exactly what a test tells it to."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import ip_network
from typing import Any
from urllib.parse import parse_qsl

from parvis.lib.web import Fetcher

LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))


type Says = bytes | Callable[[Asked, socket.socket], bytes | None]


def said(body: str | bytes = "", *, status: int = 200, **headers: str) -> bytes:
    """An answer; `Content_Type="…"` and the like are its headers, HTML when none is named."""
    data = body.encode() if isinstance(body, str) else body
    named = {"Content-Type": "text/html; charset=utf-8"} | {
        k.replace("_", "-"): v for k, v in headers.items()
    }
    lines = [
        f"HTTP/1.1 {status} Whatever",
        *(f"{k}: {v}" for k, v in named.items()),
        f"Content-Length: {len(data)}",
    ]
    return "\r\n".join(lines).encode() + b"\r\nConnection: close\r\n\r\n" + data


@dataclass
class Site:
    """`pages` are answers by target; what is not among them is 404. `asked` holds what came, in order."""

    port: int
    host: str = "127.0.0.1"
    pages: dict[str, Says] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def url(self, target: str, host: str = "site.example") -> str:
        return f"http://{host}:{self.port}{target}"

    def answer(self, line: socket.socket) -> None:
        file = line.makefile("rb")
        first = file.readline().decode("latin-1").split()
        if len(first) < 2:
            return
        headers = {}
        while (text := file.readline().decode("latin-1").strip()) != "":
            name, _colon, value = text.partition(":")
            headers[name.strip().lower()] = value.strip()
        body = file.read(int(headers.get("content-length", "0")))
        request = Asked(first[0], first[1], headers, body)
        self.asked.append(request)
        page = self.pages.get(request.target, said("Nothing here", status=404))
        answer = page(request, line) if callable(page) else page
        if answer is not None:
            line.sendall(answer)


@contextmanager
def site(*, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> Iterator[Site]:
    """A site that answers until the block ends, each line in a thread of its own."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.bind((host, 0))
    listener.listen(32)
    here = Site(listener.getsockname()[1], host)

    def serve(line: socket.socket) -> None:
        with suppress(OSError), line:
            line.settimeout(20)
            with tls.wrap_socket(line, server_side=True) if tls is not None else line as talking:
                here.answer(talking)

    def listen() -> None:
        with suppress(OSError):
            while True:
                line, _address = listener.accept()
                threading.Thread(target=serve, args=(line,), daemon=True).start()

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    try:
        yield here
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


def fetcher(names: Mapping[str, str] | None = None, **over: Any) -> Fetcher:
    """One who may ask this machine, and for whom every name leads there (or where `names` says)."""
    known = names or {}
    settings: dict[str, Any] = {
        "agent": "Test/1.0",
        "permitted": LOOPBACK,
        "ports": None,
        "resolve": lambda host, _port: [
            known.get(host, host if host[0].isdigit() or ":" in host else "127.0.0.1")
        ],
    }
    return Fetcher(**(settings | over))
