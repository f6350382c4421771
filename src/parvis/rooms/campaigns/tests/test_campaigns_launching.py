"""From a draft to a campaign that runs: the terms, the preview, telling what is coming, the launch, and calling it off."""

import re
from typing import Any

import pytest
import time_machine
from django.test import Client

from parvis.conftest import AT, logged_in, make_person
from parvis.core.stream.actions import follow, follow_person
from parvis.rooms.campaigns.actions import launching
from parvis.rooms.campaigns.models import Campaign
from parvis.rooms.campaigns.pages.checklist import followers_of, hints
from parvis.rooms.campaigns.tests.makers import WORDS, bank_of, make_campaign, make_pledge, make_reward

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_the_day")]


@pytest.fixture
def on_the_day():
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def draft(alice: Any) -> Campaign:
    return make_campaign(alice, is_launched=False)


def path(campaign: Campaign, name: str = "terms/") -> str:
    return f"/campaigns/{campaign.slug}/edit/{name}"


def typed(campaign: Campaign, **over: Any) -> dict[str, Any]:
    """The form of the terms as a browser sends it."""
    return {
        "goal": "9'000",
        "currency": "CHF",
        "zone": "Europe/Zurich",
        "until": "days",
        "days": "30",
        "bank": bank_of(campaign.creator).public_id,
        "do": "keep",
    } | over


class TestTerms:
    def test_are_kept_as_they_were_typed(self, as_alice, draft):
        assert as_alice.post(path(draft), typed(draft)).status_code == 303
        draft.refresh_from_db()
        assert (draft.goal, draft.days, draft.bank, draft.card) == (9000_00, 30, bank_of(draft.creator), None)
        assert 'value="9000.00"' in as_alice.get(path(draft)).content.decode()

    def test_or_until_a_day_and_time(self, as_alice, draft):
        sent = typed(draft, until="moment", days="", on_day="2026-12-27", on_time="18:00")
        as_alice.post(path(draft), sent)
        draft.refresh_from_db()
        assert (draft.days, draft.ends_on) == (None, "2026-12-27T18:00")

    def test_say_by_the_clocks_of_the_place_when_it_would_end(self, alice, draft):
        alice.language = "fr"
        alice.save()
        sent = typed(draft, do="look", until="moment", days="", on_day="2026-12-27", on_time="18:00")
        page = logged_in(alice).post(path(draft), sent)
        said = re.search(r'<p class="seen".*?</p>', page.content.decode(), re.DOTALL)
        assert said is not None
        assert "dimanche 27 décembre 2026" in said[0].replace("\xa0", " ")
        assert "18\xa0h" in said[0]
        assert "Zurich" in said[0]
        draft.refresh_from_db()
        assert draft.ends_on == ""

    @pytest.mark.parametrize(
        ("over", "words"),
        [
            ({"goal": "cher"}, "is not understood as an amount"),
            ({"goal": "100.50", "currency": "JPY"}, "has more decimals than JPY"),
            ({"days": "61"}, "less than or equal to 60"),
            ({"days": ""}, "for how many days"),
            ({"until": "moment", "days": ""}, "on which day it ends"),
            ({"until": "moment", "days": "", "on_day": "2026-11-22", "on_time": "08:00"}, "for 60 at most"),
            ({"until": "moment", "days": "", "on_day": "2027-06-01"}, "for 60 at most"),
            ({"bank": "nobody"}, "Select a valid choice"),
        ],
    )
    def test_are_refused_beside_their_field(self, as_alice, draft, over, words):
        answer = as_alice.post(path(draft), typed(draft, **over))
        assert answer.status_code == 422
        assert words in answer.content.decode()

    def test_take_nobody_elses_account(self, as_alice, draft, owner):
        answer = as_alice.post(path(draft), typed(draft, bank=bank_of(owner).public_id))
        assert answer.status_code == 422

    def test_stand_from_the_launch_on(self, as_alice, alice):
        live = make_campaign(alice)
        assert "none of it afterwards" not in as_alice.get(path(live)).content.decode()
        answer = as_alice.post(path(live), typed(live))
        assert answer.status_code == 422
        live.refresh_from_db()
        assert live.goal == 100_00


class TestThePreview:
    def link(self, client: Client, draft: Campaign) -> str:
        page = client.post(path(draft, "launch/preview/"), {"do": "make"}).content.decode()
        found = re.search(r'value="http://testserver(/open/[^"]+)"', page)
        assert found is not None
        return found[1]

    def test_link_opens_the_draft_and_is_told_once(self, as_alice, as_visitor, draft):
        where = self.link(as_alice, draft)
        assert "/open/" not in as_alice.get(path(draft, "launch/")).content.decode()
        answer = as_visitor.post(where)
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/campaigns/{draft.slug}/")

    def test_link_is_made_anew_and_the_old_one_opens_nothing(self, as_alice, as_visitor, draft):
        first = self.link(as_alice, draft)
        second = self.link(as_alice, draft)
        assert as_visitor.post(first).status_code == 404
        assert as_visitor.post(second).status_code == 303

    def test_link_is_taken_back(self, as_alice, as_visitor, draft):
        where = self.link(as_alice, draft)
        as_alice.post(path(draft, "launch/preview/"), {"do": "revoke"})
        assert as_visitor.post(where).status_code == 404
        assert "A link is out" not in as_alice.get(path(draft, "launch/")).content.decode()

    def test_is_no_more_once_it_runs(self, as_alice, alice):
        live = make_campaign(alice)
        for do in ("make", "revoke"):
            assert as_alice.post(path(live, "launch/preview/"), {"do": do}).status_code == 303
        live.refresh_from_db()
        assert live.publication.audience.is_public


class TestTellingOfIt:
    def test_makes_it_public_and_says_to_how_many(self, alice, as_alice, bob, draft):
        guest = make_person("guy", role="guest")
        follow(person=guest, source=draft.source, at=AT)
        follow_person(person=guest, other=alice, at=AT)
        page = as_alice.get(path(draft, "launch/")).content.decode()
        assert followers_of(draft) == 2
        assert "Announce it to 2 people" in page
        as_alice.post(path(draft, "launch/announce/"))
        draft.refresh_from_db()
        assert draft.state == "announced"
        assert draft.publication.audience.is_public
        assert "Launch it, and tell 2 people" in as_alice.get(path(draft, "launch/")).content.decode()

    def test_again_is_refused_in_words(self, as_alice, draft):
        as_alice.post(path(draft, "launch/announce/"))
        page = as_alice.post(path(draft, "launch/announce/"), follow=True).content.decode()
        assert "stands otherwise by now" in page


class TestTheLaunch:
    def test_lets_it_run_until_the_deadline_that_was_said(self, as_alice, draft):
        assert "Launch it" in as_alice.get(path(draft, "launch/")).content.decode()
        answer = as_alice.post(path(draft, "launch/"))
        assert answer.headers["Location"] == f"/campaigns/{draft.slug}/desk/"
        draft.refresh_from_db()
        assert (draft.state, draft.launched_at) == ("live", AT)
        assert (draft.deadline_at - AT).days == 30

    def test_names_what_is_missing_and_has_no_button(self, as_alice, alice):
        bare = make_campaign(
            alice, is_launched=False, goal=0, bank=None, card=None, words={"fr": {"title": "Un"}}
        )
        page = as_alice.get(path(bare, "launch/")).content.decode()
        for words in (
            "Tell what it is about.",
            "Say what could go wrong.",
            "Set a goal.",
            "how it is to be paid",
        ):
            assert words in page
        assert "Launch it now, for good?" not in page
        as_alice.post(path(bare, "launch/"))
        bare.refresh_from_db()
        assert bare.state == "draft"

    def test_says_what_the_law_may_ask_and_that_it_is_no_advice(self, as_alice, draft):
        page = as_alice.get(path(draft, "launch/")).content.decode()
        assert "This is no legal advice" in page
        assert "2011/83/EU" in page

    def test_hints_at_what_could_be_better(self, square, alice):
        draft = make_campaign(
            alice,
            is_launched=False,
            words={"fr": WORDS["fr"] | {"story": "![](/media/abcdefghij0123456789/)"}},
        )
        found = " ".join(hints(square, draft, "en"))
        for words in (
            "not told in English",
            "no picture",
            "says nothing to those",
            "no reward",
            "what it costs",
            "for tests",
            "who makes it",
        ):
            assert words in found
        told = WORDS["fr"] | {"about": "Alice Favre, rue du Lac 3, 1800 Vevey, alice@parvis.example"}
        launching.write_story(campaign=draft, words={"fr": told}, at=AT)
        assert "who makes it" not in " ".join(hints(square, draft, "en"))
        make_reward(draft, rates={"CH": 700})
        assert "in which month" in " ".join(hints(square, draft, "en"))

    def test_happens_once(self, as_alice, draft):
        as_alice.post(path(draft, "launch/"))
        page = as_alice.post(path(draft, "launch/"), follow=True).content.decode()
        assert "has been launched already" in page


class TestCallingItOff:
    def test_takes_its_title_and_a_reason(self, as_alice, alice):
        live = make_campaign(alice, at=AT)
        make_pledge(live, amount=50_00)
        where = f"/campaigns/{live.slug}/desk/cancel/"
        for sent in (
            {"title": "Autre chose", "because": "Le four."},
            {"title": "Le pain du lac", "because": " "},
        ):
            assert as_alice.post(where, sent).status_code == 422
        assert as_alice.post(where, {"title": "le pain  du lac", "because": "Le four."}).status_code == 303
        live.refresh_from_db()
        assert (live.state, live.because) == ("canceled", "Le four.")
        assert "Le four." in as_alice.get(f"/campaigns/{live.slug}/desk/").content.decode()

    def test_is_nothing_for_a_draft_or_one_that_ended(self, as_alice, draft):
        where = f"/campaigns/{draft.slug}/desk/cancel/"
        assert as_alice.get(where).status_code == 303
        as_alice.post(where, {"title": "Le pain du lac", "because": "Non."})
        draft.refresh_from_db()
        assert draft.state == "draft"


class TestHolding:
    def test_is_for_owners_alone(self, alice, as_alice, as_charlie, as_owner):
        live = make_campaign(alice)
        where = f"/campaigns/{live.slug}/hold/"
        for client in (as_alice, as_charlie):
            assert client.get(where).status_code == 404
            assert client.post(where, {"do": "suspend", "because": "x"}).status_code == 404
        assert as_owner.get(where).status_code == 200

    def test_finds_no_draft_of_others(self, as_owner, draft):
        assert as_owner.get(f"/campaigns/{draft.slug}/hold/").status_code == 404

    def test_takes_no_pledges_and_can_be_undone(self, alice, as_owner, as_alice):
        live = make_campaign(alice)
        where = f"/campaigns/{live.slug}/hold/"
        assert as_owner.post(where, {"do": "suspend", "because": " "}).status_code == 422
        as_owner.post(where, {"do": "suspend", "because": "Une question."})
        live.refresh_from_db()
        assert (live.state, live.because) == ("suspended", "Une question.")
        assert "Une question." in as_alice.get(f"/campaigns/{live.slug}/desk/").content.decode()
        as_owner.post(where, {"do": "resume"})
        live.refresh_from_db()
        assert live.state == "live"

    def test_can_end_in_calling_it_off(self, alice, as_owner):
        live = make_campaign(alice)
        where = f"/campaigns/{live.slug}/hold/"
        as_owner.post(where, {"do": "suspend", "because": "Une question."})
        as_owner.post(where, {"do": "cancel", "because": "Une réponse."})
        live.refresh_from_db()
        assert live.state == "canceled"
        page = as_owner.post(where, {"do": "resume"}, follow=True).content.decode()
        assert "stands otherwise by now" in page
