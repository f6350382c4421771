"""How a campaign stands: figures that add up, names that come with success, and a pledge that is declined."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from parvis.conftest import AT, make_person
from parvis.rooms.campaigns.actions import launching, pledging
from parvis.rooms.campaigns.models import Campaign, Pledge, Waiting
from parvis.rooms.campaigns.pages import figures
from parvis.rooms.campaigns.tests.makers import Hands, backer, make_campaign, make_pledge, make_reward, settle

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_the_day")]


@pytest.fixture
def on_the_day():
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def live(alice: Any) -> Campaign:
    return make_campaign(alice, goal=100_00)


def path(campaign: Campaign, name: str = "") -> str:
    return f"/campaigns/{campaign.slug}/desk/{name}"


def called(name: str) -> Any:
    """A member of this name, first-name@parvis.example."""
    person = make_person(name.split(maxsplit=1)[0].lower())
    person.name = name
    person.save()
    return person


class TestTheDesk:
    def test_says_how_it_would_end_now(self, as_alice, live):
        make_pledge(live, amount=60_00)
        page = as_alice.get(path(live)).content.decode()
        assert "60\xa0francs promised of 100, by 1 person." in page
        assert "nobody would pay: 40\xa0francs are missing" in page
        make_pledge(live, amount=40_00)
        assert "If it ended now, it would succeed" in as_alice.get(path(live)).content.decode()

    def test_counts_what_is_being_finished(self, as_alice, live):
        made = make_pledge(live, by=backer(None, "Gaston"), amount=50_00)
        assert made.state == "started"
        assert "could add 50\xa0francs" in as_alice.get(path(live)).content.decode()

    def test_leaves_room_in_its_drawing_for_a_month(self, as_alice, live):
        make_pledge(live, amount=60_00)
        assert 'viewBox="0 0 300 62"' in as_alice.get(path(live)).content.decode()

    def test_of_a_draft_is_its_launch(self, as_alice, alice):
        draft = make_campaign(alice, is_launched=False)
        assert as_alice.get(path(draft)).headers["Location"] == f"/campaigns/{draft.slug}/edit/launch/"

    def test_says_what_became_of_each_pledge(self, as_alice, live):
        clock = Hands()
        make_pledge(live, amount=60_00, card="pm_card_visa", clock=clock)
        make_pledge(live, amount=40_00, clock=clock)
        clock.at = live.deadline_at
        settle(clock)
        live.refresh_from_db()
        assert figures.by_state(live) == [("collected", 1, 60_00), ("billed", 1, 40_00)]
        page = as_alice.get(path(live)).content.decode()
        assert "60\xa0francs of 100 have come." in page
        assert "some still have to pay" in page

    def test_names_who_waits_for_what(self, as_alice, live):
        reward = make_reward(live, limit=1)
        for name in ("un", "deux"):
            Waiting.objects.create(reward=reward, person=make_person(name), at=AT)
        assert figures.waited_for(live) == [(reward, 2)]
        assert "2 people" in as_alice.get(path(live)).content.decode()

    def test_asks_as_much_of_the_database_for_many_pledges(
        self, as_alice, live, django_assert_max_num_queries
    ):
        for _number in range(6):
            make_pledge(live, amount=10_00, reward=make_reward(live))
        with django_assert_max_num_queries(18):
            as_alice.get(path(live))
        with django_assert_max_num_queries(14):
            as_alice.get(path(live, "pledges/"))


class TestFigures:
    def test_of_the_days_add_up_by_the_clocks_of_the_campaign(self, alice):
        launched = datetime(2026, 11, 22, 22, 30, tzinfo=UTC)  # 23:30 in Zurich
        live = make_campaign(alice, at=launched)
        clock = Hands(launched)
        make_pledge(live, amount=10_00, clock=clock)
        clock.pass_by(hours=1)  # the next day there
        taken_back = make_pledge(live, amount=20_00, clock=clock)
        make_pledge(live, amount=5_00, clock=clock)
        clock.pass_by(days=2)
        pledging.withdraw(pledge=taken_back, clock=clock)
        days = figures.days_of(live, clock.at)
        assert [(day.on, day.pledges, day.change, day.total) for day in days] == [
            (date(2026, 11, 22), 1, 10_00, 10_00),
            (date(2026, 11, 23), 2, 25_00, 35_00),
            (date(2026, 11, 24), 0, 0, 35_00),
            (date(2026, 11, 25), 0, -20_00, 15_00),
        ]
        assert days[-1].total == Campaign.objects.unguarded("test").get().pledged

    def test_end_with_the_deadline(self, live):
        days = figures.days_of(live, live.deadline_at + timedelta(days=90))
        assert days[-1].on == live.deadline_at.date()

    def test_are_drawn_to_the_busiest_day(self):
        days = [figures.Day(date(2026, 1, 1), many, 0, 0) for many in (0, 1, 4)]
        assert [(bar.x, bar.y, bar.height) for bar in figures.bars(days)] == [
            (0, 60, 0),
            (10, 45, 15),
            (20, 0, 60),
        ]

    def test_tell_what_it_hangs_on(self, live):
        for amount in (50_00, 10_00, 10_00, 10_00, 10_00, 5_00, 5_00):
            make_pledge(live, amount=amount)
        new = make_person("neuf", joined_at=AT + timedelta(days=1))
        make_pledge(live, new, amount=100_00)
        live.refresh_from_db()
        weight = figures.weight_of(live)
        assert weight is not None
        assert (weight.largest, weight.few) == (50, 90)
        # All of them joined at the moment of the launch or later.
        assert (weight.new_people, weight.new) == (8, 100)

    def test_tell_nothing_of_nothing(self, live):
        assert figures.weight_of(live) is None


class TestPledges:
    def test_show_the_name_that_each_backer_shows(self, as_alice, live):
        for name, shown in (("Zoé Blanc", "name"), ("Yann Perret", "first"), ("Xavier Rey", "hidden")):
            make_pledge(live, called(name), amount=10_00, shown=shown)
        page = as_alice.get(path(live, "pledges/")).content.decode()
        assert "Zoé Blanc" in page
        assert "Yann" in page
        assert "shows no name" in page
        for secret in ("Perret", "Xavier", "Rey", "@parvis.example"):
            assert secret not in page

    @pytest.mark.parametrize(
        ("sought", "found"),
        [("blanc", 1), ("yann", 1), ("2", 1), ("perret", 0), ("yann perret", 0), ("xavier", 0), ("zoé@", 0)],
    )
    def test_are_found_by_what_is_shown_alone(self, as_alice, live, sought, found):
        for name, shown in (("Zoé Blanc", "name"), ("Yann Perret", "first"), ("Xavier Rey", "hidden")):
            make_pledge(live, called(name), amount=10_00, shown=shown)
        page = as_alice.get(path(live, "pledges/"), {"q": sought}).content.decode()
        assert page.count('class="pledge"') == found

    def test_have_names_and_addresses_once_it_has_succeeded(self, as_alice, live):
        clock = Hands()
        person = called("Xavier Rey")
        make_pledge(live, person, amount=100_00, shown="hidden", clock=clock)
        clock.at = live.deadline_at
        settle(clock)
        page = as_alice.get(path(live, "pledges/"), {"q": "rey"}).content.decode()
        assert "Xavier Rey" in page
        assert "xavier@parvis.example" in page
        assert "Decline" not in page

    def test_that_came_to_nothing_keep_their_names(self, as_alice, live):
        make_pledge(live, called("Xavier Rey"), amount=10_00, shown="hidden")
        launching.cancel(campaign=live, by=live.creator, because="Non.", clock=Hands())
        assert "Xavier" not in as_alice.get(path(live, "pledges/")).content.decode()

    def test_come_in_pages(self, as_alice, live, monkeypatch):
        monkeypatch.setattr("parvis.rooms.campaigns.views.desk.A_PAGE", 2)
        for _number in range(3):
            make_pledge(live, amount=1_00)
        first = as_alice.get(path(live, "pledges/")).content.decode()
        second = as_alice.get(path(live, "pledges/"), {"page": "2"}).content.decode()
        assert (first.count('class="pledge"'), second.count('class="pledge"')) == (2, 1)


class TestDeclining:
    def test_says_what_it_does_to_the_total_and_takes_a_reason(self, as_alice, live):
        pledge = make_pledge(live, amount=60_00)
        make_pledge(live, amount=50_00)
        where = path(live, f"pledges/{pledge.public_id}/remove/")
        page = as_alice.get(where).content.decode()
        assert "The total would be 50\xa0francs of 100." in page
        assert "below its goal" in page
        assert as_alice.post(where, {"because": " "}).status_code == 422
        assert as_alice.post(where, {"because": "Un doute."}).status_code == 303
        pledge.refresh_from_db()
        live.refresh_from_db()
        assert (pledge.state, live.pledged) == ("removed", 50_00)
        assert pledge.history.latest("number").because == "Un doute."

    def test_is_too_late_after_the_deadline(self, as_alice, live):
        pledge = make_pledge(live, amount=60_00)
        with time_machine.travel(live.deadline_at, tick=False):
            as_alice.post(path(live, f"pledges/{pledge.public_id}/remove/"), {"because": "Un doute."})
        assert Pledge.objects.get().state == "active"

    def test_finds_no_pledge_of_another_campaign(self, as_alice, alice, live):
        pledge = make_pledge(make_campaign(alice), amount=10_00)
        assert as_alice.get(path(live, f"pledges/{pledge.public_id}/remove/")).status_code == 404
