"""Money and time are said as a neighbour would say them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from parvis.rooms.campaigns.pages.differences import Piece, changed
from parvis.rooms.campaigns.words import wording

UNTIL = datetime(2026, 12, 3, 17, 0, tzinfo=UTC)


class TestMoney:
    @pytest.mark.parametrize(
        ("amount", "currency", "language", "said"),
        [
            (45_00, "CHF", "fr", "45\xa0CHF"),
            (45_50, "CHF", "fr", "45,50\xa0CHF"),
            (6_120_00, "CHF", "en", "CHF\xa06,120"),
            (100, "JPY", "en", "¥100"),
            (1_500, "KWD", "en", "KWD\xa01.500"),
        ],
    )
    def test_is_brief_where_it_can_be(self, amount, currency, language, said):
        assert wording.brief(amount, currency, language) == said

    @pytest.mark.parametrize(
        ("amount", "currency", "language", "said"),
        [
            (6_120_00, "CHF", "fr", "6\u202f120\xa0francs"),
            (1_00, "CHF", "fr", "1\xa0franc"),
            (1_50, "CHF", "fr", "1,50\xa0franc"),
            (1_50, "CHF", "en", "1.50\xa0francs"),
            (20_00, "EUR", "fr", "20\xa0euros"),
            (20_00, "EUR", "en", "20\xa0euros"),
        ],
    )
    def test_is_spoken_with_the_name_of_its_currency(self, amount, currency, language, said):
        assert wording.spoken(amount, currency, language) == said

    def test_is_typed_again_as_it_was(self):
        assert wording.in_field(20_00, "CHF") == "20"
        assert wording.in_field(20_50, "CHF") == "20.50"


class TestTime:
    @pytest.mark.parametrize(
        ("before", "said"),
        [
            (timedelta(days=11, hours=3), "11 days more"),
            (timedelta(hours=47, minutes=59), "47 hours more"),
            (timedelta(minutes=119), "119 minutes more"),
            (timedelta(minutes=1), "1 minute more"),
            (timedelta(seconds=59), "Less than a minute more"),
        ],
    )
    def test_that_is_left_is_said_in_the_largest_words(self, before, said):
        assert wording.remains(UNTIL, UNTIL - before) == said

    def test_is_told_by_the_clock_of_the_campaign(self):
        def told(moment, now):
            return wording.by_the_clock_of("Europe/Zurich", moment, now).replace("\xa0", " ")

        assert told(UNTIL, UNTIL) == "Thursday 3 December at 6 p.m."
        assert told(UNTIL + timedelta(minutes=30), UNTIL) == "Thursday 3 December at 6:30 p.m."
        assert told(UNTIL, UNTIL - timedelta(days=365)) == "Thursday 3 December 2026 at 6 p.m."
        with translation.override("fr"):
            assert "18 h" in told(UNTIL, UNTIL)
            assert "18 h 30" in told(UNTIL + timedelta(minutes=30), UNTIL)

    def test_of_the_readers_own_clock_is_told_where_it_differs(self):
        with timezone.override(ZoneInfo("Europe/Paris")):
            assert wording.by_own_clock("Europe/Zurich", UNTIL, UNTIL) == ""
        with timezone.override(ZoneInfo("Asia/Tokyo")):
            assert wording.by_own_clock("Europe/Zurich", UNTIL, UNTIL).replace("\xa0", " ") == (
                "Friday 4 December at 2 a.m."
            )

    def test_of_a_delivery_is_a_month(self):
        assert wording.month(date(2027, 3, 1)) == "March\xa02027"


class TestDifferences:
    def test_leave_out_what_stayed(self):
        before = "One.\n\nTwo birds sing.\n\nThree."
        after = "One.\n\nTwo cats sing.\n\nThree.\n\nFour."
        assert changed(before, after) == [
            [Piece("same", "Two "), Piece("gone", "birds"), Piece("new", "cats"), Piece("same", " sing.")],
            [Piece("new", "Four.")],
        ]

    def test_keep_words_together_that_changed_side_by_side(self):
        assert changed("a map of ovens", "a fine chart, of ovens") == [
            [
                Piece("same", "a "),
                Piece("gone", "map"),
                Piece("new", "fine chart,"),
                Piece("same", " of ovens"),
            ]
        ]
        assert changed("forty portraits", "fifty portraits, in colour") == [
            [Piece("gone", "forty portraits"), Piece("new", "fifty portraits, in colour")]
        ]

    def test_show_what_was_taken_away(self):
        assert changed("One.\nTwo.", "One.") == [[Piece("gone", "Two.")]]
        assert changed("", "New.") == [[Piece("new", "New.")]]
        assert changed("Same.", "Same.") == []
