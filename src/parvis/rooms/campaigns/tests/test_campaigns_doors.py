"""Whose pages they are: those of whoever makes a campaign are nobody else's, and every one of them says what it should."""

import pytest

from parvis.conftest import logged_in, make_person
from parvis.rooms.campaigns.actions import explaining
from parvis.rooms.campaigns.models import Campaign
from parvis.rooms.campaigns.tests.makers import make_campaign, make_pledge, make_reward

pytestmark = pytest.mark.django_db

EDITOR = (
    "words/fr/",
    "words/en/",
    "picture/",
    "rewards/",
    "rewards/new/",
    "budget/",
    "questions/",
    "milestones/",
    "terms/",
)
DEEDS = (
    "words/fr/save/",
    "words/fr/forget/",
    "pictures/",
    "preview/",
    "budget/back/",
    "launch/preview/",
    "launch/announce/",
    "launch/",
)


def furnished(creator, **over):
    """A campaign with something of everything, and the paths of its pages."""
    campaign = make_campaign(creator, **over)
    reward = make_reward(campaign, rates={"CH": 700, "": 2000}, limit=5)
    make_reward(campaign, title="Un marque-page", price=500, is_addon=True)
    question = explaining.add_question(
        campaign=campaign, words={"fr": {"question": "Quand ?", "answer": "En mai."}}, at=campaign.state_at
    )
    milestone = explaining.add_milestone(
        campaign=campaign, words={"fr": "Un autre livre"}, amount=500_00, at=campaign.state_at
    )
    pieces = [
        f"rewards/{reward.public_id}/",
        f"questions/{question.pk}/",
        f"milestones/{milestone.pk}/",
    ]
    return campaign, [f"/campaigns/{campaign.slug}/edit/{path}" for path in (*EDITOR, *pieces)]


class TestWhoComesIn:
    def test_whoever_makes_it_finds_every_page(self, alice, as_alice):
        campaign, pages = furnished(alice)
        pledge = make_pledge(campaign, amount=50_00)
        desk = f"/campaigns/{campaign.slug}/desk/"
        more = [desk, f"{desk}pledges/", f"{desk}pledges/{pledge.public_id}/remove/", f"{desk}cancel/"]
        own = [
            "/campaigns/mine/",
            "/campaigns/accounts/",
            "/campaigns/accounts/bank/",
            "/campaigns/accounts/cards/",
        ]
        for path in (*pages, *more, *own):
            assert as_alice.get(path).status_code == 200, path

    def test_every_page_speaks_french(self, alice, square):
        alice.language = "fr"
        alice.save()
        campaign, pages = furnished(alice)
        pledge = make_pledge(campaign, amount=50_00)
        desk = f"/campaigns/{campaign.slug}/desk/"
        client = logged_in(alice)
        for path in (
            *pages,
            desk,
            f"{desk}pledges/",
            f"{desk}pledges/{pledge.public_id}/remove/",
            f"{desk}cancel/",
        ):
            page = client.get(path)
            assert page.status_code == 200, path
            assert '<html lang="fr"' in page.content.decode()

    @pytest.mark.parametrize("who", ["as_bob", "as_charlie", "as_owner"])
    def test_nobody_else_finds_or_does_anything(self, alice, request, who):
        client = request.getfixturevalue(who)
        campaign, pages = furnished(alice)
        pledge = make_pledge(campaign, amount=50_00)
        desk = f"/campaigns/{campaign.slug}/desk/"
        deeds = [f"/campaigns/{campaign.slug}/edit/{path}" for path in DEEDS]
        removal = f"{desk}pledges/{pledge.public_id}/remove/"
        for path in (*pages, desk, f"{desk}pledges/", removal, f"{desk}cancel/"):
            assert client.get(path).status_code == 404, path
        for path in (*pages, *deeds, removal, f"{desk}cancel/"):
            assert client.post(path, {"because": "x"}).status_code in {404, 405}, path
        campaign.refresh_from_db()
        pledge.refresh_from_db()
        assert (campaign.state, pledge.state) == ("live", "active")

    def test_another_author_nor_a_guest_does(self, alice):
        _campaign, pages = furnished(alice, is_launched=False)
        for role in ("author", "guest"):
            client = logged_in(make_person(f"un{role}", role=role))
            assert {client.get(path).status_code for path in pages} == {404}

    def test_a_visitor_is_led_to_log_in(self, alice, as_visitor):
        campaign, pages = furnished(alice)
        for path in (*pages, "/campaigns/mine/", "/campaigns/accounts/", f"/campaigns/{campaign.slug}/hold/"):
            assert as_visitor.get(path).status_code == 302
        assert as_visitor.post(f"/campaigns/{campaign.slug}/edit/words/fr/save/").status_code == 401

    def test_a_member_who_makes_none_has_no_list(self, as_bob):
        for path in ("/campaigns/mine/", "/campaigns/accounts/", "/campaigns/accounts/cards/"):
            assert as_bob.get(path).status_code == 404

    def test_whoever_is_no_author_any_more_still_runs_what_they_launched(self, alice):
        campaign, _pages = furnished(alice)
        alice.role = "member"
        alice.save()
        client = logged_in(alice)
        page = client.get("/campaigns/mine/")
        assert campaign.slug in page.content.decode()
        assert client.get(f"/campaigns/{campaign.slug}/desk/").status_code == 200
        client.post("/campaigns/mine/", {"title": "Encore", "language": "fr"})
        assert Campaign.objects.unguarded("test").count() == 1
