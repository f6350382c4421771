"""The figures of a campaign for whoever makes it: day by day, how much hangs on few, what has become of each pledge."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncDate

from parvis.lib.funding.pledges import PledgeMove

from ..actions.offering import rewards_of
from ..models import Campaign, Pledge, PledgeEvent, Reward, Waiting

FEW = 5


@dataclass(frozen=True)
class Day:
    """How many pledges came on a day, what it did to the total, and the total at its end; minor units."""

    on: date
    pledges: int
    change: int
    total: int


def days_of(campaign: Campaign, at: datetime) -> Sequence[Day]:
    """Every day by the clocks of the campaign, from its launch until now or its deadline."""
    if campaign.launched_at is None or campaign.deadline_at is None:
        return []
    zone = ZoneInfo(campaign.zone)
    rows = (
        PledgeEvent.objects.filter(campaign=campaign)
        .exclude(change=0)
        .annotate(on=TruncDate("at", tzinfo=zone))
        .values("on")
        .annotate(sum=Sum("change"), came=Count("pk", filter=Q(move=PledgeMove.CONFIRM)))
    )
    found = {row["on"]: row for row in rows}
    first = campaign.launched_at.astimezone(zone).date()
    last = max([min(at, campaign.deadline_at).astimezone(zone).date(), *found])
    days, total = list[Day](), 0
    for number in range((last - first).days + 1):
        on = first + timedelta(days=number)
        row = found.get(on, {"sum": 0, "came": 0})
        total += row["sum"]
        days.append(Day(on, row["came"], row["sum"], total))
    return days


@dataclass(frozen=True)
class Bar:
    """A day of the drawing, in its own units."""

    x: int
    y: int
    height: int


def bars(days: Sequence[Day], *, step: int = 10, most: int = 60) -> Sequence[Bar]:
    """The days as bars side by side, the busiest as high as `most`."""
    top = max((day.pledges for day in days), default=0) or 1
    heights = [-(-day.pledges * most // top) for day in days]
    return [Bar(number * step, most - height, height) for number, height in enumerate(heights)]


@dataclass(frozen=True)
class Weight:
    """How much of the total hangs on few people, in per cent, and on people who are new here: how many, and per cent."""

    largest: int
    few: int
    new_people: int
    new: int


def weight_of(campaign: Campaign) -> Weight | None:
    """None while nothing is promised."""
    counted = Pledge.objects.filter(campaign=campaign).counted()
    if not campaign.pledged:
        return None
    top = list(counted.order_by("-amount").values_list("amount", flat=True)[:FEW])
    since = campaign.launched_at
    new = counted.filter(person__joined_at__gte=since).aggregate(sum=Sum("amount"), count=Count("pk"))

    def share(amount: int | None) -> int:
        return round(100 * (amount or 0) / campaign.pledged)

    return Weight(share(max(top, default=0)), share(sum(top)), new["count"], share(new["sum"]))


def by_state(campaign: Campaign) -> Sequence[tuple[str, int, int]]:
    """What has become of the pledges that counted: (state, how many, what they come to)."""
    rows = Pledge.objects.filter(campaign=campaign, counted_at__isnull=False).values("state")
    found = rows.annotate(count=Count("pk"), sum=Sum("amount")).order_by("-sum")
    return [(row["state"], row["count"], row["sum"]) for row in found]


def waited_for(campaign: Campaign) -> Sequence[tuple[Reward, int]]:
    """Rewards that are sold out and that some wait for, with how many do."""
    counts = dict(
        Waiting.objects.filter(reward__in=rewards_of(campaign).values("pk"))
        .values_list("reward")
        .annotate(count=Count("pk"))
    )
    rows = rewards_of(campaign).filter(pk__in=counts).order_by("position")
    return [(row, counts[row.pk]) for row in rows]
