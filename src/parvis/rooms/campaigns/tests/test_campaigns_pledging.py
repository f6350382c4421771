"""Pledging on one page: what it comes to is seen first, a double click is one pledge, and a visitor says by mail that it is them."""

import re
import uuid
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import translation

from parvis.lib.funding.pledges import PledgeState
from parvis.rooms.campaigns.actions import counting, pledging
from parvis.rooms.campaigns.actions.closing import close
from parvis.rooms.campaigns.links import card_path, pledge_path, token_of
from parvis.rooms.campaigns.models import Campaign, Pledge, Reward
from parvis.rooms.campaigns.pages.offering import all_countries, country_of_zone
from parvis.rooms.campaigns.published import mark_of
from parvis.rooms.campaigns.tests.makers import (
    Hands,
    make_campaign,
    make_pledge,
    make_reward,
    settle,
)
from parvis.rooms.campaigns.words import states

pytestmark = pytest.mark.django_db


@pytest.fixture
def book(live):
    return make_reward(live, rates={"CH": 7_00, "FR": 12_00}, price=45_00, limit=3, title="Livre signé")


@pytest.fixture
def visitor(as_visitor):
    as_visitor.cookies["django_language"] = "en"
    return as_visitor


def form_at(campaign):
    return f"/campaigns/{campaign.slug}/pledge/"


def said(**over):
    """A form as somebody sends it who has seen what it comes to."""
    about = {"once": str(uuid.uuid4()), "way": "bank", "shown": "hidden", "do": "pledge"}
    return about | {name: value for name, value in over.items() if value is not None}


def a_book(book, **over):
    return said(**{"reward": book.public_id, "country": "CH", "seen": 52_00} | over)


def a_visitor(**over):
    return {"name": "Gaston Lagaffe", "email": "gaston@guests.example"} | over


def fresh(campaign):
    return Campaign.objects.unguarded("a test").get(pk=campaign.pk)


def link_in(letter):
    return re.search(r"https?://[^/\s]+(/campaigns/pledge/\S+)", letter.body)[1]


class TestTheForm:
    def test_begins_with_the_reward_that_was_chosen_and_what_it_comes_to(self, live, book, visitor):
        shown = visitor.get(f"{form_at(live)}?reward={book.public_id}").content.decode()
        assert f'value="{book.public_id}" checked' in shown
        assert '<option value="CH" selected>' in shown
        assert "Livre signé" not in shown  # it has an English title
        assert "A book CHF\xa045 + postage (Switzerland) CHF\xa07 = CHF\xa052" in shown
        assert "<h1>Back “Bread of the lake”</h1>" in shown
        assert "I will receive a bill of CHF\xa052 if the goal is reached." in shown
        assert ">Pledge CHF\xa052</button>" in shown

    def test_says_what_is_missing_before_anything_is_chosen(self, live, visitor):
        shown = visitor.get(form_at(live)).content.decode()
        assert "Choose what you receive, or write what you give." in shown
        assert 'value="pledge"' not in shown

    def test_adds_nothing_up_where_there_is_one_thing_alone(self, live, visitor):
        shown = visitor.post(form_at(live), said(more="20", do="reckon")).content.decode()
        assert '<p class="promised">Without a reward CHF\xa020</p>' in shown

    def test_tells_when_a_card_is_debited(self, live, book, visitor):
        shown = visitor.post(form_at(live), a_book(book, do="reckon", way="card")).content.decode()
        assert "I authorise Alice to debit CHF\xa052 once, on" in shown
        assert "at the earliest, if the goal is reached." in shown

    def test_reckons_the_sum_alone_for_a_page_that_is_open(self, live, book, visitor):
        more = make_reward(live, is_addon=True, price=10_00, most_each=3, title="Carte")
        values = a_book(book, more="20.50", country="FR") | {f"add-{more.public_id}": "2"}
        del values["do"]
        shown = visitor.post(form_at(live), values, HTTP_HX_REQUEST="true").content.decode()
        assert "<h1" not in shown
        assert (
            "A book CHF\xa045 + 2 × A book CHF\xa020 + on top CHF\xa020.50 + postage (France) CHF\xa012 = CHF\xa097.50"
            in shown
        )
        assert 'name="seen" value="9750"' in shown
        assert not Pledge.objects.exists()

    @pytest.mark.parametrize(
        ("over", "words"),
        [
            ({"country": ""}, "Say to which country it is to be sent"),
            ({"more": "abc"}, "“abc” is not understood as an amount."),
            ({"more": "20 EUR"}, "“20 EUR” is not in CHF."),
            ({"more": "9500"}, "A pledge here is CHF\xa09,500 at most."),
        ],
    )
    def test_says_why_a_choice_comes_to_nothing(self, live, book, visitor, over, words):
        values = a_book(book, **over) | a_visitor()
        for value in ({"HTTP_HX_REQUEST": "true"}, {}):
            assert words in visitor.post(form_at(live), values, **value).content.decode()
        assert not Pledge.objects.exists()

    def test_offers_only_the_ways_that_the_campaign_takes(self, alice, now, visitor):
        made = make_campaign(alice, card=None, at=now - timedelta(days=1))
        shown = visitor.get(form_at(made)).content.decode()
        assert 'value="bank"' in shown
        assert 'value="card"' not in shown
        values = said(way="card", more="20", seen=20_00) | a_visitor()
        visitor.post(form_at(made), values)
        assert not Pledge.objects.exists()

    def test_shows_what_is_sold_out_and_takes_it_from_nobody(self, live, book, visitor, clock):
        Reward.objects.filter(pk=book.pk).update(limit=1)
        make_pledge(live, reward=book, country="CH", clock=clock)
        assert f'value="{book.public_id}" disabled' in visitor.get(form_at(live)).content.decode()
        answer = visitor.post(form_at(live), a_book(book) | a_visitor())
        assert answer.status_code == 200
        assert Pledge.objects.count() == 1

    def test_asks_a_member_for_no_name(self, live, as_bob):
        shown = as_bob.get(form_at(live)).content.decode()
        assert 'name="email"' not in shown
        assert "You pledge as Bob, bob@parvis.example." in shown

    def test_makes_nothing_before_its_sum_was_seen(self, live, book, as_bob):
        answer = as_bob.post(form_at(live), a_book(book, seen=45_00))
        assert "This is what it comes to now." in answer.content.decode()
        assert 'name="seen" value="5200"' in answer.content.decode()
        assert not Pledge.objects.exists()

    def test_leads_a_backer_to_the_pledge_they_have(self, live, as_bob, bob, clock):
        made = make_pledge(live, bob, 20_00, clock=clock)
        assert as_bob.get(form_at(live)).headers["Location"] == pledge_path(made)
        answer = as_bob.post(form_at(live), said(more="20", seen=20_00))
        assert "You back this campaign already." in answer.content.decode()

    def test_refuses_the_creator(self, live, as_alice):
        answer = as_alice.post(form_at(live), said(more="20", seen=20_00))
        assert "This is your own campaign" in answer.content.decode()

    def test_asks_little(self, live, book, visitor, django_assert_max_num_queries):
        for _number in range(4):
            make_reward(live, rates={"CH": 5_00}, is_addon=True)
        with django_assert_max_num_queries(8):
            visitor.get(f"{form_at(live)}?reward={book.public_id}")

    def test_knows_countries_by_their_letters(self):
        assert {"CH", "FR", "US"} <= all_countries()
        assert not {"EU", "UN", "ZZ", "419"} & all_countries()
        assert country_of_zone("Europe/Zurich") == "CH"
        assert country_of_zone("UTC") == ""


class TestAMember:
    def test_counts_at_once_by_bank(self, live, book, as_bob, bob):
        answer = as_bob.post(form_at(live), a_book(book, shown="first"))
        made = Pledge.objects.get()
        assert (answer.status_code, answer.headers["Location"]) == (303, pledge_path(made))
        assert (made.state, made.person, made.amount, made.shipping) == ("active", bob, 52_00, 7_00)
        assert (made.shown, made.country, made.address) == ("first", "CH", "bob@parvis.example")
        assert made.agreed.endswith("I will receive a bill of CHF\xa052 if the goal is reached.")
        assert (fresh(live).pledged, fresh(live).backers) == (52_00, 1)
        assert "Your pledge counts" in as_bob.get(pledge_path(made)).content.decode()

    def test_makes_one_pledge_with_a_double_click(self, live, as_bob):
        values = said(more="20", seen=20_00)
        first, second = as_bob.post(form_at(live), values), as_bob.post(form_at(live), values)
        assert first.headers["Location"] == second.headers["Location"]
        assert Pledge.objects.count() == 1
        assert fresh(live).pledged == 20_00

    def test_is_led_to_a_card_at_once(self, live, as_bob):
        answer = as_bob.post(form_at(live), said(more="20", seen=20_00, way="card"))
        made = Pledge.objects.get()
        assert answer.headers["Location"] == card_path(made)
        assert card_path(made) == f"/campaigns/pledge/{token_of(made)}/card/"
        assert as_bob.get(card_path(made)).status_code == 200
        assert (made.state, fresh(live).pledged) == ("started", 0)

    def test_keeps_no_country_where_nothing_is_sent(self, live, as_bob):
        as_bob.post(form_at(live), said(more="20", seen=20_00, country="CH"))
        assert Pledge.objects.get().country == ""

    def test_finds_all_their_pledges(self, live, as_bob, bob, as_charlie, clock):
        make_pledge(live, bob, 20_00, clock=clock)
        assert "Le pain du lac" in as_bob.get("/campaigns/mine/pledges/").content.decode()
        assert "Le pain du lac" not in as_charlie.get("/campaigns/mine/pledges/").content.decode()
        assert Client().get("/campaigns/mine/pledges/").status_code == 302


class TestAVisitor:
    def pledge(self, client, live, **over):
        values = said(more="20", seen=20_00) | a_visitor() | over
        return values, client.post(form_at(live), values)

    def test_counts_once_the_button_behind_the_mail_is_pressed(self, live, visitor):
        _values, answer = self.pledge(visitor, live)
        assert "We have written to gaston@guests.example." in answer.content.decode()
        assert fresh(live).pledged == 0
        assert len(mail.outbox) == 1
        assert "CHF\xa020" in mail.outbox[0].body
        path = link_in(mail.outbox[0])
        shown = Client().get(path)
        assert "Yes, it is me" in shown.content.decode()
        assert shown.headers["Referrer-Policy"] == "same-origin"
        assert Pledge.objects.get().state == "started"
        assert Client().post(f"{path}confirm/").headers["Location"] == path
        made = Pledge.objects.get()
        assert (made.state, made.person.role, fresh(live).pledged) == ("active", "guest", 20_00)
        assert "Your pledge counts" in Client().get(path).content.decode()

    def test_gets_one_mail_and_one_pledge_for_a_double_click(self, live, visitor):
        values, _answer = self.pledge(visitor, live)
        again = visitor.post(form_at(live), values)
        assert "We have written to" in again.content.decode()
        assert (Pledge.objects.count(), len(mail.outbox)) == (1, 1)

    def test_never_finds_the_link_on_a_page(self, live, visitor):
        values, answer = self.pledge(visitor, live)
        token = token_of(Pledge.objects.get())
        assert token not in answer.content.decode()
        visitor.post(f"/campaigns/pledge/{token}/confirm/")
        again = visitor.post(form_at(live), values)
        assert token not in again.content.decode() + again.headers.get("Location", "")

    def test_has_the_mail_sent_once_more(self, live, visitor):
        values, _answer = self.pledge(visitor, live)
        for _time in range(4):
            visitor.post(f"{form_at(live)}again/", {"once": values["once"]})
        assert len(mail.outbox) == 3  # of one address an hour
        assert visitor.post(f"{form_at(live)}again/", {"once": "nothing"}).status_code == 404

    def test_is_led_from_the_mail_to_a_card(self, live, visitor):
        self.pledge(visitor, live, way="card")
        path = link_in(mail.outbox[0])
        made = Pledge.objects.get()
        assert Client().post(f"{path}confirm/").headers["Location"] == card_path(made)
        assert Pledge.objects.get().address_proved_at is not None

    def test_is_told_apart_from_the_member_whose_address_they_typed(self, live, visitor, bob, clock):
        make_pledge(live, bob, 20_00, clock=clock)
        self.pledge(visitor, live, email="bob@parvis.example")
        path = link_in(mail.outbox[0])
        answer = Client().post(f"{path}confirm/")
        assert answer.status_code == 409
        assert "You back this campaign already." in answer.content.decode()

    def test_reads_in_the_language_in_which_they_pledged(self, live, visitor):
        self.pledge(visitor, live)
        path = link_in(mail.outbox[0])
        assert Client().get(path).headers["Content-Language"] == "en"

    def test_is_told_that_it_was_too_late(self, live, visitor):
        self.pledge(visitor, live)
        made = Pledge.objects.get()
        counting.expire(pledge=made, at=made.held_until)
        shown = Client().get(pledge_path(made)).content.decode()
        assert "This pledge was not finished" in shown
        assert "Pledge anew" in shown
        assert Client().post(f"{pledge_path(made)}confirm/").status_code == 409

    def test_is_asked_for_patience_after_many_forms(self, live, visitor):
        answers = [self.pledge(visitor, live)[1].status_code for _time in range(11)]
        assert answers == [200] * 10 + [429]


class TestTheirPage:
    @pytest.fixture
    def mine(self, live, book, bob, clock):
        return make_pledge(live, bob, 10_00, reward=book, country="CH", clock=clock)

    def test_is_opened_by_its_link_alone(self, mine, as_charlie):
        token = token_of(mine)
        for other in (token[:-1] + ("0" if token[-1] != "0" else "1"), mine.public_id):
            for below in ("", "change/", "withdraw/"):
                assert as_charlie.get(f"/campaigns/pledge/{other}/{below}").status_code == 404
            assert as_charlie.post(f"/campaigns/pledge/{other}/confirm/").status_code == 404

    def test_changes_nothing_by_being_opened(self, mine, as_bob):
        for below in ("", "change/", "withdraw/"):
            as_bob.get(f"{pledge_path(mine)}{below}")
        assert Pledge.objects.get().events == mine.events

    def test_says_what_was_promised(self, mine, as_bob):
        shown = as_bob.get(pledge_path(mine)).content.decode()
        for words in (
            "CHF\xa062",
            "A book",
            "On top",
            "Switzerland, CHF\xa07",
            "You get a bill of CHF\xa062 after",
        ):
            assert words in shown, words

    def test_lets_them_choose_otherwise(self, live, book, mine, as_bob):
        path = f"{pledge_path(mine)}change/"
        shown = as_bob.get(path).content.decode()
        assert f'value="{book.public_id}" checked' in shown
        assert 'value="10"' in shown
        assert ">Change it to CHF\xa062</button>" in shown
        values = said(more="30", seen=30_00, shown="name")
        assert as_bob.post(path, values).headers["Location"] == pledge_path(mine)
        changed = Pledge.objects.get()
        assert (changed.amount, changed.reward, changed.shown) == (30_00, None, "name")
        assert (changed.country, fresh(live).pledged) == ("", 30_00)
        book.refresh_from_db()
        assert book.taken == 0

    def test_lets_them_keep_what_nobody_else_can_choose(self, book, mine, as_bob, clock):
        Reward.objects.filter(pk=book.pk).update(limit=1, retired_at=clock())
        path = f"{pledge_path(mine)}change/"
        assert f'value="{book.public_id}" checked>' in as_bob.get(path).content.decode()
        assert as_bob.post(path, a_book(book, more="20", seen=72_00)).status_code == 303
        assert Pledge.objects.get().amount == 72_00

    def test_takes_it_back_after_a_question(self, live, mine, as_bob):
        path = f"{pledge_path(mine)}withdraw/"
        assert "Take CHF\xa062 back" in as_bob.get(path).content.decode()
        assert as_bob.post(path).headers["Location"] == pledge_path(mine)
        assert "You have taken this pledge back" in as_bob.get(pledge_path(mine)).content.decode()
        assert fresh(live).pledged == 0

    def test_says_the_rule_of_the_last_day(self, alice, bob, now, as_bob):
        begun = now - timedelta(days=5)
        made = make_campaign(alice, goal=10_00, days=5, at=begun + timedelta(hours=2))
        mine = make_pledge(made, bob, 20_00, clock=Hands(begun + timedelta(hours=3)))
        path = pledge_path(mine)
        answer = as_bob.post(f"{path}withdraw/")
        assert answer.status_code == 409
        assert "In its last 24 hours, nobody can take a campaign below the goal" in answer.content.decode()
        values = said(more="5", seen=5_00)
        assert "In its last 24 hours" in as_bob.post(f"{path}change/", values).content.decode()
        assert Pledge.objects.get().amount == 20_00

    def test_gives_the_mark_and_the_receipt_after_the_end(self, alice, bob, now, as_bob):
        begun = now - timedelta(days=3)
        made = make_campaign(alice, goal=10_00, days=1, at=begun)
        mine = make_pledge(made, bob, 20_00, card="pm_card_visa", clock=Hands(begun))
        close(campaign=made, clock=Hands(now))
        mark = mark_of(mine.public_id, made.publication.public_id)
        assert mark in as_bob.get(pledge_path(mine)).content.decode()
        settle(Hands(now))
        shown = as_bob.get(pledge_path(mine)).content.decode()
        assert "Your pledge is paid" in shown
        assert f"{now.year}-0001" in shown
        assert mark in as_bob.get(f"/campaigns/{made.slug}/list.csv").content.decode()

    def test_leads_to_the_bill_while_it_waits(self, alice, bob, now, as_bob):
        begun = now - timedelta(days=3)
        made = make_campaign(alice, goal=10_00, days=1, at=begun)
        mine = make_pledge(made, bob, 20_00, clock=Hands(begun))
        settle(Hands(now))
        shown = as_bob.get(pledge_path(mine)).content.decode()
        assert "Your bill waits" in shown
        assert f"{pledge_path(mine)}bill/" in shown
        assert as_bob.get(f"{pledge_path(mine)}bill/").status_code == 200

    def test_says_why_a_creator_declined_it(self, live, alice, mine, as_bob, clock):
        pledging.remove(pledge=mine, by=alice, because="Pas de livraison là-bas.", clock=clock)
        assert "Pas de livraison là-bas." in as_bob.get(pledge_path(mine)).content.decode()

    def test_shows_another_card_to_leave(self, live, charlie, as_charlie, clock):
        made = make_pledge(live, charlie, 20_00, card="pm_card_visa", clock=clock)
        assert card_path(made) in as_charlie.get(pledge_path(made)).content.decode()

    @pytest.mark.parametrize("state", list(PledgeState))
    def test_has_words_for_every_state(self, state, live, mine, now):
        mine.state = state
        with translation.override("en"):
            assert states.heading(mine)
            assert all(states.sentences(mine, live, now))
