"""A request as the house's views know it."""

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest

from .models import Person, Square

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails


class Request(HttpRequest):
    """What `Visit` adds to each request: who looks, when, and in which language."""

    htmx: "HtmxDetails"
    person: Person | None
    square: Square
    viewer: Any
    at: Any
