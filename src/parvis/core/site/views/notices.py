"""What a person has been told, day by day."""

from itertools import groupby

from django.http import HttpResponseBase
from django.shortcuts import render

from parvis.core.audiences.rule import LATEST, microseconds, moment
from parvis.core.delivery.notices import sentences
from parvis.core.people.http import members_only, see_other, who, whole
from parvis.core.people.models import Notice
from parvis.core.people.request import Request

from ..actions import mark_seen

PAGE = 50


@members_only
def notices(request: Request) -> HttpResponseBase:
    """The newest notices by day; POST says that all of them have been seen."""
    person = who(request)
    if request.method == "POST":
        mark_seen(person=person, at=request.at)
        return see_other("notices")
    mine = Notice.objects.filter(person=person, at__lte=request.at)
    if before := whole(request.GET.get("before", "")):
        mine = mine.filter(at__lt=moment(min(before, LATEST)))
    mine = mine.select_related("person").order_by("-at", "-pk")
    rows, older = list(mine[: PAGE + 1]), None
    if len(rows) > PAGE:
        last = rows[PAGE - 1].at
        rows = list(mine.filter(at__gte=last))  # what was told in one moment stands on one page
        older = microseconds(last) if mine.filter(at__lt=last).exists() else None
    said = sentences({notice.pk: notice for notice in rows})
    lines = [(notice, said[notice.pk]) for notice in rows if notice.pk in said]
    days = [
        (day, list(some)) for day, some in groupby(lines, key=lambda line: person.here(line[0].at).date())
    ]
    unseen = any(notice.seen_at is None for notice, _sentence in lines)
    return render(request, "notices/notices.html", {"days": days, "older": older, "unseen": unseen})
