"""`parvis delivery`: how mails fare, the keys that sign them, and whether a domain's DNS lets them arrive."""

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from parvis.lib.refusal import Refusal

from .house import open_house
from .options import add_json
from .shape import Command, Group
from .words import _, data, ngettext, say

if TYPE_CHECKING:
    from parvis.core.delivery.domains import Told
    from parvis.core.delivery.status import Status
    from parvis.lib.mail.dkim import Key

SIGNS = {"good": "✓", "to do": "→", "wrong": "✗", "could not ask": "?"}


class NotADomain(Refusal):
    def __init__(self, words: str) -> None:
        super().__init__(
            _("“%(words)s” is no name of a domain. Write it as parvis.example.") % {"words": words}
        )


class DomainIsWrong(Refusal):
    def __init__(self, count: int) -> None:
        words = ngettext(
            "%(count)d thing keeps mails from this domain from arriving.",
            "%(count)d things keep mails from this domain from arriving.",
            count,
        )
        super().__init__(words % {"count": count})


class NobodyAnswers(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("The DNS did not answer at all. Look at the network of this machine, then try again.")
        )


class KeyUnreadable(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("A file in the folder “dkim” holds no key that can be read. Put it away, then run this again.")
        )


def status(arguments: Namespace) -> None:
    """Say how the mails fare."""
    open_house()
    from django.utils import timezone  # noqa: PLC0415

    from parvis.core.delivery.status import status as figures  # noqa: PLC0415

    found = figures(timezone.now())
    if arguments.json:
        data(asdict(found))
    else:
        tell_status(found)


def tell_status(found: "Status") -> None:
    """The figures for someone at a terminal, each on a line that says what it counts; times on the clock of the square."""
    from django.utils.formats import date_format  # noqa: PLC0415
    from django.utils.timezone import localtime  # noqa: PLC0415

    from parvis.core.delivery.mail_words import became  # noqa: PLC0415
    from parvis.core.delivery.models import MailState  # noqa: PLC0415

    zone = ZoneInfo(found.zone)
    relay = found.relay or _("none: mails are kept in the outbox")
    say(_("Relay: %(relay)s") % {"relay": relay})
    for state in MailState:
        say(f"{found.counts[state]:>8}  {became(state, found.counts[state])}")
    say(_("Left today: %(count)d") % {"count": found.left_today})
    say(_("In the outbox: %(count)d") % {"count": found.in_outbox})
    for words, moment in (
        (_("The oldest that waits: %(at)s"), found.waiting_since),
        (_("Next digest: %(at)s"), found.next_digest_at),
    ):
        if moment is not None:
            here = date_format(localtime(moment, zone), "DATETIME_FORMAT")
            say(words % {"at": f"{here} ({zone.key})"})
    if found.turned_away:
        say(
            _("Mails put off today, too many to one address or from one sender: %(count)d")
            % {"count": found.turned_away}
        )
    if found.problems:
        say(_("Trouble lately:"))
    for problem in found.problems:
        said = f" ({problem.words})" if problem.words else ""
        say(f"{problem.count:>8}  {problem.domain}: {problem.meaning}{said}")


def add_domain(parser: ArgumentParser) -> None:
    """DOMAIN [--json]."""
    parser.add_argument("domain", metavar=_("DOMAIN"), help=_("what stands after the @ of the sender"))
    add_json(parser)


def check_domain(arguments: Namespace) -> None:
    """Say what the DNS of a domain lacks for mails to arrive; exit 1 when something is wrong."""
    open_house()
    from parvis.core.delivery.domains import look_at, told  # noqa: PLC0415
    from parvis.core.delivery.signing import as_in_dns  # noqa: PLC0415

    domain = as_in_dns(arguments.domain)
    if not domain:
        raise NotADomain(arguments.domain)
    found = [told(finding) for finding in look_at(domain)]
    if arguments.json:
        data([one.as_json() for one in found])
    else:
        for one in found:
            tell_finding(one)
    levels = [one.finding.level for one in found if one.finding.code != "dkim-no-key"]
    if set(levels) == {"could not ask"}:
        raise NobodyAnswers
    if "wrong" in levels:
        raise DomainIsWrong(levels.count("wrong"))


def tell_finding(one: "Told") -> None:
    """How one thing stands, and the record to copy on lines of its own."""
    line = _("%(subject)s: %(words)s") % {"subject": one.subject, "words": one.words}
    say(f"{SIGNS[one.finding.level]} {line}")
    if one.advice:
        say(f"  {one.advice}")
    if one.finding.wanted:
        tell_record(one.finding.name, one.finding.kind, one.finding.wanted)


def tell_record(name: str, kind: str, value: str) -> None:
    """A record as the forms of those who keep domains ask for it."""
    say(_("    Name:  %(name)s") % {"name": name})
    say(_("    Type:  %(kind)s") % {"kind": kind})
    say(_("    Value: %(value)s") % {"value": value})


def add_selector(parser: ArgumentParser) -> None:
    """[--selector NAME] [--json]."""
    parser.add_argument(
        "--selector",
        default="",
        metavar=_("NAME"),
        help=_("what the keys are called in the DNS (PARVIS_DKIM_SELECTOR; else parvis1)"),
    )
    add_json(parser)


def dkim(arguments: Namespace) -> None:
    """Make the keys that are not there yet, and say what is to be added to the DNS."""
    open_house()
    from django.conf import settings  # noqa: PLC0415

    from parvis.core.delivery.signing import NoDomain, mail_domain, make_keys  # noqa: PLC0415

    domain = mail_domain()
    if not domain:
        raise NoDomain
    selector = arguments.selector or settings.PARVIS_DKIM_SELECTOR
    try:
        keys = make_keys(selector)
    except ValueError as error:
        raise KeyUnreadable from error
    if arguments.json:
        records = [{"name": key.name(domain), "type": "TXT", "value": key.record} for key in keys]
        data({"domain": domain, "selector": selector, "records": records})
        return
    tell_keys(domain, keys)
    if selector != settings.PARVIS_DKIM_SELECTOR:
        words = _("Once these records answer, set PARVIS_DKIM_SELECTOR=%(selector)s to sign with these keys.")
        say(words % {"selector": selector})


def tell_keys(domain: str, keys: "Sequence[Key]") -> None:
    """The letter to whoever looks after the domain, and what to do afterwards."""
    from parvis.lib.mail.dkim import strings  # noqa: PLC0415

    say(
        _(
            "The keys that sign your mails lie in the folder “dkim”, and stay secret. For others to verify the "
            "signatures, the DNS must hold their public halves. Send what follows to whoever looks after "
            "%(domain)s, often the place where you bought it:"
        )
        % {"domain": domain}
    )
    say()
    say(_("  Please add these two records to the DNS of %(domain)s:") % {"domain": domain})
    for key in keys:
        say()
        tell_record(key.name(domain), "TXT", key.record)
    say()
    short = keys[0].name("").rstrip(".")
    say(_("  (Where the form adds the domain by itself, the first name is only %(name)s.)") % {"name": short})
    pieces = " ".join(f'"{piece}"' for piece in strings(keys[0].record))
    say(_("  (In a zone file, the first value is written in pieces: %(pieces)s)") % {"pieces": pieces})
    say()
    say(
        _("An hour later, ask “parvis delivery check-domain %(domain)s” whether they are right.")
        % {"domain": domain}
    )


GROUP = Group(
    name="delivery",
    help=_("mails: how they fare, and what lets them arrive"),
    commands=(
        Command(
            name="status",
            help=_("how many mails wait, have left, were refused, and why"),
            add_arguments=add_json,
            run=status,
        ),
        Command(
            name="check-domain",
            help=_("say what the DNS of a domain lacks for its mails to arrive"),
            add_arguments=add_domain,
            run=check_domain,
        ),
        Command(
            name="dkim",
            help=_("make the keys that sign mails, and say what to add to the DNS"),
            add_arguments=add_selector,
            run=dkim,
        ),
    ),
)
