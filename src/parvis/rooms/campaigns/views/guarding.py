"""One's own campaign, for the pages of whoever makes it; anybody else finds nothing there."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Concatenate

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from parvis.core.people.http import person_only, who
from parvis.core.people.request import Request
from parvis.lib.funding.moving import NoSuchMove
from parvis.lib.refusal import Refusal

from ..models import Campaign

type OwnView[**P] = Callable[Concatenate[Request, Campaign, P], HttpResponseBase]


def own[**P](view: OwnView[P]) -> Callable[..., HttpResponseBase]:
    """Guard a view: it gets the campaign of this slug, if the asker makes it. Visitors are led to log in, others get a 404."""

    @wraps(view)
    def found(request: Request, /, slug: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        return view(request, own_campaign(request, slug), *args, **kwargs)

    return person_only(found)


def own_campaign(request: Request, slug: str) -> Campaign:
    """A campaign of the asker's own. Raises Http404."""
    rows = Campaign.objects.of(who(request)).filter(publication__deleted_at=None)
    rows = rows.select_related("publication__author", "bank", "card", "picture")
    return get_object_or_404(rows, slug=slug)


def codes_of(request: Request, campaign: Campaign) -> Sequence[str]:
    """The languages in which it can be told: those of the square, the one in which it was begun first."""
    codes = list(request.square.all_languages())
    first = campaign.publication.language
    return [first, *(code for code in codes if code != first)]


def language_or_404(request: Request, campaign: Campaign, language: str) -> str:
    if language not in codes_of(request, campaign):
        raise Http404
    return language


def page(
    request: Request, template: str, campaign: Campaign, context: dict[str, object], *, failed: bool = False
) -> HttpResponse:
    """A page of the editor; 422 when something in it has to be put right."""
    return render(
        request,
        f"campaigns/making/{template}.html",
        {"campaign": campaign} | context,
        status=422 if failed else 200,
    )


def tried(request: Request, act: Callable[[], object]) -> bool:
    """Do it; a refusal is told on the next page. Whether it was done."""
    try:
        act()
    except Refusal as refusal:
        messages.error(request, str(refusal))
    except NoSuchMove:
        messages.error(request, stands_otherwise())
    else:
        return True
    return False


def stands_otherwise() -> str:
    return _("This campaign stands otherwise by now. Look at it again.")
