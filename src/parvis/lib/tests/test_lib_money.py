"""Amounts: exact both ways, and refused with a sentence where they could mean two things."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.lib import money
from parvis.lib.money import NotAnAmount, Reason, UnknownCurrency

amounts = st.integers(0, 10**14)
currencies = st.sampled_from(["CHF", "EUR", "USD", "GBP", "SEK", "HUF", "JPY", "ISK"])
locales = st.sampled_from(["fr", "fr_CH", "en", "en_GB", "de_CH"])


def refused(text, currency="CHF"):
    with pytest.raises(NotAnAmount) as refusal:
        money.parse_typed(text, currency)
    return refusal.value


def outcome(text, currency):
    try:
        return money.parse_typed(text, currency)
    except NotAnAmount as refusal:
        return refusal.reason


class TestExponent:
    @pytest.mark.parametrize(
        ("currency", "places"), [("CHF", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4), ("HUF", 2), ("IDR", 2)]
    )
    def test_is_that_of_the_standard(self, currency, places):
        assert money.exponent(currency) == places

    @pytest.mark.parametrize("currency", ["XXX", "XAU", "XTS", "ZZZ", "chf", "CH", ""])
    def test_is_guessed_for_no_other_code(self, currency):
        with pytest.raises(UnknownCurrency):
            money.exponent(currency)


class TestExact:
    @pytest.mark.parametrize(
        ("text", "point", "currency", "amount"),
        [
            ("1234.5", ".", "CHF", 123450),
            ("1234,5", ",", "EUR", 123450),
            ("15000,", ",", "EUR", 1500000),
            (".5", ".", "CHF", 50),
            ("0500", ".", "JPY", 500),
            ("1000.00", ".", "JPY", 1000),
            ("1234.56700", ".", "KWD", 1234567),
            (" 12.30\n", ".", "CHF", 1230),
            ("0,", ",", "EUR", 0),
        ],
    )
    def test_is_read_as_banks_write_it(self, text, point, currency, amount):
        assert money.parse_exact(text, currency, point) == amount

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("12..34", Reason.UNREADABLE),
            ("1,234.50", Reason.UNREADABLE),
            ("12,34", Reason.UNREADABLE),
            ("", Reason.UNREADABLE),
            (".", Reason.UNREADABLE),
            ("-5", Reason.UNREADABLE),
            ("1e3", Reason.UNREADABLE),
            ("NaN", Reason.UNREADABLE),
            ("1 000", Reason.UNREADABLE),
            ("١٢", Reason.UNREADABLE),
            ("²", Reason.UNREADABLE),
            ("1.005", Reason.TOO_FINE),
            ("9" * 17, Reason.TOO_LARGE),
            ("9" * 10_000, Reason.TOO_LARGE),
        ],
    )
    def test_is_refused_rather_than_guessed(self, text, reason):
        with pytest.raises(NotAnAmount) as refusal:
            money.parse_exact(text, "CHF")
        assert refusal.value.reason == reason

    @given(amounts, st.sampled_from(["CHF", "JPY", "KWD", "CLF"]))
    def test_reads_back_what_was_written_for_machines(self, amount, currency):
        assert money.parse_exact(money.plain(amount, currency), currency) == amount

    @given(st.integers(-(10**18), 10**18))
    def test_is_written_with_every_digit(self, amount):
        assert Decimal(money.plain(amount, "CHF")) * 100 == amount
        assert money.plain(amount, "JPY") == str(amount)


class TestTyped:
    @pytest.mark.parametrize(
        ("text", "amount"),
        [
            ("20", 2000),
            ("20.5", 2050),
            ("20,50", 2050),
            (".50", 50),
            ("1'200.50", 120050),
            ("1’200.50", 120050),
            ("1 200,50", 120050),
            ("1\u202f200,50\u00a0CHF", 120050),
            ("1,200.50", 120050),
            ("1.200,50", 120050),
            ("1.200.000", 120000000),
            ("CHF 20.-", 2000),
            ("Fr. 20.–", 2000),
            ("Fr.20", 2000),
            ("20.-- CHF", 2000),
            ("20,-", 2000),
            ("20 francs suisses", 2000),
            ("20 Swiss francs", 2000),
            ("chf20", 2000),
        ],
    )
    def test_is_read_as_people_write_it(self, text, amount):
        assert money.parse_typed(text, "CHF") == amount

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("1.200", Reason.AMBIGUOUS),
            ("1,205", Reason.AMBIGUOUS),
            ("12.345678", Reason.TOO_FINE),
            ("0.205", Reason.TOO_FINE),
            ("1234.567", Reason.TOO_FINE),
            ("1 200,505", Reason.TOO_FINE),
            ("1 20", Reason.UNREADABLE),
            ("1'2000", Reason.UNREADABLE),
            ("1.200.50", Reason.UNREADABLE),
            ("1'200 000", Reason.UNREADABLE),
            ("12..34", Reason.UNREADABLE),
            ("20 - 30", Reason.UNREADABLE),
            ("20 balls", Reason.UNREADABLE),
            ("CHF 20 CHF", Reason.UNREADABLE),
            ("Fr. .50", Reason.UNREADABLE),
            ("20-", Reason.UNREADABLE),
            ("1e3", Reason.UNREADABLE),
            ("", Reason.UNREADABLE),
            ("１２", Reason.UNREADABLE),
            ("-20", Reason.NEGATIVE),
            ("CHF −20", Reason.NEGATIVE),
            ("20 €", Reason.OTHER_CURRENCY),
            ("EUR 20", Reason.OTHER_CURRENCY),
            ("9" * 30, Reason.TOO_LARGE),
        ],
    )
    def test_is_refused_where_it_could_mean_something_else(self, text, reason):
        assert refused(text).reason == reason

    def test_is_refused_with_a_sentence_that_says_what_to_write(self):
        said = "It is not clear whether “1.200” means thousands or decimals. Write 1200, or 1.20."
        assert str(refused("1.200")) == said
        assert refused("1.200").values == {"text": "1.200", "currency": "CHF", "one": "1200", "other": "1.20"}

    def test_can_only_mean_thousands_where_there_are_no_decimals(self):
        assert money.parse_typed("1,200", "JPY") == 1200
        assert refused("1,20", "JPY").reason == Reason.TOO_FINE

    def test_with_three_decimals_takes_a_point_for_them_and_asks_about_a_comma(self):
        assert money.parse_typed("1.205", "KWD") == 1205
        assert str(refused("1,205", "KWD")).endswith("Write 1205, or 1.205.")

    @pytest.mark.parametrize(("text", "currency"), [("20 €", "EUR"), ("$20", "USD"), ("20 euros", "EUR")])
    def test_knows_the_signs_and_names_of_its_currency(self, text, currency):
        assert money.parse_typed(text, currency) == 2000

    @given(st.text(alphabet="0123456789.,' -CHF€\u00a0’", max_size=12))
    def test_gives_an_amount_or_a_sentence_for_anything(self, text):
        assert isinstance(outcome(text, "CHF"), int | Reason)


class TestFormat:
    @pytest.mark.parametrize(
        ("amount", "currency", "locale", "text"),
        [
            (120050, "CHF", "fr", "1\u202f200,50\u00a0CHF"),
            (120050, "CHF", "fr_CH", "1’200,50\u00a0CHF"),
            (120050, "CHF", "fr-ch", "1’200,50\u00a0CHF"),
            (120000000000, "CHF", "fr_CH", "1’200’000’000,00\u00a0CHF"),
            (-120050, "CHF", "de_CH", "CHF-1’200.50"),
            (5, "CHF", "en", "CHF\u00a00.05"),
            (-5, "JPY", "fr", "-5\u00a0JPY"),
            (120050, "CHF", "en", "CHF\u00a01,200.50"),
            (-120050, "CHF", "en", "-CHF\u00a01,200.50"),
            (2000, "CHF", "fr", "20,00\u00a0CHF"),
            (120050, "EUR", "en", "€1,200.50"),
            (120050, "JPY", "fr", "120\u202f050\u00a0JPY"),
            (120050, "HUF", "fr", "1\u202f200,50\u00a0HUF"),
            (1234567, "KWD", "en", "KWD\u00a01,234.567"),
        ],
    )
    def test_writes_as_the_locale_does(self, amount, currency, locale, text):
        assert money.format_amount(amount, currency, locale) == text

    @given(amounts, currencies, locales)
    def test_is_read_back_when_somebody_types_it(self, amount, currency, locale):
        assert money.parse_typed(money.format_amount(amount, currency, locale), currency) == amount

    @given(amounts, st.sampled_from(["KWD", "TND"]), locales)
    def test_with_three_decimals_is_read_back_or_asked_about(self, amount, currency, locale):
        given_back = outcome(money.format_amount(amount, currency, locale), currency)
        assert given_back == amount or (given_back == Reason.AMBIGUOUS and amount < 10**6)

    @given(st.integers(-(10**14), 10**14), currencies, locales)
    def test_has_no_place_to_break(self, amount, currency, locale):
        assert " " not in money.format_amount(amount, currency, locale)
