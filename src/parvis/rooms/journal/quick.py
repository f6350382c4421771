"""Answers passers-by at once: the page made at publishing, if the one rule shows it now and it is what it would be now.

One statement finds the address, asks the rule, compares the stamp and brings the page. Whenever it brings nothing, the
request goes on to the live view, which is always right. See docs/dev/decisions/0002-rendered-pages.md.
"""

from collections.abc import Callable
from functools import cache

from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.utils import timezone

from parvis.core.audiences.rule import Viewer, microseconds

from .facts import OF_A_POST, Statement, facts, rule

TEXT = f"""SELECT page.html, page.etag, page.language {OF_A_POST}
 JOIN journal_postaddress address ON address.post_id = post.id
 JOIN journal_postpage page ON page.post_id = post.id
 WHERE address.path = %s AND address.is_current AND pub.published_at IS NOT NULL AND {{seen}} AND page.stamp = {{facts}}"""

NOW = -1


class QuickPages:
    """Asked first for what looks like a public post; who carries a cookie is somebody, and goes on to the view."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        environ = request.META
        if (
            request.method == "GET"
            and request.path.startswith("/journal/")
            and not environ.get("HTTP_COOKIE")
            and not environ.get("QUERY_STRING")
        ):
            return quick(request) or self.get_response(request)
        return self.get_response(request)


def quick(request: HttpRequest) -> HttpResponseBase | None:
    """The page at this address as it stands ready; None when there is none to be shown."""
    text, values = statement(request.path, microseconds(timezone.now()))
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        row = cursor.fetchone()
    if row is None:
        return None
    html, etag, language = row
    content = html.encode()
    return with_etag(
        request,
        HttpResponse(content, headers={"Content-Language": language, "Content-Length": str(len(content))}),
        etag,
    )


def statement(path: str, now: int) -> Statement:
    """The one statement, for a path and a moment in microseconds since 1970."""
    text, values = prepared()
    return text, [path, *(now if value == NOW else value for value in values)]


@cache
def prepared() -> Statement:
    """The statement but for its path, written once: only the moment changes, and NOW stands for it."""
    passer_by = Viewer(at=NOW)
    seen, of_seen = rule(passer_by, "pub")
    said, of_said = facts(passer_by)
    return TEXT.format(seen=seen, facts=said), [*of_seen, *of_said]


def with_etag(request: HttpRequest, response: HttpResponse, etag: str) -> HttpResponseBase:
    """The answer with its mark, or 304 for a browser that has it (RFC 9110 §13.1.2)."""
    asked = {one.strip().removeprefix("W/") for one in request.META.get("HTTP_IF_NONE_MATCH", "").split(",")}
    if etag in asked or "*" in asked:
        headers = {"ETag": etag, "Content-Language": response.headers["Content-Language"]}
        return HttpResponseNotModified(headers=headers)
    response.headers["ETag"] = etag
    return response
