"""What a hostile reading found: a launched campaign stays, the clock decides, nobody reads or pays what they should not."""

from datetime import timedelta

import pytest

from parvis.conftest import logged_in
from parvis.core.audiences.rule import Viewer, microseconds
from parvis.core.stream import actions as stream
from parvis.core.stream.models import Publication
from parvis.rooms.campaigns.actions import launching, pledging, refunding, refusing
from parvis.rooms.campaigns.actions.accounts import ReturnsOpen, close_cards
from parvis.rooms.campaigns.models import Campaign, Detachment, Pledge, Reward
from parvis.rooms.campaigns.tests.makers import (
    backer,
    card_of,
    leave_card,
    make_campaign,
    make_pledge,
    make_reward,
    settle,
)
from parvis.rooms.campaigns.wishes import Wish

pytestmark = pytest.mark.django_db


def publication_of(campaign):
    return Publication.objects.unguarded("a test").get(pk=campaign.publication_id)


class TestALaunchedCampaign:
    @pytest.mark.parametrize("page", ["delete", "audience"])
    def test_is_neither_taken_away_nor_given_to_others(self, alice, page):
        campaign = make_campaign(alice)
        path = f"/p/{campaign.publication.public_id}/{page}/"
        answer = logged_in(alice).post(path, {"audience": "me"}, follow=True)
        assert "Since its launch this campaign stands" in answer.content.decode()
        kept = publication_of(campaign)
        assert (kept.deleted_at, kept.audience.is_public) == (None, True)

    def test_is_closed_to_nobody_by_a_rule_of_its_creator(self, alice, clock):
        stream.set_standing_rule(person=alice, kind="", after_days=1, audience=None, at=clock.at)
        campaign = make_campaign(alice, at=clock.at)
        passer_by = Viewer(at=microseconds(clock.pass_by(days=3)))
        assert Campaign.objects.visible_to(passer_by).filter(pk=campaign.pk).exists()
        stream.apply_standing_rule(person=alice)
        assert Campaign.objects.visible_to(passer_by).filter(pk=campaign.pk).exists()

    def test_could_be_taken_away_before(self, alice):
        campaign = make_campaign(alice, is_launched=False)
        logged_in(alice).post(f"/p/{campaign.publication.public_id}/delete/")
        assert publication_of(campaign).deleted_at is not None


class TestTheClock:
    def test_decides_even_when_somebody_is_quicker(self, alice, clock):
        campaign = make_campaign(alice, goal=1_00, at=clock.at)
        make_pledge(campaign, amount=5_00, clock=clock)
        clock.at = campaign.deadline_at
        with pytest.raises(launching.Decided):
            launching.cancel(campaign=campaign, by=alice, because="No.", clock=clock)
        with pytest.raises(launching.Decided):
            launching.suspend(campaign=campaign, by=alice, because="No.", at=clock.at)


class TestASecondPledge:
    def test_never_counts_and_its_card_is_forgotten(self, alice, bob, clock):
        campaign = make_campaign(alice, at=clock.at)
        first = make_pledge(campaign, bob, 5_00, by=backer(bob), form="one", card="", clock=clock)
        second = Pledge.objects.create(
            campaign=campaign,
            number=2,
            form="two",
            person=bob,
            name="Bob",
            address="bob@parvis.example",
            way="card",
            state="started",
            state_at=clock.at,
            events=1,
            amount=9_00,
            started_at=clock.at,
            held_until=clock.at + timedelta(minutes=15),
            address_proved_at=clock.at,
        )
        done = leave_card(second, "pm_card_visa", clock=clock)
        assert (done.state, done.method) == ("started", "")
        assert Detachment.objects.filter(pledge=second).count() == 1
        first.refresh_from_db()
        assert first.state == "active"


class TestTheSum:
    def test_is_the_one_that_was_read(self, alice, bob, clock):
        campaign = make_campaign(alice, at=clock.at)
        reward = make_reward(campaign, price=10_00)
        Reward.objects.filter(pk=reward.pk).update(price=12_00)
        with pytest.raises(refusing.AnotherSum):
            pledging.pledge(
                campaign=campaign,
                wish=Wish(reward=reward),
                backer=backer(bob),
                form="one",
                agreed="",
                clock=clock,
                expected=10_00,
            )


class TestNames:
    def test_of_those_who_show_none_stay_hidden_before_success(self, alice, bob, clock, now):
        campaign = make_campaign(alice, at=now)
        made = make_pledge(campaign, bob, 5_00, by=backer(bob), shown="hidden", clock=clock)
        for path in (
            f"/campaigns/{campaign.slug}/desk/pledges/{made.public_id}/refund/",
            f"/campaigns/statements/refund/{made.public_id}/",
        ):
            assert logged_in(alice).get(path).status_code == 404


class TestAnAccount:
    def test_stays_while_money_goes_back_through_it(self, alice, clock):
        campaign = make_campaign(alice, goal=1_00, at=clock.at)
        pledge = make_pledge(campaign, amount=5_00, card="pm_card_visa", clock=clock)
        clock.at = campaign.deadline_at
        settle(clock)
        clock.pass_by(days=8)
        settle(clock)
        pledge.refresh_from_db()
        refunding.refund(pledge=pledge, amount=1_00, because="", number=1, by=alice, at=clock.at)
        with pytest.raises(ReturnsOpen):
            close_cards(account=card_of(alice), at=clock.at)
        settle(clock)
        close_cards(account=card_of(alice), at=clock.at)
