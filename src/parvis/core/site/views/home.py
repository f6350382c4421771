"""The first page: for visitors what the square is and what is new in public, for members what they follow."""

from django.http import HttpResponse
from django.shortcuts import render

from parvis.core.people.request import Request
from parvis.core.stream.models import Publication
from parvis.core.stream.pages import home as home_stream

NEWEST = 20


def home(request: Request) -> HttpResponse:
    """The home stream of whoever is logged in; the newest public publications for everyone else."""
    if request.person is not None:
        before = request.GET.get("before", "")
        page = home_stream(request.viewer, before=int(before)) if before.isdecimal() else home_stream(request.viewer)
        return render(request, "home/member.html", {"page": page})
    newest = Publication.objects.visible_to(request.viewer).published(request.viewer).exclude(kind="stream.comment")
    publications = newest.select_related("author").newest_first()[:NEWEST]
    return render(request, "home/visitor.html", {"publications": publications})
