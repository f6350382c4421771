"""After success: what backers are asked, what is sent to them, the list of them, and who is thanked; never before, and never by others."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from parvis.conftest import AT
from parvis.core.audiences.rule import Viewer
from parvis.core.delivery.tests.worlds import LATER
from parvis.rooms.campaigns.actions import asking, counting, exporting, fulfilling
from parvis.rooms.campaigns.actions.asking import (
    Incomplete,
    Locked,
    NotAsked,
    NothingAsked,
    OpenAlready,
    Postal,
    name_of,
)
from parvis.rooms.campaigns.actions.fulfilling import Delay, NoSuchStep, SayWhy
from parvis.rooms.campaigns.actions.releasing import OnlyAfterSuccess
from parvis.rooms.campaigns.links import pledge_path, token_of
from parvis.rooms.campaigns.models import Answer, Fulfilment, Passed, Pledge, Survey, Update
from parvis.rooms.campaigns.pages.afterwards import afterwards_of
from parvis.rooms.campaigns.pages.thanking import for_print, in_french_order, thanked
from parvis.rooms.campaigns.questions import Asked
from parvis.rooms.campaigns.spreadsheets import BOM
from parvis.rooms.campaigns.tests.makers import Hands, backer, make_campaign, make_pledge, make_reward, settle

pytestmark = pytest.mark.django_db
SIZE = Asked(
    name="q1",
    words={"fr": "Quelle taille ?", "en": "Which size?"},
    choices=[{"fr": "Petite", "en": "Small"}, {"fr": "Grande", "en": "Large"}],
)
WORD = Asked(name="q2", words={"fr": "Un mot ?"})
HOME = Postal(name="Gaston Rey", street="Rue du Lac 4", postal_code="1800", town="Vevey", country="CH")


class World:
    """A campaign that reached its goal: a guest has the shirt, bob gave without a reward."""

    def __init__(self, alice, bob):
        self.clock = Hands()
        self.campaign = make_campaign(alice, goal=10_00, days=1)
        self.shirt = make_reward(self.campaign, title="Un maillot", rates={"CH": 5_00})
        guest = backer(name="=Gaston Rey", address="gaston@guests.example")
        self.guest = make_pledge(self.campaign, by=guest, reward=self.shirt, country="CH")
        counting.prove_address(pledge=self.guest, clock=self.clock)
        self.bobs = make_pledge(self.campaign, bob, 10_00, card="pm_card_visa", shown="first")
        self.clock.at = self.campaign.deadline_at
        settle(self.clock)
        self.again()

    def again(self):
        for row in (self.campaign, self.guest, self.bobs, self.shirt):
            row.refresh_from_db()
        self.guest.campaign = self.bobs.campaign = self.campaign

    def ask(self, *questions, reward=None, asks_address=False):
        return asking.keep_survey(
            campaign=self.campaign,
            reward=reward,
            questions=questions,
            asks_address=asks_address,
            open_at=self.clock.at,
        )

    def answer(self, survey, postal=None, pledge=None, **said):
        answers = {f"{survey.public_id}-{name}": words for name, words in said.items()}
        return asking.answer_surveys(
            pledge=pledge or self.guest, answers=answers, postal=postal, at=self.clock.at
        )


@pytest.fixture
def world(alice, bob):
    return World(alice, bob)


class TestSurveys:
    def test_are_opened_after_success_alone(self, alice):
        running = make_campaign(alice)
        written = asking.write_survey(campaign=running, reward=None, questions=[SIZE], asks_address=True)
        with pytest.raises(OnlyAfterSuccess):
            asking.open_survey(survey=written, at=AT)
        assert asking.surveys_for(make_pledge(running, amount=5_00)) == []

    def test_ask_something_and_stay_as_they_are_once_open(self, world):
        with pytest.raises(NothingAsked):
            world.ask()
        world.ask(SIZE)
        with pytest.raises(OpenAlready):
            world.ask(WORD)

    def test_of_a_reward_are_for_those_who_have_it(self, world):
        of_shirt, of_all = world.ask(SIZE, reward=world.shirt), world.ask(WORD)
        assert asking.surveys_for(world.guest) == [of_shirt, of_all] or asking.surveys_for(world.guest) == [
            of_all,
            of_shirt,
        ]
        assert asking.surveys_for(world.bobs) == [of_all]

    def test_keep_answers_that_are_offered_and_let_them_change(self, world):
        survey = world.ask(SIZE, WORD)
        world.answer(survey, q1="7", q2=" Merci. ")
        assert Answer.objects.get().answers == {"q2": "Merci."}
        world.answer(survey, q1="1")
        assert Answer.objects.get().answers["q1"] == "1"

    def test_take_no_answer_once_they_are_locked(self, world):
        survey = world.ask(SIZE)
        asking.lock_survey(survey=survey, at=world.clock.at)
        with pytest.raises(Locked):
            world.answer(survey, q1="1")
        asking.lock_survey(survey=survey, at=None)
        assert world.answer(survey, q1="1")

    def test_take_none_from_who_backs_it_no_more(self, world):
        survey = world.ask(SIZE)
        world.clock.pass_by(days=11)
        settle(world.clock)
        world.again()
        assert world.guest.state == "dropped"
        with pytest.raises(NotAsked):
            world.answer(survey, q1="1")

    @pytest.mark.parametrize("missing", ["name", "street", "town"])
    def test_want_a_whole_address_where_they_ask_for_one(self, world, missing):
        survey = world.ask(asks_address=True)
        with pytest.raises(Incomplete):
            world.answer(survey)
        with pytest.raises(Incomplete):
            world.answer(survey, Postal(**(HOME.lines() | {missing: ""})))
        world.answer(survey, HOME)
        assert Answer.objects.get().postal["town"] == "Vevey"

    def test_forget_addresses_sixty_days_after_arrival(self, world):
        survey = world.ask(SIZE, asks_address=True)
        world.answer(survey, HOME, q1="1")
        asking.forget_addresses(world.clock.pass_by(days=300))
        assert Answer.objects.get().postal
        fulfilling.say_arrived(pledge=world.guest, at=world.clock.at)
        asking.forget_addresses(world.clock.at + timedelta(days=59))
        assert Answer.objects.get().postal
        asking.forget_addresses(world.clock.at + timedelta(days=60))
        assert (Answer.objects.get().postal, Answer.objects.get().answers["q1"]) == ({}, "1")

    def test_forget_them_sixty_days_after_all_was_delivered(self, world):
        world.answer(world.ask(asks_address=True), HOME)
        fulfilling.set_fulfilment(campaign=world.campaign, step=Fulfilment.DELIVERED, at=world.clock.at)
        asking.forget_addresses(world.clock.at + timedelta(days=60))
        assert Answer.objects.get().postal == {}


class TestSurveyPages:
    def test_are_written_and_opened_by_who_makes_the_campaign(
        self, world, as_alice, as_bob, as_owner, as_visitor
    ):
        path = reverse("campaigns:survey-edit", args=[world.campaign.slug, "all"])
        said = {
            "do": "open",
            "asks_address": "on",
            "q1_fr": "Quelle taille ?",
            "q1_choices_fr": "S\nM",
            "q1_choices_en": "S\nM",
        }
        for page in (as_bob, as_owner):
            assert (page.get(path).status_code, page.post(path, said).status_code) == (404, 404)
        assert as_visitor.get(path).status_code == 302
        assert "Question 1" in as_alice.get(path).content.decode()
        assert as_alice.post(path, {"do": "open"}).status_code == 422
        assert as_alice.post(path, said).status_code == 303
        survey = Survey.objects.get()
        assert survey.questions[0]["choices"] == [{"fr": "S", "en": "S"}, {"fr": "M", "en": "M"}]
        assert (
            "open, 0 answers"
            in as_alice.get(reverse("campaigns:surveys", args=[world.campaign.slug])).content.decode()
        )
        as_alice.post(path, {"do": "lock"})
        survey.refresh_from_db()
        assert survey.locked_at is not None

    def test_are_answered_by_the_link_of_the_pledge_in_its_language(self, world):
        survey = world.ask(SIZE, WORD, asks_address=True)
        path = reverse("campaigns:survey", args=[token_of(world.guest)])
        page = Client().get(path)
        assert "Quelle taille ?" in page.content.decode()
        assert page.headers["Cache-Control"] == "no-store"
        said = {name_of(survey, SIZE): "1", name_of(survey, WORD): "", **HOME.lines()}
        assert Client().post(path, said | {"country": "FR"}).status_code == 422
        assert Client().post(path, said).headers["Location"] == path
        answer = Answer.objects.get()
        assert (answer.answers["q1"], answer.postal["country"]) == ("1", "CH")
        asking.lock_survey(survey=survey, at=world.clock.at)
        assert "<textarea" not in Client().get(path).content.decode()

    def test_do_not_stand_where_nothing_is_asked_or_the_link_is_wrong(self, world):
        path = reverse("campaigns:survey", args=[token_of(world.guest)])
        assert Client().get(path).status_code == 404
        world.ask(SIZE)
        assert Client().get(path).status_code == 200
        wrong = reverse("campaigns:survey", args=[world.guest.public_id + "f" * 40])
        assert Client().get(wrong).status_code == 404


class TestFulfilment:
    def step(self, world, step, **delay):
        return fulfilling.set_fulfilment(
            campaign=world.campaign,
            step=step,
            at=world.clock.at,
            delay=Delay(**({"month": date(2027, 3, 9), "title": "", "language": "fr"} | delay))
            if delay
            else None,
        )

    def test_goes_on_and_back_from_what_was_called_delivered_too_soon(self, world):
        for step in (Fulfilment.IN_PROGRESS, Fulfilment.DELIVERED, Fulfilment.IN_PROGRESS):
            assert self.step(world, step).fulfilment == step
        with pytest.raises(NoSuchStep):
            self.step(world, Fulfilment.NOT_STARTED)

    def test_tells_those_who_back_it_when_and_why_it_is_late(self, world, charlie):
        late = self.step(world, Fulfilment.DELAYED, text="Le papier manque.")
        assert (late.fulfilment, late.expected_on) == ("delayed", date(2027, 3, 1))
        for person, sees in ((world.guest.person, True), (charlie, False)):
            viewer = Viewer.of(person, world.clock.at + LATER)
            assert Update.objects.visible_to(viewer).exists() == sees

    @pytest.mark.parametrize("delay", [{}, {"text": " "}, {"text": "…", "month": date(2026, 10, 1)}])
    def test_asks_for_a_month_to_come_and_a_reason(self, world, delay):
        with pytest.raises(SayWhy):
            self.step(world, Fulfilment.DELAYED, **delay)
        assert not Update.objects.unguarded("a test").exists()

    def test_marks_what_was_sent_and_has_arrived_in_bulk(self, world, alice):
        both = [world.guest.public_id, world.bobs.public_id]
        mark = {"campaign": world.campaign, "pledges": both}
        assert fulfilling.mark_sent(**mark, at=world.clock.at) == 2
        assert fulfilling.mark_sent(**mark, at=world.clock.at) == 0
        assert fulfilling.mark_arrived(campaign=world.campaign, pledges=both[:1], at=world.clock.at) == 1
        assert fulfilling.mark_sent(**mark, at=None) == 2
        assert not Pledge.objects.exclude(sent_at=None, arrived_at=None).exists()
        other = make_campaign(alice)
        with pytest.raises(OnlyAfterSuccess):
            fulfilling.mark_sent(campaign=other, pledges=both, at=world.clock.at)

    def test_is_for_its_own_creator_alone(self, world, as_alice, as_bob, as_owner):
        path = reverse("campaigns:fulfilment", args=[world.campaign.slug])
        for page in (as_bob, as_owner):
            assert (page.get(path).status_code, page.post(path, {"step": "delivered"}).status_code) == (
                404,
                404,
            )
        assert as_alice.post(path, {"step": "delayed", "month": "soon"}).status_code == 422
        as_alice.post(path, {"do": "sent", "pledges": [world.guest.public_id]})
        as_alice.post(path, {"step": "in-progress"})
        world.again()
        assert (world.campaign.fulfilment, world.guest.sent_at is not None) == ("in-progress", True)
        assert "It is under way." in as_alice.get(path).content.decode()

    def test_is_seen_by_each_backer_who_says_that_it_has_arrived(self, world):
        now = afterwards_of(world.guest, world.clock.at)
        assert (now.survey, now.sent_at, now.work) == ("", None, "")
        wrong = reverse("campaigns:arrived", args=[world.guest.public_id + "f" * 40])
        assert Client().post(wrong).status_code == 404
        assert Client().post(now.arrived).status_code == 303
        world.again()
        assert afterwards_of(world.guest, world.clock.at).arrived_at is not None

    def test_stands_on_the_page_of_the_pledge(self, world):
        world.ask(SIZE)
        page = Client().get(pledge_path(world.guest)).content.decode()
        assert f"{pledge_path(world.guest)}survey/" in page
        assert f"{pledge_path(world.guest)}arrived/" not in page
        fulfilling.set_fulfilment(campaign=world.campaign, step=Fulfilment.IN_PROGRESS, at=world.clock.at)
        begun = Client().get(pledge_path(world.guest)).content.decode()
        assert f"{pledge_path(world.guest)}arrived/" in begun

    def test_says_nothing_before_success(self, alice, bob):
        assert afterwards_of(make_pledge(make_campaign(alice), bob, 5_00), AT) is None


class TestTheListOfBackers:
    def rows(self, world):
        content = exporting.export_backers(
            campaign=world.campaign, by=world.campaign.creator, at=world.clock.at
        )
        assert content.startswith(BOM)
        return list(csv.reader(io.StringIO(content.removeprefix(BOM))))

    def test_holds_what_each_has_gave_and_answered_and_no_formula(self, world):
        world.answer(world.ask(SIZE, asks_address=True), HOME, q1="1")
        head, first, second = self.rows(world)
        line = dict(zip(head[:14], first, strict=False))
        assert line["Name"] == "'=Gaston Rey"
        assert (line["Mail"], line["Reward"], line["Amount"], line["Currency"]) == (
            "gaston@guests.example",
            "A book",
            "30.00",
            "CHF",
        )
        assert (line["Which size?"], line["Country"]) == ("Large", "Switzerland")
        assert first[14:] == ["Gaston Rey", "Rue du Lac 4", "", "1800", "Vevey", "Switzerland"]
        assert second[1:3] == ["Bob", "bob@parvis.example"]

    def test_is_written_down_when_it_is_taken(self, world):
        self.rows(world)
        assert Passed.objects.get(campaign=world.campaign, move="exported").by == world.campaign.creator

    def test_is_taken_after_success_by_who_makes_it_alone(self, world, alice, as_alice, as_bob, as_owner):
        with pytest.raises(OnlyAfterSuccess):
            exporting.export_backers(campaign=make_campaign(alice), by=alice, at=AT)
        path = reverse("campaigns:export-file", args=[world.campaign.slug])
        for page in (as_bob, as_owner):
            assert page.post(path).status_code == 404
        assert as_alice.get(path).status_code == 405
        answer = as_alice.post(path)
        assert answer.headers["Content-Disposition"] == 'attachment; filename="le-pain-du-lac.csv"'
        assert "gaston@guests.example" in answer.content.decode()


class TestThanks:
    def test_name_each_as_they_chose(self, world):
        assert thanked(world.campaign).names == ["=Gaston Rey", "Bob"]
        Pledge.objects.filter(pk=world.bobs.pk).update(shown="hidden")
        assert (thanked(world.campaign).names, thanked(world.campaign).others) == (["=Gaston Rey"], 1)

    def test_stand_in_french_order(self):
        words = ["zoé", "Côté", "cote", "élan", "coté", "Eloi", "côte"]
        assert sorted(words, key=in_french_order) == ["cote", "côte", "coté", "Côté", "élan", "Eloi", "zoé"]

    def test_are_there_after_success_and_the_list_for_who_makes_it(self, world, alice, as_alice, as_bob):
        path = reverse("campaigns:thanks", args=[world.campaign.slug])
        page = Client().get(path).content.decode()
        assert "Bob" in page
        assert "30" not in page.split("<main")[1].split("</main")[0]
        running = make_campaign(alice)
        assert Client().get(reverse("campaigns:thanks", args=[running.slug])).status_code == 404
        assert as_alice.get(f"{path}list/").content.decode() == for_print(world.campaign)
        assert as_bob.get(f"{path}list/").status_code == 404

    def test_are_suggested_once_it_has_succeeded(self, world, as_alice):
        desk = reverse("campaigns:updates", args=[world.campaign.slug])
        assert "Thank those who back it" in as_alice.get(desk).content.decode()
        begun = as_alice.post(
            reverse("campaigns:update-begin", args=[world.campaign.slug]), {"for": "thanks"}
        )
        page = as_alice.get(begun.headers["Location"]).content.decode()
        assert 'value="backers" id="id_to_1" checked' in page or 'value="backers"' in page
        assert "Visible to 2 people: those who back" in page
        assert "Thank those who back it" not in as_alice.get(desk).content.decode()
