"""How an SPF record is written (RFC 7208 §4.6, §5, §7): its terms, read once, and the macros in their names."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network

from .asking import Address

VERSION = "v=spf1"
QUALIFIERS = "+-~?"
NAMELESS = {"all"}
NAMED = {"include", "exists"}
PERHAPS_NAMED = {"a", "mx", "ptr"}
NETWORKS = {"ip4": IPv4Network, "ip6": IPv6Network}
_MODIFIER = re.compile(r"([A-Za-z][A-Za-z0-9_.-]*)=(.*)")
_TARGET = re.compile(r"(.*?)(?:/(\d{1,2}))?(?://(\d{1,3}))?")
_MACRO = re.compile(r"%(?:\{([slodiphcrtvSLODIPHCRTV])(\d*)(r?)([.\-+,/_=]*)\}|([%_-])|(.|$))")


class Broken(ValueError):
    """The record cannot be read as the standard writes it; `args` says which word."""


@dataclass(frozen=True)
class Term:
    """One mechanism: what it asks (`name`), of which name, with which lengths of prefix, and what a match says."""

    qualifier: str
    name: str
    target: str = ""
    prefixes: tuple[int, int] = (32, 128)
    network: IPv4Network | IPv6Network | None = None


@dataclass(frozen=True)
class Terms:
    """A record: its mechanisms in their order, and where it goes on when none of them matches."""

    mechanisms: Sequence[Term]
    redirect: str = ""


def is_spf(text: str) -> bool:
    """Whether a TXT record is meant as one for SPF (§4.5)."""
    return text.casefold() == VERSION or text.casefold().startswith(f"{VERSION} ")


def read(text: str) -> Terms:
    """The terms of a record. Raises Broken."""
    mechanisms: list[Term] = []
    redirects: list[str] = []
    for word in text[len(VERSION) :].split():
        modifier = _MODIFIER.fullmatch(word)
        if modifier is None:
            mechanisms.append(mechanism(word))
        elif modifier[1].casefold() == "redirect":
            redirects.append(modifier[2])
    if len(redirects) > 1 or redirects == [""]:
        raise Broken("redirect")
    return Terms(mechanisms, redirects[0] if redirects else "")


def mechanism(word: str) -> Term:
    """One mechanism. Raises Broken."""
    qualifier = word[0] if word[0] in QUALIFIERS else "+"
    rest = word.lstrip(QUALIFIERS) if word[0] in QUALIFIERS else word
    split = re.fullmatch(r"([A-Za-z0-9]+)(?::(.*)|(/.*))?", rest)
    if split is None:
        raise Broken(word)
    name, value = split[1].casefold(), split[2] if split[2] is not None else split[3] or ""
    if name in NETWORKS and split[2]:
        return Term(qualifier, name, network=network_of(name, value, word))
    if name in NAMELESS and not (split[2] is not None or value):
        return Term(qualifier, name)
    if name in NAMED and value:
        return Term(qualifier, name, value)
    if name in PERHAPS_NAMED and split[2] != "":
        found = _TARGET.fullmatch(value)
        four, six = (int(found[2] or 32), int(found[3] or 128)) if found else (99, 999)
        if found and four <= 32 and six <= 128:
            return Term(qualifier, name, found[1], (four, six))
    raise Broken(word)


def network_of(name: str, value: str, word: str) -> IPv4Network | IPv6Network:
    try:
        network = ip_network(value, strict=False)
    except ValueError:
        raise Broken(word) from None
    if not isinstance(network, NETWORKS[name]):
        raise Broken(word)
    return network


def expanded(target: str, *, domain: str, sender: str, address: Address | None) -> str | None:
    """A name with its macros replaced (§7); None when that takes an address and there is none. Raises Broken."""
    if address is None and re.search(r"%\{[ipcv]", target, re.IGNORECASE):
        return None
    four = address is None or address.version == 4
    dotted = str(address) if four else ".".join(address.exploded.replace(":", "")) if address else ""
    values = {
        "s": f"postmaster@{sender}",
        "l": "postmaster",
        "o": sender,
        "d": domain,
        "i": dotted,
        "c": str(address),
        "p": "unknown",
        "h": sender,
        "v": "in-addr" if four else "ip6",
        "r": "unknown",
        "t": "0",
    }

    def instead(found: re.Match[str]) -> str:
        if found[5]:
            return {"%": "%", "_": " ", "-": "%20"}[found[5]]
        if not found[1]:
            raise Broken(target)
        parts = re.split(f"[{re.escape(found[4] or '.')}]", values[found[1].lower()])
        parts = parts[::-1] if found[3] else parts
        return ".".join(parts[-int(found[2]) :] if found[2] else parts)

    return _MACRO.sub(instead, target)
