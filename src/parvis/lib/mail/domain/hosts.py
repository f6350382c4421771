"""Whether the machine that sends has a name, and whether what comes back finds a machine that takes it."""

from collections.abc import Collection, Iterator, Sequence

from .asking import Address, CannotAsk, Names
from .findings import Code, Finding, Level, unasked


def ptr_findings(
    names: Names, addresses: Sequence[Address], host: str, *, is_ours: bool
) -> Iterator[Finding]:
    """Each address that sends should have a name that leads back to it (RFC 1912 §2.1; large providers insist).

    A relay of somebody else's may send from other addresses than it takes mail at, so that nothing is proven of it.
    """
    for address in addresses:
        try:
            yield of_address(names, address, host, "wrong" if is_ours else "to do")
        except CannotAsk:
            yield unasked("ptr", str(address))


def of_address(names: Names, address: Address, host: str, otherwise: Level) -> Finding:
    """How the name of one address stands. Raises CannotAsk."""
    own = names.names_of(address)
    here = next((name for name in own if address in names.addresses(name)), "")
    if here:
        return Finding(about="ptr", code="ptr-good", level="good", name=str(address), kind="PTR", found=here)
    return Finding(
        about="ptr",
        code="ptr-elsewhere" if own else "ptr-missing",
        level=otherwise,
        name=str(address),
        kind="PTR",
        found=", ".join(own),
        wanted=host if host != str(address) else "",
    )


def mx_findings(names: Names, domain: str, host: str) -> Iterator[Finding]:
    """Refusals come back to the domain of the sender: some machine must take them (RFC 5321 §5.1, RFC 7505)."""
    try:
        yield of_exchangers(names, domain, f"10 {host}." if host else "")
    except CannotAsk as error:
        yield unasked("mx", error.name)


def of_exchangers(names: Names, domain: str, wanted: str) -> Finding:
    """Which machine takes the mail of a domain. Raises CannotAsk."""
    hosts = names.exchangers(domain)
    said = ", ".join(hosts)
    if hosts == [""]:
        return Finding(about="mx", code="mx-null", level="wrong", name=domain, kind="MX", wanted=wanted)
    if not hosts and names.addresses(domain):
        return Finding(about="mx", code="mx-implicit", level="to do", name=domain, kind="MX", wanted=wanted)
    if not hosts:
        return Finding(about="mx", code="mx-missing", level="wrong", name=domain, kind="MX", wanted=wanted)
    if not any(names.addresses(host) for host in hosts if host):
        return Finding(about="mx", code="mx-nowhere", level="wrong", name=domain, kind="MX", found=said)
    return Finding(about="mx", code="mx-good", level="good", name=domain, kind="MX", found=said)


def mail_in_findings(names: Names, domain: str, host: str) -> Iterator[Finding]:
    """Whether mail to the domain of our own addresses finds `host`, the machine on which this square stands.

    Only its public addresses can be compared, so that a mail server elsewhere that hands mail on is not taken for wrong.
    """
    try:
        yield of_mail_in(names, domain, host)
    except CannotAsk as error:
        yield unasked("mail-in", error.name)


def of_mail_in(names: Names, domain: str, host: str) -> Finding:
    """How the MX records of that domain stand. Raises CannotAsk."""
    hosts = names.exchangers(domain)
    wanted = f"10 {host}." if host else ""
    if hosts == [""]:
        return Finding(about="mail-in", code="in-null", level="wrong", name=domain, kind="MX", wanted=wanted)
    if not hosts:
        is_tried = bool(names.addresses(domain))
        return Finding(
            about="mail-in",
            code="in-implicit" if is_tried else "in-missing",
            level="to do" if is_tried else "wrong",
            name=domain,
            kind="MX",
            wanted=wanted,
        )
    code, level = compared(names, hosts, set(names.addresses(host)) if host else set())
    return Finding(
        about="mail-in",
        code=code,
        level=level,
        name=domain,
        kind="MX",
        found=", ".join(hosts),
        about_what=host,
    )


def compared(names: Names, hosts: Sequence[str], here: Collection[Address]) -> tuple[Code, Level]:
    """Whether one of these machines is this one, by its addresses. Raises CannotAsk."""
    there = {address for host in hosts if host for address in names.addresses(host)}
    if not there:
        return "in-nowhere", "wrong"
    if not here:
        return "in-present", "good"
    return ("in-good", "good") if there & set(here) else ("in-elsewhere", "to do")
