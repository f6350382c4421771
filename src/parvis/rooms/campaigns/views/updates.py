"""What readers find of a campaign's news: one update on its page, and for a backer without a login all of theirs on one."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from parvis.core.audiences.models import PUBLIC
from parvis.core.audiences.rule import Viewer
from parvis.core.people.request import Request
from parvis.core.site.views import errors
from parvis.core.stream.audience_now import openness_seen
from parvis.core.stream.finding import Gone, raise_gone, stands_open
from parvis.core.stream.models import Publication
from parvis.core.stream.threads import thread
from parvis.core.stream.who import who_can_see
from parvis.lib.markup import excerpt, without_pictures

from ..links import pledge_of
from ..models import Update
from ..told import called, updates_for
from .by_link import private_page, speaking


@require_safe
def update(request: Request, slug: str, number: int) -> HttpResponse:
    """One update, with what was answered to it."""
    try:
        found = seen_update(request, slug, number)
    except Gone:
        return errors.gone(request)
    publication, campaign = found.publication, found.campaign
    is_mine = publication.author_id == request.viewer.person_id
    around = {
        one.detail.number: one  # type: ignore[attr-defined]
        for one in updates_for(campaign, request.viewer)
    }
    openness = openness_seen(publication, request.viewer)
    numbers = sorted(around)
    context = {
        "update": found,
        "publication": publication,
        "campaign": campaign,
        "called": called(campaign, request.LANGUAGE_CODE),
        "lead": excerpt(found.html, 40),
        "openness": openness,
        "is_public": openness == "everyone",
        "is_mine": is_mine,
        "who": who_can_see(publication, request.viewer) if is_mine else None,
        "before": around.get(max((one for one in numbers if one < number), default=0)),
        "after": around.get(min((one for one in numbers if one > number), default=0)),
        "thread": thread(publication, request.viewer, request.person),
    }
    return render(request, "campaigns/update.html", context)


def seen_update(request: Request, slug: str, number: int) -> Update:
    """The update, if this viewer sees it and its campaign. Raises Http404, and Gone for what was public and is deleted."""
    rows = Update.objects.visible_to(request.viewer).select_related(
        "publication__author", "publication__audience", "campaign__publication__author", "campaign__source"
    )
    found = rows.filter(campaign__slug=slug, number=number, publication__deleted_at=None).first()
    if found is not None and stands_open(found.publication):
        return found
    gone = Update.objects.unguarded("that something public is gone is no secret").filter(
        campaign__slug=slug, number=number
    )
    raise_gone(str(gone.values_list("publication__public_id", flat=True).first() or ""))
    raise Http404


@require_safe
def by_link(request: Request, token: str) -> HttpResponse:
    """All that a campaign tells to a backer, whole: for who has no login, and came by the link of their pledge."""
    pledge = pledge_of(token)
    if pledge.person is None:
        raise Http404
    viewer = Viewer.of(pledge.person, request.at)
    rows = Update.objects.visible_to(viewer).filter(campaign=pledge.campaign, publication__deleted_at=None)
    seen = rows.exclude(number=None).select_related("publication").order_by("-number")
    with speaking(request, pledge):
        context = {
            "pledge": pledge,
            "campaign": pledge.campaign,
            "called": called(pledge.campaign, get_language() or "en"),
            "token": token,
            "updates": [(one, text_of(one.publication, one.html)) for one in seen],
        }
        return private_page(request, "campaigns/updates_by_link.html", context)


def text_of(publication: Publication, html: str) -> str:
    """The text for a reader without a login: pictures that are not for everyone would not come to them."""
    return html if publication.audience_id == PUBLIC else without_pictures(html)
