"""Which addresses of the web may be asked at all: http or https, by a public name, on a public machine."""

import ipaddress
import re
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self
from urllib.parse import quote, urljoin, urlsplit

import idna

type Address = ipaddress.IPv4Address | ipaddress.IPv6Address

LONGEST = 2_000
PORTS = {"http": 80, "https": 443}
_UNPRINTABLE = re.compile(r"[\x00-\x20\x7f\\]")
_PERCENT = "!$&'()*+,;=:@/?%~-._"

# Python calls some of these global, and its lists change from version to version: what is refused is written down here.
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
_NEVER = tuple(
    map(
        ipaddress.ip_network,
        (
            "192.88.99.0/24",  # relays of 6to4 (RFC 7526)
            "2001::/23",  # Teredo, ORCHID and other protocols (RFC 2928)
            "2001:db8::/32",
            "3fff::/20",  # both for documentation (RFC 3849, RFC 9637)
            "2002::/16",  # 6to4: an IPv4 address inside (RFC 3056)
        ),
    )
)


class Unfetched(Exception):
    """Something could not be fetched; `is_lasting` when trying again later is of no use."""

    def __init__(self, words: str, *, is_lasting: bool = False) -> None:
        super().__init__(words)
        self.is_lasting = is_lasting


@dataclass(frozen=True)
class WebAddress:
    """An address that may be asked, once the machine behind its name has been found to be public.

    `host` is in ASCII, IPv6 without brackets; `target` is what is asked there: path and query, without the fragment.
    """

    scheme: str
    host: str
    port: int
    target: str

    @classmethod
    def read(cls, url: str, *, base: str = "") -> Self:
        """Read an address, relative to `base` if there is one. Raises Unfetched for one that is never asked."""
        try:
            parts = urlsplit(urljoin(base, url.strip("\t\n\f\r ")) if base else url)
            port, name = parts.port, parts.hostname
        except ValueError:
            raise Unfetched("This is no address.", is_lasting=True) from None
        if parts.scheme not in PORTS:
            raise Unfetched("Only http and https are asked.", is_lasting=True)
        if "@" in parts.netloc:
            raise Unfetched("An address with a name and a password inside is not asked.", is_lasting=True)
        if not name or _UNPRINTABLE.search(parts.netloc) or len(url) > LONGEST:
            raise Unfetched("This is no address.", is_lasting=True)
        path = quote(parts.path, safe=_PERCENT) or "/"
        query = f"?{quote(parts.query, safe=_PERCENT)}" if parts.query else ""
        return cls(parts.scheme, host_of(name), port or PORTS[parts.scheme], path + query)

    @property
    def authority(self) -> str:
        """The host as it stands in an address and in the Host header (RFC 9110 §7.2), with a port that is not the usual one."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.authority}{self.target}"


def host_of(name: str) -> str:
    """A host in ASCII (IDNA 2008, UTS 46). Raises Unfetched for no name, and for numbers that hide an IPv4 address.

    What ends in a number is an IPv4 address, and only its usual writing is taken: 0177.1, 0x7f.1 and 2130706433 are
    all 127.0.0.1 to a resolver (WHATWG URL, “ends in a number”).
    """
    if ":" in name:
        return str(_ip(name))
    try:
        host = idna.encode(name, uts46=True).decode("ascii").rstrip(".") if not name.isascii() else name
        host = host.lower().rstrip(".")
    except idna.IDNAError:
        raise Unfetched("This is no name of a host.", is_lasting=True) from None
    last = host.rpartition(".")[2]
    if re.fullmatch(r"[0-9]+|0x[0-9a-f]*", last):
        return str(_ip(host))
    if not re.fullmatch(r"(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9_]([a-z0-9_-]{0,62}))*", host):
        raise Unfetched("This is no name of a host.", is_lasting=True)
    return host


def _ip(text: str) -> Address:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        raise Unfetched("This is no address of a machine.", is_lasting=True) from None


def is_public(address: Address) -> bool:
    """Whether a machine anywhere on the public network stands behind this address, and nothing else can.

    Not so: loopback, private, link-local, shared (CGNAT), multicast, reserved and documentation addresses, and IPv6
    addresses that hold an IPv4 one (mapped, NAT64, 6to4, Teredo), for these lead wherever that one leads.
    """
    if not address.is_global or address.is_multicast or address.is_reserved or address.is_unspecified:
        return False
    if isinstance(address, ipaddress.IPv6Address) and (
        address not in _GLOBAL_UNICAST or address.scope_id is not None
    ):
        return False
    return not any(address.version == network.version and address in network for network in _NEVER)


def lookup(host: str, port: int) -> Sequence[str]:
    """The IP addresses of a host, as the machine's resolver tells them. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))
