"""Bringing a bank statement: each of its payments once, however often and in whichever file it comes."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from parvis.core.people.models import Person
from parvis.lib import banking
from parvis.lib.banking import Line, Statement, StatementRefused
from parvis.lib.funding.pledges import PledgeState
from parvis.lib.money import plain

from ...models import BankAccount, BankLine, BankStatement, LineState, Why
from ..writing import update_each
from .matching import Asked, is_same_name, match_all, references_in, words_in
from .paying import hold_account, pay
from .refusals import FileRefused, NotYourAccount

LONGEST_KEY, LONGEST_NAME = 200, 40
AT_ONCE = 500


@dataclass
class Brought:
    """What came of a file. `lines` are new, `known` were brought before; of each that was left out, what it is and why."""

    statements: list[BankStatement] = field(default_factory=list)
    lines: list[BankLine] = field(default_factory=list)
    known: int = 0
    skipped: list[tuple[str, str]] = field(default_factory=list)

    def those(self, state: LineState, *, in_part: bool = False) -> list[BankLine]:
        """The new lines that are in this state; of those that paid, those by which a pledge is paid whole, or only in part."""
        return [
            line
            for line in self.lines
            if line.state == state and (state != LineState.PAID or is_in_part(line) == in_part)
        ]

    def as_json(self) -> dict[str, object]:
        """The report for a program."""
        return {
            "paid": len(self.those(LineState.PAID)),
            "part_paid": len(self.those(LineState.PAID, in_part=True)),
            "proposed": len(self.those(LineState.PROPOSED)),
            "open": len(self.those(LineState.OPEN)),
            "known": self.known,
            "skipped": [{"item": item, "reason": reason} for item, reason in self.skipped],
        }


def is_in_part(line: BankLine) -> bool:
    """Whether the pledge that a line paid waits for the rest."""
    return line.pledge is not None and line.pledge.state == PledgeState.PART_PAID


def read_statements(source: Path | bytes) -> tuple[Statement, ...]:
    """The statements in a file. Raises FileRefused."""
    try:
        return banking.read(source)
    except StatementRefused as refused:
        raise FileRefused(refused) from None


def bring_statement(
    *, person: Person, source: Path | bytes, file: str, by: Person | None, at: datetime
) -> Brought:
    """Take all that a file says of a person's accounts; each statement whole or not at all, and what is known already not again.

    Raises FileRefused, and NotYourAccount where none of its accounts is theirs.
    """
    statements = read_statements(source)
    accounts = accounts_of(person, {statement.account for statement in statements})
    if not accounts:
        raise NotYourAccount(statement.account for statement in statements)
    brought = Brought()
    for statement in statements:
        account = accounts.get(statement.account)
        if account is None:
            brought.skipped.append((statement.account, _("This account is none of yours here.")))
        else:
            bring_one(statement, account, brought, file=file, by=by, at=at)
    return brought


def accounts_of(person: Person, stated: Iterable[str]) -> Mapping[str, BankAccount]:
    """A person's accounts by what statements call them; of several, the one in use, or else the last that was."""
    found: dict[str, BankAccount] = {}
    names = set(stated) - {""}
    for account in BankAccount.objects.filter(person=person).order_by("made_at", "pk"):
        for name in {"".join(said.split()) for said in (account.iban, account.stated_as)} & names:
            if name not in found or account.closed_at is None:
                found[name] = account
    return found


def call_account(*, account: BankAccount, stated_as: str) -> BankAccount:
    """Note what the statements of an account call it, where that is not its IBAN."""
    account.stated_as = "".join(one for one in stated_as if one.isprintable() and one != " ")[:LONGEST_NAME]
    account.save(update_fields=["stated_as"])
    return account


@transaction.atomic
def bring_one(
    statement: Statement,
    account: BankAccount,
    brought: Brought,
    *,
    file: str,
    by: Person | None,
    at: datetime,
) -> None:
    """Take one statement. The account is held, so that two files that overlap come one after the other."""
    hold_account(account)
    wanted, skipped = sifted(statement)
    fresh = unknown(account, wanted)
    kept, _made = BankStatement.objects.get_or_create(
        account=account,
        key=key_of(statement),
        defaults={"format": statement.format[:30], "file": file[:200], "by": by, "at": at},
    )
    lines = written(fresh, kept, account)
    pay([line for line in lines if line.state == LineState.PAID], by=None, at=at)
    brought.statements.append(kept)
    brought.lines += lines
    brought.known += len(wanted) - len(fresh)
    brought.skipped += skipped


def key_of(statement: Statement) -> str:
    """What a statement is known by; a long one by its digest."""
    key = statement.key
    return key if len(key) <= LONGEST_KEY else hashlib.sha256(key.encode()).hexdigest()


def sifted(statement: Statement) -> tuple[list[Line], list[tuple[str, str]]]:
    """The lines that may concern a pledge; and those that are only announced, with the reason why they are left out."""
    wanted, announced = list[Line](), list[tuple[str, str]]()
    for line in statement.lines:
        if not line.is_booked:
            said = (
                f"{line.booked_on or line.value_on or ''} {plain(line.amount, line.currency)} {line.currency}"
            )
            announced.append(
                (said.strip(), _("It is only announced. It will come once the bank has booked it."))
            )
        elif line.amount and not line.is_charge and not (line.amount > 0 and line.is_reversal):
            wanted.append(line)
    return wanted, announced


def unknown(account: BankAccount, lines: Sequence[Line]) -> list[Line]:
    """Those of these lines that no file brought before; of those that one did, its other names are kept too.

    A known payment stands for one line only, so that two equal transfers stay two.
    """
    known = known_lines(account, {line.amount for line in lines})
    by_key = {row.key: row for row in known}
    by_name: dict[str, list[BankLine]] = defaultdict(list)
    for row in known:
        for name in row.names:
            by_name[name].append(row)
    met = {line.key: by_key[line.key] for line in lines if line.key in by_key}
    taken = {row.pk for row in met.values()}
    for line in lines:
        found = next(same(line, by_name, taken), None) if line.key not in met else None
        if found is not None:
            met[line.key] = found
            taken.add(found.pk)
    keep_names(lines, met)
    return [line for line in lines if line.key not in met]


def same(line: Line, by_name: Mapping[str, list[BankLine]], taken: set[int]) -> Iterator[BankLine]:
    """The known lines that are this payment, and were not met in this file so far."""
    for name in line.names:
        for row in by_name.get(name, ()):
            if row.pk not in taken and banking.same_payment(row.names, line.names):
                yield row


def keep_names(lines: Sequence[Line], met: Mapping[str, BankLine]) -> None:
    """Let known payments be known by the names that they have in these lines too."""
    changed = []
    for line in lines:
        row = met.get(line.key)
        if row is not None and (more := [name for name in line.names if name not in row.names]):
            row.names = [*row.names, *more]
            changed.append(row)
    update_each(changed, ["names"])


def known_lines(account: BankAccount, amounts: set[int]) -> list[BankLine]:
    """What was brought of this account and has one of these amounts."""
    rows = BankLine.objects.filter(account__person=account.person_id, account__iban=account.iban)
    ordered = sorted(amounts)
    return [
        row
        for start in range(0, len(ordered), AT_ONCE)
        for row in rows.filter(amount__in=ordered[start : start + AT_ONCE]).order_by("pk")
    ]


def written(lines: Sequence[Line], kept: BankStatement, account: BankAccount) -> list[BankLine]:
    """The rows of new lines, with what each is for. Of money that went out, only what concerns a pledge is kept."""
    asked = Asked(account.person)
    rows = []
    for line, match in zip(lines, match_all(asked, lines), strict=True):
        state, because, pledge = LineState.OPEN, match.why, match.pledge
        if line.amount < 0:
            if not line.is_reversal and not match.is_sure:
                continue
            because = Why.TAKEN_BACK if line.is_reversal else Why.WENT_OUT
            pledge = pledge or taken_back_from(account, line)
        elif pledge is not None:
            state = LineState.PAID if match.is_sure else LineState.PROPOSED
        row = BankLine(
            statement=kept,
            account=account,
            key=line.key,
            names=list(line.names),
            amount=line.amount,
            currency=line.currency,
            booked_on=line.booked_on or line.value_on,
            party=line.party_name,
            text="\n".join(filter(None, (line.text, line.note))),
            references=references_in(line, asked.codes),
            state=state,
            pledge_id=pledge,
            because=because,
        )
        rows.append(row)
    return BankLine.objects.bulk_create(rows)


def taken_back_from(account: BankAccount, line: Line) -> int | None:
    """The pledge that was paid by the one payment of this amount and name which a line may take back."""
    rows = BankLine.objects.filter(
        account__person=account.person_id,
        account__iban=account.iban,
        state=LineState.PAID,
        amount=-line.amount,
        currency=line.currency,
    )
    name = words_in(line.party_name)
    found = {row.pledge_id for row in rows if is_same_name(words_in(row.party), name)}
    return found.pop() if len(found) == 1 else None
