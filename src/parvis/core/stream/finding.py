"""Loading one publication for a view: seen, gone, or never there."""

from django.http import Http404

from parvis.core.audiences.rule import Viewer
from parvis.core.people.models import Person
from parvis.core.people.squares import the_square

from .models import Comment, Publication


class Gone(Exception):
    """What stood here was public and has been deleted (410)."""


def seen_or_404(viewer: Viewer, public_id: str) -> Publication:
    """The publication, if this viewer may see it. Raises Http404, and Gone for what was public and is deleted."""
    found = (
        Publication.objects.visible_to(viewer)
        .select_related("author", "audience", "under")
        .filter(public_id=public_id)
    )
    publication = found.first()
    if publication is not None and publication.deleted_at is None and stands_open(publication):
        return publication
    raise_gone(public_id)
    raise Http404


def stands_open(publication: Publication) -> bool:
    """Whether neither it nor what it stands under is in a closed room, where it is as if it had never been."""
    above = publication.under
    rooms = {one.kind.partition(".")[0] for one in (publication, above) if one is not None}
    return rooms.isdisjoint(the_square().closed_rooms)


def raise_gone(public_id: str) -> None:
    """Raises Gone when a publication of this name was public and is deleted; everyone may know that."""
    rows = Publication.objects.unguarded("that something public is gone is no secret")
    if rows.filter(public_id=public_id, was_public=True).exclude(deleted_at=None).exists():
        raise Gone


def mine_or_404(person: Person, public_id: str, *, deleted: bool = False) -> Publication:
    """One's own publication; with `deleted`, from the trash. Raises Http404, for comments too.

    A comment has ways of its own: here its writer could bring back what was put out of sight.
    """
    rows = Publication.objects.unguarded("one's own publication").select_related("author", "audience")
    rows = rows.filter(author=person, deleted_at__isnull=not deleted).exclude(kind="stream.comment")
    publication = rows.filter(public_id=public_id).first()
    if publication is None:
        raise Http404
    return publication


def comment_or_404(viewer: Viewer, public_id: str) -> Comment:
    """A comment that the viewer sees. Raises Http404."""
    rows = Comment.objects.visible_to(viewer).select_related(
        "publication__author", "publication__under__author"
    )
    comment = rows.filter(publication__public_id=public_id).first()
    if comment is None or comment.publication.deleted_at is not None or not stands_open(comment.publication):
        raise Http404
    return comment
