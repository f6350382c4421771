"""Questions to the DNS: what has no answer is nothing, and what cannot be asked says so within two seconds."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address

from dns.exception import DNSException, Timeout
from dns.rdata import Rdata
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.ANY.PTR import PTR
from dns.rdtypes.ANY.TXT import TXT
from dns.rdtypes.IN.A import A
from dns.rdtypes.IN.AAAA import AAAA
from dns.resolver import NXDOMAIN, Resolver
from dns.reversename import from_address

type Address = IPv4Address | IPv6Address

BUDGET = 2.0
"""Seconds for one question, whatever the number of servers."""
SILENCES = 3
"""Questions in a row without an answer after which no more are asked: the network is away."""


class CannotAsk(Exception):
    """The DNS did not say whether there is such a record; it may say so later."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Names:
    """What the DNS says of names; each question is asked once."""

    def __init__(self, resolver: Resolver | None = None, *, budget: float = BUDGET) -> None:
        self._resolver = resolver
        self._budget = budget
        self._silences = 0
        self._known: dict[tuple[str, str], tuple[Rdata, ...] | None] = {}

    def texts(self, name: str) -> Sequence[str]:
        """Its TXT records, each put together from its strings. Raises CannotAsk, as all of these do."""
        found = self._ask(name, "TXT") or ()
        return [b"".join(one.strings).decode(errors="replace") for one in found if isinstance(one, TXT)]

    def addresses(self, name: str) -> Sequence[Address]:
        """Its addresses of both kinds; those of an address are the address itself."""
        try:
            return [ip_address(name)]
        except ValueError:
            found = [*(self._ask(name, "A") or ()), *(self._ask(name, "AAAA") or ())]
        return [ip_address(one.address) for one in found if isinstance(one, A | AAAA)]

    def exchangers(self, name: str) -> Sequence[str]:
        """The machines that take its mail, the most wanted first; a null MX (RFC 7505) is an empty name."""
        found = [one for one in self._ask(name, "MX") or () if isinstance(one, MX)]
        found.sort(key=lambda one: (one.preference, one.exchange))
        return [one.exchange.to_text(omit_final_dot=True).strip(".").lower() for one in found]

    def names_of(self, address: Address) -> Sequence[str]:
        """The names that an address has by itself (PTR)."""
        found = self._ask(from_address(str(address)).to_text(omit_final_dot=True), "PTR") or ()
        return [one.target.to_text(omit_final_dot=True).lower() for one in found if isinstance(one, PTR)]

    def exists(self, name: str) -> bool:
        """Whether there is such a name, with records of whatever kind (RFC 8020)."""
        return self._ask(name, "A") is not None

    def _ask(self, name: str, kind: str) -> tuple[Rdata, ...] | None:
        """The records of a kind; None when there is no such name."""
        key = (name.rstrip(".").lower(), kind)
        if key not in self._known:
            self._known[key] = self._asked(*key)
        return self._known[key]

    def _asked(self, name: str, kind: str) -> tuple[Rdata, ...] | None:
        if self._silences >= SILENCES:
            raise CannotAsk(name)
        try:
            if self._resolver is None:
                self._resolver = Resolver()
            answer = self._resolver.resolve(
                f"{name}.", kind, lifetime=self._budget, search=False, raise_on_no_answer=False
            )
        except NXDOMAIN:
            self._silences = 0
            return None
        except (DNSException, OSError) as error:
            self._silences = self._silences + 1 if isinstance(error, Timeout | OSError) else 0
            raise CannotAsk(name) from error
        self._silences = 0
        return tuple(answer.rrset or ())
