"""Addresses of the envelope, as they stand after MAIL FROM: and RCPT TO: (RFC 5321 §4.1.2, RFC 6531 §3.3)."""

import re
from ipaddress import IPv4Address, IPv6Address

LONGEST_LOCAL, LONGEST_DOMAIN, LONGEST_LABEL, LONGEST = 64, 255, 63, 254  # octets
JOINERS = "\u200c\u200d"  # invisible, but part of words in some scripts

ATEXT = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\-\u0080-\U0010ffff]"
DOT_STRING = re.compile(rf"{ATEXT}+(?:\.{ATEXT}+)*")
QUOTED = r'"(?:[ !#-\[\]-~\u0080-\U0010ffff]|\\[ -~])*"'
LABEL = re.compile(
    r"[A-Za-z0-9_\u0080-\U0010ffff](?:[A-Za-z0-9_\-\u0080-\U0010ffff]*[A-Za-z0-9_\u0080-\U0010ffff])?"
)
PATH = re.compile(
    rf'<(?:(?P<route>@[^<>:"\s]*):)?(?P<local>{QUOTED}|[^<>@"\s]+)(?:@(?P<domain>\[[^<>\[\]\s]*\]|[^<>@\[\]"\s]+))?>'
)


class AddressError(ValueError):
    """This is not an address; `foreign` when it would be one, had SMTPUTF8 been declared."""

    def __init__(self, text: str, *, foreign: bool = False) -> None:
        super().__init__(text)
        self.foreign = foreign


def read_path(text: str, *, utf8: bool = False, null: bool = False) -> tuple[str, str]:
    """The address at the beginning of a text like `<a@b.example> SIZE=3`, and the rest of the text.

    Quotes that are not needed are taken off the local part, a source route is passed over. `null` lets `<>` stand, which
    is the empty address. A recipient may be `<postmaster>` without domain. Raises AddressError and nothing else.
    """
    if null and text.startswith("<>"):
        return "", text[2:]
    found = PATH.match(text)
    if not found:
        raise AddressError("an address stands between < and >")
    local, domain, route = found["local"], found["domain"], found["route"]
    _check_characters(found[0], utf8=utf8)
    if route:
        for host in route.removeprefix("@").split(",@"):
            _check_domain(host)
    if domain is None:
        if null or route or local.lower() != "postmaster":
            raise AddressError("the domain is missing")
        return local, text[found.end() :]
    _check_domain(domain)
    address = f"{_plain_local(local)}@{domain}"
    if _octets(address) > LONGEST:
        raise AddressError("the address is too long")
    return address, text[found.end() :]


def _octets(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _check_characters(text: str, *, utf8: bool) -> None:
    """Nothing invisible and no line ends of Unicode; beyond ASCII only if the client has declared it."""
    if text.isascii():
        return
    if not all(c.isascii() or c.isprintable() or c in JOINERS for c in text):
        raise AddressError("the address holds characters that cannot be seen")
    if not utf8:
        raise AddressError("the address needs SMTPUTF8", foreign=True)


def _plain_local(local: str) -> str:
    """The local part written in the one shortest way, with quotes only if it cannot do without."""
    if local.startswith('"'):
        meant = re.sub(r"\\(.)", r"\1", local[1:-1])
        if not DOT_STRING.fullmatch(meant):
            meant = '"' + re.sub(r'(["\\])', r"\\\1", meant) + '"'
    elif DOT_STRING.fullmatch(local):
        meant = local
    else:
        raise AddressError("the part before the @ is malformed")
    if _octets(meant) > LONGEST_LOCAL:
        raise AddressError("the part before the @ is too long")
    return meant


def _check_domain(domain: str) -> None:
    """Names of letters, digits and hyphens (and underscores, which real senders have), or a literal like [192.0.2.1]."""
    if _octets(domain) > LONGEST_DOMAIN:
        raise AddressError("the domain is too long")
    if domain.startswith("["):
        _check_literal(domain[1:-1])
        return
    for label in domain.split("."):
        if _octets(label) > LONGEST_LABEL or not LABEL.fullmatch(label):
            raise AddressError("the domain is malformed")


def _check_literal(literal: str) -> None:
    if "%" in literal:  # names a network card, of the client's
        raise AddressError("the address literal is malformed")
    try:
        if literal[:5].upper() == "IPV6:":
            IPv6Address(literal[5:])
        else:
            IPv4Address(literal)
    except ValueError as error:
        raise AddressError("the address literal is malformed") from error
