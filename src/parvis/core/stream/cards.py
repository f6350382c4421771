"""Publications as a list shows them: each with what its kind's card needs, in a few queries a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Model
from django.utils import translation
from django.utils.translation import get_language

from parvis.core.audiences.openness import openness_of
from parvis.core.audiences.rule import Viewer
from parvis.core.audiences.statements import one_of
from parvis.core.audiences.words import said_to_readers
from parvis.core.people.squares import the_square

from .audience_now import audiences_seen
from .kinds import KINDS, Kind, paths_of
from .models import Attachment, Publication
from .seen import placed


@dataclass(frozen=True)
class Card:
    """A publication in a list, and all that its template asks for."""

    publication: Publication
    kind: Kind
    detail: object
    openness: str
    words: str
    is_mine: bool
    attachments: Sequence[Attachment]
    comments: int
    path: str

    def contents(self) -> tuple[object, ...]:
        """Every value that its template could show, as `lib.kept` compares them."""
        return (self.kind.card, *(contents(getattr(self, name)) for name in OF_A_CARD))


OF_A_CARD = [field.name for field in fields(Card) if field.name != "kind"]


def contents(value: object) -> object:
    """The plain values that a row, or what is made of rows, holds; with those of its author or its theme."""
    if type(value) in PLAIN:
        return value
    if isinstance(value, Model):
        rows, own = value._state.fields_cache, value.__dict__
        along = [contents(rows[name]) for name in READ_ALONG if name in rows]
        held = [one if type(one) in PLAIN else contents(one) for key, one in own.items() if key != "_state"]
        return [value._meta.label, list(own), held, along]
    if isinstance(value, datetime):
        return value.isoformat()
    if is_dataclass(value):
        value = [getattr(value, field.name) for field in fields(value)]
    if isinstance(value, list | tuple):
        return [one if type(one) in PLAIN else contents(one) for one in value]
    if isinstance(value, dict):
        return [(key, one if type(one) in PLAIN else contents(one)) for key, one in value.items()]
    return value


PLAIN = {str, int, bool, type(None)}
READ_ALONG = ("author", "category")


def cards(publications: Sequence[Publication], viewer: Viewer, *, read_in: str = "") -> list[Card]:
    """The cards of these publications, which the viewer has been found to see; those without a room are passed over.

    `read_in` is the language of the list, when it is another than that of the page.
    """
    with translation.override(read_in or get_language()):
        details = details_of(publications, viewer)
    audiences = audiences_seen(publications, viewer)
    openness = openness_of(audiences.values())
    words = words_for(publications, audiences, openness, viewer)
    attachments = attachments_of(
        [one for one in publications if one.kind in KINDS and KINDS[one.kind].card_has_files]
    )
    counts = comment_counts(publications, viewer)
    shown = [one for one in publications if one.pk in details.get(one.kind, {})]
    # A detail that knows the path saves the query.
    known = {one.pk: getattr(details[one.kind][one.pk], "path", "") for one in shown}
    paths = known | paths_of(one for one in shown if not known[one.pk])
    return [
        Card(
            publication=publication,
            kind=KINDS[publication.kind],
            detail=details[publication.kind][publication.pk],
            openness=openness.get(audiences.get(publication.pk, 0), "me"),
            words=words.get(publication.pk, ""),
            is_mine=publication.author_id == viewer.person_id,
            attachments=attachments.get(publication.pk, []),
            comments=counts.get(publication.pk, 0),
            path=paths[publication.pk],
        )
        for publication in shown
    ]


def is_own(publication: Publication, viewer: Viewer) -> bool:
    """Whether the viewer chose its readers: an answer has those of what it answers, whoever wrote it."""
    return publication.author_id == viewer.person_id and publication.under_id is None


def words_for(
    publications: Sequence[Publication],
    audiences: Mapping[int, int],
    openness: Mapping[int, str],
    viewer: Viewer,
) -> dict[int, str]:
    """By number, what a reader with a name is told beside the glyph of a piece for circles or connections."""
    theirs = {
        one.pk: audiences[one.pk]
        for one in publications
        if not viewer.is_anonymous
        and not is_own(one, viewer)
        and openness.get(audiences.get(one.pk, 0)) in {"circle", "connections"}
    }
    said = said_to_readers({audience: openness[audience] for audience in theirs.values()})
    return {pk: said[audience] for pk, audience in theirs.items() if audience in said}


def details_of(publications: Sequence[Publication], viewer: Viewer) -> dict[str, Mapping[int, object]]:
    """By kind and number, what the cards of these publications need; nothing of closed rooms."""
    by_kind: dict[str, list[Publication]] = {}
    closed = the_square().closed_rooms
    for publication in (one for one in publications if one.kind.split(".")[0] not in closed):
        by_kind.setdefault(publication.kind, []).append(publication)
    return {kind: KINDS[kind].details(some, viewer) for kind, some in by_kind.items() if kind in KINDS}


def attachments_of(publications: Sequence[Publication]) -> dict[int, list[Attachment]]:
    """The attachments of publications that have been read through the rule."""
    found: dict[int, list[Attachment]] = {}
    if not publications:
        return found
    rows = Attachment.objects.unguarded("attachments of publications already seen").filter(
        publication__in=publications
    )
    for row in rows.order_by("position", "pk"):
        found.setdefault(row.publication_id, []).append(row)
    return found


COMMENTS = """SELECT p.under_id, count(*) FROM stream_publication p JOIN stream_comment c ON c.publication_id = p.id
WHERE {under} AND p.published_at IS NOT NULL AND c.html <> ''"""


def comment_counts(publications: Sequence[Publication], viewer: Viewer) -> dict[int, int]:
    """How many comments this viewer sees under each of these publications."""
    rule, values = placed(
        viewer, publication="p.id", author="p.author_id", deleted="p.deleted_at", under="p.under_id"
    )
    under, numbers = one_of("p.under_id", (publication.pk for publication in publications))
    with connection.cursor() as cursor:
        cursor.execute(f"{COMMENTS.format(under=under)} AND {rule} GROUP BY p.under_id", [*numbers, *values])
        return dict(cursor.fetchall())
