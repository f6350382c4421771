"""One's own record: found by words and days, as a calendar, in numbers, and as a file for calendars."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

import icalendar
import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st

from parvis.core.audiences.actions import Expression, audience_for, connections_group
from parvis.core.stream import actions as stream
from parvis.rooms.places.actions import CheckingIn, check_in
from parvis.rooms.places.models import Mode, Precise
from parvis.rooms.places.numbers import Numbers, Spell, Stay, spells

from .scenes import venue_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(at):
    """Pages are looked at on the day of the last check-ins."""
    with time_machine.travel(at, tick=False):
        yield


@pytest.fixture
def there(alice, at):
    """Alice checks in, for herself, so many hours ago."""

    def do(where, hours=1, audience=None, **more):
        said = CheckingIn(venue=where, happened_at=at - timedelta(hours=hours), mode=Mode.WAS_HERE, **more)
        me = audience or audience_for(expression=Expression(), owner=alice)
        return check_in(person=alice, said=said, audience=me, language="en", at=at)

    return do


@pytest.fixture
def cafe(alice, at):
    return venue_of(alice, "Café du Lac", 46.5196, 6.6322, at, category="amenity/cafe")


class TestSearching:
    def test_finds_words_of_the_place_and_of_what_one_wrote(self, there, cafe, as_alice):
        there(cafe, words="Lemonade with mint")
        there(cafe, 2)
        there(None, 3, words="A secret lemonade", precision=Precise.NOWHERE)

        def count(asked):
            return as_alice.get(f"/places/mine/?{asked}").context["page"].paginator.count

        assert [count(q) for q in ("q=lemonade", "q=lac", "q=lemonade+lac", "q=wine", "")] == [2, 2, 1, 0, 3]

    def test_finds_days_the_first_and_the_last_included(self, there, cafe, as_alice, at):
        for days in range(4):
            there(cafe, 24 * days + 1)
        day = (at - timedelta(days=2, hours=1)).date()

        def count(asked):
            return as_alice.get(f"/places/mine/?{asked}").context["page"].paginator.count

        assert count(f"since={day}&until={day}") == 1
        assert count(f"since={day}") == 3
        assert count(f"until={day}") == 2
        assert count("since=nonsense&until=2026-99-99") == 4

    def test_finds_nothing_of_others(self, there, cafe, as_bob, alice):
        everyone = audience_for(expression=Expression(frozenset({connections_group(alice).pk})), owner=alice)
        there(cafe, words="Lemonade", audience=everyone)
        assert as_bob.get("/places/mine/?q=lemonade").context["page"].paginator.count == 0

    def test_forgets_what_was_taken_away(self, there, cafe, as_alice, alice, at):
        stream.delete(publication=there(cafe), by=alice, at=at)
        assert "Café du Lac" not in as_alice.get("/places/mine/").text
        assert as_alice.get("/places/mine/calendar/").context["count"] == 0


class TestCalendar:
    def test_leads_from_each_day_to_its_check_ins(self, there, cafe, as_alice, at):
        there(cafe, 1)
        there(cafe, 2)
        day = (at - timedelta(hours=2)).date()
        page = as_alice.get("/places/mine/calendar/")
        assert page.context["year"] == at.year
        assert f"?since={day}&amp;until={day}" in page.text
        assert page.text.count('class="month"') == 12
        assert "2 check-ins</span></a>" in page.text

    def test_holds_each_day_of_a_year_once(self, there, cafe, as_alice, at):
        there(cafe)
        months = as_alice.get("/places/mine/calendar/").context["months"]
        days = [day[0] for month in months for week in month.weeks for day in week if day]
        assert days == [date(at.year, 1, 1) + timedelta(days=n) for n in range(len(days))]
        assert days[-1] == date(at.year, 12, 31)
        assert all(len(week) == 7 for month in months for week in month.weeks)

    def test_has_the_years_in_which_one_was_somewhere_the_newest_first(self, there, cafe, as_alice, at):
        there(cafe, 24 * 800)
        page = as_alice.get("/places/mine/calendar/")
        old = (at - timedelta(days=800)).year
        assert page.context["years"] == [at.year, old]
        assert as_alice.get(f"/places/mine/calendar/{old}/").context["count"] == 1
        assert as_alice.get("/places/mine/calendar/1999/").status_code == 404

    def test_of_another_shows_nothing(self, there, cafe, as_bob):
        there(cafe)
        assert as_bob.get("/places/mine/calendar/").context["count"] == 0

    def test_asks_few_questions(self, there, cafe, as_alice, django_assert_max_num_queries):
        for days in range(30):
            there(cafe, 24 * days)
        with django_assert_max_num_queries(12):
            as_alice.get("/places/mine/calendar/")


moments = st.integers(0, 2 * 365 * 24 * 60).map(
    lambda m: datetime(2019, 12, 25, tzinfo=UTC) + timedelta(minutes=m)
)
stays = st.lists(
    st.builds(
        lambda at, venue, zone, kind: Stay(at, at.date(), venue, f"v{venue}" if venue else "", zone, kind),
        moments,
        st.integers(0, 4),
        st.sampled_from(["Europe/Zurich", "Asia/Tokyo", ""]),
        st.sampled_from(["amenity/cafe", "shop/bakery", ""]),
    ),
    min_size=1,
    max_size=40,
)


class TestNumbers:
    @settings(deadline=None)
    @given(stays)
    def test_are_what_counting_by_hand_gives(self, some):
        some = sorted(some)
        found = Numbers()
        for stay in some:
            found.count(stay, "UTC")
        days = {stay.day for stay in some}
        assert found.checkins == len(some) == sum(found.weekdays) == sum(found.hours)
        assert (found.first, found.last) == (min(days), max(days))
        assert {year: one.checkins for year, one in found.years.items()} == Counter(s.day.year for s in some)
        assert [found.weekdays[n] for n in range(7)] == [
            sum(s.day.weekday() == n for s in some) for n in range(7)
        ]
        hours = Counter(s.at.astimezone(ZoneInfo(s.zone or "UTC")).hour for s in some)
        assert dict(enumerate(found.hours)) == {hour: hours[hour] for hour in range(24)}
        counts = Counter(s.venue for s in some if s.venue)
        assert {one.venue: one.count for one in found.favourites} == {
            v: n for v, n in counts.items() if n > 1
        }
        assert [one.count for one in found.favourites] == sorted(
            (n for n in counts.values() if n > 1), reverse=True
        )
        gaps = groupby(enumerate(sorted(days)), key=lambda pair: pair[1].toordinal() - pair[0])
        runs = [[day for _n, day in run] for _key, run in gaps]
        assert found.longest.days == max(map(len, runs))
        assert list(spells(sorted(days))) == [Spell(run[0], run[-1]) for run in runs]

    def test_stand_on_a_page_of_ones_own(self, there, cafe, as_alice, as_bob):
        for days in (1, 2, 3, 9):
            there(cafe, 24 * days)
        there(None, 24 * 4, precision=Precise.NOWHERE)
        page = as_alice.get("/places/mine/numbers/")
        assert page.context["found"].longest.days == 4
        assert "4 times" in page.text
        assert "Café du Lac" in page.text
        assert as_bob.get("/places/mine/numbers/").context["found"].checkins == 0

    def test_ask_few_questions(self, there, cafe, as_alice, django_assert_max_num_queries):
        for days in range(20):
            there(cafe, 24 * days)
        with django_assert_max_num_queries(11):
            as_alice.get("/places/mine/numbers/")


class TestCalendarFile:
    def test_holds_an_event_a_check_in(self, there, cafe, as_alice):
        made = there(cafe, words="Mint; lemon, and\nsugar " + "é" * 80)
        answer = as_alice.get("/places/mine/export/ics/")
        raw = answer.getvalue()
        [event] = icalendar.Calendar.from_ical(raw).walk("VEVENT")
        assert answer.headers["Content-Type"].startswith("text/calendar")
        assert event["UID"] == f"{made.public_id}@places.parvis"
        assert (event["SUMMARY"], event["TRANSP"], event["CLASS"]) == (
            "Café du Lac",
            "TRANSPARENT",
            "PRIVATE",
        )
        assert event["LOCATION"].startswith("Café du Lac, ")
        assert event["DESCRIPTION"] == "Mint; lemon, and\nsugar " + "é" * 80
        assert event["URL"] == f"http://testserver/places/c/{made.public_id}/"
        assert (event["GEO"].latitude, event["GEO"].longitude) == (cafe.latitude, cafe.longitude)
        assert event["DTSTART"].dt.tzinfo is not None
        assert event["DTSTART"].to_ical().endswith(b"Z")
        assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
        assert raw.count(b"\n") == raw.count(b"\r\n")

    def test_is_the_same_each_time(self, there, cafe, as_alice):
        there(cafe)
        there(None, 2, precision=Precise.NOWHERE)
        one, other = (as_alice.get("/places/mine/export/ics/").getvalue() for _ in range(2))
        assert one == other
        nowhere = icalendar.Calendar.from_ical(one).walk("VEVENT")[0]
        assert (nowhere["SUMMARY"], "GEO" in nowhere, "LOCATION" in nowhere) == ("somewhere", False, False)

    def test_of_nothing_is_a_calendar_still(self, as_alice):
        assert (
            icalendar.Calendar.from_ical(as_alice.get("/places/mine/export/ics/").getvalue()).walk("VEVENT")
            == []
        )
