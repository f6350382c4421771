"""What search engines are told: where the public pages are, and which paths lead nowhere for them."""

from dataclasses import replace

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseBase
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from parvis.core.people.request import Request
from parvis.lib.feeds.sitemap import MAX_URLS, Page, sitemap, sitemap_index

from ..menu import open_rooms

KEPT_FOR = 3600
PRIVATE_PATHS = (
    "/account/",
    "/desk/",
    "/me/",
    "/notices/",
    "/open/",
    "/search/",
    "/unlock/",
    "/journal/write/",
)


def base_of(request: Request) -> str:
    """The square's own address, else that of the request."""
    own = str(settings.PARVIS_URL or request.square.url).rstrip("/")
    return own or f"{request.scheme}://{request.get_host()}"


def pages(request: Request) -> list[Page]:
    """Every public page of every open room, at its whole address."""
    base = base_of(request)
    rooms = [room.sitemap(request.at) for room in open_rooms(request.square) if room.sitemap is not None]
    found = [page for room in rooms for page in room if isinstance(page, Page)]
    return [
        replace(
            page, url=base + page.url, alternates=tuple((code, base + path) for code, path in page.alternates)
        )
        for page in found
    ]


@require_safe
@gzip_page
def whole(request: Request) -> HttpResponseBase:
    """The sitemap, or the list of its parts when there are more pages than one may hold."""
    found = pages(request)
    if len(found) <= MAX_URLS:
        return xml(sitemap(found))
    base = base_of(request)
    count = -(-len(found) // MAX_URLS)
    return xml(sitemap_index([(f"{base}/sitemap-{number}.xml", None) for number in range(1, count + 1)]))


@require_safe
@gzip_page
def part(request: Request, number: int) -> HttpResponseBase:
    """One part of a long sitemap."""
    found = pages(request)[(number - 1) * MAX_URLS : number * MAX_URLS] if number else []
    if not found:
        raise Http404
    return xml(sitemap(found))


def xml(data: bytes) -> HttpResponse:
    response = HttpResponse(data, content_type="application/xml; charset=utf-8")
    response.headers["Cache-Control"] = f"public, max-age={KEPT_FOR}"
    return response


@require_safe
def robots(request: Request) -> HttpResponse:
    """Which paths robots may leave alone (RFC 9309); what is private is kept by the rule, not by this list."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in PRIVATE_PATHS),
        f"Sitemap: {base_of(request)}/sitemap.xml",
    ]
    response = HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = f"public, max-age={KEPT_FOR}"
    return response
