"""How the journal answers: visitors in the language of the page, members in their own."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import translation

from parvis.core.people.models import Square
from parvis.core.people.request import Request


def base_of(square: Square) -> str:
    """The square's address on the web without a slash at its end; empty while nobody has told it."""
    return str(settings.PARVIS_URL or square.url).rstrip("/")


def address_in(language: str, below: str) -> str:
    """The path of a list of the journal, in one language or in all."""
    return f"/journal/{language}/{below}" if language else f"/journal/{below}"


@contextmanager
def speaking(request: Request, language: str) -> Iterator[None]:
    """Speak this language to a visitor, if the house knows it; a member keeps their own."""
    known = language in dict(settings.LANGUAGES)
    spoken = language if request.person is None and known else request.LANGUAGE_CODE
    with translation.override(spoken or None):
        yield


def say(
    request: Request, template: str, context: Mapping[str, object], *, language: str = "", status: int = 200
) -> HttpResponse:
    """A page; `language` is that of what stands on it, when it is in one."""
    with speaking(request, language or request.LANGUAGE_CODE or ""):
        response = render(request, template, dict(context), status=status)
        response.headers["Content-Language"] = translation.get_language() or ""
    return response


def etag_of(content: bytes) -> str:
    """The mark of a page (RFC 9110 §8.8.3)."""
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'
