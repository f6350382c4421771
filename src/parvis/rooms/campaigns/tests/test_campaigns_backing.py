"""Who backs a campaign, and who has which reward: at every moment what the pledges say (I13), and who is told by mail."""

import pytest

from parvis.conftest import AT, make_person
from parvis.core.audiences.models import Membership
from parvis.core.delivery.actions import subscribe
from parvis.core.delivery.models import Channel, Subscription
from parvis.core.stream.actions import follow
from parvis.core.stream.models import Follow
from parvis.lib.funding.pledges import BACKING, PledgeMove
from parvis.rooms.campaigns.actions import counting, pledging
from parvis.rooms.campaigns.actions.locking import held
from parvis.rooms.campaigns.actions.moving import Step, apply
from parvis.rooms.campaigns.models import Pledge, Reward
from parvis.rooms.campaigns.tests.makers import Hands, backer, make_campaign, make_pledge, make_reward, settle
from parvis.rooms.campaigns.wishes import Wish

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock():
    return Hands()


def inside(group):
    return set(Membership.objects.filter(group=group).values_list("person_id", flat=True))


def agree(campaign):
    """Whether every group of a campaign holds whom its pledges name, and nobody else; and how many back it."""
    backing = list(Pledge.objects.filter(campaign=campaign, state__in=[*map(str, BACKING)]))
    assert inside(campaign.group_id) == {one.person_id for one in backing}
    for reward in Reward.objects.unguarded("a test").filter(campaign=campaign):
        have = {
            one.person_id
            for one in backing
            if one.reward_id == reward.pk or one.items.filter(reward=reward).exists()
        }
        assert (inside(reward.group_id) if reward.group_id else set()) == have
    return len(backing)


class TestMirror:
    def test_follows_each_pledge_until_the_deadline(self, alice, clock):
        campaign = make_campaign(alice)
        book, bag = make_reward(campaign), make_reward(campaign, is_addon=True, title="Un sac", price=5_00)
        card = make_reward(campaign, title="Une carte", price=3_00)
        first = make_pledge(campaign, reward=book, additions={bag.pk: 1})
        second = make_pledge(campaign, amount=20_00, card="pm_card_visa")
        guest = make_pledge(campaign, reward=card, by=backer(name="Gaston"))
        assert agree(campaign) == 2
        counting.prove_address(pledge=guest, clock=clock)
        assert agree(campaign) == 3
        pledging.change(pledge=first, wish=Wish(reward=card, extra=2_00), agreed="", clock=clock)
        assert agree(campaign) == 3
        pledging.withdraw(pledge=first, clock=clock)
        assert agree(campaign) == 2
        pledging.remove(pledge=second, by=alice, because="…", clock=clock)
        assert agree(campaign) == 1
        make_pledge(campaign, first.person, reward=book, form="again")
        assert agree(campaign) == 2

    def test_keeps_whoever_backs_it_when_an_unfinished_pledge_of_theirs_runs_out(self, alice, bob, clock):
        campaign = make_campaign(alice)
        unfinished = pledging.pledge(
            campaign=campaign,
            wish=Wish(extra=5_00, way="card"),
            backer=backer(bob),
            form="…",
            agreed="",
            clock=clock,
        )
        make_pledge(campaign, bob, 10_00)
        counting.expire(pledge=unfinished, at=clock.pass_by(hours=1))
        assert agree(campaign) == 1

    def test_lets_go_of_everyone_when_the_goal_is_missed(self, alice, clock):
        campaign = make_campaign(alice, goal=1_000_00)
        make_pledge(campaign, reward=make_reward(campaign))
        clock.at = campaign.deadline_at
        settle(clock)
        assert agree(campaign) == 0

    def test_follows_the_money_after_the_deadline(self, alice, clock):
        campaign = make_campaign(alice, goal=10_00)
        book = make_reward(campaign)
        late = make_pledge(campaign, reward=book)
        make_pledge(campaign, reward=book, card="pm_card_visa")
        clock.at = campaign.deadline_at
        settle(clock)
        assert agree(campaign) == 2
        clock.pass_by(days=11)
        settle(clock)
        late.refresh_from_db()
        assert (late.state, agree(campaign)) == ("dropped", 1)
        move(late, PledgeMove.PAY, clock)
        assert agree(campaign) == 2

    @pytest.mark.parametrize(
        ("moves", "backs"),
        [
            ([PledgeMove.REFUND_PART], 1),
            ([PledgeMove.REFUND], 0),
            ([PledgeMove.DISPUTE], 1),
            ([PledgeMove.DISPUTE, PledgeMove.WIN], 1),
            ([PledgeMove.DISPUTE, PledgeMove.LOSE], 0),
        ],
    )
    def test_follows_what_goes_back(self, alice, clock, moves, backs):
        campaign = make_campaign(alice, goal=10_00)
        paid = make_pledge(campaign, reward=make_reward(campaign), card="pm_card_visa")
        clock.at = campaign.deadline_at
        settle(clock)
        for one in moves:
            move(paid, one, clock)
        assert agree(campaign) == backs


def move(pledge, one, clock):
    pledge.refresh_from_db()
    held(pledge.campaign)
    apply([Step(pledge=pledge, move=one)], at=clock.at)


def comes_by(person, campaign):
    """By which channel what a campaign publishes comes to a person: "" for at home alone, None for not at all."""
    followed = Follow.objects.filter(person=person, source=campaign.source).first()
    if followed is None:
        return None
    return Subscription.objects.filter(follow=followed).values_list("channel", flat=True).first() or ""


class TestTelling:
    def test_comes_by_mail_to_whoever_backs_it(self, alice, bob):
        campaign = make_campaign(alice)
        make_pledge(campaign, bob, 10_00)
        assert comes_by(bob, campaign) == "mail"

    def test_waits_until_a_guest_has_shown_their_address(self, alice, clock):
        campaign = make_campaign(alice)
        guest = make_pledge(campaign, amount=10_00, by=backer(name="Gaston"))
        assert not Follow.objects.filter(source=campaign.source).exists()
        counting.prove_address(pledge=guest, clock=clock)
        assert comes_by(guest.person, campaign) == "mail"

    @pytest.mark.parametrize("channel", ["", "feed"])
    def test_leaves_what_a_follower_has_chosen(self, alice, bob, clock, channel):
        campaign = make_campaign(alice)
        if channel:
            subscribe(person=bob, source=campaign.source, channel=channel, at=AT)
        else:
            follow(person=bob, source=campaign.source, at=AT)
        made = make_pledge(campaign, bob, 10_00)
        assert comes_by(bob, campaign) == channel
        clock.pass_by(days=1)
        pledging.withdraw(pledge=made, clock=clock)
        assert comes_by(bob, campaign) == channel

    def test_ends_with_a_pledge_that_is_taken_back(self, alice, bob, clock):
        campaign = make_campaign(alice)
        made = make_pledge(campaign, bob, 10_00)
        clock.pass_by(days=1)
        pledging.withdraw(pledge=made, clock=clock)
        assert comes_by(bob, campaign) is None

    def test_stays_when_the_goal_was_missed(self, alice, bob, clock):
        campaign = make_campaign(alice, goal=1_000_00)
        make_pledge(campaign, bob, 10_00)
        clock.at = campaign.deadline_at
        settle(clock)
        assert comes_by(bob, campaign) == Channel.MAIL

    def test_does_not_come_again_to_whoever_has_left(self, alice, clock):
        campaign = make_campaign(alice)
        person = make_person("emil")
        made = make_pledge(campaign, person, 10_00)
        Follow.objects.filter(person=person, source=campaign.source).delete()
        pledging.change(pledge=made, wish=Wish(extra=20_00), agreed="", clock=clock)
        assert comes_by(person, campaign) is None
