"""Answers for addresses of another time: those a post ever had, and WordPress's own, at the root of the site."""

import re
from collections.abc import Callable

from django.db.models import Q
from django.http import HttpResponseBase, HttpResponsePermanentRedirect
from django.utils.encoding import iri_to_uri

from parvis.core.audiences.rule import Viewer
from parvis.core.people.http import whole
from parvis.core.people.request import Request
from parvis.core.stream.models import Attachment, Publication
from parvis.core.stream.pictures import address

from .answering import address_at, answer_at
from .models import Category, FormerCategory, ImportItem, PostAddress
from .reading import category_or_none, tag_or_none, writer_or_none

OF_POSTS = ("p", "page_id", "attachment_id")
FEED = r"feed(?:/(?P<kind>atom|rdf|rss2?|json))?/?"
LANGUAGE = r"(?:(?P<language>[a-z]{2})/)?"

UPLOAD = re.compile(r"/(?:.+/)?wp-content/uploads/(?P<name>.+?)(?P<ending>\.[A-Za-z0-9]{1,5})")
SIZED = re.compile(r"-(?:[0-9]{1,5}x[0-9]{1,5}|scaled)$")

type Lead = Callable[[Request, dict[str, str]], str]


def old_urls(request: Request) -> HttpResponseBase | None:
    """What the journal answers at an address that the house does not know; None when it knows nothing of it.

    Where a post is now is told only to whoever may see it, by the same code that shows the post.
    """
    asked = request.GET
    if request.path == "/" and asked:
        for name in OF_POSTS:
            if number := whole(asked.get(name, "")):
                return answer_at(request, f"/?{name}={number}") or none_but_feeds(request)
        return none_but_feeds(request)
    return (
        answer_at(request, request.path)
        or comments_feed_of(request)
        or upload_of(request)
        or by_pattern(request)
    )


def none_but_feeds(request: Request) -> HttpResponseBase | None:
    """The other queries that WordPress answered at its root: a feed, a month, a tag by its slug."""
    asked = request.GET
    if "feed" in asked:
        return moved(
            feed_path("", "comments/" if asked["feed"].startswith("comments") else "", asked["feed"])
        )
    month = re.fullmatch(r"([0-9]{4})([0-9]{2})?", asked.get("m", ""))
    if month:
        return moved(f"/journal/{month[1]}/" + (f"{month[2]}/" if month[2] else ""))
    number = asked.get("cat", "")
    below = tag(request.viewer, asked.get("tag", "")) or category_numbered(
        request.viewer, number if number.isdecimal() else ""
    )
    return moved(f"/journal/{below}") if below else None


def comments_feed_of(request: Request) -> HttpResponseBase | None:
    """The feed of a post's comments, which stood below the post."""
    found = re.fullmatch(rf"(?P<path>/.+/){FEED}", request.path)
    row = address_at(found["path"]) if found is not None else None
    if found is None or row is None:
        return None
    answer = answer_at(request, found["path"])
    if answer is None or answer.status_code == 410:
        return answer
    return moved(feed_path("", f"comments/{row.post.publication.public_id}/", found["kind"] or ""))


def by_pattern(request: Request) -> HttpResponseBase | None:
    """Lists and feeds of WordPress, and those of Basic Bilingual below a language."""
    for pattern, lead in PATTERNS:
        found = pattern.fullmatch(request.path)
        if found is not None:
            path = lead(request, {name: value or "" for name, value in found.groupdict().items()})
            return moved(path) if path and path != request.path else None
    return None


def moved(path: str) -> HttpResponseBase:
    return HttpResponsePermanentRedirect(iri_to_uri(path))


def feed_path(language: str, below: str, kind: str) -> str:
    """Where a feed is now; RDF and both kinds of RSS are RSS."""
    format = "atom" if "atom" in kind else "json" if kind == "json" else "rss"
    return f"/journal/{language + '/' if language else ''}{below}feed/{format}/"


def everything(request: Request, found: dict[str, str]) -> str:
    language = found.get("language", "")
    return feed_path(
        language if language in request.square.all_languages() else "", "", found.get("kind", "")
    )


def comments(request: Request, found: dict[str, str]) -> str:
    return feed_path("", "comments/", found["kind"])


def language(request: Request, found: dict[str, str]) -> str:
    return f"/journal/{found['language']}/" if found["language"] in request.square.all_languages() else ""


def listed(request: Request, found: dict[str, str]) -> str:
    """A category, by the last part of its path, a tag or an author; with its feed, if that was asked for."""
    name = found["name"].rstrip("/").rsplit("/", 1)[-1]
    below = {"category": category, "tag": tag, "author": author}[found["list"]](request.viewer, name)
    if not below:
        return ""
    return feed_path("", below, found["kind"]) if found["feed"] else f"/journal/{below}"


def category(viewer: Viewer, name: str) -> str:
    """A category in which the viewer sees something, also by the name of one that went into it; of others nothing."""
    if category_or_none(viewer, name) is not None:
        return f"category/{name}/"
    row = FormerCategory.objects.filter(slug=name).select_related("category").first()
    found = category_or_none(viewer, row.category.slug if row is not None else "")
    return f"category/{found.slug}/" if found is not None else ""


def category_numbered(viewer: Viewer, number: str) -> str:
    """A category by the number it had in the blog that an import brought."""
    items = ImportItem.objects.filter(kind="category", detail=number).exclude(detail="").order_by("pk")
    row = Category.objects.filter(pk__in=items.values("target")).first()
    found = category_or_none(viewer, row.slug if row is not None else "")
    return f"category/{found.slug}/" if found is not None else ""


def upload_of(request: Request) -> HttpResponseBase | None:
    """A file of WordPress's uploads, in whatever size it was asked for: where it is now, for whoever may see it."""
    asked = UPLOAD.fullmatch(request.path)
    if asked is None:
        return None
    ending = asked["ending"]
    names = [f"{asked['name']}{ending}", f"{SIZED.sub('', asked['name'])}{ending}"]
    items = ImportItem.objects.filter(kind="attachment").filter(
        Q(detail__endswith=f"/uploads/{names[0]}") | Q(detail__endswith=f"/uploads/{names[1]}")
    )
    brought = Attachment.objects.unguarded("narrows a query that asks the rule").filter(
        pk__in=items.values("target")
    )
    same = Attachment.objects.visible_to(request.viewer).filter(sha256__in=brought.values("sha256"))
    found = same.order_by("pk").first()
    return moved(address(found)) if found is not None else None


def tag(viewer: Viewer, name: str) -> str:
    return f"tag/{name}/" if tag_or_none(viewer, name) is not None else ""


def author(viewer: Viewer, name: str) -> str:
    """An author by the login of the blog that an import brought."""
    row = (
        ImportItem.objects.filter(kind="author", key=name)
        .exclude(person=None)
        .select_related("person")
        .first()
    )
    person = (
        writer_or_none(viewer, row.person.public_id) if row is not None and row.person is not None else None
    )
    return f"author/{person.public_id}/" if person is not None else ""


def dated(request: Request, found: dict[str, str]) -> str:
    return f"/journal/{found['year']}/" + (f"{found['month']}/" if found["month"] else "")


def archives(request: Request, found: dict[str, str]) -> str:
    return "/journal/archives/"


PATTERNS: tuple[tuple[re.Pattern[str], Lead], ...] = (
    (re.compile(rf"/{LANGUAGE}(?:{FEED}|(?P<rss>rss|rss2|rdf)/?)"), everything),
    (re.compile(r"/(?P<kind>atom|wp-atom\.php|wp-rss2?\.php)/?"), everything),
    (re.compile(rf"/comments/{FEED}"), comments),
    (re.compile(r"/(?:language/)?(?P<language>[a-z]{2})/?"), language),
    (
        re.compile(
            rf"/{LANGUAGE}(?:journal/)?(?P<list>category|tag|author)/(?P<name>.+?)(?P<feed>/{FEED}|/?)"
        ),
        lambda request, found: listed(request, found | {"feed": found["feed"].strip("/")}),
    ),
    (re.compile(r"/(?:archives/)?(?P<year>[0-9]{4})(?:/(?P<month>[0-9]{2})(?:/[0-9]{2})?)?/?"), dated),
    (re.compile(r"/(?:archives|blog)/?"), archives),
)


def at_path(path: str) -> Publication | None:
    """The publication that stands at a path, whoever asks: what a password may open."""
    row: PostAddress | None = address_at(path)
    return row.post.publication if row is not None else None
