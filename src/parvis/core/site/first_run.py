"""While nobody runs this square yet, every page leads to its set-up."""

from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from .setup import waits_for_its_owner

OPEN_ALREADY = {"setup", "setup-by-code", "enter", "language"}


class FirstRun:
    """Leads every visitor of a new house to the page that says how it is set up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponseBase | None:
        name = request.resolver_match.url_name if request.resolver_match else None
        square = request.square  # type: ignore[attr-defined]
        if name in OPEN_ALREADY or not waits_for_its_owner(square, Path(settings.PARVIS_DATA)):
            return None
        return redirect("setup")
