"""From the deadline to the money: what was promised is asked for, once, and only where the goal was reached."""

import pytest
from django.db import DatabaseError, connection, transaction

from parvis.rooms.campaigns.models import Attempt, Entry, Leg, Pledge, Receipt
from parvis.rooms.campaigns.tests.makers import Hands, card_of, make_campaign, make_pledge, settle

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock():
    return Hands()


def states(campaign):
    return sorted(Pledge.objects.filter(campaign=campaign).values_list("state", flat=True))


class TestSettlement:
    def test_debits_nobody_of_a_campaign_that_misses_its_goal(self, alice, clock):
        campaign = make_campaign(alice, goal=100_00)
        make_pledge(campaign, amount=99_99, card="pm_card_visa")
        clock.at = campaign.deadline_at
        settle(clock)
        campaign.refresh_from_db()
        assert (campaign.state, campaign.decided_total, states(campaign)) == ("failed", 99_99, ["voided"])
        assert not Attempt.objects.exists()
        assert not Entry.objects.exists()

    def test_collects_what_was_pledged_by_card_and_asks_for_the_rest(self, alice, clock):
        campaign = make_campaign(alice, goal=100_00)
        make_pledge(campaign, amount=60_00, card="pm_card_visa")
        make_pledge(campaign, amount=40_00)
        clock.at = campaign.deadline_at
        settle(clock)
        campaign.refresh_from_db()
        assert (campaign.state, campaign.collection) == ("successful", "grace")
        assert states(campaign) == ["billed", "collected"]
        assert (campaign.pledged, campaign.collected) == (100_00, 60_00)
        assert sum(Leg.objects.values_list("amount", flat=True)) == 0
        assert [str(one) for one in Receipt.objects.all()] == [f"{clock.at.year}-0001"]

    def test_does_the_same_once_however_often_it_is_asked(self, alice, clock):
        campaign = make_campaign(alice, goal=10_00)
        make_pledge(campaign, amount=60_00, card="pm_card_visa")
        clock.at = campaign.deadline_at
        settle(clock)
        settle(clock)
        gateway = __import__("parvis.rooms.campaigns.provider.gateways", fromlist=["OTHERWISE"]).OTHERWISE[
            card_of(alice).public_id
        ]
        assert list(gateway.charges.values()) == [1]
        assert Attempt.objects.count() == 1


class TestSeals:
    @pytest.mark.parametrize(
        "sql",
        [
            "UPDATE campaigns_campaign SET goal = 1",
            "UPDATE campaigns_campaign SET deadline_at = launched_at",
            "UPDATE campaigns_pledgeevent SET amount = 1",
            "DELETE FROM campaigns_pledgeevent",
            "UPDATE campaigns_leg SET amount = 2",
            "DELETE FROM campaigns_entry",
            "DELETE FROM campaigns_passed",
        ],
    )
    def test_let_nobody_change_what_was_promised_or_booked(self, alice, clock, sql):
        campaign = make_campaign(alice, goal=10_00)
        make_pledge(campaign, amount=60_00, card="pm_card_visa")
        clock.at = campaign.deadline_at
        settle(clock)
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
