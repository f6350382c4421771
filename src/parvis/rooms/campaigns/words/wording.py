"""Money and time as a neighbour would say them: 6 120 francs; 11 days more; Thursday 3 December at 18 h."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel import Locale
from babel.numbers import get_currency_name, get_decimal_symbol
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, gettext, ngettext

from parvis.core.site import when
from parvis.lib.money import NO_BREAK, exponent, format_amount, plain
from parvis.lib.text.typography import elided

FRANCS = {"fr": ("franc", "francs"), "en": ("franc", "francs")}
"""Who lives here says no more; CLDR would say which."""
A_DAY, AN_HOUR, A_MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


def here() -> str:
    """The language of the moment."""
    return get_language() or "en"


def brief(amount: int, currency: str, language: str) -> str:
    """An amount with its decimals only where it has some: 45 CHF, 45,50 CHF."""
    said = format_amount(amount, currency, language)
    places = exponent(currency)
    if amount % 10**places:
        return said
    return said.replace(get_decimal_symbol(Locale.parse(language.replace("-", "_"))) + "0" * places, "")


def cost(amount: int, currency: str, language: str) -> str:
    """What something costs that may cost nothing."""
    return brief(amount, currency, language) if amount else gettext("free of charge")


def number(amount: int, currency: str, language: str) -> str:
    """The figures alone: 6 120; 6 120,50."""
    said = brief(amount, currency, language)
    return said[first_digit(said) : last_digit(said) + 1]


def first_digit(text: str) -> int:
    return next(place for place, one in enumerate(text) if one.isdigit())


def last_digit(text: str) -> int:
    return len(text) - 1 - first_digit(text[::-1])


def spoken(amount: int, currency: str, language: str) -> str:
    """An amount with its currency in words: 6 120 francs."""
    return f"{number(amount, currency, language)}{NO_BREAK}{named(amount, currency, language)}"


def named(amount: int, currency: str, language: str) -> str:
    """What so much of a currency is called."""
    count = amount / 10 ** exponent(currency)  # only for its plural
    if currency == "CHF" and language[:2] in FRANCS:
        is_one = Locale.parse(language.replace("-", "_")).plural_form(count) == "one"
        return FRANCS[language[:2]][0 if is_one else 1]
    return get_currency_name(currency, count, language.replace("-", "_"))


def in_field(amount: int, currency: str) -> str:
    """An amount as a form shows it: 20, or 20.50."""
    return plain(amount, currency).removesuffix("." + "0" * exponent(currency))


def remains(until: datetime, now: datetime) -> str:
    """How long is left, in the largest words that say it."""
    left = max(until - now, timedelta(0))
    if left >= 2 * A_DAY:
        days = left // A_DAY
        return ngettext("%(count)d day more", "%(count)d days more", days) % {"count": days}
    if left >= 2 * AN_HOUR:
        hours = left // AN_HOUR
        return ngettext("%(count)d hour more", "%(count)d hours more", hours) % {"count": hours}
    minutes = left // A_MINUTE
    if minutes == 0:
        return gettext("Less than a minute more")
    return ngettext("%(count)d minute more", "%(count)d minutes more", minutes) % {"count": minutes}


def on_the_clock(moment: datetime, *, year: bool = False) -> str:
    """A day and a time by the clock of the moment: Thursday 3 December at 6 pm."""
    said = gettext("%(weekday)s %(date)s at %(time)s") % {
        "weekday": date_format(timezone.localtime(moment), "l"),
        "date": when.day(moment, year=year),
        "time": when.clock(moment).removesuffix(f"{NO_BREAK}00").replace(":00", ""),
    }
    return said.replace(" ", NO_BREAK)


def by_the_clock_of(zone: str, moment: datetime, now: datetime) -> str:
    """The same by the clocks of a zone, with the year unless it is this one's."""
    with timezone.override(ZoneInfo(zone)):
        years = {timezone.localtime(one).year for one in (moment, now)}
        return on_the_clock(moment, year=len(years) > 1)


def by_the_clocks_of(zone: str, moment: datetime) -> str:
    """The same with the year, and whose clocks they are."""
    with timezone.override(ZoneInfo(zone)):
        return f"{on_the_clock(moment, year=True)}, {clock_of(zone)}"


def ended(sentence: str) -> str:
    """A sentence with one full stop, also after “p.m.”."""
    return sentence.replace("..", ".")


def clock_of(zone: str) -> str:
    """Whose clock that is: by the clock of Zurich."""
    city = zone.rpartition("/")[2].replace("_", " ")
    return elided(gettext("by the clock of %(city)s") % {"city": city}, city, here())


def by_own_clock(zone: str, moment: datetime, now: datetime) -> str:
    """The moment by the reader's own clock; empty where it shows the same."""
    mine = timezone.get_current_timezone()
    if moment.astimezone(mine).replace(tzinfo=None) == moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None):
        return ""
    return by_the_clock_of(timezone.get_current_timezone_name(), moment, now)


def counted(count: int) -> str:
    """A number as people read it: 1 500."""
    return number_format(count, use_l10n=True, force_grouping=True)


def day(moment: datetime) -> str:
    """A day by the clock of the moment: 3 December 2026."""
    return when.day(moment).replace(" ", NO_BREAK)


def month(on: date) -> str:
    """The month of a day: March 2027."""
    return date_format(on, "YEAR_MONTH_FORMAT").replace(" ", NO_BREAK)


def left(count: int | None) -> str:
    """How many of something can still be had; empty where there is no end of them."""
    if count is None:
        return ""
    if count == 0:
        return gettext("None left")
    return ngettext("%(count)s left", "%(count)s left", count) % {"count": counted(count)}


def elsewhere(after_others: bool) -> str:
    """Every country, or every one that was not named before."""
    return gettext("Everywhere else") if after_others else gettext("Everywhere")


def date_of(on: date | None) -> str:
    """A day of the calendar; empty for none."""
    return when.day_in_words(on).replace(" ", NO_BREAK) if on is not None else ""


def clock(moment: datetime) -> str:
    """The time of day by the clock of the moment."""
    return when.clock(moment)
