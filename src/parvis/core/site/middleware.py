"""What each request is given on its way in, and each answer on its way out."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseNotAllowed
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject

from parvis.core.audiences.rule import Viewer
from parvis.core.audiences.visits import held_by
from parvis.core.people.actions.sessions import note_use
from parvis.core.people.models import Person
from parvis.core.people.sizes import most_of
from parvis.core.people.squares import the_square, visit

from .rooms import all_rooms
from .views.errors import bare, too_large

type Answer = Callable[[HttpRequest], HttpResponseBase]


class SecurityHeaders:
    """Headers that hold for every answer: what a page may ask of the browser, and that private pages stay private.

    PostgreSQL would break at a NUL: what asks for one is answered here, and what is asked with one is asked without.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        while "%00" in request.META.get("QUERY_STRING", ""):
            request.META["QUERY_STRING"] = request.META["QUERY_STRING"].replace("%00", "")
        response = bare("400", 400) if "\0" in request.path else self.get_response(request)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), microphone=(), payment=(), usb=(), geolocation=(self)"
        )
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("X-Frame-Options", "DENY")
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "private, no-store" if request.COOKIES else "no-cache"
        return response


class Visit:
    """Who looks, when, and in which language: `request.person`, `request.viewer`, `request.at`, `request.square`."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with visit():
            return self.shown(request)

    def shown(self, request: HttpRequest) -> HttpResponseBase:
        """The answer to whoever looks."""
        request.at = timezone.now()  # type: ignore[attr-defined]
        known = settings.SESSION_COOKIE_NAME in request.COOKIES
        user = request.user if known else None
        person = user if isinstance(user, Person) or getattr(user, "is_authenticated", False) else None
        if person is not None and not person.is_active:
            person = None
        request.person = person  # type: ignore[attr-defined]
        if person is not None:
            note_use(session=request.session, at=request.at)  # type: ignore[attr-defined]
        held = held_by(request) if known else ()
        request.viewer = Viewer.of(person, request.at, held)  # type: ignore[attr-defined]
        request.square = SimpleLazyObject(the_square)  # type: ignore[attr-defined]
        language, zone = self.speaks(request, person)
        with translation.override(language), timezone.override(zone):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or language)
            return response

    def speaks(self, request: HttpRequest, person: Person | None) -> tuple[str, ZoneInfo]:
        """A member's own language and clock; a visitor's choice, else the square's. A view may speak its address's."""
        if person is not None:
            return person.language, ZoneInfo(person.zone)
        square = request.square  # type: ignore[attr-defined]
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        return chosen if chosen in dict(settings.LANGUAGES) else square.language, ZoneInfo(square.zone)


class Sizes:
    """Refuses what is larger than its address takes from whoever sends it, before anything of it is read.

    It stands before the guard of forms, which reads them; by then `Visit` knows who really looks.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponseBase | None:
        most = most_of(view, request.person)  # type: ignore[attr-defined]
        request.takes = most  # type: ignore[attr-defined]
        length = request.META.get("CONTENT_LENGTH") or ""
        is_long = length.isascii() and length.isdecimal() and (len(length) > 18 or int(length) > most)
        return too_large(request) if is_long else None


class Buttons:
    """An address that only does what a button asks is no page: whoever opens it reads where to go instead."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed):
            response.content = bare("405", 405).content
        return response


class Rooms:
    """A closed room answers as if it had never been; a square that is not set up yet leads to its set-up."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> None:
        match = request.resolver_match
        first = match.app_names[0] if match and match.app_names else ""
        if first in {room.slug for room in all_rooms()} and first in request.square.closed_rooms:  # type: ignore[attr-defined]
            raise Http404
