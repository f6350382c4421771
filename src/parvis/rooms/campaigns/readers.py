"""For whom news of a campaign is: everyone, its backers, or those who have some of its rewards."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Count

from parvis.core.audiences.actions import Expression, audience_for, expression_of
from parvis.core.audiences.choices import AudienceChoice
from parvis.core.audiences.models import PUBLIC, Audience, Membership
from parvis.core.audiences.rule import microseconds
from parvis.core.audiences.words import Said, said

from .models import Campaign, Reward


class To(StrEnum):
    EVERYONE = "everyone"
    BACKERS = "backers"
    REWARDS = "rewards"
    KEPT = "kept"
    """Whom its author has chosen elsewhere."""


@dataclass(frozen=True)
class Readers:
    """A choice; of rewards, which. `kept` is the audience that stays as it is."""

    to: To
    rewards: Sequence[Reward] = ()
    kept: Audience | None = None


@dataclass(frozen=True)
class Counted:
    """A reward, and how many people have it."""

    reward: Reward
    title: str
    people: int


def rewards_had(campaign: Campaign, language: str) -> Sequence[Counted]:
    """The rewards of one's own campaign that somebody has or has had, in their order."""
    rows = Reward.objects.unguarded("rewards of one's own campaign").filter(campaign=campaign)
    had = rows.exclude(group=None).order_by("is_addon", "position", "price", "pk")
    counts = counts_of([one.group_id for one in had if one.group_id is not None])
    return [Counted(one, one.said("title", language), counts.get(one.group_id or 0, 0)) for one in had]


def counts_of(groups: Collection[int]) -> dict[int, int]:
    """How many people are in each of these groups; none: left out."""
    rows = Membership.objects.letting_in().filter(group__in=groups, person__suspended_at=None)
    return dict(
        rows.filter(person__erased_at=None)
        .values("group")
        .annotate(people=Count("pk"))
        .values_list("group", "people")
    )


def groups_of(readers: Readers, campaign: Campaign) -> frozenset[int]:
    """The groups that are let in."""
    match readers.to:
        case To.EVERYONE:
            return frozenset({PUBLIC})
        case To.BACKERS:
            return frozenset({campaign.group_id})
    return frozenset(one.group_id for one in readers.rewards if one.group_id is not None)


def audience_of(readers: Readers, campaign: Campaign) -> Audience:
    """The audience that a choice means."""
    if readers.kept is not None:
        return readers.kept
    return audience_for(expression=Expression(groups_of(readers, campaign)), owner=campaign.creator)


def in_words(readers: Readers, campaign: Campaign, at: datetime) -> Said:
    """The sentence before the button, with the number and the names."""
    if readers.kept is not None:
        choice = AudienceChoice.of(readers.kept, campaign.creator)
    elif readers.to == To.EVERYONE:
        choice = AudienceChoice.simple("everyone")
    else:
        groups = groups_of(readers, campaign)
        choice = AudienceChoice("circle" if len(groups) == 1 else "custom", groups)
    return said(choice, campaign.creator, microseconds(at))


def chosen(audience: Audience | None, campaign: Campaign) -> Readers | None:
    """The choice that an audience was; None for none so far."""
    if audience is None:
        return None
    if audience.is_public:
        return Readers(To.EVERYONE)
    expression = expression_of(audience)
    rewards = Reward.objects.unguarded("rewards of one's own campaign").filter(campaign=campaign)
    found = list(rewards.filter(group__in=expression.include))
    for readers in (Readers(To.BACKERS), Readers(To.REWARDS, found)):
        if audience_of(readers, campaign).pk == audience.pk and (found or readers.to == To.BACKERS):
            return readers
    return Readers(To.KEPT, kept=audience)
