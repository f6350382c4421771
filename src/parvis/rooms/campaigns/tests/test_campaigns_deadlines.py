"""The clock of the campaigns: each closes at its deadline, whatever holds up another."""

from datetime import timedelta

import pytest

from parvis.rooms.campaigns.actions import pledging
from parvis.rooms.campaigns.deadlines import Deadlines
from parvis.rooms.campaigns.tests.card_makers import VISA, backed, gateway_of
from parvis.rooms.campaigns.tests.makers import Hands, a_setup, backer, make_campaign, make_person, settle
from parvis.rooms.campaigns.wishes import Wish

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock():
    return Hands()


def left_unheard(campaign, clock, *, amount):
    """A pledge whose card was left on the provider's page, of which nothing was told."""
    made = pledging.pledge(
        campaign=campaign,
        wish=Wish(extra=amount, way="card"),
        backer=backer(make_person("greta")),
        form="greta",
        agreed="",
        clock=clock,
    )
    gateway = gateway_of(campaign.creator)
    made.setup = gateway.leave(gateway.begin_setup(a_setup(made)).id, VISA).id
    made.save(update_fields=["setup", "setups"])
    return made


class TestDeadlines:
    def test_close_without_waiting_for_what_is_carried_through_for_another(self, alice, bob, clock):
        first, _pledges = backed(alice, VISA, days=10)
        second = make_campaign(bob, days=11)
        clock.at = first.deadline_at
        worker = Deadlines(clock)
        assert worker.step()
        clock.at = second.deadline_at
        assert worker.step()  # nothing of the first has been carried through
        for campaign, state in ((first, "successful"), (second, "failed")):
            campaign.refresh_from_db()
            assert (campaign.state, campaign.decided_at) == (state, campaign.deadline_at)
        assert not worker.step()

    def test_close_the_others_when_one_cannot_be_closed(self, alice, bob, clock, monkeypatch):
        first, second = make_campaign(alice), make_campaign(bob)
        close = Deadlines.close

        def poisoned(self, campaign):
            if campaign == first:
                raise RuntimeError
            return close(self, campaign)

        monkeypatch.setattr(Deadlines, "close", poisoned)
        clock.at = first.deadline_at
        assert Deadlines(clock).step()
        second.refresh_from_db()
        first.refresh_from_db()
        assert (first.state, second.state) == ("live", "failed")

    def test_wait_for_a_card_that_was_left_in_time_and_of_which_nothing_was_told(self, alice, clock):
        campaign = make_campaign(alice, goal=50_00)
        clock.at = campaign.deadline_at - timedelta(minutes=14)
        made = left_unheard(campaign, clock, amount=60_00)
        clock.at = made.held_until + timedelta(seconds=1)
        assert Deadlines(clock).step()
        campaign.refresh_from_db()
        assert campaign.state == "waiting"
        settle(clock)
        campaign.refresh_from_db()
        made.refresh_from_db()
        assert (campaign.state, campaign.decided_total, made.state) == ("successful", 60_00, "collected")
