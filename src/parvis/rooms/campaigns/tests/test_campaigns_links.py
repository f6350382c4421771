"""Links to a pledge open that pledge, and nothing that was not written here."""

import pytest
from django.http import Http404

from parvis.rooms.campaigns.actions.launching import free_slug
from parvis.rooms.campaigns.links import pledge_of, pledge_path, token_of
from parvis.rooms.campaigns.tests.makers import make_campaign, make_pledge

pytestmark = pytest.mark.django_db


class TestLinks:
    def test_open_the_pledge_for_which_they_were_written(self, alice, bob):
        campaign = make_campaign(alice)
        mine, other = make_pledge(campaign, bob, 10_00), make_pledge(campaign, amount=20_00)
        assert pledge_of(token_of(mine)) == mine
        assert pledge_of(token_of(other)) == other
        assert pledge_path(mine) == f"/campaigns/pledge/{token_of(mine)}/"

    def test_open_nothing_with_the_mark_of_another(self, alice, bob):
        campaign = make_campaign(alice)
        mine, other = make_pledge(campaign, bob, 10_00), make_pledge(campaign, amount=20_00)
        for token in (
            mine.public_id + token_of(other)[20:],
            mine.public_id,
            token_of(mine) + "0",
            token_of(mine)[:-1] + "é",
            "",
        ):
            with pytest.raises(Http404):
                pledge_of(token)


class TestSlugs:
    def test_leave_the_words_of_other_pages_alone(self, square):
        assert free_slug("Pledge") == "pledge-2"
