"""A year of one's own, as a calendar: its months, and how often one checked in on each day."""

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count
from django.db.models.functions import ExtractYear

from parvis.core.people.models import Person

from .record import rows_of


@dataclass(frozen=True)
class Month:
    """A month in weeks that begin on Monday: of each day its date and how many check-ins; None for days of others."""

    first: date
    weeks: Sequence[Sequence[tuple[date, int] | None]]
    count: int


def years_of(person: Person) -> list[int]:
    """The years in which a person checked in, the newest first."""
    years = rows_of(person).order_by().annotate(year=ExtractYear("day")).values_list("year", flat=True)
    return sorted(set(years.distinct()), reverse=True)


def months_in(person: Person, year: int) -> Sequence[Month]:
    """The twelve months of a year."""
    rows = rows_of(person).order_by().filter(day__year=year).values("day")
    counts = dict(rows.annotate(count=Count("pk")).values_list("day", "count"))
    return [month(year, number, counts) for number in range(1, 13)]


def month(year: int, number: int, counts: Mapping[date, int]) -> Month:
    """One month, with the counts of its days."""
    weeks = calendar.Calendar().monthdatescalendar(year, number)
    shown = [[(day, counts.get(day, 0)) if day.month == number else None for day in week] for week in weeks]
    count = sum(times for day, times in counts.items() if day.month == number)
    return Month(date(year, number, 1), shown, count)
