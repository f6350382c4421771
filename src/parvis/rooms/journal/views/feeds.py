"""The journal's feeds, and the list of them all."""

import hashlib
import re
from dataclasses import replace

from django.http import Http404, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from parvis.core.people.request import Request
from parvis.core.stream.models import Publication
from parvis.lib.feeds import FORMATS, Feed, Format
from parvis.lib.feeds.opml import opml
from parvis.lib.text.languages import name as language_name

from ..answers import address_in, base_of, say
from ..feeds import (
    Channel,
    Place,
    comments_feed,
    feed_of,
    gone_posts,
    gone_unchanged,
    passer_by,
    public_posts,
)
from ..models import Category, Tag
from ..reading import branch, readable_in, tagged, themes, within, writer_or_none

MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


def format_or_404(kind: str) -> Format:
    if kind not in FORMATS:
        raise Http404
    return FORMATS[kind]


def place_of(request: Request, format: Format) -> Place:
    """Where this feed is asked for; the square's own address, else that of the request."""
    base = base_of(request.square) or f"{request.scheme}://{request.get_host()}"
    return Place(
        base=base,
        zone=request.square.zone,
        language=request.square.language,
        at=request.at,
        address=request.path,
        format=format,
    )


def answer(request: Request, feed: Feed, format: Format) -> HttpResponseBase:
    """The feed, or 304 for whoever has it already."""
    data = format.write(feed)
    etag = f'"{hashlib.sha256(data).hexdigest()[:32]}"'
    modified = int(feed.updated_at.timestamp())
    response = HttpResponse(data, content_type=f"{format.mime}; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=300"
    response.headers["ETag"] = etag
    response.headers["Last-Modified"] = http_date(modified)
    if feed.hub_url:  # for formats without links of their own, and readers that look here first (WebSub §4)
        response.headers["Link"] = f'<{feed.hub_url}>; rel="hub", <{feed.self_url}>; rel="self"'
    return get_conditional_response(request, etag, modified, response) or response


def serve(request: Request, channel: Channel, kind: str) -> HttpResponseBase:
    """A channel in a format: its newest posts, or the archive of a month (?month=2012-04)."""
    format = format_or_404(kind)
    asked = request.GET.get("month", "")
    found = MONTH.fullmatch(asked)
    if asked and not found:
        raise Http404
    archive = (int(found[1]), int(found[2])) if found else None
    try:
        return answer(request, feed_of(channel, place_of(request, format), archive=archive), format)
    except ValueError:
        raise Http404 from None


def channel_title(request: Request, part: str = "") -> str:
    return f"{request.square.name} · {part}" if part else request.square.name


@require_safe
@gzip_page
def journal(request: Request, kind: str) -> HttpResponseBase:
    """Everything, in every language."""
    with translation.override(request.square.language):
        subtitle = request.square.tagline_in(request.square.language)
        title = channel_title(request)
        channel = Channel(
            title=title,
            address="/journal/",
            posts=public_posts(request.viewer),
            gone=gone_posts(request.viewer),
            subtitle=subtitle,
        )
        return serve(request, channel, kind)


@require_safe
@gzip_page
def in_language(request: Request, language: str, kind: str) -> HttpResponseBase:
    """What one reads who reads this language."""
    if language not in request.square.all_languages():
        raise Http404
    title = channel_title(request, language_name(language, language).capitalize())
    channel = Channel(
        title=title,
        address=f"/journal/{language}/",
        posts=readable_in(public_posts(request.viewer), language),
        gone=readable_in(gone_unchanged(request.viewer), language),
        subtitle=request.square.tagline_in(language),
        language=language,
    )
    return serve(request, channel, kind)


@require_safe
@gzip_page
def category(request: Request, slug: str, kind: str, language: str = "") -> HttpResponseBase:
    """A theme and those below it."""
    found = Category.objects.filter(slug=slug).first()
    if found is None:
        raise Http404
    own = language or request.square.language
    posts = within(public_posts(request.viewer), branch(found))
    channel = Channel(
        title=channel_title(request, found.name_in(own)),
        address=f"category/{slug}/",
        posts=posts,
        gone=within(gone_unchanged(request.viewer), branch(found)),
        subtitle=found.description_in(own),
        language=language,
    )
    return serve_part(request, channel, kind)


def serve_part(request: Request, channel: Channel, kind: str) -> HttpResponseBase:
    """A part of the journal, its address given from there, in one language or in all. Raises Http404 for an empty one."""
    language = channel.language
    if language and language not in request.square.all_languages():
        raise Http404
    posts = readable_in(channel.posts, language) if language else channel.posts
    gone = readable_in(channel.gone, language) if language else channel.gone
    if not posts.exists():
        raise Http404
    return serve(
        request, replace(channel, posts=posts, gone=gone, address=address_in(language, channel.address)), kind
    )


@require_safe
@gzip_page
def tag(request: Request, slug: str, kind: str, language: str = "") -> HttpResponseBase:
    """Everything with a tag."""
    found = Tag.objects.filter(slug=slug).first()
    if found is None:
        raise Http404
    posts = tagged(public_posts(request.viewer), found)
    title = channel_title(request, found.name_in(language or request.square.language))
    gone = tagged(gone_unchanged(request.viewer), found)
    channel = Channel(title=title, address=f"tag/{slug}/", posts=posts, gone=gone, language=language)
    return serve_part(request, channel, kind)


@require_safe
@gzip_page
def author(request: Request, public_id: str, kind: str, language: str = "") -> HttpResponseBase:
    """Everything by one author."""
    person = writer_or_none(passer_by(request.viewer), public_id)
    if person is None:
        raise Http404
    posts = public_posts(request.viewer).filter(author=person)
    title = channel_title(request, person.name)
    gone = gone_unchanged(request.viewer).filter(author=person)
    address = f"author/{public_id}/"
    channel = Channel(title=title, address=address, posts=posts, gone=gone, language=language)
    return serve_part(request, channel, kind)


@require_safe
@gzip_page
def comments(request: Request, kind: str) -> HttpResponseBase:
    """The newest comments under all posts."""
    format = format_or_404(kind)
    with translation.override(request.square.language):
        title = channel_title(request, _("Comments"))
        feed = comments_feed(request.viewer, place_of(request, format), title=title, home="/journal/")
        return answer(request, feed, format)


@require_safe
@gzip_page
def comments_of(request: Request, public_id: str, kind: str) -> HttpResponseBase:
    """The newest comments under one post."""
    format = format_or_404(kind)
    rows = Publication.objects.visible_to(passer_by(request.viewer)).published(passer_by(request.viewer))
    subject = rows.filter(public_id=public_id, kind="journal.post").first()
    if subject is None:
        raise Http404
    with translation.override(request.square.language):
        title = _("Comments on “%(title)s”") % {"title": subject.title}
        feed = comments_feed(
            request.viewer,
            place_of(request, format),
            title=title,
            home=subject.get_absolute_url(),
            under=subject,
        )
        return answer(request, feed, format)


def feed_pages(request: Request) -> list[tuple[str, str, str]]:
    """(title, page, language) of every list that can be subscribed to by anyone."""
    here = translation.get_language() or request.square.language
    pages = [(_("Everything"), "/journal/", "")]
    pages += [
        (language_name(code, code).capitalize(), f"/journal/{code}/", code)
        for code in request.square.all_languages()
    ]
    waiting = list(themes(passer_by(request.viewer)))
    for theme in waiting:
        pages.append((theme.category.name_in(here), f"/journal/category/{theme.category.slug}/", ""))
        waiting += theme.below
    return [*pages, (_("Comments"), "/journal/comments/", "")]


@require_safe
def all_feeds(request: Request) -> HttpResponse:
    """The list of feeds, for people."""
    return say(request, "journal/feeds.html", {"pages": feed_pages(request), "title": _("Feeds")})


@require_safe
def opml_file(request: Request) -> HttpResponse:
    """The list of feeds, for a reader to take in (OPML 2.0)."""
    place = place_of(request, FORMATS["atom"])
    rows = [
        (f"{request.square.name} · {title}", place.whole(f"{page}feed/atom/"), place.whole(page), language)
        for title, page, language in feed_pages(request)
        if page != "/journal/comments/"
    ]
    rows.append(
        (
            _("Comments"),
            place.whole(reverse("journal:comments-feed", args=["atom"])),
            place.whole("/journal/"),
            "",
        )
    )
    response = HttpResponse(opml(request.square.name, rows), content_type="text/x-opml; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="journal.opml"'
    return response
