"""Standing pages as anyone reads them: about, legal, and whatever else the owners wrote."""

from django.conf import settings
from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils import translation

from parvis.core.people.request import Request

from ..menu import ABOUT, address
from ..models import StandingPage


def standing(request: Request, slug: str = ABOUT, language: str = "") -> HttpResponseBase:
    """A page in the language of its address; without one, in the reader's if it is written, else in the square's.

    The switch names only the languages the page is written in.
    """
    written = {page.language: page for page in StandingPage.objects.filter(slug=slug).order_by("language")}
    if not written or (language and language not in written):
        raise Http404
    wished = [language, request.LANGUAGE_CODE or "", request.square.language, *written]
    page = next(written[code] for code in wished if code in written)
    others = [
        (code, name, f"{address(slug)}{code}/")
        for code, name in settings.LANGUAGES
        if code in written and len(written) > 1
    ]
    spoken = page.language if request.person is None else translation.get_language() or page.language
    with translation.override(spoken):
        context = {"page": page, "others": others, "url": f"{address(slug)}{page.language}/"}
        response = render(request, "pages/standing.html", context)
        response.headers["Content-Language"] = spoken
        return response
