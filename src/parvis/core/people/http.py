"""What every view needs of HTTP: where to go after an action, and who may come in."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme

from .models import Person
from .request import Request

TEXTS = frozenset({"title", "text", "words"})

type View[**P] = Callable[Concatenate[Request, P], HttpResponseBase]


def see_other(to: object, *args: object, **kwargs: object) -> HttpResponseRedirect:
    """Lead to another page with GET after an action (303, RFC 9110 §15.4.4); takes a path or a name of urls.py."""
    return HttpResponseRedirect(resolve_url(to, *args, **kwargs), status=303)  # type: ignore[arg-type]


def whole(text: str) -> int:
    """The whole number that a form or an address holds; 0 for nonsense, and for more than a database counts to."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


def only[**P](allowed: Callable[[Person], bool]) -> Callable[[View[P]], View[P]]:
    """Guard a view: a visitor is led to log in whatever stands at the address; others get the same 404 as for nothing.

    What was written while the login ran out is shown again, to be kept.
    """

    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: Request, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if request.person is None:
                return enter_first(request)
            if not allowed(request.person):
                raise Http404
            return view(request, *args, **kwargs)

        return guarded

    return guard


def enter_first(request: Request) -> HttpResponseBase:
    """Lead a visitor to log in, and back to where they were; nothing of what they sent is kept, but it is shown (401)."""
    if request.method != "POST":
        return redirect_to_login(request.get_full_path())
    back, words = form_page(request), written(request)
    if not words:
        return redirect_to_login(back)
    page = {"written": words, "had_files": bool(request.FILES), "next": back}
    response = render(request, "people/written.html", page, status=401)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def form_page(request: Request) -> str:
    """The page on which a form stood, as the browser says it; else the address it was sent to."""
    said = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(said, {request.get_host()}, require_https=request.is_secure()):
        return request.path
    parts = urlsplit(said)
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"


def written(request: Request) -> list[tuple[str, str]]:
    """What a person wrote in a form, by field: its texts, and whatever else has several words; never a password."""
    return [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if value.strip() and (name in TEXTS or len(value.split()) > 1) and "password" not in name
    ]


def person_only[**P](view: View[P]) -> View[P]:
    """Only for those who are logged in, guests too."""
    return only(lambda person: person.is_active)(view)


def members_only[**P](view: View[P]) -> View[P]:
    """Only for those who take part."""
    return only(lambda person: person.is_member)(view)


def authors_only[**P](view: View[P]) -> View[P]:
    """Only for those who publish in the journal."""
    return only(lambda person: person.is_author)(view)


def owners_only[**P](view: View[P]) -> View[P]:
    """Only for those who run the square."""
    return only(lambda person: person.is_owner)(view)


def who(request: Request) -> Person:
    """The person who asks, in a view that only lets persons in."""
    assert request.person is not None
    return request.person
