"""Publications as a list shows them: each with what its kind's card needs, in a few queries a page."""

from collections.abc import Sequence
from dataclasses import dataclass

from parvis.core.audiences.openness import openness_of
from parvis.core.audiences.rule import Viewer
from parvis.core.people.squares import the_square

from .kinds import KINDS, Kind
from .models import Attachment, Publication


@dataclass(frozen=True)
class Card:
    """A publication in a list, and all that its template asks for."""

    publication: Publication
    kind: Kind
    detail: object
    openness: str
    is_mine: bool
    attachments: Sequence[Attachment]
    comments: int
    path: str


def cards(publications: Sequence[Publication], viewer: Viewer) -> list[Card]:
    """The cards of these publications, which the viewer has been found to see; those without a room are passed over."""
    by_kind: dict[str, list[Publication]] = {}
    closed = the_square().closed_rooms
    for publication in (one for one in publications if one.kind.split(".")[0] not in closed):
        by_kind.setdefault(publication.kind, []).append(publication)
    details = {kind: KINDS[kind].details(some, viewer) for kind, some in by_kind.items() if kind in KINDS}
    openness = openness_of({p.audience_id for p in publications if p.audience_id is not None})
    attachments = attachments_of(publications)
    counts = comment_counts(publications, viewer)
    return [
        Card(
            publication=publication,
            kind=KINDS[publication.kind],
            detail=details[publication.kind][publication.pk],
            openness=openness.get(publication.audience_id or 0, "me"),
            is_mine=publication.author_id == viewer.person_id,
            attachments=attachments.get(publication.pk, []),
            comments=counts.get(publication.pk, 0),
            path=path_of(publication, details[publication.kind][publication.pk]),
        )
        for publication in publications
        if publication.pk in details.get(publication.kind, {})
    ]


def path_of(publication: Publication, detail: object) -> str:
    """Its page; a detail that knows the path saves the query."""
    return getattr(detail, "path", "") or publication.get_absolute_url()


def attachments_of(publications: Sequence[Publication]) -> dict[int, list[Attachment]]:
    """The attachments of publications that have been read through the rule."""
    found: dict[int, list[Attachment]] = {}
    rows = Attachment.objects.unguarded("attachments of publications already seen").filter(
        publication__in=publications
    )
    for row in rows.order_by("position", "pk"):
        found.setdefault(row.publication_id, []).append(row)
    return found


def comment_counts(publications: Sequence[Publication], viewer: Viewer) -> dict[int, int]:
    """How many comments this viewer sees under each of these publications."""
    counts: dict[int, int] = {}
    seen = Publication.objects.visible_to(viewer).of_kind("stream.comment").filter(under__in=publications)
    for above in seen.exclude(published_at=None).exclude(comment__html="").values_list("under_id", flat=True):
        if above is not None:
            counts[above] = counts.get(above, 0) + 1
    return counts
