"""A campaign that was launched stays, whichever page its creator takes."""

import pytest

from parvis.conftest import logged_in
from parvis.core.stream.models import Publication
from parvis.rooms.campaigns.tests.makers import make_campaign

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

    def test_could_be_taken_away_before(self, alice):
        campaign = make_campaign(alice, is_launched=False)
        logged_in(alice).post(f"/p/{campaign.publication.public_id}/delete/")
        assert publication_of(campaign).deleted_at is not None
