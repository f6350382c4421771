"""Whether SPF lets a machine send for a domain (RFC 7208), and what a record lacks to do so."""

from collections.abc import Iterator, Sequence
from ipaddress import ip_network
from typing import Literal

from .asking import Address, CannotAsk, Names
from .findings import Code, Finding, Level, unasked
from .spf_terms import VERSION, Broken, Term, Terms, expanded, is_spf, read

MOST_LOOKUPS, MOST_VOIDS, MOST_EXCHANGERS = 10, 2, 10
"""RFC 7208 §4.6.4."""
COUNTED_UP_TO = 50

type Result = Literal["none", "pass", "fail", "softfail", "neutral"]

RESULTS: dict[str, Result] = {"+": "pass", "-": "fail", "~": "softfail", "?": "neutral"}


class TooMany(Exception):
    """Reading the record takes more questions than anybody asks."""


def records_of(names: Names, domain: str) -> Sequence[str]:
    """The SPF records of a domain; there should be one. Raises CannotAsk."""
    return [text for text in names.texts(domain) if is_spf(text)]


class Reading:
    """One reading of a domain's record for an address; without one, no mechanism but `all` matches, and all are asked.

    `lookups` counts the questions that the standard counts.
    """

    def __init__(
        self, names: Names, domain: str, address: Address | None = None, *, most: int = MOST_LOOKUPS
    ) -> None:
        self.names, self.sender, self.address, self.most = names, domain, address, most
        self.lookups = self.voids = 0

    def result(self, domain: str) -> Result:
        """What the record says of the address. Raises Broken, TooMany, CannotAsk."""
        records = records_of(self.names, domain)
        if len(records) > 1:
            raise Broken(domain)
        if not records:
            return "none"
        terms = read(records[0])
        for term in terms.mechanisms:
            if self.matches(term, domain):
                return RESULTS[term.qualifier]
        return self.result_of(terms.redirect, domain) if terms.redirect else "neutral"

    def result_of(self, target: str, domain: str) -> Result:
        """What another domain's record says; it must have one (§5.2, §6.1)."""
        self.count()
        name = self.name_of(target, domain)
        result = self.result(name) if name else "neutral"
        if result == "none":
            raise Broken(target)
        return result

    def matches(self, term: Term, domain: str) -> bool:
        if term.name == "all":
            return True
        if term.name == "include":
            return self.result_of(term.target, domain) == "pass"
        if term.network is not None:
            return self.address is not None and self.address in term.network
        self.count()
        name = self.name_of(term.target or domain, domain)
        return name is not None and self.is_met(term, name)

    def is_met(self, term: Term, name: str) -> bool:
        """Whether a mechanism that takes a question of its own matches."""
        match term.name:
            case "a":
                return self.is_among(self.addresses(name), term)
            case "mx":
                return self.is_among(self.of_exchangers(name), term)
            case "exists":
                return bool(self.addresses(name))
        return self.is_named(name)

    def count(self) -> None:
        self.lookups += 1
        if self.lookups > self.most:
            raise TooMany

    def name_of(self, target: str, domain: str) -> str | None:
        return expanded(target, domain=domain, sender=self.sender, address=self.address)

    def addresses(self, name: str) -> Sequence[Address]:
        found = self.names.addresses(name)
        self.voids += not found
        if self.voids > MOST_VOIDS:
            raise Broken(name)
        return found

    def of_exchangers(self, name: str) -> Sequence[Address]:
        hosts = self.names.exchangers(name)
        if len(hosts) > MOST_EXCHANGERS:
            raise Broken(name)
        return [address for host in hosts if host for address in self.names.addresses(host)]

    def is_among(self, addresses: Sequence[Address], term: Term) -> bool:
        if self.address is None:
            return False
        length = term.prefixes[0 if self.address.version == 4 else 1]
        return any(
            self.address in ip_network(f"{one}/{length}", strict=False)
            for one in addresses
            if one.version == self.address.version
        )

    def is_named(self, domain: str) -> bool:
        """`ptr`, which the standard asks nobody to use (§5.5)."""
        if self.address is None:
            return False
        own = self.names.names_of(self.address)[:MOST_EXCHANGERS]
        near = [name for name in own if name == domain or name.endswith(f".{domain}")]
        return any(self.address in self.names.addresses(name) for name in near)


def ending(names: Names, domain: str, terms: Terms, left: int = MOST_LOOKUPS) -> str:
    """What a record says of all other machines: the sign before its `all`, or that of the record it goes on in."""
    for term in terms.mechanisms:
        if term.name == "all":
            return term.qualifier
    if terms.redirect and left and "%" not in terms.redirect:
        records = records_of(names, terms.redirect)
        if len(records) == 1:
            return ending(names, terms.redirect, read(records[0]), left - 1)
    return "?"


def spf_findings(
    names: Names, domain: str, addresses: Sequence[Address], host: str, *, is_ours: bool
) -> Iterator[Finding]:
    """How a domain's record stands, for the machine of this name and these addresses; none known: for the record alone."""
    try:
        yield of_domain(names, domain, addresses, host, is_ours=is_ours)
    except CannotAsk as error:
        yield unasked("spf", error.name)


def of_domain(
    names: Names, domain: str, addresses: Sequence[Address], host: str, *, is_ours: bool
) -> Finding:
    """The one thing about its record that matters most. Raises CannotAsk."""
    records = records_of(names, domain)
    if len(records) != 1:
        code: Code = "spf-two" if records else "spf-missing"
        level: Level = "wrong" if records else "to do"
        found, wanted = "\n".join(records), "" if records else first_record(host)
        return Finding(about="spf", code=code, level=level, name=domain, found=found, wanted=wanted)
    (record,) = records
    code, level, what = judged(names, domain, record, addresses, is_ours=is_ours)
    wanted = with_host(record, host) if code in {"spf-not-allowed", "spf-relay-not-named"} else ""
    return Finding(
        about="spf", code=code, level=level, name=domain, found=record, wanted=wanted, about_what=what
    )


def judged(
    names: Names, domain: str, record: str, addresses: Sequence[Address], *, is_ours: bool
) -> tuple[Code, Level, str]:
    """What is to be said of a record, and about what."""
    counting = Reading(names, domain, most=COUNTED_UP_TO)
    try:
        terms = read(record)
        end = ending(names, domain, terms)
        counting.result(domain)
        if counting.lookups > MOST_LOOKUPS:
            raise TooMany
        refused = [
            str(address) for address in addresses if Reading(names, domain, address).result(domain) != "pass"
        ]
    except TooMany:
        return "spf-too-many", "wrong", str(counting.lookups)
    except Broken as error:
        return "spf-broken", "wrong", str(error)
    if end == "+":
        return "spf-open", "wrong", ""
    if refused:
        said = ", ".join(refused)
        return ("spf-not-allowed", "wrong", said) if is_ours else ("spf-relay-not-named", "to do", said)
    if end == "?":
        return "spf-without-end", "to do", ""
    return "spf-good" if addresses else "spf-present", "good", str(counting.lookups)


def first_record(host: str) -> str:
    """A record for a domain that has none: its own mailboxes, and the machine that sends for the square."""
    return " ".join([VERSION, "mx", *([term_of(host)] if host else []), "~all"])


def with_host(record: str, host: str) -> str:
    """The same record with one machine more, before what it says of all others."""
    words = record.split()
    at = next(
        (
            number
            for number, word in enumerate(words)
            if word.lstrip("+-~?").casefold() == "all" or word.casefold().startswith("redirect=")
        ),
        len(words),
    )
    return " ".join([*words[:at], term_of(host), *words[at:]])


def term_of(host: str) -> str:
    """A machine as SPF names it: by its name, or by its address."""
    if ":" in host:
        return f"ip6:{host}"
    return f"ip4:{host}" if host.replace(".", "").isdigit() else f"a:{host}"
