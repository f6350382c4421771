"""Does everything still add up? Fourteen things that must always be so, each asked of the database in a few statements."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import (
    BigIntegerField,
    CharField,
    Count,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parvis.core.audiences.models import Membership
from parvis.core.delivery.models import Mail
from parvis.lib.funding import Outcome, outcome
from parvis.lib.funding.campaigns import ENDED, CampaignState, Collection
from parvis.lib.funding.pledges import BACKING, COUNTED, HOLDING, SETTLED, PledgeState

from .actions.closing import digest_of
from .models import (
    Account,
    Attempt,
    AttemptState,
    BankLine,
    Campaign,
    Entry,
    Leg,
    LineState,
    Passed,
    Pledge,
    PledgeEvent,
    PledgeItem,
    Refund,
    RefundState,
    Reward,
)

LATE = timedelta(minutes=2)
UNANSWERED = timedelta(hours=24)
UNTOLD = timedelta(minutes=15)


@dataclass(frozen=True)
class Violation:
    """Something that is not as it must be: the number of the invariant, and what was found where."""

    invariant: int
    words: str


@dataclass(frozen=True)
class Invariant:
    """One thing that must always be so; `violations` finds what is not, at a moment."""

    number: int
    title: object
    violations: Callable[[datetime], Iterator[str]]


def campaigns() -> QuerySet[Campaign]:
    return Campaign.objects.unguarded("the audit shows numbers to whoever runs the house")


def rewards() -> QuerySet[Reward]:
    return Reward.objects.unguarded("the audit shows numbers to whoever runs the house")


def pledges(campaign: Campaign) -> QuerySet[Pledge]:
    return Pledge.objects.filter(campaign=campaign)


def total_of(rows: QuerySet[Pledge]) -> int:
    return rows.aggregate(sum=Sum("amount"))["sum"] or 0


def totals(at: datetime) -> Iterator[str]:
    """The total that everyone reads is the sum of what counts, and of all that ever changed it."""
    for campaign in campaigns().exclude(launched_at=None):
        changes = PledgeEvent.objects.filter(campaign=campaign).aggregate(sum=Sum("change"))["sum"] or 0
        if changes != campaign.pledged:
            yield f"{campaign}: {campaign.pledged} ≠ {changes}"
        counted = pledges(campaign).filter(state__in=[*map(str, COUNTED)])
        if campaign.is_running and total_of(counted) != campaign.pledged:
            yield f"{campaign}: {campaign.pledged} ≠ {total_of(counted)}"
        if campaign.is_running and counted.count() != campaign.backers:
            yield f"{campaign}: {campaign.backers} ≠ {counted.count()}"


def slots(at: datetime) -> Iterator[str]:
    """Of each reward as many are taken as pledges hold, and never more than there are."""
    holding = Pledge.objects.filter(state__in=[*map(str, HOLDING)])
    base = dict(
        holding.exclude(reward=None).values("reward").annotate(many=Count("pk")).values_list("reward", "many")
    )
    items = PledgeItem.objects.filter(pledge__in=holding).values("reward").annotate(many=Sum("quantity"))
    added = dict(items.values_list("reward", "many"))
    for reward in rewards():
        held = base.get(reward.pk, 0) + added.get(reward.pk, 0)
        if held != reward.taken or (reward.limit is not None and reward.taken > reward.limit):
            yield f"{reward}: {reward.taken} ≠ {held} ≤ {reward.limit}"


def outcomes(at: datetime) -> Iterator[str]:
    """A campaign succeeded if and only if the goal was promised by the deadline, and its list still says so."""
    for campaign in campaigns().filter(state__in=[CampaignState.SUCCESSFUL, CampaignState.FAILED]):
        total = campaign.decided_total or 0
        expected = outcome(total, campaign.goal)
        if expected != Outcome(campaign.state):
            yield f"{campaign}: {total} / {campaign.goal} → {campaign.state}"
        events = PledgeEvent.objects.filter(campaign=campaign, at__lte=campaign.decided_at)
        changed = events.aggregate(sum=Sum("change"))["sum"] or 0
        if changed != total:
            yield f"{campaign}: {total} ≠ {changed}"
        if digest_of(campaign) != campaign.decided_digest:
            yield f"{campaign}: {campaign.decided_digest[:12]} ≠ {digest_of(campaign)[:12]}"


def nothing_early(at: datetime) -> Iterator[str]:
    """Nobody was debited, and nobody got a bill, for a campaign that has not succeeded."""
    others = campaigns().exclude(state=CampaignState.SUCCESSFUL).values("pk")
    for attempt in Attempt.objects.filter(campaign__in=others):
        yield f"{attempt}"
    for pledge in Pledge.objects.filter(campaign__in=others, billed_at__isnull=False):
        yield f"{pledge}"


def debited_once(at: datetime) -> Iterator[str]:
    """Nobody keeps two debits, and no pledge has brought more than was promised."""
    owed = Refund.objects.filter(is_owed=True).exclude(state=RefundState.REFUSED).values("attempt")
    twice = (
        Attempt.objects.filter(state=AttemptState.COLLECTED)
        .exclude(pk__in=owed)
        .values("pledge")
        .annotate(many=Count("pk"))
        .filter(many__gt=1)
    )
    for number in twice.values_list("pledge", flat=True):
        yield f"#{number}"
    wrong = Pledge.objects.exclude(returned__gte=0, returned__lte=F("received"), received__lte=F("amount"))
    yield from map(str, wrong)


def books(at: datetime) -> Iterator[str]:
    """Each entry comes to nothing, and the accounts say what campaigns and pledges say."""
    uneven = Entry.objects.values("pk", "legs__currency").annotate(sum=Sum("legs__amount")).exclude(sum=0)
    for row in uneven:
        yield f"#{row['pk']} {row['legs__currency']} {row['sum']}"
    came = -Sum("legs__amount", filter=Q(legs__account=Account.PLEDGES))
    by_pledge = Entry.objects.filter(pledge=OuterRef("pk")).values("pledge").annotate(sum=came).values("sum")
    kept = Pledge.objects.annotate(booked=Coalesce(Subquery(by_pledge), 0))
    for pledge in kept.exclude(booked=F("received") - F("returned")):
        yield f"{pledge}: {pledge.received} − {pledge.returned}"
    for campaign in campaigns().exclude(launched_at=None):
        rows = pledges(campaign).aggregate(received=Sum("received"), returned=Sum("returned"))
        sums = (rows["received"] or 0, rows["returned"] or 0)
        if sums != (campaign.collected, campaign.returned):
            yield f"{campaign}: {campaign.collected} − {campaign.returned} ≠ {sums[0]} − {sums[1]}"


def with_the_outside(at: datetime) -> Iterator[str]:
    """What the provider and the bank told us is in the books, and nothing else is."""
    collected = Attempt.objects.filter(state=AttemptState.COLLECTED).annotate(
        currency=KT("charge__currency"),
        told=Cast(KT("outcome__received"), BigIntegerField()),
        booked=booked("collected", Account.PROVIDER),
    )
    yield from map(str, collected.exclude(booked=F("told")))
    credited = BankLine.objects.filter(Q(state=LineState.PAID) | Q(over__gt=0)).annotate(
        booked=booked("line", Account.BANK)
    )
    yield from map(str, credited.exclude(booked=F("amount")))
    for kind, rows in (("collected", collected), ("line", credited)):
        many = Entry.objects.filter(key__startswith=f"{kind}:").count()
        if rows.count() != many:
            yield f"{kind}: {rows.count()} ≠ {many}"


def booked(kind: str, account: Account) -> Coalesce:
    """What the one entry of this kind about a row says of an account, in its currency; 0 where there is none."""
    key = Concat(Value(f"{kind}:"), Cast(OuterRef("pk"), CharField()))
    legs = Leg.objects.filter(entry__key=key, account=account, currency=OuterRef("currency"))
    return Coalesce(Subquery(legs.values("amount")), 0)


def all_settled(at: datetime) -> Iterator[str]:
    """Where the collection is closed, every pledge has ended in one of the ways in which one can."""
    closed = campaigns().filter(collection__in=[Collection.CLOSED, Collection.UNDONE]).values("pk")
    open_ones = Pledge.objects.filter(campaign__in=closed).exclude(state__in=[*map(str, SETTLED)])
    yield from map(str, open_ones)


def alive(at: datetime) -> Iterator[str]:
    """No campaign runs past its deadline, no debit waits for an answer for long, nobody waits for a letter."""
    late = campaigns().filter(state=CampaignState.LIVE, deadline_at__lt=at - LATE)
    yield from map(str, late)
    stuck = Attempt.objects.filter(
        Q(state=AttemptState.HELD) | Q(state=AttemptState.PREPARED, prepared_at__lt=at - UNANSWERED)
    )
    yield from map(str, stuck)
    yield from map(str, PledgeEvent.objects.filter(told_at=None, at__lt=at - UNTOLD)[:5])


def frozen(at: datetime) -> Iterator[str]:
    """Since its launch no campaign has another goal, currency, zone or deadline."""
    for campaign in campaigns().exclude(launched_at=None):
        launched = Passed.objects.filter(campaign=campaign, move="launch")
        if launched.count() != 1 or launched.get().at != campaign.launched_at:
            yield f"{campaign}: {campaign.launched_at}"
        if launched.count() == 1 and launched.get().because != campaign.terms():
            yield f"{campaign}: {campaign.terms()} ≠ {launched.get().because}"


def told_once(at: datetime) -> Iterator[str]:
    """Nobody got one letter twice."""
    twice = Mail.objects.filter(letter__startswith="campaigns.").values("key").annotate(many=Count("pk"))
    for row in twice.filter(many__gt=1):
        yield f"{row['key']}"


def in_order(at: datetime) -> Iterator[str]:
    """Pledges are numbered without a gap, and what happened to each is written down in order."""
    for campaign in campaigns().exclude(last_number=0):
        rows = pledges(campaign).aggregate(many=Count("pk"), last=Max("number"))
        if not rows["many"] == rows["last"] == campaign.last_number:
            yield f"{campaign}: {rows['many']}, {rows['last']} ≠ {campaign.last_number}"
    history = (
        PledgeEvent.objects.filter(pledge=OuterRef("pk"))
        .values("pledge")
        .annotate(many=Count("pk"), last=Max("number"))
    )
    counted = Pledge.objects.annotate(
        many=Coalesce(Subquery(history.values("many")), 0), last=Coalesce(Subquery(history.values("last")), 0)
    )
    yield from map(str, counted.exclude(many=F("events"), last=F("events")))


def backers(at: datetime) -> Iterator[str]:
    """The backers who read what is for them are those whose pledges count or were paid."""
    # Where its creator left with their words, there is nothing to be read any more.
    for campaign in campaigns().filter(publication__deleted_at=None).exclude(launched_at=None):
        members = set(Membership.objects.filter(group=campaign.group_id).values_list("person_id", flat=True))
        backing = pledges(campaign).filter(state__in=[*map(str, BACKING)])
        if campaign.state in ENDED - {CampaignState.SUCCESSFUL}:
            backing = backing.exclude(state=PledgeState.ACTIVE)
            members -= set(
                pledges(campaign).filter(state=PledgeState.ACTIVE).values_list("person_id", flat=True)
            )
        # Who left reads nothing any more; what they paid stays in the books.
        should = set(backing.filter(person__erased_at=None).values_list("person_id", flat=True))
        if members != should:
            yield f"{campaign}: {sorted(members ^ should)[:5]}"


def private(at: datetime) -> Iterator[str]:
    """Every pledge belongs to somebody, and counts only once its address was shown to be theirs."""
    counted = Pledge.objects.filter(state__in=[*map(str, BACKING)])
    yield from map(str, counted.filter(Q(person=None) | Q(address_proved_at=None)))


INVARIANTS = (
    Invariant(1, gettext_lazy("totals are what was promised"), totals),
    Invariant(2, gettext_lazy("rewards are held by pledges"), slots),
    Invariant(3, gettext_lazy("the goal decided"), outcomes),
    Invariant(4, gettext_lazy("nothing was debited before success"), nothing_early),
    Invariant(5, gettext_lazy("nobody was debited twice"), debited_once),
    Invariant(6, gettext_lazy("the books balance"), books),
    Invariant(7, gettext_lazy("bank and provider say the same"), with_the_outside),
    Invariant(8, gettext_lazy("what is closed is settled"), all_settled),
    Invariant(9, gettext_lazy("nothing is stuck"), alive),
    Invariant(10, gettext_lazy("goals and deadlines stand"), frozen),
    Invariant(11, gettext_lazy("each letter went once"), told_once),
    Invariant(12, gettext_lazy("pledges and events are in order"), in_order),
    Invariant(13, gettext_lazy("backers are those who pledged"), backers),
    Invariant(14, gettext_lazy("each pledge is somebody’s"), private),
)


def audit(at: datetime) -> Iterator[Violation]:
    """What is not as it must be, the first invariant first."""
    for invariant in INVARIANTS:
        for words in invariant.violations(at):
            yield Violation(invariant.number, words)


def said(violation: Violation) -> str:
    """A violation in a sentence."""
    title = next(one.title for one in INVARIANTS if one.number == violation.invariant)
    return _("%(number)d (%(title)s) does not hold: %(words)s") % {
        "number": violation.invariant,
        "title": title,
        "words": violation.words,
    }
