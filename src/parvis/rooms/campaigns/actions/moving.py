"""What happens to pledges and campaigns: the one door to their states, and what is written down of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import F, Max

from parvis.core.people.models import Person
from parvis.lib.funding.campaigns import CAMPAIGNS, CampaignMove, CampaignState
from parvis.lib.funding.pledges import BACKING, PLEDGES, PledgeMove, PledgeState

from ..models import Campaign, Passed, Pledge, PledgeEvent
from .backing import mirror
from .letting_go import let_go
from .writing import add_each

S = PledgeState
PAYS_NO_MORE = frozenset(
    {S.EXPIRED, S.WITHDRAWN, S.REMOVED, S.VOIDED, S.DROPPED, S.REFUNDED, S.DISPUTED, S.CHARGED_BACK}
)
"""What is never debited again: how it would have been paid is forgotten."""
IN_STEPS = ("campaign", "person", "state", "events", "amount", "received", "attempts", "next_try", "method")
"""What is read of a pledge to let something happen to it: the rest of a long row costs more than the step."""


class Overtaken(RuntimeError):
    """Something else happened to a pledge meanwhile; nothing was written, and the work is to be begun anew."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing that happens to one pledge. `change` is what it does to its campaign's total; `fields` are written too.

    Values of `fields` may be expressions; then the object at hand keeps what it had. `amount` is what the pledge comes to after it.
    """

    pledge: Pledge
    move: PledgeMove
    change: int = 0
    amount: int | None = None
    by: Person | None = None
    because: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)


def apply(steps: Iterable[Step], *, at: datetime) -> None:
    """Let these things happen, each to a pledge that is as we know it. Raises Overtaken, and NoSuchMove.

    What changes nothing, told late or again, is left out. Whoever backs a campaign by it from now on, or does no more, is
    put into its groups or taken out of them.
    """
    ways: dict[tuple[str, str, frozenset[tuple[str, Any]]], list[Step]] = {}
    events, gone = [], []
    crossed: dict[int, set[int]] = {}
    for step in steps:
        pledge, before = step.pledge, PledgeState(step.pledge.state)
        after = PLEDGES.after(before, step.move)
        if after == before and (before, step.move) in PLEDGES.known:
            continue
        amount = pledge.amount if step.amount is None else step.amount
        fields = {**step.fields, "state": str(after), "state_at": at}
        if step.amount is not None:
            fields["amount"] = step.amount
        if after in PAYS_NO_MORE and pledge.method:
            gone.append((pledge, pledge.method))
            fields["method"] = ""
        ways.setdefault((str(before), str(after), frozenset(fields.items())), []).append(step)
        events.append(event_of(step, before, after, amount))
        if (before in BACKING) != (after in BACKING) and pledge.person_id is not None:
            crossed.setdefault(pledge.campaign_id, set()).add(pledge.person_id)
    for (was, _after, written), some in ways.items():
        write(some, was, dict(written))
    let_go(gone, at=at)
    for campaign in Campaign.held.select_related("publication__author", "source").filter(pk__in=crossed):
        mirror(campaign=campaign, people=crossed[campaign.pk], at=at)
    add_each(PledgeEvent, events, at=at)


def event_of(step: Step, before: PledgeState, after: PledgeState, amount: int) -> Mapping[str, Any]:
    return {
        "pledge_id": step.pledge.pk,
        "campaign_id": step.pledge.campaign_id,
        "number": step.pledge.events + 1,
        "by_id": step.by and step.by.pk,
        "move": step.move,
        "before": before,
        "after": after,
        "amount": amount,
        "change": step.change,
        "because": step.because,
    }


def write(steps: Sequence[Step], before: str, fields: Mapping[str, Any]) -> None:
    """Write the same into these pledges, which must still be as they were."""
    numbers = [step.pledge.pk for step in steps]
    here = Pledge.objects.filter(pk__in=numbers, state=before)
    if here.update(**fields, events=F("events") + 1) != len(numbers):
        raise Overtaken
    for step in steps:
        step.pledge.events += 1
        for name, value in fields.items():
            if not hasattr(value, "resolve_expression"):
                setattr(step.pledge, name, value)


def begin(pledge: Pledge, *, at: datetime, by: Person | None) -> PledgeEvent:
    """Write down that a pledge was started."""
    return PledgeEvent.objects.create(
        pledge=pledge,
        campaign_id=pledge.campaign_id,
        number=1,
        at=at,
        by=by,
        move="start",
        after=pledge.state,
        amount=pledge.amount,
    )


def pass_on(
    campaign: Campaign,
    move: CampaignMove,
    *,
    at: datetime,
    by: Person | None = None,
    because: str = "",
    terms: str = "",
    **fields: Any,
) -> Passed:
    """Let something happen to a campaign that is held, for a reason that everyone reads. Raises NoSuchMove."""
    before = CampaignState(campaign.state)
    after = CAMPAIGNS.after(before, move)
    for name, value in (fields | {"state": str(after), "state_at": at, "because": because}).items():
        setattr(campaign, name, value)
    campaign.save(update_fields=[*fields, "state", "state_at", "because"])
    return note(campaign, move, before=before, after=after, at=at, by=by, because=because or terms)


def note(
    campaign: Campaign,
    move: str,
    *,
    before: str,
    after: str,
    at: datetime,
    by: Person | None = None,
    because: str = "",
) -> Passed:
    """Write down what happened to a campaign, and what was promised then."""
    last = Passed.objects.filter(campaign=campaign).aggregate(last=Max("number"))["last"] or 0
    return Passed.objects.create(
        campaign=campaign,
        number=last + 1,
        at=at,
        by=by,
        move=str(move),
        before=str(before),
        after=str(after),
        pledged=campaign.pledged,
        because=because,
    )
