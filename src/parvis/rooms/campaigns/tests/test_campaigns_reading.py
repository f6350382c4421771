"""Each reader finds of a campaign what is theirs to see, in every state in which it can be, and never an amount beside a name."""

import csv
import hashlib
import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.http import Http404
from django.test import Client
from django.test.utils import CaptureQueriesContext

from parvis.conftest import make_person
from parvis.core.audiences.actions import open_link
from parvis.core.site import moments
from parvis.core.stream.models import Attachment, Publication
from parvis.lib.funding.campaigns import CampaignState
from parvis.rooms.campaigns import carried
from parvis.rooms.campaigns.actions import launching
from parvis.rooms.campaigns.actions.closing import close
from parvis.rooms.campaigns.models import BudgetLine, Campaign, Milestone, Question, Reward
from parvis.rooms.campaigns.published import mark_of
from parvis.rooms.campaigns.sitemap import pages
from parvis.rooms.campaigns.tests.makers import (
    WORDS,
    Hands,
    backer,
    make_campaign,
    make_pledge,
    make_reward,
    settle,
)
from parvis.rooms.campaigns.waiting_links import asked, asked_by, token_of
from parvis.rooms.campaigns.words.standing import told_of

pytestmark = pytest.mark.django_db
SESSION = ("django_session", "usersessions_", "BEGIN", "COMMIT")
WHO = ["as_alice", "as_bob", "as_charlie", "as_owner", "as_visitor"]


def path_of(campaign, below=""):
    return f"/campaigns/{campaign.slug}/{below}"


def page(client, path):
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def in_state(alice, state, now):
    """A campaign of alice's in a state; the goal is 100 francs."""
    before, begun = state in {"draft", "announced"}, now - timedelta(days=3)
    made = make_campaign(
        alice, at=begun, days=1 if state in {"successful", "failed"} else 30, is_launched=not before
    )
    if state == "announced":
        launching.announce(campaign=made, at=begun)
    if state in {"successful", "failed"}:
        make_pledge(made, amount=100_00 if state == "successful" else 99_00, clock=Hands(begun))
        close(campaign=made, clock=Hands(now))
    if state == "canceled":
        launching.cancel(campaign=made, by=alice, because="Le four est mort.", clock=Hands(now))
    if state == "suspended":
        launching.suspend(campaign=made, by=alice, because="À voir", at=now)
    return Campaign.objects.unguarded("a test").get(pk=made.pk)


@pytest.fixture
def state_of(alice, now):
    return lambda state: in_state(alice, state, now)


class TestStates:
    @pytest.mark.parametrize("who", WHO)
    def test_show_a_draft_to_its_author_alone(self, who, state_of, request):
        draft, client = state_of("draft"), request.getfixturevalue(who)
        expected = 200 if who == "as_alice" else 404
        for below in ("", "bar/"):
            assert client.get(path_of(draft, below)).status_code == expected
        for below in ("changes/", "backers/", "list.csv"):
            assert client.get(path_of(draft, below)).status_code == 404
        assert "Le pain du lac" not in page(client, "/campaigns/")

    def test_lead_from_the_form_of_a_draft_to_its_page(self, state_of, as_alice, as_visitor):
        draft = state_of("draft")
        assert as_visitor.get(path_of(draft, "pledge/")).status_code == 404
        assert as_alice.get(path_of(draft, "pledge/")).headers["Location"] == path_of(draft)

    @pytest.mark.parametrize("who", WHO)
    @pytest.mark.parametrize(
        ("state", "words"),
        [
            ("announced", "It has not begun yet"),
            ("live", "days more, until"),
            ("successful", "It has succeeded"),
            ("failed", "It did not reach its goal"),
            ("canceled", "Le four est mort."),
            ("suspended", "It is held for now"),
        ],
    )
    def test_are_said_to_everyone(self, who, state, words, state_of, request):
        client = request.getfixturevalue(who)
        client.cookies["django_language"] = "en"
        made = state_of(state)
        assert words in page(client, path_of(made))
        assert words in page(client, path_of(made, "bar/")) or state == "canceled"

    @pytest.mark.parametrize("state", ["announced", "successful", "failed", "canceled", "suspended"])
    def test_offer_no_pledge_but_while_it_runs(self, state, state_of, as_bob):
        made = state_of(state)
        assert "Back this campaign" not in page(as_bob, path_of(made))
        assert as_bob.get(path_of(made, "pledge/")).headers["Location"] == path_of(made)

    def test_say_the_goal_before_it_begins_and_what_was_not_promised_after_it(
        self, alice, now, as_bob, state_of
    ):
        assert "The goal is 100\xa0francs." in page(as_bob, path_of(state_of("announced")))
        made = make_campaign(alice, goal=100_00, at=now - timedelta(days=3), days=1)
        close(campaign=made, clock=Hands(now))
        assert "Nothing was promised, of 100\xa0francs." in page(as_bob, path_of(made))

    def test_offer_to_be_told_before_it_begins(self, state_of, as_bob, as_visitor):
        made = state_of("announced")
        assert f"/sources/{made.source.public_id}/follow/" in page(as_bob, path_of(made))
        by_mail = f"/sources/{made.source.public_id}/by-mail/"
        assert by_mail in page(as_visitor, path_of(made))
        assert as_visitor.get(by_mail).status_code == 200

    def test_keep_the_reason_of_those_who_hold_it_to_its_author(self, state_of, as_alice, as_bob):
        made = state_of("suspended")
        assert "À voir" in page(as_alice, path_of(made))
        assert "À voir" not in page(as_bob, path_of(made))

    def test_let_the_worker_decide_after_the_deadline(self, alice, now, as_bob):
        made = make_campaign(alice, at=now - timedelta(days=3), days=1)
        assert "The deadline has passed." in page(as_bob, path_of(made))
        assert "Back this campaign" not in page(as_bob, path_of(made))

    def test_say_after_the_end_what_was_promised_and_what_has_come(self, alice, now, as_bob):
        begun = now - timedelta(days=3)
        made = make_campaign(alice, at=begun, days=1)
        make_pledge(made, amount=60_00, card="pm_card_visa", clock=Hands(begun))
        make_pledge(made, amount=50_00, clock=Hands(begun))
        settle(Hands(now))
        shown = page(as_bob, path_of(made))
        assert "110\xa0francs promised of 100, by 2 people." in shown
        assert "60\xa0francs have come so far, of 110" in shown


class TestAPreview:
    def test_is_opened_by_its_link_and_no_search_engine_keeps_it(self, alice, as_visitor, now):
        draft = make_campaign(alice, is_launched=False, at=now - timedelta(days=1))
        secret = launching.open_preview(campaign=draft, at=now - timedelta(days=1))
        assert open_link(secret) is not None
        opened = as_visitor.post(f"/open/{secret}/")
        assert opened.headers["Location"] == path_of(draft)
        shown = page(as_visitor, path_of(draft))
        assert 'content="noindex"' in shown
        assert "Back this campaign" not in shown
        assert Client().get(path_of(draft)).status_code == 404
        assert "Le pain du lac" not in page(as_visitor, "/campaigns/")


class TestThePage:
    def test_speaks_french_in_whole(self, live, as_visitor, clock):
        make_reward(live, rates={"CH": 7_00, "": 20_00}, price=45_00, limit=3)
        make_pledge(live, amount=6_120_00, clock=clock)
        shown = page(as_visitor, path_of(live))
        assert "6\u202f120\xa0francs promis sur 9\u202f000, par 1\xa0personne." in shown
        assert "Un livre" in shown
        assert "Bread of the lake" not in shown

    def test_says_when_it_is_told_in_another_language_only(self, alice, now, as_bob, as_visitor):
        made = make_campaign(alice, words={"fr": WORDS["fr"]}, at=now - timedelta(days=1))
        assert "This campaign is told in French only." in page(as_bob, path_of(made))
        assert 'class="note"' not in page(as_visitor, path_of(made))

    def test_holds_all_that_its_author_says(self, live, as_bob, now):
        BudgetLine.objects.create(campaign=live, words={"en": "Paper"}, amount=5_000_00)
        Question.objects.create(campaign=live, words={"en": {"question": "When?", "answer": "Soon."}}, at=now)
        Milestone.objects.create(campaign=live, words={"en": "A game"}, amount=12_000_00)
        make_reward(live, rates={"CH": 7_00, "": 20_50}, price=45_00, delivery_on="2027-03-01")
        shown = page(as_bob, path_of(live))
        for words in (
            "Bread of the lake",
            "A hundred recipes.",
            "The oven.",
            "Paper",
            "CHF\xa05,000",
            "When?",
            "Soon.",
            "A game",
            "CHF\xa012,000",
            "CHF\xa045",
            "Expected in March\xa02027",
            "Switzerland CHF\xa07, Everywhere else CHF\xa020.50",
        ):
            assert words in shown, words

    def test_is_read_by_a_thousand_at_its_deadline(self, live, as_visitor, clock, now):
        for number in range(5):
            make_reward(live, rates={"CH": 7_00}, is_addon=number > 2)
            BudgetLine.objects.create(campaign=live, words={"fr": "Papier"}, amount=5_00)
            Question.objects.create(campaign=live, words={"fr": {"question": "Oui ?"}}, at=now)
            make_pledge(live, amount=10_00, shown="name", clock=clock)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            as_visitor.get(path_of(live))
        assert len(asked) <= 8
        with CaptureQueriesContext(connection) as asked:
            as_visitor.get(path_of(live, "bar/"))
        assert len([one for one in asked if "campaigns_" in one["sql"]]) == 1
        assert len(asked) <= 2
        with CaptureQueriesContext(connection) as asked:
            assert "francs" in page(as_visitor, path_of(live, "bar/"))
        assert len(asked) == 0

    def test_asks_little_of_a_member_too(self, live, as_bob, clock):
        make_pledge(live, amount=10_00, clock=clock)
        as_bob.get(path_of(live))
        with CaptureQueriesContext(connection) as asked:
            as_bob.get(path_of(live))
        own = [one["sql"] for one in asked if not any(word in one["sql"] for word in SESSION)]
        assert len(own) <= 15, own

    def test_shows_its_picture_to_whoever_sees_it(self, live, as_visitor, alice, now):
        live.picture = Attachment.objects.create(
            publication=live.publication,
            owner=alice,
            name="four.jpg",
            mime="image/jpeg",
            size=1,
            sha256="0" * 64,
            file="four.jpg",
            width=900,
            height=600,
            widths=[480],
            alt={"fr": "Un four à bois"},
            added_at=now,
        )
        live.save(update_fields=["picture"])
        assert 'alt="Un four à bois"' in page(as_visitor, path_of(live))


class TestTheBar:
    def test_is_the_same_until_something_is_promised(self, live, as_visitor, clock):
        first = as_visitor.get(path_of(live, "bar/"))
        assert first.headers["Cache-Control"] == "max-age=2"
        assert first.headers["Vary"] == "Cookie"
        kept = {"HTTP_IF_NONE_MATCH": first.headers["ETag"]}
        assert as_visitor.get(path_of(live, "bar/"), **kept).status_code == 304
        make_pledge(live, amount=10_00, clock=clock)
        moments.KEPT.clear()  # a moment later, or asked of another web process
        after = as_visitor.get(path_of(live, "bar/"), **kept)
        assert after.status_code == 200
        assert "10\xa0francs" in after.content.decode()

    def test_is_asked_again_only_while_the_campaign_runs(self, live, state_of, as_visitor):
        assert 'hx-trigger="every 5s"' in page(as_visitor, path_of(live, "bar/"))
        assert "hx-" not in page(as_visitor, path_of(state_of("failed"), "bar/"))

    def test_of_a_member_is_nobody_elses(self, live, as_bob):
        assert as_bob.get(path_of(live, "bar/")).headers["Cache-Control"] == "private, max-age=2"


class TestTheList:
    def test_has_the_one_that_ends_first_on_top(self, alice, now, as_visitor):
        def named(title, **over):
            words = {"fr": {**WORDS["fr"], "title": title}}
            return make_campaign(alice, words=words, at=now - timedelta(days=5), **over)

        over = named("Finie", days=1)
        close(campaign=over, clock=Hands(now))
        soon = named("Annoncée", is_launched=False)
        launching.announce(campaign=soon, at=now - timedelta(days=1))
        named("Tardive", days=30)
        named("Bientôt finie", days=6)
        shown = page(as_visitor, "/campaigns/")
        places = [shown.index(f">{one}<") for one in ("Bientôt finie", "Tardive", "Annoncée", "Finie")]
        assert places == sorted(places)

    def test_helps_where_there_is_nothing(self, square, as_visitor):
        as_visitor.cookies["django_language"] = "en"
        assert "No campaign stands here so far." in page(as_visitor, "/campaigns/")

    def test_goes_on_over_pages(self, alice, now, as_visitor, monkeypatch):
        monkeypatch.setattr("parvis.rooms.campaigns.views.reading.A_PAGE", 1)
        for days in (10, 20):
            make_campaign(alice, at=now - timedelta(days=1), days=days)
        assert 'rel="next" href="?from=1"' in page(as_visitor, "/campaigns/")
        last = page(as_visitor, "/campaigns/?from=1")
        assert 'rel="prev" href="?from=0"' in last
        assert 'rel="next"' not in last

    def test_asks_little_however_many_there_are(self, alice, now, as_visitor):
        make_campaign(alice, at=now - timedelta(days=1))
        with CaptureQueriesContext(connection) as one:
            as_visitor.get("/campaigns/")
        for _number in range(3):
            make_campaign(alice, at=now - timedelta(days=1))
        with CaptureQueriesContext(connection) as four:
            as_visitor.get("/campaigns/")
        assert len(one) == len(four) <= 8


class TestWhatChanged:
    def test_is_there_word_by_word(self, live, as_bob, now):
        assert "What this page has changed" not in page(as_bob, path_of(live))
        words = {**WORDS, "en": {**WORDS["en"], "story": "A hundred and one recipes."}}
        launching.write_story(campaign=live, words=words, at=now)
        assert "What this page has changed" in page(as_bob, path_of(live))
        shown = page(as_bob, path_of(live, "changes/"))
        assert "A hundred <ins>and one </ins>recipes." in shown
        assert "The oven." not in shown

    def test_says_that_nothing_did(self, live, as_bob):
        assert "Nothing has changed." in page(as_bob, path_of(live, "changes/"))


class TestNames:
    @pytest.fixture
    def three(self, live, clock):
        for name, how in (
            ("Gaston Lagaffe", "name"),
            ("Jeanne Dubois", "first"),
            ("Léon Prunelle", "hidden"),
        ):
            person = make_person(name.split()[0].lower())
            person.name = name
            make_pledge(live, amount=10_00, shown=how, by=backer(person), clock=clock)
        return live

    def test_stand_as_their_bearers_wish(self, three, as_charlie):
        shown = page(as_charlie, path_of(three))
        assert "Gaston Lagaffe" in shown
        assert "Jeanne" in shown
        assert "Dubois" not in shown
        assert "Prunelle" not in shown
        assert "1 other person" in shown

    def test_have_a_page_of_their_own(self, three, as_charlie):
        shown = page(as_charlie, path_of(three, "backers/"))
        assert "Gaston Lagaffe" in shown
        assert "Léon" not in shown
        assert "And 1 person who is not named." in shown

    def test_of_nobody_make_no_page(self, live, as_charlie):
        assert as_charlie.get(path_of(live, "backers/")).status_code == 404


class TestThePublishedList:
    def test_is_not_there_before_it_is_decided(self, live, as_visitor, state_of):
        assert as_visitor.get(path_of(live, "list.csv")).status_code == 404
        assert as_visitor.get(path_of(state_of("canceled"), "list.csv")).status_code == 404

    @pytest.mark.parametrize("state", ["successful", "failed"])
    def test_adds_up_to_what_decided_it_and_has_its_digest(self, state, state_of, as_visitor):
        made = state_of(state)
        answer = as_visitor.get(path_of(made, "list.csv"))
        rows = list(csv.reader(answer.content.decode().splitlines()))
        pledge = made.pledges.get()
        assert rows == [[mark_of(pledge.public_id, made.publication.public_id), str(made.decided_total)]]
        assert hashlib.sha256(answer.content).hexdigest() == made.decided_digest
        assert made.decided_digest in page(as_visitor, path_of(made))

    def test_stays_what_it_was_when_the_pledges_become_something_else(self, alice, now, as_visitor):
        begun = now - timedelta(days=3)
        made = make_campaign(alice, at=begun, days=1)
        for amount, card in ((80_00, "pm_card_visa"), (30_00, "")):
            make_pledge(made, amount=amount, card=card, clock=Hands(begun))
        settle(Hands(now))
        made = Campaign.objects.unguarded("a test").get(pk=made.pk)
        answer = as_visitor.get(path_of(made, "list.csv"))
        assert hashlib.sha256(answer.content).hexdigest() == made.decided_digest


class TestAmounts:
    CANARY = 1_337_42

    @pytest.mark.parametrize("who", ["as_charlie", "as_owner", "as_visitor"])
    def test_of_one_backer_stand_nowhere_for_others(self, who, live, bob, alice, clock, now, request):
        make_pledge(live, bob, self.CANARY, shown="name", clock=clock)
        make_pledge(live, amount=50_00, clock=clock)
        client = request.getfixturevalue(who)
        addresses = [
            "/",
            "/campaigns/",
            path_of(live),
            path_of(live, "bar/"),
            path_of(live, "changes/"),
            path_of(live, "backers/"),
            path_of(live, "pledge/"),
            f"/people/{alice.public_id}/",
            "/search/?q=pain",
            "/sitemap.xml",
        ]
        for language in ("fr", "en"):
            client.cookies["django_language"] = language
            for path in addresses:
                said = client.get(path, follow=True).content.decode()
                digits = said.replace("\u202f", "").replace("\xa0", "").replace(",", "").replace(".", "")
                assert "133742" not in digits, path
        publication = Publication.objects.unguarded("a test").get(campaign=live)
        for way in (carried.html, carried.announced, carried.heading):
            assert "337" not in way(publication)

    def test_are_on_the_backers_own_page_for_the_one_who_pledged(self, live, bob, as_bob, clock):
        make_pledge(live, bob, self.CANARY, clock=clock)
        assert "1,337.42" in page(as_bob, "/campaigns/mine/pledges/")


class TestWaiting:
    def test_is_offered_where_nothing_is_left(self, live, as_bob, bob, clock):
        reward = make_reward(live, limit=1)
        make_pledge(live, reward=reward, clock=clock)
        assert "Tell me if one becomes free" in page(as_bob, path_of(live))
        answer = as_bob.post(path_of(live, f"wait/{reward.public_id}/"), follow=True)
        assert "We will write to you once it can be had again." in answer.content.decode()
        assert reward.waiting.get().person == bob
        assert "Wait no more" in page(as_bob, path_of(live))
        as_bob.post(path_of(live, f"wait/{reward.public_id}/"), {"do": "stop"})
        assert not reward.waiting.exists()

    def test_is_refused_where_one_can_be_had(self, live, as_bob):
        reward = make_reward(live, limit=1)
        answer = as_bob.post(path_of(live, f"wait/{reward.public_id}/"), follow=True)
        assert "There is one left by now" in answer.content.decode()
        assert not reward.waiting.exists()

    def test_of_a_visitor_begins_behind_a_mail(self, live, as_visitor, clock):
        reward = make_reward(live, limit=1)
        make_pledge(live, reward=reward, clock=clock)
        path = path_of(live, f"wait/{reward.public_id}/")
        assert path in page(as_visitor, path_of(live))
        assert as_visitor.get(path).status_code == 200
        as_visitor.post(path, {"email": "gaston@guests.example"})
        link = re.search(r"https?://[^/\s]+(/campaigns/wait/\S+)", mail.outbox[0].body)[1]
        assert "gaston" not in link
        page(Client(), link)
        assert not reward.waiting.exists()
        Client().post(link)
        person = reward.waiting.get().person
        assert (person.role, person.addresses.get().value) == ("guest", "gaston@guests.example")
        assert Client().get(f"{link[:-2]}x/").status_code == 404

    def test_of_a_visitor_cannot_fill_a_mailbox(self, live, as_visitor, clock):
        reward = make_reward(live, limit=1)
        make_pledge(live, reward=reward, clock=clock)
        for _time in range(5):
            as_visitor.post(path_of(live, f"wait/{reward.public_id}/"), {"email": "gaston@guests.example"})
        assert len(mail.outbox) == 3

    def test_is_over_where_its_link_is_old(self, now):
        wish = asked(reward="x", address="a@guests.example", language="fr", at=now - timedelta(days=8))
        with pytest.raises(Http404):
            asked_by(token_of(wish), now)

    def test_is_not_there_for_a_reward_of_a_draft(self, alice, as_bob):
        draft = make_campaign(alice, is_launched=False)
        reward = make_reward(draft, limit=1)
        Reward.objects.filter(pk=reward.pk).update(taken=1)
        assert as_bob.post(path_of(draft, f"wait/{reward.public_id}/")).status_code == 404


class TestElsewhere:
    def test_it_is_announced_in_plain_words(self, live, clock):
        publication = Publication.objects.unguarded("a test").get(campaign=live)
        said = carried.announced(publication)
        assert "Bread of the lake" in said
        assert "Nothing is promised yet, of 9,000\xa0francs." in said
        assert "<" not in said

    def test_search_engines_know_the_public_ones(self, live, alice, now):
        make_campaign(alice, is_launched=False, at=now)
        assert [one.url for one in pages(now)] == ["/campaigns/", path_of(live)]

    def test_its_card_says_how_it_stands(self, live, as_bob, alice, clock):
        make_pledge(live, amount=10_00, clock=clock)
        shown = page(as_bob, f"/people/{alice.public_id}/")
        assert "Bread of the lake" in shown
        assert "10\xa0francs promised of 9,000, by 1 person." in shown

    def test_every_state_has_words(self, live):
        for state in CampaignState:
            assert told_of(live, state)[0]
