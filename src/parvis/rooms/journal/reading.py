"""What a reader finds in the journal: posts in lists, one post and what stands around it; all through the one rule."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import ExtractMonth, ExtractYear
from django.http import QueryDict

from parvis.core.audiences.rule import FOREVER, Viewer, microseconds
from parvis.core.people.models import Person
from parvis.core.stream.models import Publication, PublicationQuerySet
from parvis.core.stream.seen import placed

from .models import Category, Post, PostAddress, PostNote, Tag
from .models.posts import InCategory, Tagged

KIND = "journal.post"
ON_A_PAGE = 15


def articles(viewer: Viewer) -> PublicationQuerySet:
    """The posts that are out and that this viewer sees; standing pages are not among them."""
    seen: PublicationQuerySet = Publication.objects.visible_to(viewer).published(viewer)
    return seen.of_kind(KIND).filter(post__kind="post")


def readable_in(rows: PublicationQuerySet, language: str) -> PublicationQuerySet:
    """Those written in this language, or with a note in it."""
    noted = PostNote.objects.unguarded("narrows a query that asks the rule").filter(language=language)
    return rows.filter(Q(language=language) | Q(pk__in=noted.values("post__publication")))


def within(rows: PublicationQuerySet, themes: Sequence[Category]) -> PublicationQuerySet:
    """Those in one of these categories."""
    placed = InCategory.objects.filter(category__in=list(themes))
    return rows.filter(post__in=placed.values("post"))


def tagged(rows: PublicationQuerySet, tag: Tag) -> PublicationQuerySet:
    return rows.filter(post__in=Tagged.objects.filter(tag=tag).values("post"))


def category_or_none(viewer: Viewer, slug: str) -> Category | None:
    """A theme in which this viewer reads a post; as many statements for one that holds nothing for them as for none."""
    found = Category.objects.select_related("parent", "source").filter(slug=slug).first()
    seen = within(articles(viewer), branch(found or Category(pk=0))).exists()
    return found if seen else None


def tag_or_none(viewer: Viewer, slug: str) -> Tag | None:
    """A tag under which this viewer reads a post; one statement, whether or not there are posts they do not read."""
    seen = Tagged.objects.filter(post__publication__in=articles(viewer))
    return Tag.objects.filter(slug=slug, pk__in=seen.values("tag")).first()


def pinned_among(rows: PublicationQuerySet) -> PublicationQuerySet:
    """Those that are pinned, found by their pins: there are few."""
    pinned = Post.objects.unguarded("narrows a query that asks the rule").filter(is_pinned=True)
    return rows.filter(pk__in=pinned.values("publication"))


def between(rows: PublicationQuerySet, start: datetime, end: datetime) -> PublicationQuerySet:
    """Those that came out from `start` on and before `end`."""
    return rows.filter(ord__gte=microseconds(start), ord__lt=microseconds(end))


def span(year: int, month: int | None, zone: str) -> tuple[datetime, datetime]:
    """The first moment of a year or a month, and of the one after it, on the square's clock. Raises ValueError."""
    there = ZoneInfo(zone)
    start = datetime(year, month or 1, 1, tzinfo=there)
    if month is None or month == 12:
        return start, datetime(year + 1, 1, 1, tzinfo=there)
    return start, datetime(year, month + 1, 1, tzinfo=there)


@dataclass(frozen=True)
class Listing:
    """Some publications, newest first; `newer` and `older` are what to ask for the pages beside it."""

    publications: Sequence[Publication]
    newer: str
    older: str


def listing(rows: PublicationQuerySet, asked: QueryDict, size: int = ON_A_PAGE) -> Listing:
    """A page of a list that never shifts: what is older (?before=) or newer (?after=) than a place in it."""
    rows = rows.for_lists()
    after = place(asked.get("after", ""))
    if after is not None:
        found = list(rows.filter(ord__gt=after).order_by("ord")[: size + 1])
        shown = found[:size][::-1]
        newer = f"?after={shown[0].ord}" if len(found) > size else "?"
        return Listing(shown, newer if shown else "?", f"?before={shown[-1].ord}" if shown else "")
    before = place(asked.get("before", ""))
    found = list(rows.filter(ord__lt=FOREVER if before is None else before).newest_first()[: size + 1])
    shown = found[:size]
    newer = "" if before is None else f"?after={shown[0].ord}" if shown else "?"
    return Listing(shown, newer, f"?before={shown[-1].ord}" if len(found) > size else "")


def place(text: str) -> int | None:
    """A place in the order of publications as an address holds it; None for none, or for nonsense."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < len(str(FOREVER)) else None


@dataclass
class Theme:
    """A category with the number of posts that a viewer sees in it and below it."""

    category: Category
    count: int
    below: list["Theme"]


THEMES = """WITH RECURSIVE branch(top, id) AS (SELECT id, id FROM journal_category UNION
  SELECT branch.top, c.id FROM branch JOIN journal_category c ON c.parent_id = branch.id),
seen(id) AS MATERIALIZED (SELECT post.id FROM stream_publication p JOIN journal_post post ON post.publication_id = p.id
  WHERE p.kind = 'journal.post' AND post.kind = 'post' AND p.published_at IS NOT NULL AND p.ord <= %s AND {rule}{told})
SELECT branch.top, count(DISTINCT seen.id) FROM branch JOIN journal_incategory i ON i.category_id = branch.id
JOIN seen ON seen.id = i.post_id GROUP BY branch.top"""


TOLD = """ AND (p.language = %s OR EXISTS (SELECT 1 FROM journal_postnote n WHERE n.post_id = post.id AND n.language = %s))"""


def themes(viewer: Viewer, language: str = "") -> list[Theme]:
    """The tree of categories in which this viewer sees something, told in `language` if one is named, in their order."""
    rows = list(Category.objects.order_by("position", "pk"))
    rule, values = placed(
        viewer, publication="p.id", author="p.author_id", deleted="p.deleted_at", under="p.under_id"
    )
    with connection.cursor() as cursor:
        told = TOLD if language else ""
        cursor.execute(
            THEMES.format(rule=rule, told=told), [viewer.at, *values, *([language] * 2 if told else ())]
        )
        counts = dict(cursor.fetchall())
    known = {row.pk: Theme(row, counts[row.pk], []) for row in rows if row.pk in counts}
    for row in rows:
        if row.pk in known and row.parent_id is not None:
            known[row.parent_id].below.append(known[row.pk])
    return [known[row.pk] for row in rows if row.pk in known and row.parent_id is None]


def tree() -> list[tuple[int, Category]]:
    """Every category with its depth, each below the one it is within."""
    rows = list(Category.objects.select_related("parent").order_by("position", "pk"))

    def walk(parent: int | None, depth: int) -> list[tuple[int, Category]]:
        found = []
        for row in rows:
            if row.parent_id == parent:
                found += [(depth, row), *walk(row.pk, depth + 1)]
        return found

    return walk(None, 0)


def branch(category: Category) -> list[Category]:
    """A category and all that are below it."""
    rows = list(Category.objects.all())
    found = [category]
    for one in found:
        found += [row for row in rows if row.parent_id == one.pk]
    return found


@dataclass(frozen=True)
class Month:
    """A month, its first moment, and how many posts of it a viewer sees."""

    year: int
    month: int
    first: datetime
    count: int


def months(rows: PublicationQuerySet, zone: str) -> list[Month]:
    """The months in which these came out, newest first, on the square's clock."""
    there = ZoneInfo(zone)
    dated = rows.annotate(
        year=ExtractYear("published_at", tzinfo=there), month=ExtractMonth("published_at", tzinfo=there)
    )
    found = (
        dated.order_by().values_list("year", "month").annotate(count=Count("pk")).order_by("-year", "-month")
    )
    return [
        Month(year, month, datetime(year, month, 1, 12, tzinfo=there), count) for year, month, count in found
    ]


@dataclass(frozen=True)
class Beside:
    """The post that comes before or after another, for one viewer."""

    publication: Publication
    path: str


def beside(viewer: Viewer, publication: Publication) -> tuple[Beside | None, Beside | None]:
    """The posts that this viewer reads just before and just after this one."""
    current = PostAddress.objects.unguarded("addresses of posts already seen").filter(is_current=True)
    path = Subquery(current.filter(post__publication=OuterRef("pk")).values("path")[:1])
    seen = articles(viewer).annotate(path=path).order_by("ord")
    rows = (seen.filter(ord__lt=publication.ord).last(), seen.filter(ord__gt=publication.ord).first())
    before, after = (Beside(row, getattr(row, "path", "") or "") if row is not None else None for row in rows)
    return before, after


def current_paths(publications: Sequence[Publication]) -> dict[int, str]:
    """Where these publications, already seen, answer now."""
    rows = PostAddress.objects.unguarded("addresses of posts already seen").filter(is_current=True)
    return dict(rows.filter(post__publication__in=publications).values_list("post__publication_id", "path"))


def writer_or_none(viewer: Viewer, public_id: str) -> Person | None:
    """Someone of whom this viewer reads a post here, guests too; None for everyone else."""
    wrote = articles(viewer).values("author")
    found: Person | None = Person.objects.filter(public_id=public_id, erased_at=None, pk__in=wrote).first()
    return found


def post_of(viewer: Viewer, number: int) -> Post | None:
    """The post of this number, if it is out, or its author's own, and this viewer sees it."""
    rows = Post.objects.visible_to(viewer).select_related(
        "publication__author", "publication__audience", "lead_picture", "original"
    )
    return rows.filter(pk=number, publication__deleted_at=None).first()
