"""Reading the journal: its home, its languages, categories, tags, authors, years and months."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from parvis.core.audiences.meeting import may_meet
from parvis.core.people.models import Person
from parvis.core.people.request import Request
from parvis.core.stream.cards import cards
from parvis.core.stream.models import Follow, Publication, PublicationQuerySet, Source
from parvis.core.stream.models.reading import SourceKind
from parvis.lib.text.languages import name as language_name

from ..answers import address_in, base_of, say, speaking
from ..models import Category
from ..reading import (
    Month,
    Theme,
    articles,
    between,
    branch,
    category_or_none,
    listing,
    months,
    pinned_among,
    readable_in,
    span,
    tag_or_none,
    tagged,
    themes,
    within,
    writer_or_none,
)

BESIDE = 8


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """A list of posts as a page: its title, where it begins below the journal (its feeds lie there too), and what stands
    on top. With a language it holds what is told in that language, and stands below it.

    A list in which the reader sees nothing is not there for them, unless it `may_be_empty`.
    """

    title: str
    below: str
    template: str = "journal/list.html"
    language: str = ""
    pinned: Sequence[Publication] = ()
    may_be_empty: bool = False

    @property
    def address(self) -> str:
        return address_in(self.language, self.below)


def page(request: Request, rows: PublicationQuerySet, shelf: Shelf, **more: object) -> HttpResponse:
    """A page of a list. Raises Http404."""
    everything = rows
    rows = readable_in(rows, shelf.language) if shelf.language else rows
    listed = listing(rows, request.GET)
    if not listed.publications and not shelf.may_be_empty and not rows.exists():
        raise Http404
    drawn = cards([*shelf.pinned, *listed.publications], request.viewer, read_in=shelf.language)
    context = {
        "title": shelf.title,
        "address": shelf.address,
        "language": shelf.language,
        **versions(request, everything, shelf),
        "cards": drawn,
        "listing": listed,
        "is_further": is_further(request),
        **more,
    }
    return say(request, shelf.template, context, language=shelf.language)


def versions(request: Request, rows: PublicationQuerySet, shelf: Shelf) -> dict[str, object]:
    """Where this list stands in each language in which it holds something for the reader, and in all of them."""
    codes: Sequence[str] = request.square.all_languages()
    if len(codes) < 2 or (request.person is not None and not shelf.language):
        return {"versions": []}
    told = codes if shelf.may_be_empty else [code for code in codes if readable_in(rows, code).exists()]
    return {
        "versions": [(code, address_in(code, shelf.below)) for code in told],
        "in_all": address_in("", shelf.below),
        "base": base_of(request.square),
    }


def spoken(request: Request, language: str) -> AbstractContextManager[None]:
    """Speak the language that an address names, if it names one. Raises Http404 for one that the square has not."""
    if language and language not in request.square.all_languages():
        raise Http404
    return speaking(request, language)


def is_further(request: Request) -> bool:
    """Whether this is not the first page of a list."""
    return bool({"before", "after"} & request.GET.keys())


@require_safe
def home(request: Request) -> HttpResponse:
    """Everything, newest first; what is pinned stands before it on the first page."""
    rows = articles(request.viewer)
    pinned = [] if is_further(request) else list(pinned_among(rows).for_lists().newest_first())
    return page(
        request,
        rows.filter(post__is_pinned=False),
        Shelf(
            title=_("Journal"),
            below="",
            template="journal/home.html",
            pinned=pinned,
            may_be_empty=True,
        ),
        **largest(themes(request.viewer)),
        pinned_here=bool(pinned),
        lead=request.square.tagline_in(request.LANGUAGE_CODE or ""),
    )


@require_safe
def in_language(request: Request, language: str) -> HttpResponse:
    """What one reads who reads this language: posts in it, and those with a note in it."""
    with spoken(request, language):
        title = _("The journal in %(language)s") % {
            "language": language_name(language, translation.get_language())
        }
        lead = _(
            "Texts in this language, and those of which a note says in this language what they are about."
        )
        return page(
            request,
            articles(request.viewer),
            Shelf(
                title=title,
                below="",
                template="journal/home.html",
                language=language,
                may_be_empty=True,
            ),
            **largest(themes(request.viewer, language)),
            lead=lead,
        )


@require_safe
def category(request: Request, slug: str, language: str = "") -> HttpResponse:
    """A theme and those below it. One of which the reader sees nothing is not there for them."""
    is_keeper = request.person is not None and request.person.is_author
    every = Category.objects.select_related("parent", "source").filter(slug=slug)
    found = every.first() if is_keeper else category_or_none(request.viewer, slug)
    if found is None:
        raise Http404
    inside = branch(found)
    with spoken(request, language):
        here = translation.get_language() or ""
        return page(
            request,
            within(articles(request.viewer), inside),
            Shelf(
                title=found.name_in(here),
                below=f"category/{slug}/",
                template="journal/category.html",
                language=language,
                may_be_empty=is_keeper,
            ),
            category=found,
            lead=found.description_in(here),
            above=above(found),
            below=below(request, found, language) if len(inside) > 1 else [],
            follow=follow_of(request, found.source),
        )


def below(request: Request, category: Category, language: str) -> list[Theme]:
    """The themes just below this one in which the reader sees something."""
    tree = all_of(themes(request.viewer, language))
    return [theme for theme in tree if theme.category.parent_id == category.pk]


def largest(tree: Sequence[Theme]) -> dict[str, object]:
    """The themes with the most posts, in their order, and how many there are in all."""
    most = sorted(tree, key=lambda theme: -theme.count)[:BESIDE]
    every = all_of(tree)
    return {
        "themes": [theme for theme in tree if theme in most],
        "all_themes": len(every),
        "more_themes": len(every) > len(most),
    }


def all_of(tree: Sequence[Theme]) -> list[Theme]:
    """Every theme of a tree."""
    found = list(tree)
    for theme in found:
        found += theme.below
    return found


def by_depth(tree: Sequence[Theme], depth: int = 0) -> list[tuple[int, Theme]]:
    """Every theme of a tree with its depth, each below the one it is within."""
    return [line for theme in tree for line in ((depth, theme), *by_depth(theme.below, depth + 1))]


def above(category: Category) -> list[Category]:
    """The categories around this one, the widest first."""
    found: list[Category] = []
    parent = category.parent
    while parent is not None:
        found.insert(0, parent)
        parent = parent.parent
    return found


def follow_of(request: Request, source: Source | None) -> dict[str, object] | None:
    """What the follow button needs; visitors may have it by mail. None where there is nothing to follow."""
    if source is None:
        return None
    if request.person is None or not request.person.is_member:
        return {"by_mail": reverse("subscription-ask", args=[source.public_id])}
    follows = Follow.objects.filter(person=request.person, source=source).exists()
    name = "source-unfollow" if follows else "source-follow"
    return {"follows": follows, "action": reverse(name, args=[source.public_id])}


@require_safe
def tag(request: Request, slug: str, language: str = "") -> HttpResponse:
    """Everything with a tag; one of which the reader sees nothing is not there for them."""
    found = tag_or_none(request.viewer, slug)
    if found is None:
        raise Http404
    rows = tagged(articles(request.viewer), found)
    with spoken(request, language):
        title = _("“%(tag)s”") % {"tag": found.name_in(translation.get_language() or "")}
        return page(
            request, rows, Shelf(title=title, below=f"tag/{slug}/", language=language), eyebrow=_("Tag")
        )


@require_safe
def author(request: Request, public_id: str, language: str = "") -> HttpResponse:
    """Everything by one author, whether they have a login here or came with an import."""
    person = writer_or_none(request.viewer, public_id)
    if person is None:
        raise Http404
    source = Source.objects.filter(kind=SourceKind.PERSON, person=person).first()
    is_me = request.person is not None and request.person.pk == person.pk
    with spoken(request, language):
        about_language, about = person.about_in(translation.get_language() or "")
        return page(
            request,
            articles(request.viewer).filter(author=person),
            Shelf(
                title=person.name,
                below=f"author/{public_id}/",
                template="journal/author.html",
                language=language,
            ),
            writer=person,
            about=about,
            about_language=about_language,
            has_page=has_page(request, person),
            follow=None if is_me or not person.is_member else follow_of(request, source),
        )


def has_page(request: Request, person: Person) -> bool:
    """Whether the reader may open this person's own page, and so read what they say of themselves."""
    return bool(Person.objects.filter(may_meet(request.viewer), pk=person.pk).exists())


@require_safe
def archives(request: Request, language: str = "") -> HttpResponse:
    """Every year and month with its posts counted, and every theme."""
    with spoken(request, language):
        rows, years = articles(request.viewer), dict[int, list[Month]]()
        for month in months(readable_in(rows, language) if language else rows, request.square.zone):
            years.setdefault(month.year, []).append(month)
        shelf = Shelf(title=_("Archives"), below="archives/", language=language, may_be_empty=True)
        context = {
            "title": shelf.title,
            "address": shelf.address,
            "language": language,
            **versions(request, rows, shelf),
            "years": [(year, found, sum(one.count for one in found)) for year, found in years.items()],
            "themes": by_depth(themes(request.viewer, language)),
        }
        return say(request, "journal/archives.html", context, language=language)


@require_safe
def year(request: Request, year: str, language: str = "") -> HttpResponse:
    """What came out in a year, on the square's clock."""
    return dated(request, int(year), None, language)


@require_safe
def month(request: Request, year: str, month: str, language: str = "") -> HttpResponse:
    """What came out in a month."""
    return dated(request, int(year), int(month), language)


def dated(request: Request, year: int, month: int | None, language: str) -> HttpResponse:
    """A year or a month; one in which the reader sees nothing is not there."""
    try:
        start, end = span(year, month, request.square.zone)
    except (ValueError, OverflowError):
        raise Http404 from None
    rows = between(articles(request.viewer), start, end)
    with spoken(request, language):
        told = readable_in(rows, language) if language else rows
        shelf = Shelf(
            title=month_name(start) if month else str(year),
            below=f"{year:04d}/{month:02d}/" if month else f"{year:04d}/",
            template="journal/dated.html",
            language=language,
        )
        found = [] if month else months(told, request.square.zone)
        return page(request, rows, shelf, months=found, year=year, has_feeds=False)


def month_name(moment: datetime) -> str:
    """A month in words: March 2012."""
    return date_format(moment, "YEAR_MONTH_FORMAT")
