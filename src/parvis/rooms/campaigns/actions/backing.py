"""Who backs a campaign, and who has which of its rewards: groups that say what the pledges say, written with them."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from parvis.core.audiences.actions import group_of
from parvis.core.audiences.models import Group, Membership
from parvis.core.delivery.actions import subscribe
from parvis.core.delivery.models import Channel, Subscription
from parvis.core.people.models import Person
from parvis.core.stream.actions import unfollow
from parvis.core.stream.models import Follow
from parvis.lib.funding.pledges import BACKING

from ..models import HAVE_REWARD, Campaign, Pledge, Reward
from .rewards import taken_by


def mirror(*, campaign: Campaign, people: Collection[int], at: datetime) -> None:
    """Put these people into the groups that their pledges stand for now, and out of the others.

    Whoever comes to back it is told by mail of what the campaign publishes, unless they follow it in a way of their own already.
    """
    if not people:
        return
    pledges = list(
        Pledge.objects.filter(campaign=campaign, person__in=people, state__in=[*map(str, BACKING)])
        .select_related("person")
        .prefetch_related("items")
    )
    of_rewards = groups_of_rewards(campaign, {number for one in pledges for number in taken_by(one)}, at)
    wanted = {
        (group, one.person_id)
        for one in pledges
        if one.person_id is not None
        for group in (campaign.group_id, *(of_rewards[number] for number in taken_by(one)))
    }
    groups = {campaign.group_id, *of_rewards.values()}
    there = Membership.objects.filter(group__in=groups, person__in=people)
    had = {(group, person): pk for pk, group, person in there.values_list("pk", "group_id", "person_id")}
    gone = had.keys() - wanted
    Membership.objects.filter(pk__in=[had[one] for one in gone]).delete()
    Membership.objects.bulk_create(
        Membership(group_id=group, person_id=person, added_at=at)
        for group, person in sorted(wanted - had.keys())
    )
    new = {person for group, person in wanted - had.keys() if group == campaign.group_id}
    tell(campaign, [one.person for one in pledges if one.person_id in new and one.person is not None], at)
    tell_no_more(campaign, {person for group, person in gone if group == campaign.group_id})


def groups_of_rewards(campaign: Campaign, needed: Iterable[int], at: datetime) -> Mapping[int, int]:
    """The groups of all rewards of a campaign that have one, by their numbers; those that are needed have one from now on."""
    rewards = Reward.objects.unguarded("who has it is kept with the pledges").filter(campaign=campaign)
    found = dict(rewards.exclude(group=None).values_list("pk", "group_id"))
    for reward in rewards.filter(pk__in=set(needed) - found.keys()):
        found[reward.pk] = group_of_reward(reward, campaign, at).pk
    return found


def group_of_reward(reward: Reward, campaign: Campaign, at: datetime) -> Group:
    """The group of those who have a reward, named as it is named now."""
    title = reward.said("title", campaign.publication.language)[:80]
    if reward.group is None:
        reward.group = group_of(kind=HAVE_REWARD, owner=campaign.creator, label=title, at=at)
        reward.save(update_fields=["group"])
    elif reward.group.label != title:
        reward.group.label = title
        reward.group.save(update_fields=["label"])
    return reward.group


def tell(campaign: Campaign, people: Iterable[Person], at: datetime) -> None:
    """Have what a campaign publishes come by mail to those of these people who do not follow it yet."""
    people = list(people)
    if not people:
        return
    follows = Follow.objects.filter(source=campaign.source, person__in=people)
    have_chosen = set(follows.values_list("person_id", flat=True))
    for person in people:
        if person.pk not in have_chosen:
            subscribe(person=person, source=campaign.source, channel=Channel.MAIL, at=at)


def tell_no_more(campaign: Campaign, people: Collection[int]) -> None:
    """Whoever takes a pledge back gets no more mails because of it; what they chose themselves stays.

    A subscription that a pledge began has its very moment. Once a campaign has ended nobody takes anything back, and who
    backed it may still want to hear what becomes of it.
    """
    if not people or campaign.has_ended:
        return
    rows = Subscription.objects.filter(
        channel=Channel.MAIL, follow__source=campaign.source, follow__person__in=people
    )
    begun = Pledge.objects.filter(campaign=campaign, person__in=people).exclude(counted_at=None)
    moments = set(begun.values_list("person_id", "counted_at"))
    for one in rows.select_related("follow__person", "follow__source"):
        if (one.follow.person_id, one.at) in moments:
            unfollow(person=one.follow.person, source=one.follow.source)
