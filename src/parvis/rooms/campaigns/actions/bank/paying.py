"""What comes of a payment that is known to be for a pledge: it is paid, in part or whole; what is more is owed to whoever sent it."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain

from parvis.core.audiences.actions import join
from parvis.core.people.models import Person
from parvis.lib.funding.pledges import PledgeMove, PledgeState

from ...billing import PAYABLE, due_of
from ...models import Account, BankAccount, BankLine, Campaign, LineState, Pledge, Way, Why
from ..booking import Booking, book, came, give_receipts
from ..locking import held
from ..moving import Step, apply
from ..writing import update_each

NEVER_ASKED = (
    PledgeState.STARTED,
    PledgeState.EXPIRED,
    PledgeState.ACTIVE,
    PledgeState.WITHDRAWN,
    PledgeState.REMOVED,
    PledgeState.VOIDED,
)


@dataclass
class Round:
    """What is written together: at most one line of each pledge."""

    steps: list[Step] = field(default_factory=list)
    bookings: list[Booking] = field(default_factory=list)
    paid: dict[int, list[Pledge]] = field(default_factory=lambda: defaultdict(list))
    collected: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    back: list[Pledge] = field(default_factory=list)


def hold_account(account: BankAccount) -> None:
    """Let nobody else decide on payments to an account before this transaction ends: first the account, then campaigns, then lines."""
    rows = BankAccount.objects.filter(person=account.person_id, iban=account.iban).order_by("pk")
    list(rows.select_for_update(no_key=True).values_list("pk"))


def hold_campaigns_of(pledges: Collection[int]) -> dict[int, Campaign]:
    """The campaigns of these pledges, each held, in one order whoever asks."""
    numbers = set(Pledge.objects.filter(pk__in=pledges).values_list("campaign_id", flat=True))
    rows = Campaign.objects.unguarded("held one after another").filter(pk__in=numbers).order_by("pk")
    return {campaign.pk: held(campaign) for campaign in rows}


def pay(lines: Sequence[BankLine], *, by: Person | None, at: datetime) -> None:
    """Let each of these lines pay its pledge; their `because` says why. What belongs to no pledge stays open, and is in the books as owed.

    A line that is in the books already as owed (`over`) pays from there. Must run in a transaction.
    """
    numbers = {line.pledge_id for line in lines if line.pledge_id is not None}
    campaigns = hold_campaigns_of(numbers)
    pledges = Pledge.objects.in_bulk(numbers)
    for some in rounds(lines):
        work = Round()
        for line in some:
            line.pledge = pledges[line.pledge_id or 0]
            take(line, line.pledge, campaigns[line.pledge.campaign_id], work, by)
        write(work, campaigns, at)
    update_each(lines, ["state", "pledge", "because", "over"])


def rounds(lines: Sequence[BankLine]) -> Iterator[list[BankLine]]:
    """The first line of each pledge, then the second of each, and so on."""
    waiting: dict[int, list[BankLine]] = defaultdict(list)
    for line in lines:
        waiting[line.pledge_id or 0].append(line)
    for at in range(max(map(len, waiting.values()), default=0)):
        yield list(chain.from_iterable(some[at : at + 1] for some in waiting.values()))


def why_not(line: BankLine, pledge: Pledge, campaign: Campaign) -> Why | None:
    """Why a line cannot pay a pledge; None when it can."""
    if line.currency != campaign.currency:
        return Why.CURRENCY
    if pledge.state in NEVER_ASKED or pledge.way != Way.BANK:
        return Why.NOT_ASKED
    if pledge.state not in PAYABLE:
        return Why.SECOND
    if pledge.state == PledgeState.DROPPED and line.amount < due_of(pledge):
        return Why.LATE
    return None


def take(line: BankLine, pledge: Pledge, campaign: Campaign, work: Round, by: Person | None) -> None:
    """What one line does: to its pledge, to the books, and to itself."""
    was_owed = line.over
    refused = why_not(line, pledge, campaign)
    used = 0 if refused is not None else min(line.amount, due_of(pledge))
    line.over = line.amount - used
    line.state = LineState.PAID if used else LineState.OPEN
    line.because = refused or line.because
    source = Account.UNALLOCATED if was_owed else Account.BANK
    legs = {source: line.amount, Account.PLEDGES: -used}
    legs[Account.UNALLOCATED] = legs.get(Account.UNALLOCATED, 0) - line.over
    if any(legs.values()):
        key = f"line:{line.pk}" if not was_owed else f"allocated:{line.pk}"
        what = "came" if not was_owed else "allocated"
        booking = Booking(
            key=key, what=what, campaign=campaign, pledge=pledge, legs=legs, currency=line.currency
        )
        work.bookings.append(booking)
    if used:
        pay_part_or_all(pledge, used, work, by)


def pay_part_or_all(pledge: Pledge, used: int, work: Round, by: Person | None) -> None:
    """Note what came for a pledge; once it is whole, it is paid, and whoever was dropped is a backer again."""
    received = pledge.received + used
    is_whole = received == pledge.amount
    if is_whole:
        work.paid[pledge.campaign_id].append(pledge)
        if pledge.state == PledgeState.DROPPED:
            work.back.append(pledge)
    move = PledgeMove.PAY if is_whole else PledgeMove.PAY_PART
    work.steps.append(Step(pledge=pledge, move=move, by=by, fields={"received": received}))
    work.collected[pledge.campaign_id] += used


def write(work: Round, campaigns: Mapping[int, Campaign], at: datetime) -> None:
    """Write a round down."""
    apply(work.steps, at=at)
    book(work.bookings, at=at)
    for number, pledges in sorted(work.paid.items()):
        give_receipts(pledges, creator=campaigns[number].creator, at=at)
    for number, collected in sorted(work.collected.items()):
        came(campaigns[number], collected=collected)
    for pledge in work.back:
        assert pledge.person is not None
        join(group=campaigns[pledge.campaign_id].group, person=pledge.person, by=None, at=at)
