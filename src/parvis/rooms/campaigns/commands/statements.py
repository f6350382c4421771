"""`parvis campaigns import-statement`: what came to a creator's account pays the pledges that it names."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parvis.core.people.models import Person
from parvis.core.site.command.options import add_json
from parvis.core.site.command.shape import Command
from parvis.core.site.command.words import data, say
from parvis.lib.banking.references import shaped_iban
from parvis.lib.money import plain
from parvis.lib.refusal import Refusal

from ..actions.bank.bringing import Brought, bring_statement, read_statements
from ..actions.bank.refusals import NotYourAccount
from ..models import BankAccount, BankLine, LineState
from ..words.bank import told


class NoSuchFile(Refusal):
    def __init__(self, path: Path) -> None:
        super().__init__(gettext_lazy("There is no file “%(file)s”.") % {"file": path})


class NobodyHere(Refusal):
    def __init__(self, address: str) -> None:
        super().__init__(
            gettext_lazy(
                "Nobody here has confirmed the address “%(address)s”. Give that of someone who takes part."
            )
            % {"address": address}
        )


class WhoseAccount(Refusal):
    def __init__(self) -> None:
        super().__init__(
            gettext_lazy(
                "This account belongs to several people here. Say whose campaigns are meant: --person ADDRESS."
            )
        )


def add_arguments(parser: ArgumentParser) -> None:
    """FILE [--person ADDRESS] [--json]."""
    parser.add_argument(
        "file", metavar=_("FILE"), type=Path, help=_("a statement from the bank: camt.053, camt.054 or MT940")
    )
    parser.add_argument(
        "--person",
        metavar=_("ADDRESS"),
        default="",
        help=_("whose campaigns it pays, by mail address; needed where an account belongs to several people"),
    )
    add_json(parser)


def run(arguments: Namespace) -> None:
    """Bring the file, and report. Raises NoSuchFile, NobodyHere, WhoseAccount, and what `bring_statement` raises."""
    if not arguments.file.is_file():
        raise NoSuchFile(arguments.file)
    person = person_at(arguments.person) if arguments.person else person_of(arguments.file)
    brought = bring_statement(
        person=person, source=arguments.file, file=arguments.file.name, by=None, at=timezone.now()
    )
    if arguments.json:
        data(brought.as_json())
    else:
        tell(brought)


def person_at(address: str) -> Person:
    """Whoever has this address. Raises NobodyHere."""
    person: Person | None = Person.objects.active().reached_by(address).first()
    if person is None:
        raise NobodyHere(address)
    return person


def person_of(file: Path) -> Person:
    """The one person whose account the file is of. Raises FileRefused, NotYourAccount and WhoseAccount."""
    stated = {statement.account for statement in read_statements(file)}
    names = stated | {shaped_iban(name) for name in stated}
    rows = BankAccount.objects.filter(Q(iban__in=names) | Q(stated_as__in=names)).exclude(iban="")
    found: list[Person] = list(Person.objects.filter(pk__in=rows.values("person"))[:2])
    if not found:
        raise NotYourAccount(stated)
    if len(found) > 1:
        raise WhoseAccount
    return found[0]


def tell(brought: Brought) -> None:
    """The report, for someone who reads it on a terminal."""
    for sentence in told(brought):
        say(sentence)
    for title, state in (
        (_("Paid:"), LineState.PAID),
        (_("Proposed:"), LineState.PROPOSED),
        (_("Open:"), LineState.OPEN),
    ):
        if some := [line for line in brought.lines if line.state == state]:
            say(title)
            for line in some:
                say(f"  {described(line)}")
    if brought.skipped:
        say(_("Left out:"))
    for item, reason in brought.skipped:
        say(f"  {item} · {reason}")


def described(line: BankLine) -> str:
    """A payment on one line of a terminal."""
    amount = f"{plain(line.amount, line.currency)} {line.currency}"
    pledge = f"{line.pledge.campaign.slug} {line.pledge.number}" if line.pledge is not None else ""
    why = str(line.get_because_display())
    return " · ".join(filter(None, [str(line.booked_on or ""), amount, line.party, pledge, why]))


COMMANDS = (
    Command(
        name="import-statement",
        help=gettext_lazy(
            "take a bank statement (camt.053, camt.054, MT940), and let it pay the pledges that it names"
        ),
        add_arguments=add_arguments,
        run=run,
    ),
)
