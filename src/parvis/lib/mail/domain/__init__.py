"""Whether mail from a domain arrives: what its DNS says of SPF, DKIM, DMARC, and of the machines behind it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network

from parvis.lib.mail.dkim import Key

from .asking import Address, CannotAsk, Names
from .dkim_record import dkim_findings
from .dmarc import Policy, discover, dmarc_findings
from .findings import About, Code, Finding, Level, unasked
from .hosts import mail_in_findings, mx_findings, ptr_findings
from .spf import spf_findings

__all__ = [
    "About",
    "Address",
    "CannotAsk",
    "Code",
    "Finding",
    "Level",
    "Names",
    "Policy",
    "Sender",
    "discover",
    "examine",
    "mail_in_findings",
]

AT_HOME: Sequence[IPv4Network | IPv6Network] = [
    *(
        IPv4Network(net)
        for net in (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.168.0.0/16",
        )
    ),
    *(IPv6Network(net) for net in ("::/127", "fc00::/7", "fe80::/10")),
]
"""Addresses that nobody outside sees a mail come from (RFC 6890)."""


@dataclass(frozen=True)
class Sender:
    """The machine that mails leave from, by its name or address: `is_ours`, or a relay of somebody else's."""

    host: str
    is_ours: bool


def examine(
    names: Names, domain: str, keys: Sequence[Key] = (), sender: Sender | None = None
) -> Iterator[Finding]:
    """Everything that decides whether mails from this domain are believed; what cannot be asked hides nothing else."""
    try:
        if not names.exists(domain):
            yield Finding(about="domain", code="domain-missing", level="wrong", name=domain, kind="")
            return
    except CannotAsk:
        yield unasked("domain", domain)
    addresses, host, is_ours = of_sender(names, sender)
    yield from spf_findings(names, domain, addresses, host, is_ours=is_ours)
    yield from dkim_findings(names, domain, keys)
    yield from dmarc_findings(names, domain)
    yield from ptr_findings(names, addresses, host, is_ours=is_ours)
    yield from mx_findings(names, domain, host if is_ours else "")


def of_sender(names: Names, sender: Sender | None) -> tuple[Sequence[Address], str, bool]:
    """The addresses of a sender that others see."""
    if sender is None:
        return (), "", True
    try:
        found = names.addresses(sender.host)
    except CannotAsk:
        found = ()
    seen = [address for address in found if not any(address in net for net in AT_HOME)]
    return seen, sender.host, sender.is_ours
