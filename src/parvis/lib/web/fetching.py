"""Asks pages of other people's machines: never of one's own network, never for longer or for more than is allowed.

The name is looked up here and the connection goes to the very address that was checked, so that a name which answers
differently the second time (DNS rebinding) gains nothing. Each redirect is checked anew.
"""

import ipaddress
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from email.message import Message
from http.client import HTTPException
from urllib.parse import urlencode

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse

from parvis.lib.web.addresses import Address, Unfetched, WebAddress, is_public, lookup
from parvis.lib.web.resolving import resolved

REDIRECTS = frozenset({301, 302, 303, 307, 308})
A_CHUNK = 16_384
TRIED = 3
"""Of the addresses of one name, how many are tried."""
HTML = "text/html, application/xhtml+xml;q=0.9, */*;q=0.5"


@dataclass(frozen=True)
class Answer:
    """What was answered, at the address where redirects led; `is_cut` when there was more than we read."""

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    is_cut: bool = False

    @property
    def is_fine(self) -> bool:
        return 200 <= self.status < 300

    def all(self, name: str) -> list[str]:
        """Every value of a header, in order."""
        return [value for key, value in self.headers if key.lower() == name]

    @property
    def content_type(self) -> tuple[str, str]:
        """Its media type and its charset, both in small letters, "" where it says nothing."""
        message = Message()
        message["Content-Type"] = next(iter(self.all("content-type")), "")
        said = bool(self.all("content-type"))
        return message.get_content_type() if said else "", (message.get_content_charset() or "")


@dataclass(frozen=True, kw_only=True)
class Fetcher:
    """Asks in the name of `agent`; all times in seconds, `most` in bytes, also after unpacking.

    `within` is the time for everything together, redirects included. `ports` are those that may be asked, None for
    all; `permitted` are networks that are asked although they are not public: both for tests on one's own machine.
    """

    agent: str
    most: int = 2**20
    within: float = 20.0
    connecting: float = 5.0
    answering: float = 10.0
    redirects: int = 5
    ports: frozenset[int] | None = frozenset({80, 443})
    permitted: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...] = ()
    resolve: Callable[[str, int], Sequence[str]] = lookup
    trust: ssl.SSLContext = field(default_factory=ssl.create_default_context, repr=False)

    def get(self, url: str, *, accept: str = HTML) -> Answer:
        """Read a page. Raises Unfetched."""
        return self._ask("GET", url, {"Accept": accept}, b"")

    def post(self, url: str, fields: Sequence[tuple[str, str]]) -> Answer:
        """Send a form; where it is redirected it is sent again, but for 303, which is an answer. Raises Unfetched."""
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "*/*"}
        return self._ask("POST", url, headers, urlencode(fields).encode())

    def call(
        self, method: str, url: str, fields: Sequence[tuple[str, str]], headers: Mapping[str, str]
    ) -> Answer:
        """Ask another program in its own words, at this very address: redirected, our secrets would go elsewhere. Raises Unfetched."""
        body = urlencode(fields).encode()
        own = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
        return replace(self, redirects=0)._ask(method, url, {**own, **headers}, body)

    def _ask(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        ends = time.monotonic() + self.within
        address = WebAddress.read(url)
        for _hop in range(self.redirects + 1):
            answer = self._asked_once(method, address, headers, body, ends)
            places = answer.all("location")
            if answer.status not in REDIRECTS or not places or (method == "POST" and answer.status == 303):
                return answer
            address = WebAddress.read(places[0], base=address.url)
        raise Unfetched("It leads from one address to the next without an end.", is_lasting=True)

    def _asked_once(
        self, method: str, address: WebAddress, headers: Mapping[str, str], body: bytes, ends: float
    ) -> Answer:
        if self.ports is not None and address.port not in self.ports:
            raise Unfetched("Only the usual ports are asked.", is_lasting=True)
        own = {
            "Host": address.authority,
            "User-Agent": self.agent,
            "Accept-Encoding": "gzip",
            "Connection": "close",
        }
        try:
            with closing(self._connected(address, ends)) as connection, _cut_off(connection, ends):
                connection.request(
                    method,
                    address.target,
                    body=body or None,
                    headers={**headers, **own},
                    preload_content=False,
                    decode_content=False,
                )
                response = connection.getresponse()
                is_redirect = response.status in REDIRECTS
                data, is_cut = (b"", False) if is_redirect else _body(response, self.most)
                told = tuple((str(key), str(value)) for key, value in response.headers.items())
                return Answer(address.url, response.status, told, data, is_cut)
        except (OSError, HTTPException, HTTPError, zlib.error) as error:
            raise Unfetched(f"{address.authority}: {_said(error)}") from error

    def _connected(self, address: WebAddress, ends: float) -> HTTPConnection:
        """A connection to one of the addresses of a name, all of which have been found to be public. Raises Unfetched."""
        trouble: Exception | None = None
        for ip in self._checked(address, ends)[:TRIED]:
            connection = self._connection(address, ip, min(self.connecting, _left(ends)))
            try:
                connection.connect()
            except (OSError, HTTPError) as error:
                connection.close()
                trouble = error
                continue
            connection.sock.settimeout(min(self.answering, _left(ends)))
            return connection
        words = _said(trouble) if trouble is not None else "the name has no address"
        raise Unfetched(f"{address.authority}: {words}") from trouble

    def _connection(self, address: WebAddress, ip: Address, timeout: float) -> HTTPConnection:
        if address.scheme == "http":
            return HTTPConnection(str(ip), address.port, timeout=timeout)
        # The certificate is held to the name, though the connection goes to the address.
        return HTTPSConnection(
            str(ip), address.port, timeout=timeout, ssl_context=self.trust, server_hostname=address.host
        )

    def _checked(self, address: WebAddress, ends: float) -> Sequence[Address]:
        """Where the name leads; one address among them that is not public is enough to ask none. Raises Unfetched."""
        try:
            named = resolved(self.resolve, address.host, address.port, within=_left(ends))
            found = [ipaddress.ip_address(one) for one in named]
        except (OSError, ValueError) as error:
            raise Unfetched(f"{address.authority}: the name is not known") from error
        if not all(is_public(ip) or self._is_permitted(ip) for ip in found):
            raise Unfetched(f"{address.authority}: this is no machine on the public network", is_lasting=True)
        return found

    def _is_permitted(self, ip: Address) -> bool:
        return any(ip.version == network.version and ip in network for network in self.permitted)


def _left(ends: float) -> float:
    """Seconds until the end. Raises Unfetched when there are none."""
    left = ends - time.monotonic()
    if left <= 0:
        raise Unfetched("It took too long.")
    return left


@contextmanager
def _cut_off(connection: HTTPConnection, ends: float) -> Iterator[None]:
    """Shut the line at the end of our patience: a byte every few seconds would keep each single read alive."""
    line, over = connection.sock, threading.Event()

    def cut() -> None:
        over.set()
        with suppress(OSError):  # closed already
            socket.socket.shutdown(line, socket.SHUT_RDWR)

    timer = threading.Timer(_left(ends), cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    except (OSError, HTTPException, HTTPError) as error:
        if over.is_set():
            raise Unfetched("It took too long.") from error
        raise
    finally:
        timer.cancel()
    if over.is_set():
        raise Unfetched("It took too long.")


def _body(response: BaseHTTPResponse, most: int) -> tuple[bytes, bool]:
    """What was sent, unpacked, and whether there was more of it than `most`. Raises Unfetched."""
    encoding = response.headers.get("Content-Encoding", "").strip().lower()
    if encoding not in {"", "identity", "gzip", "x-gzip"}:
        raise Unfetched("It is packed in a way that was not asked for.", is_lasting=True)
    unpack = zlib.decompressobj(wbits=31) if "gzip" in encoding else None
    data, sent = bytearray(), 0
    while piece := response.read(A_CHUNK, decode_content=False):
        sent += len(piece)
        data += unpack.decompress(piece, most + 1 - len(data)) if unpack is not None else piece
        if len(data) > most or sent > most:
            return bytes(data[:most]), True
        if unpack is not None and unpack.eof:
            break
    return bytes(data), False


def _said(error: Exception | None) -> str:
    """What went wrong, in few words: the kind of error, for its text may hold whatever the other side wrote."""
    cause = error.__cause__ if isinstance(error, HTTPError) else None
    match cause or error:
        case ssl.SSLError() | HTTPError() if "certificate" in str(error).lower():
            return "its certificate is not good"
        case TimeoutError():
            return "no answer in time"
        case ConnectionRefusedError():
            return "nobody answers there"
    return f"no answer that can be read ({type(error).__name__})"
