"""What a person has been told: of today, of the days before, and week by week, and month by month."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from parvis.core.audiences.rule import LATEST, microseconds, moment
from parvis.core.delivery.notice_lines import Line, Told, lines
from parvis.core.delivery.notices import sentences, told_to
from parvis.core.people.http import members_only, see_other, who, whole
from parvis.core.people.models import Person
from parvis.core.people.request import Request

from ..actions import mark_seen
from ..when import day_in_words

PAGE = 50
A_WEEK = timedelta(days=7)
WEEKS_APART = timedelta(days=35)
TODAY, LATELY = "today", "lately"


@dataclass(frozen=True)
class Section:
    """The notices of one span of time, as lines; those of weeks and months that are over are folded."""

    title: str
    lines: Sequence[Line]
    is_today: bool = False
    is_folded: bool = False

    @property
    def count(self) -> int:
        return sum(line.count for line in self.lines)

    @property
    def is_new(self) -> bool:
        return any(line.is_new for line in self.lines)


def span_of(moment: datetime, person: Person, at: datetime) -> str:
    """The span to which a moment belongs, on a person's clock: of weeks that are over their Monday, then the month."""
    here, today = person.here(moment).date(), person.here(at).date()
    if here == today:
        return TODAY
    if here > today - A_WEEK:
        return LATELY
    monday = here - timedelta(days=here.weekday())
    return monday.isoformat() if monday > today - WEEKS_APART else f"{here:%Y-%m}"


def past(span: str) -> str:
    """What a week or a month that is over is called."""
    if len(span) == len("2026-11"):
        return capfirst(date_format(date.fromisoformat(f"{span}-01"), "YEAR_MONTH_FORMAT"))
    return _("Week of %(day)s") % {"day": day_in_words(date.fromisoformat(span), year=False)}


def sections(told: Sequence[Told], person: Person, at: datetime) -> Sequence[Section]:
    """These notices, the newest first, by their spans; what is told of one thing within a span is one line."""
    made: list[Section] = []
    for span, some in groupby(told, key=lambda one: span_of(one[0].at, person, at)):
        if span == TODAY:
            made.append(Section(_("Today"), lines(list(some)), is_today=True))
        elif span == LATELY:
            made.append(Section(_("The last seven days"), lines(list(some))))
        else:
            made.append(Section(past(span), lines(list(some)), is_folded=bool(made)))
    return made


@members_only
def notices(request: Request) -> HttpResponseBase:
    """The newest notices; POST says that all have been seen that there were when the page was drawn."""
    person = who(request)
    if request.method == "POST":
        drawn = whole(request.POST.get("until", "")) or LATEST
        mark_seen(person=person, until=min(moment(min(drawn, LATEST)), request.at), at=request.at)
        return see_other("notices")
    mine = told_to(person, request.at)
    if before := whole(request.GET.get("before", "")):
        mine = mine.filter(at__lt=moment(min(before, LATEST)))
    mine = mine.select_related("person").order_by("-at", "-pk")
    rows, older = list(mine[: PAGE + 1]), None
    if len(rows) > PAGE:
        last = rows[PAGE - 1].at
        rows = list(mine.filter(at__gte=last))  # what was told in one moment stands on one page
        older = microseconds(last) if mine.filter(at__lt=last).exists() else None
    said = sentences({notice.pk: notice for notice in rows})
    told = [(notice, said[notice.pk]) for notice in rows if notice.pk in said]
    page = {
        "sections": sections(told, person, request.at),
        "older": older,
        "unseen": any(notice.seen_at is None for notice, _sentence in told),
        "until": microseconds(request.at),
    }
    return render(request, "notices/notices.html", page)
