"""Loading one publication for a view: seen, gone, or never there."""

from django.http import Http404

from parvis.core.audiences.rule import Viewer
from parvis.core.people.models import Person

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
    if publication is not None and (publication.deleted_at is None):
        return publication
    raise_gone(public_id)
    raise Http404


def raise_gone(public_id: str) -> None:
    """Raises Gone when a publication of this name was public and is deleted; everyone may know that."""
    rows = Publication.objects.unguarded("that something public is gone is no secret")
    if rows.filter(public_id=public_id, was_public=True).exclude(deleted_at=None).exists():
        raise Gone


def mine_or_404(person: Person, public_id: str, *, deleted: bool = False) -> Publication:
    """One's own publication; with `deleted`, from the trash. Raises Http404."""
    rows = Publication.objects.unguarded("one's own publication").select_related("author", "audience")
    publication = rows.filter(public_id=public_id, author=person, deleted_at__isnull=not deleted).first()
    if publication is None:
        raise Http404
    return publication


def comment_or_404(viewer: Viewer, public_id: str) -> Comment:
    """A comment that the viewer sees. Raises Http404."""
    rows = Comment.objects.visible_to(viewer).select_related(
        "publication__author", "publication__under__author"
    )
    comment = rows.filter(publication__public_id=public_id).first()
    if comment is None or comment.publication.deleted_at is not None:
        raise Http404
    return comment
