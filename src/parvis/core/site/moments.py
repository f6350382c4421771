"""A crowd of passers-by is answered at once with what the one before was answered a moment ago, where the view says that it may be.

It is kept by each web process for itself, no longer than a browser or a proxy may keep it as well (RFC 9111 §4.2), and
only from somebody who sends no cookie for others who send none: whoever is somebody is asked who they are.
"""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers

MOST = 100
"""Addresses that are kept at once."""


class Momentary(HttpResponse):
    """What stays as it is for some seconds: the same for all who are nobody, and else for whoever asked."""

    def __init__(self, request: HttpRequest, content: str, *, seconds: int, **more: Any) -> None:
        super().__init__(content, **more)
        self.seconds = seconds
        self.headers["ETag"] = f'"{hashlib.sha256(self.content).hexdigest()[:32]}"'
        self.headers["Cache-Control"] = ("private, " if request.COOKIES else "") + f"max-age={seconds}"
        patch_vary_headers(self, ["Cookie"])


@dataclass(frozen=True)
class Kept:
    """An answer, and the moments at which it was given and will be old, in seconds of the process's own clock."""

    content: bytes
    headers: dict[str, str]
    since: float
    until: float

    def again(self, at: float) -> HttpResponse:
        return HttpResponse(self.content, headers=self.headers | {"Age": str(int(at - self.since))})


KEPT: dict[str, Kept] = {}
"""What this process keeps, by path."""


class Moments:
    """Asked before anything is asked of the database."""

    def __init__(
        self,
        get_response: Callable[[HttpRequest], HttpResponseBase],
        clock: Callable[[], float] = time.monotonic,
        kept: dict[str, Kept] | None = None,
    ) -> None:
        self.get_response = get_response
        self.clock = clock
        self.kept = KEPT if kept is None else kept

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        at, is_nobody = self.clock(), asks_as_nobody(request)
        found = self.kept.get(request.path) if is_nobody else None
        if found is not None and at < found.until:
            return unless_known(request, found.again(at))
        response = self.get_response(request)
        if not isinstance(response, Momentary):
            return response
        if is_nobody:
            self.keep(request.path, response, at)
        return unless_known(request, response)

    def keep(self, path: str, response: Momentary, at: float) -> None:
        if len(self.kept) >= MOST:
            for old in [path for path, one in list(self.kept.items()) if at >= one.until]:
                self.kept.pop(old, None)
        if len(self.kept) < MOST and response.status_code == 200 and not response.cookies:
            headers = dict(response.headers.items())
            self.kept[path] = Kept(response.content, headers, at, at + response.seconds)


def asks_as_nobody(request: HttpRequest) -> bool:
    """Whether nothing but its address tells this question from another's."""
    told = ("HTTP_COOKIE", "HTTP_AUTHORIZATION", "QUERY_STRING")
    return request.method == "GET" and not any(request.META.get(one) for one in told)


def unless_known(request: HttpRequest, response: HttpResponse) -> HttpResponseBase:
    """The answer, or 304 for a browser that has it (RFC 9110 §13.1.2)."""
    return get_conditional_response(request, etag=response.headers["ETag"], response=response) or response
