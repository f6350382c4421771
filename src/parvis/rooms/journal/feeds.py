"""The journal as feeds: what any passer-by may read, whole, with ids that never change; never more than that."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from parvis.core.audiences.models import PUBLIC
from parvis.core.audiences.rule import Viewer, microseconds, moment
from parvis.core.stream.models import Comment, Publication, PublicationQuerySet
from parvis.lib.feeds import FORMATS, Entry, Feed, Format, Original, Tombstone
from parvis.lib.feeds import Category as Label
from parvis.lib.feeds import Person as Writer
from parvis.lib.kept import Kept
from parvis.lib.markup import absolute, plain

from .answers import address_in
from .cards import Around, around, lead
from .featured import featured
from .models import Category, DatedUpdate, Post, PostNote
from .models.posts import InCategory, Tagged
from .opened import name_of
from .reading import KIND, articles, between, current_paths, span

NEWEST = 20
TOMBSTONES_FOR = timedelta(days=30)
WHOLE: Kept[str] = Kept(1_000)


@dataclass(frozen=True, kw_only=True)
class Channel:
    """A list of posts that can be subscribed to. `address` is its page; `language` narrows it, notes included.

    `gone` are the posts that stood in it and are no longer open to everyone.
    """

    title: str
    address: str
    posts: PublicationQuerySet
    gone: PublicationQuerySet
    subtitle: str = ""
    language: str = ""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a feed is asked for: the square's address, its zone and language, the moment, and the feed's own address and format."""

    base: str
    zone: str
    language: str
    at: datetime
    address: str
    format: Format

    def whole(self, path: str) -> str:
        return self.base + path

    def of_month(self, month: tuple[int, int]) -> str:
        """The address of an archive of this feed."""
        return self.whole(f"{self.address}?month={month[0]:04d}-{month[1]:02d}")


def passer_by(viewer: Viewer) -> Viewer:
    """The viewer of every feed: nobody in particular, whoever asks."""
    return Viewer(at=viewer.at)


def public_feeds(publication: Publication) -> list[str]:
    """The paths of the feeds in which a post stands while it is public, in each format; none for a standing page.

    Of one that is for others now they are those that hold no word of it: its themes, tags and languages of now are no
    longer everyone's.
    """
    post = Post.objects.unguarded("in which feeds a post stands").get(publication=publication)
    if post.kind != "post":
        return []
    if publication.audience_id != PUBLIC:
        return [
            f"{one}feed/{format}/"
            for one in (address_in("", ""), address_in("", f"author/{publication.author.public_id}/"))
            for format in FORMATS
        ]
    notes = PostNote.objects.unguarded("its languages").filter(post=post).values_list("language", flat=True)
    themes = {one.slug for link in InCategory.objects.filter(post=post) for one in upwards(link.category)}
    tags = Tagged.objects.filter(post=post).values_list("tag__slug", flat=True)
    below = [
        "",
        f"author/{publication.author.public_id}/",
        *(f"category/{slug}/" for slug in sorted(themes)),
        *(f"tag/{slug}/" for slug in sorted(tags)),
    ]
    languages = ["", *sorted({publication.language, *notes})]
    return [
        f"{address_in(language, one)}feed/{format}/"
        for one in below
        for language in languages
        for format in FORMATS
    ]


def upwards(category: Category) -> list[Category]:
    """A category and those around it."""
    found = [category]
    while (parent := found[-1].parent) is not None:
        found.append(parent)
    return found


def public_posts(viewer: Viewer) -> PublicationQuerySet:
    """The posts that any passer-by may read."""
    return articles(passer_by(viewer))


def gone_posts(viewer: Viewer) -> PublicationQuerySet:
    """The posts that anyone could read until lately: their feeds ask whoever kept them to let them go."""
    rows = Publication.objects.unguarded("that something public is gone is no secret").of_kind(KIND)
    since = moment(viewer.at) - TOMBSTONES_FOR
    return rows.filter(post__kind="post", public_until__gt=since, public_until__lte=moment(viewer.at))


def gone_unchanged(viewer: Viewer) -> PublicationQuerySet:
    """Those of them that were deleted: their themes and languages are still those that everyone could read."""
    return gone_posts(viewer).filter(audience=PUBLIC).exclude(deleted_at=None)


def tombstones(channel: Channel) -> tuple[Tombstone, ...]:
    """What the readers of a channel are asked to let go."""
    posts = Post.objects.unguarded("that something public is gone is no secret").filter(
        publication__in=channel.gone
    )
    rows = posts.order_by("-publication__public_until").values_list("guid", "publication__public_until")
    return tuple(Tombstone(id=guid, at=at) for guid, at in rows if at is not None)


def month_of(publication: Publication, zone: str) -> tuple[int, int]:
    """The month in which it came out, on the square's clock."""
    out_at = publication.ord_at.astimezone(ZoneInfo(zone))
    return out_at.year, out_at.month


def feed_of(channel: Channel, place: Place, *, archive: tuple[int, int] | None = None) -> Feed:
    """The newest posts of a channel; or all those of a month, a document that the next month leaves as it is (RFC 5005)."""
    rows = channel.posts.for_lists().newest_first()
    shown = list(between(rows, *span(*archive, place.zone)) if archive else rows[:NEWEST])
    earlier, later = archives_beside(channel, shown, archive, place)
    entries = tuple(entries_of(shown, channel, place))
    gone = tombstones(channel) if archive is None and place.format.name == "atom" else ()
    moments = [*(entry.updated_at for entry in entries), *(one.at.replace(microsecond=0) for one in gone)]
    return Feed(
        id=place.whole(channel.address),
        title=channel.title,
        subtitle=channel.subtitle,
        home_url=place.whole(channel.address),
        self_url=place.of_month(archive) if archive else place.whole(place.address),
        hub_url="" if archive else settings.PARVIS_WEBSUB_HUB,
        updated_at=max(moments, default=place.at.replace(microsecond=0)),
        language=channel.language or (None if entries else place.language),
        entries=entries,
        gone=gone,
        prev_archive_url=place.of_month(earlier) if earlier else "",
        next_archive_url=place.of_month(later) if later else "",
        current_url=place.whole(place.address) if archive else "",
    )


def archives_beside(
    channel: Channel, shown: Sequence[Publication], archive: tuple[int, int] | None, place: Place
) -> tuple[tuple[int, int] | None, tuple[int, int] | None]:
    """The months before and after. Before the newest posts comes that of the next one: whole, so that none is missed."""
    rows = channel.posts.order_by("ord")
    if archive is None:
        older, newer = (rows.filter(ord__lt=shown[-1].ord).last() if shown else None), None
    else:
        start, end = (microseconds(moment) for moment in span(*archive, place.zone))
        older, newer = rows.filter(ord__lt=start).last(), rows.filter(ord__gte=end).first()
    before, after = (month_of(row, place.zone) if row is not None else None for row in (older, newer))
    return before, after


def entries_of(publications: Sequence[Publication], channel: Channel, place: Place) -> list[Entry]:
    """The posts as entries, each with its notes first."""
    known = Post.objects.unguarded("posts that a passer-by has been found to see")
    posts = list(
        known.filter(publication__in=publications)
        .select_related("original", "lead_picture")
        .defer("source", "html", "excerpt")
    )
    by_publication = {post.publication_id: post for post in posts}
    beside = around(publications)
    updates: dict[int, list[DatedUpdate]] = {}
    for update in (
        DatedUpdate.objects.unguarded("updates of posts already seen").filter(post__in=posts).order_by("at")
    ):
        updates.setdefault(update.post_id, []).append(update)
    shown = [(publication, by_publication[publication.pk]) for publication in publications]
    return [
        entry(publication, post, beside[publication.pk], updates.get(post.pk, []), channel, place)
        for publication, post in shown
        if beside[publication.pk].path
    ]


def entry(
    publication: Publication,
    post: Post,
    beside: Around,
    updates: Sequence[DatedUpdate],
    channel: Channel,
    place: Place,
) -> Entry:
    """One post, in full. In the feed of a language it is not written in, its note there is its summary."""
    language, post.publication = publication.language, publication
    post.html, post.excerpt = beside.html, beside.excerpt
    out_at = publication.published_at or publication.made_at
    here = next((note.text for note in beside.notes if note.language == channel.language != language), "")
    original = getattr(post, "original", None)
    html = (
        featured(post)
        + post.html
        + "".join(
            f"<p><strong>{update.at.astimezone(ZoneInfo(place.zone)):%Y-%m-%d}</strong></p>{update.html}"
            for update in updates
        )
    )
    url = place.whole(beside.path)
    return Entry(
        id=post.guid,
        url=url,
        title=publication.title,
        language=language,
        html=WHOLE.get((html, url), lambda: absolute(html, url)),
        summary=here or lead(post),
        published_at=out_at,
        updated_at=max(out_at, publication.edited_at or out_at, *(update.at for update in updates)),
        note=tuple((note.language, note.text) for note in beside.notes),
        authors=(writer(publication, place),),
        categories=tuple(
            Label(term=one.slug, label=one.name_in(language)) for one in (*beside.themes, *beside.tags)
        ),
        original=Original(url=original.url, publication=name_of(original))
        if original is not None and original.is_confirmed
        else None,
        comments_url=f"{url}#comments",
        replies_url=place.whole(
            reverse("journal:comments-feed-of", args=[publication.public_id, place.format.name])
        ),
    )


def writer(publication: Publication, place: Place) -> Writer:
    author = publication.author
    return Writer(name=author.name, url=place.whole(reverse("journal:author", args=[author.public_id])))


def comments_feed(
    viewer: Viewer, place: Place, *, title: str, home: str, under: Publication | None = None
) -> Feed:
    """The newest comments that any passer-by may read: of one post, or of all."""
    rows = Comment.objects.visible_to(passer_by(viewer)).filter(
        withdrawn_at=None, hidden_at=None, is_pending=False, publication__under__kind="journal.post"
    )
    rows = rows.filter(publication__under=under) if under is not None else rows
    shown = list(
        rows.select_related("publication__author", "publication__under").order_by("-publication__ord")[
            :NEWEST
        ]
    )
    subjects = [comment.publication.under for comment in shown if comment.publication.under is not None]
    paths = current_paths(subjects)
    posts = Post.objects.unguarded("posts that a passer-by has been found to see").filter(
        publication__in=subjects
    )
    guids = dict(posts.values_list("publication_id", "guid"))
    entries = tuple(
        comment_entry(
            comment, paths[comment.publication.under_id or 0], guids[comment.publication.under_id or 0], place
        )
        for comment in shown
        if comment.publication.under_id in paths
    )
    return Feed(
        id=place.whole(f"{home}#comments"),
        title=title,
        home_url=place.whole(home),
        self_url=place.whole(place.address),
        updated_at=max((one.updated_at for one in entries), default=place.at.replace(microsecond=0)),
        language=None if entries else place.language,
        entries=entries,
    )


def comment_entry(comment: Comment, path: str, guid: str, place: Place) -> Entry:
    """A comment, in answer to its post."""
    publication, subject = comment.publication, comment.publication.under
    out_at = publication.published_at or publication.made_at
    url = place.whole(f"{path}#c-{publication.public_id}")
    names = {"name": publication.author.name, "title": subject.title if subject is not None else ""}
    return Entry(
        id=f"tag:parvis,{publication.made_at:%Y-%m-%d}:{publication.public_id}",
        url=url,
        title=_("%(name)s on “%(title)s”") % names,
        language=publication.language,
        html=absolute(comment.html, url),
        summary=plain(comment.html)[:300],
        published_at=out_at,
        updated_at=max(out_at, publication.edited_at or out_at),
        authors=(Writer(name=publication.author.name),),
        in_reply_to=(guid, place.whole(path)),
    )
