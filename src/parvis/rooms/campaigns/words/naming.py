"""Who backs a campaign, as each of them wished to be named; amounts never stand beside names."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import ngettext

from parvis.core.audiences.words import listed
from parvis.lib.funding.pledges import BACKING, PledgeState

from ..models import Campaign, Pledge, Shown
from . import wording

ON_ITS_PAGE = 40


@dataclass(frozen=True, kw_only=True)
class Named:
    """Names of backers in the order in which they came. `others` says how many more there are: those who are not named, and those beyond the list."""

    names: Sequence[str]
    others: str
    goes_on: bool = False

    def in_a_row(self) -> str:
        """All of them in one sentence: a, b and 12 other people."""
        return listed([*self.names, *([self.others] if self.others else [])])


def willing(campaign: Campaign) -> QuerySet[Pledge]:
    """Pledges whose backers wish to be named, while they are backers; of a campaign that came to nothing, those who were."""
    stands = [*map(str, BACKING), str(PledgeState.VOIDED)]
    rows = Pledge.objects.filter(campaign=campaign, state__in=stands, counted_at__isnull=False)
    return rows.exclude(shown=Shown.HIDDEN).exclude(name="").order_by("number")


def named(campaign: Campaign, *, start: int = 0, most: int = ON_ITS_PAGE) -> Named:
    """Some of the names, from one on."""
    rows = list(willing(campaign).values_list("name", "shown")[start : start + most + 1])
    names = [shown_as(name, how) for name, how in rows[:most]]
    rest = max(campaign.backers - start - len(names), 0)
    said = ngettext("%(count)s other person", "%(count)s other people", rest)
    if not names and not start:
        said = ngettext("%(count)s person", "%(count)s people", rest)
    return Named(
        names=names,
        others=said % {"count": wording.counted(rest)} if rest else "",
        goes_on=len(rows) > most,
    )


def shown_as(name: str, how: str) -> str:
    """A name as its bearer wished it: whole, the first of its words, or "" for nothing."""
    words = name.split()
    if how == Shown.HIDDEN or not words:
        return ""
    return words[0] if how == Shown.FIRST else " ".join(words)
