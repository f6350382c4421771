"""Answers for addresses of another time: those a post ever had, and WordPress's own, at the root of the site."""

import re
from collections.abc import Callable
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import HttpResponseBase, HttpResponsePermanentRedirect
from django.utils.encoding import iri_to_uri

from parvis.core.audiences.rule import Viewer
from parvis.core.people.http import whole
from parvis.core.people.request import Request
from parvis.core.site.views.errors import absent
from parvis.core.stream.models import Attachment, Publication, PublicationQuerySet
from parvis.core.stream.pictures import address

from .answering import address_at, answer_at
from .answers import address_in
from .models import Category, FormerCategory, ImportItem, PostAddress, Tag
from .reading import (
    articles,
    between,
    branch,
    category_or_none,
    readable_in,
    span,
    tag_or_none,
    tagged,
    within,
    writer_or_none,
)

OF_POSTS = ("p", "page_id", "attachment_id")
OF_LISTS = ("tag", "cat", "category_name", "author")
FEED = r"feed(?:/(?P<kind>atom|rdf|rss2?|json))?/?"
LANGUAGE = r"(?:(?P<language>[a-z]{2})/)?"

UPLOAD = re.compile(r"/(?:.+/)?wp-content/uploads/(?P<name>.+?)(?P<ending>\.[A-Za-z0-9]{1,5})")
SIZED = re.compile(r"-(?:[0-9]{1,5}x[0-9]{1,5}|scaled)$")

PAGE = re.compile(r"/(?:page/|comment-page-)[0-9]{1,6}/?$")

type Lead = Callable[[Request, dict[str, str]], str]


def old_urls(request: Request) -> HttpResponseBase | None:
    """What the journal answers at an address that the house does not know; None when it knows nothing of it.

    Where a post is now is told only to whoever may see it, by the same code that shows the post.
    """
    if request.path == "/":
        return at_root(request) if request.GET else None
    path = bare(request.path)
    if path == "/":
        return at_root(request) or moved("/journal/" if PAGE.search(request.path) else "/")
    return (
        answer_at(request, request.path)
        or (moved_to(request, path) if path != request.path else None)
        or spoken_before(request, path)
        or comments_feed_of(request, path)
        or upload_of(request, path)
        or by_pattern(request, path)
    )


def bare(path: str) -> str:
    """The path without what WordPress put around it: /index.php before, the number of a page of it behind."""
    shorter = path if path.startswith("/journal/page/") else PAGE.sub("/", path)
    return "/" + shorter.removeprefix("/index.php").lstrip("/")


def moved_to(request: Request, path: str) -> HttpResponseBase | None:
    """The way to the post that stands, or stood, at a path; None when there is none for this reader."""
    answer = answer_at(request, path)
    return moved(path) if answer is not None and answer.status_code == 200 else answer


def spoken_before(request: Request, path: str) -> HttpResponseBase | None:
    """The way to a post at whose address Basic Bilingual put the language first."""
    found = re.fullmatch(r"/([a-z]{2})(/.+)", path)
    is_spoken = found is not None and found[1] in request.square.all_languages()
    return moved_to(request, found[2]) if found is not None and is_spoken else None


def at_root(request: Request) -> HttpResponseBase | None:
    """What WordPress answered at its root: a post by its number, which looks absent to whoever may not see it."""
    for name in OF_POSTS:
        if number := whole(request.GET.get(name, "")):
            path = f"/?{name}={number}"
            answer = answer_at(request, path) or file_numbered(request, number)
            return answer or absent(request, at=path)
    return none_but_feeds(request)


def none_but_feeds(request: Request) -> HttpResponseBase | None:
    """The other queries that WordPress answered at its root: words, a feed, a month, a category, a tag, an author."""
    asked = request.GET
    if words := asked.get("s", "").strip():
        return moved(f"/search/?{urlencode({'q': words})}")
    if "feed" in asked:
        return moved(
            feed_path("", "comments/" if asked["feed"].startswith("comments") else "", asked["feed"])
        )
    month = re.fullmatch(r"([0-9]{4})([0-9]{2})?", asked.get("m", ""))
    if month:
        return moved(f"/journal/{month[1]}/" + (f"{month[2]}/" if month[2] else ""))
    viewer, name = request.viewer, asked.get("category_name", "").rstrip("/").rsplit("/", 1)[-1]
    below = (
        tag(viewer, asked.get("tag", ""))
        or category_numbered(viewer, whole(asked.get("cat", "")))
        or (category(viewer, name) if name else "")
        or author_numbered(viewer, whole(asked.get("author", "")))
    )
    if below:
        return moved(f"/journal/{below}")
    if any(asked.get(name) for name in OF_LISTS):
        return absent(request)
    return moved("/journal/") if whole(asked.get("paged", "")) else None


def comments_feed_of(request: Request, path: str) -> HttpResponseBase | None:
    """The feed of a post's comments, which stood below the post."""
    found = re.fullmatch(rf"(?P<path>/.+/){FEED}", path)
    row = address_at(found["path"]) if found is not None else None
    if found is None or row is None:
        return None
    answer = answer_at(request, found["path"])
    if answer is None or answer.status_code == 410:
        return answer
    return moved(feed_path("", f"comments/{row.post.publication.public_id}/", found["kind"] or ""))


def by_pattern(request: Request, path: str) -> HttpResponseBase | None:
    """Lists and feeds of WordPress, and those of Basic Bilingual below a language."""
    for pattern, lead in PATTERNS:
        found = pattern.fullmatch(path)
        if found is not None:
            now = lead(request, {name: value or "" for name, value in found.groupdict().items()})
            return moved(now) if now and now != request.path else None
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
    language = told_in(request, found.get("language", ""), rows_of(request.viewer, below))
    return feed_path(language, below, found["kind"]) if found["feed"] else address_in(language, below)


def rows_of(viewer: Viewer, below: str) -> PublicationQuerySet:
    """The posts of a category, a tag or an author that the viewer sees."""
    kind, name, _end = below.split("/")
    rows = articles(viewer)
    if kind == "category":
        return within(rows, branch(Category.objects.get(slug=name)))
    return tagged(rows, Tag.objects.get(slug=name)) if kind == "tag" else rows.filter(author__public_id=name)


def told_in(request: Request, language: str, rows: PublicationQuerySet) -> str:
    """The language of an address, if the square has it and one of these posts is told in it; else that of none."""
    has_it = language in request.square.all_languages()
    return language if has_it and readable_in(rows, language).exists() else ""


def category(viewer: Viewer, name: str) -> str:
    """A category in which the viewer sees something, also by the name of one that went into it; of others nothing."""
    if category_or_none(viewer, name) is not None:
        return f"category/{name}/"
    row = FormerCategory.objects.filter(slug=name).select_related("category").first()
    found = category_or_none(viewer, row.category.slug if row is not None else "")
    return f"category/{found.slug}/" if found is not None else ""


def category_numbered(viewer: Viewer, number: int) -> str:
    """A category by the number it had in the blog that an import brought."""
    items = ImportItem.objects.filter(kind="category", detail=str(number or "")).exclude(detail="")
    row = Category.objects.filter(pk__in=items.values("target")).first()
    found = category_or_none(viewer, row.slug if row is not None else "")
    return f"category/{found.slug}/" if found is not None else ""


def upload_of(request: Request, path: str) -> HttpResponseBase | None:
    """A file of WordPress's uploads, in whatever size it was asked for: where it is now, for whoever may see it."""
    asked = UPLOAD.fullmatch(path)
    if asked is None:
        return None
    ending = asked["ending"]
    names = [f"{asked['name']}{ending}", f"{SIZED.sub('', asked['name'])}{ending}"]
    items = ImportItem.objects.filter(kind="attachment").filter(
        Q(detail__endswith=f"/uploads/{names[0]}") | Q(detail__endswith=f"/uploads/{names[1]}")
    )
    return file_among(request, items)


def file_numbered(request: Request, number: int) -> HttpResponseBase | None:
    """A file by the number it had in the blog that an import brought, for whoever may see it."""
    return file_among(request, ImportItem.objects.filter(kind="attachment", key=str(number)))


def file_among(request: Request, items: QuerySet[ImportItem]) -> HttpResponseBase | None:
    """Where one of these files is now, for whoever may see it."""
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
    return author_among(viewer, ImportItem.objects.filter(kind="author", key=name))


def author_numbered(viewer: Viewer, number: int) -> str:
    """An author by the number they had there."""
    items = ImportItem.objects.filter(kind="author", detail=str(number or "")).exclude(detail="")
    return author_among(viewer, items)


def author_among(viewer: Viewer, items: QuerySet[ImportItem]) -> str:
    """The author of one of these lines, if the viewer reads a post of theirs."""
    row = items.exclude(person=None).select_related("person").order_by("pk").first()
    person = (
        writer_or_none(viewer, row.person.public_id) if row is not None and row.person is not None else None
    )
    return f"author/{person.public_id}/" if person is not None else ""


def dated(request: Request, found: dict[str, str]) -> str:
    below = f"{found['year']}/" + (f"{found['month']}/" if found["month"] else "")
    try:
        start, end = span(int(found["year"]), int(found["month"] or 0) or None, request.square.zone)
    except (ValueError, OverflowError):
        return ""
    return address_in(
        told_in(request, found["language"], between(articles(request.viewer), start, end)), below
    )


def archives(request: Request, found: dict[str, str]) -> str:
    return "/journal/archives/"


def searched(request: Request, found: dict[str, str]) -> str:
    return f"/search/?{urlencode({'q': found['words']})}"


def sitemap(request: Request, found: dict[str, str]) -> str:
    return "/sitemap.xml"


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
    (
        re.compile(
            rf"/{LANGUAGE}(?:archives/)?(?P<year>[0-9]{{4}})(?:/(?P<month>[0-9]{{2}})(?:/[0-9]{{2}})?)?/?"
        ),
        dated,
    ),
    (re.compile(r"/(?:archives|blog)/?"), archives),
    (re.compile(rf"/{LANGUAGE}search/(?P<words>.+?)/?"), searched),
    (re.compile(r"/(?:wp-sitemap[a-z0-9-]*|sitemap_index)\.xml"), sitemap),
)


def at_path(path: str) -> Publication | None:
    """The publication that stands at a path, whoever asks: what a password may open."""
    row: PostAddress | None = address_at(path)
    return row.post.publication if row is not None else None
