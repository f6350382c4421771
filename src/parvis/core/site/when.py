"""Moments in words, as a neighbour would say them."""

from datetime import date, datetime, timedelta
from functools import lru_cache

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext, ngettext

A_MINUTE, AN_HOUR, A_WEEK = timedelta(minutes=1), timedelta(hours=1), 6


def clock(moment: datetime) -> str:
    """The time of day: 6:40 pm, 18 h 40; never broken over two lines."""
    return _clock(timezone.localtime(moment))


def _clock(there: datetime) -> str:
    return date_format(there, "TIME_FORMAT").replace(" ", "\u00a0")


def day(moment: datetime, *, year: bool = True) -> str:
    """The date: 22 November 2026; in French the first of a month is « 1er »."""
    return day_in_words(timezone.localtime(moment).date(), year=year)


def day_in_words(date: date, *, year: bool = True) -> str:
    """The same of a day of the calendar."""
    return _day(date, year, get_language() or "")


@lru_cache(maxsize=4_000)
def _day(date: date, year: bool, language: str) -> str:
    words = date_format(date, "DATE_FORMAT" if year else "MONTH_DAY_FORMAT")
    return "1er" + words[1:] if language == "fr" and words.startswith("1 ") else words


def full(moment: datetime) -> str:
    """Date and time, whole: Sunday 22 November 2026, 6:40 pm."""
    return _full(timezone.localtime(moment).replace(tzinfo=None), get_language() or "")


@lru_cache(maxsize=4_000)
def _full(there: datetime, language: str) -> str:
    weekday = date_format(there, "l")
    return gettext("%(weekday)s %(date)s, %(time)s") % {
        "weekday": weekday,
        "date": _day(there.date(), True, language),
        "time": _clock(there),
    }


def near(moment: datetime, now: datetime) -> str:
    """How long ago, or how soon, as seen from `now`: 12 min ago; yesterday, 6:40 pm; 3 February."""
    if timedelta(0) <= now - moment < AN_HOUR:
        return minutes_ago((now - moment) // A_MINUTE)
    here, today = timezone.localtime(moment), timezone.localtime(now)
    days = (today.date() - here.date()).days
    if days < -1:
        return full(moment)
    if days > A_WEEK:
        return day(moment, year=here.year != today.year)
    words = {
        -1: gettext("tomorrow, %(time)s"),
        0: gettext("today, %(time)s"),
        1: gettext("yesterday, %(time)s"),
    }.get(days, gettext("%(weekday)s, %(time)s"))
    return words % {"weekday": date_format(here, "l"), "time": clock(moment)}


def minutes_ago(count: int) -> str:
    """A span of less than an hour."""
    if count == 0:
        return gettext("just now")
    return ngettext("%(count)d min ago", "%(count)d min ago", count) % {"count": count}
