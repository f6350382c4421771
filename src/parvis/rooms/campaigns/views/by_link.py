"""What pages behind the link of a pledge have in common: their language, and that their address is a secret."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import translation

from parvis.core.people.request import Request
from parvis.core.site.views.entering import unlisted

from ..models import Pledge


def speaking(request: Request, pledge: Pledge) -> translation.override:
    """The language of the page: a visitor reads that in which they pledged."""
    return translation.override(request.LANGUAGE_CODE if request.person is not None else pledge.language)


def private[R: HttpResponse](response: R) -> R:
    """An answer whose address is a secret, in the language of the moment."""
    response.headers["Content-Language"] = translation.get_language() or ""
    return unlisted(response)


def private_page(
    request: Request, template: str, context: dict[str, object], *, status: int = 200
) -> HttpResponse:
    """A page whose address is a secret, in the language of the moment."""
    return private(render(request, template, context, status=status))
