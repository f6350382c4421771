"""Pages for when something cannot be answered; each says what happened and what one can do now."""

from urllib.parse import urlencode

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string

from ..rooms import old_address

TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponseBase:
    """Nothing here, or nothing for this reader: the same page, unless a room knows the address from another time."""
    return old_address(request) or absent(request)


def absent(request: HttpRequest, at: str = "") -> HttpResponse:
    """The one page for what does not exist and for what is not open to the reader; a password may open it `at` a path."""
    unlock = "/unlock/?" + urlencode({"at": at or request.path})
    return render(request, "site/errors/404.html", {"unlock": unlock}, status=404)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponseBase:
    """Forbidden looks absent, to the byte: a refusal would tell that something is there."""
    return not_found(request, exception)


def gone(request: HttpRequest) -> HttpResponse:
    """Something public stood here and was taken away by its author (RFC 9110 §15.5.11)."""
    return render(request, "site/errors/410.html", status=410)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The browser asked for something that cannot be understood, or sent too much of it."""
    if isinstance(exception, TOO_MUCH):
        return too_large(request)
    return bare("400", 400)


def too_large(request: HttpRequest) -> HttpResponse:
    """A file or a form beyond the limits of this house."""
    return bare("413", 413)


def csrf(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came without the mark that shows it was sent from here: a page left open too long, or cookies refused."""
    return bare("403", 403)


def failed(request: HttpRequest) -> HttpResponse:
    """Something broke in the house; the page is made without the database, which may be what broke."""
    return bare("500", 500)


def bare(name: str, status: int) -> HttpResponse:
    """A page that asks nothing of the request nor of the database."""
    return HttpResponse(render_to_string(f"site/errors/{name}.html"), status=status)
