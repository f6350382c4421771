"""What a person has been told, day by day."""

from itertools import groupby

from django.http import HttpResponseBase
from django.shortcuts import render

from parvis.core.audiences.rule import LATEST, microseconds, moment
from parvis.core.delivery.notice_lines import lines
from parvis.core.delivery.notices import sentences, told_to
from parvis.core.people.http import members_only, see_other, who, whole
from parvis.core.people.request import Request

from ..actions import mark_seen

PAGE = 50


@members_only
def notices(request: Request) -> HttpResponseBase:
    """The newest notices by day; POST says that all have been seen that there were when the page was drawn."""
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
    days = [
        (day, lines(list(some))) for day, some in groupby(told, key=lambda one: person.here(one[0].at).date())
    ]
    page = {
        "days": days,
        "older": older,
        "unseen": any(notice.seen_at is None for notice, _sentence in told),
        "until": microseconds(request.at),
    }
    return render(request, "notices/notices.html", page)
