"""Leaving the square: not while others wait for a campaign or for its money; after that, the books stay and the names go."""

from datetime import timedelta

import pytest
from django.db import transaction

from parvis.core.site.keeping.erasure import erase_person
from parvis.rooms.campaigns.actions import launching
from parvis.rooms.campaigns.actions.refunding import refund, undo
from parvis.rooms.campaigns.actions.refusing import WouldFallBelow
from parvis.rooms.campaigns.auditing import audit
from parvis.rooms.campaigns.leaving import StillGivesBack, StillPays, StillRuns
from parvis.rooms.campaigns.letters import Teller
from parvis.rooms.campaigns.models import Campaign, CardAccount, Pledge
from parvis.rooms.campaigns.tests.card_makers import HARD, VISA, backed, end, moody
from parvis.rooms.campaigns.tests.makers import Hands, make_campaign, make_pledge, settle

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def house(square, settings, tmp_path):
    """Where it is noted who has left."""
    settings.PARVIS_DATA = tmp_path


@pytest.fixture
def clock():
    return Hands()


def leave(person, clock, *, keep_words=False):
    with transaction.atomic():
        erase_person(person=person, at=clock.at, keep_words=keep_words)
    person.refresh_from_db()
    assert person.erased_at == clock.at


def adds_up(clock):
    """That nothing is wrong once all letters went, to those who have an address."""
    Teller(clock=clock).step()
    assert list(audit(clock.at)) == []


class TestACreator:
    @pytest.mark.parametrize("keep_words", [True, False])
    def test_stays_while_their_campaign_runs_or_is_collected(self, alice, clock, keep_words):
        campaign, _pledges = backed(alice, VISA, HARD)
        with pytest.raises(StillRuns, match="“Le pain du lac” still runs"):
            leave(alice, clock, keep_words=keep_words)
        end(campaign, clock)
        with pytest.raises(StillRuns):
            leave(alice, clock, keep_words=keep_words)
        alice.refresh_from_db()
        assert (alice.name, alice.erased_at) == ("Alice", None)
        assert CardAccount.objects.get(person=alice).closed_at is None

    def test_stays_while_it_is_held(self, alice, owner, clock):
        campaign = make_campaign(alice)
        launching.suspend(campaign=campaign, by=owner, because="?", at=clock.at)
        with pytest.raises(StillRuns):
            leave(alice, clock)

    def test_leaves_after_calling_it_off(self, alice, bob, clock):
        campaign = make_campaign(alice)
        make_pledge(campaign, bob, amount=60_00, clock=clock)
        launching.cancel(campaign=campaign, by=alice, because="Non.", clock=clock)
        settle(clock)
        leave(alice, clock)
        adds_up(clock)

    def test_leaves_with_a_draft_which_goes(self, alice, clock):
        campaign = make_campaign(alice, is_launched=False)
        leave(alice, clock)
        campaign.publication.refresh_from_db()
        assert campaign.publication.deleted_at == clock.at

    def test_leaves_once_all_was_collected_and_the_books_stay(self, alice, clock):
        campaign, (pledge, _other) = backed(alice, VISA, HARD)
        end(campaign, clock)
        end(campaign, clock, days=8)
        leave(alice, clock)
        kept = Campaign.objects.unguarded("a test").get(pk=campaign.pk)
        assert (kept.collected, kept.publication.title, kept.creator.name) == (60_00, "", "")
        assert Pledge.objects.get(pk=pledge.pk).received == 60_00
        assert CardAccount.objects.get().key == ""
        adds_up(clock)

    def test_stays_while_money_goes_back(self, alice, clock):
        gateway = moody(alice)
        campaign, (pledge, _other) = backed(alice, VISA, HARD, goal=120_00)
        end(campaign, clock)
        end(campaign, clock, days=8)
        gateway.unanswered = {"refund"}
        pledge.refresh_from_db()
        refund(pledge=pledge, number=1, amount=10_00, because="", by=alice, at=clock.at)
        with pytest.raises(StillGivesBack):
            leave(alice, clock)
        gateway.unanswered = set()
        settle(clock)
        undo(campaign=campaign, by=alice, at=clock.at)
        with pytest.raises(StillGivesBack):
            leave(alice, clock)
        settle(clock)
        leave(alice, clock)
        adds_up(clock)


class TestABacker:
    def test_takes_back_what_counts(self, alice, bob, clock):
        campaign = make_campaign(alice)
        pledge = make_pledge(campaign, bob, amount=60_00, clock=clock)
        leave(bob, clock)
        pledge.refresh_from_db()
        campaign.refresh_from_db()
        assert (pledge.state, pledge.name, pledge.address, campaign.pledged) == ("withdrawn", "", "", 0)
        adds_up(clock)

    def test_stays_on_the_last_day_where_the_goal_hangs_on_it(self, alice, bob, clock):
        campaign = make_campaign(alice, goal=50_00)
        pledge = make_pledge(campaign, bob, amount=60_00, clock=clock)
        clock.at = campaign.deadline_at - timedelta(hours=3)
        with pytest.raises(WouldFallBelow):
            leave(bob, clock)
        pledge.refresh_from_db()
        assert (pledge.state, pledge.name) == ("active", "Bob")

    def test_stays_until_what_they_promised_is_paid_or_dropped(self, alice, bob, clock):
        campaign = make_campaign(alice, goal=50_00)
        pledge = make_pledge(campaign, bob, amount=60_00, clock=clock)
        end(campaign, clock)
        with pytest.raises(StillPays, match="“Le pain du lac” is being collected"):
            leave(bob, clock)
        end(campaign, clock, days=20)
        leave(bob, clock)
        pledge.refresh_from_db()
        assert (pledge.state, pledge.name) == ("dropped", "")
        adds_up(clock)

    def test_leaves_once_it_is_paid_and_the_books_stay(self, alice, bob, clock):
        campaign = make_campaign(alice, goal=50_00)
        pledge = make_pledge(campaign, bob, amount=60_00, card=VISA, clock=clock)
        end(campaign, clock)
        leave(bob, clock)
        pledge.refresh_from_db()
        assert (pledge.state, pledge.received, pledge.name, pledge.address) == ("collected", 60_00, "", "")
        adds_up(clock)


class TestThePage:
    def test_says_what_to_do_first(self, alice, as_alice, live):
        answer = as_alice.post("/me/leave/", {"words": "keep", "sure": "Alice"})
        assert "still runs" in answer.content.decode()
        alice.refresh_from_db()
        assert alice.erased_at is None
