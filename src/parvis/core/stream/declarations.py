"""What this floor declares: its kinds of publication, and what it holds on people."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from parvis.core.audiences.rule import Viewer
from parvis.core.people.personal import Personal
from parvis.core.people.personal import register as register_personal

from .actions.attachments import files_of
from .kinds import Kind, register
from .models import (
    Attachment,
    Comment,
    Follow,
    Placement,
    Publication,
    Report,
    Source,
    StandingRule,
    Status,
    Stream,
    WorkingCopy,
)


def statuses(publications: Iterable[Publication], viewer: Viewer) -> Mapping[int, object]:
    """The statuses of these publications, with their pictures."""
    rows = Status.objects.unguarded("statuses already seen").filter(publication__in=list(publications))
    return {status.publication_id: status for status in rows}


def comments(publications: Iterable[Publication], viewer: Viewer) -> Mapping[int, object]:
    """The comments of these publications, with what they stand under."""
    rows = Comment.objects.visible_to(viewer).filter(publication__in=list(publications))
    return {comment.publication_id: comment for comment in rows.select_related("publication__under")}


def page_of_comment(publication: Publication) -> str:
    """The place of a comment on the page of what it stands under."""
    above = publication.under
    return f"{above.get_absolute_url()}#c-{publication.public_id}" if above is not None else page(publication)


def page(publication: Publication) -> str:
    """The page of a publication that has no room of its own."""
    return reverse("publication", args=[publication.public_id])


register(
    Kind(
        name="stream.status",
        title=_("status"),
        card="stream/cards/status.html",
        card_is_kept=True,
        card_has_files=True,
        details=statuses,
        address=page,
    )
)
register(
    Kind(
        name="stream.comment",
        title=_("comment"),
        card="stream/cards/comment.html",
        details=comments,
        address=page_of_comment,
        takes_comments=False,
    )
)


def publication_export(row: Publication) -> dict[str, Any]:
    """What a person gets of a publication of theirs."""
    return {
        "id": row.public_id,
        "kind": row.kind,
        "language": row.language,
        "title": row.title,
        "text": row.text,
        "published_at": row.published_at,
        "edited_at": row.edited_at,
        "deleted_at": row.deleted_at,
        "withdrawn_at": row.withdrawn_at,
    }


register_personal(
    Personal(model=Publication, owner="author", title=_("What you published"), export=publication_export),
    Personal(model=Status, owner="publication__author", title=_("Your short statuses")),
    Personal(model=Comment, owner="publication__author", title=_("Your comments")),
    Personal(model=WorkingCopy, owner="publication__author", title=_("Texts you are writing")),
    Personal(model=Attachment, owner="owner", title=_("Your pictures and files"), files=files_of),
    Personal(model=Placement, owner="publication__author", title=_("Where your publications stand")),
    Personal(model=Stream, owner="author", title=_("Your streams")),
    Personal(model=Source, owner="person", title=_("What others follow of you")),
    Personal(model=Follow, owner="person", title=_("What you follow")),
    Personal(model=StandingRule, owner="person", title=_("Your standing rules")),
    Personal(
        model=Report,
        owner="by",
        title=_("What you asked the owners to look at"),
        erase="anonymise",
        because=_("The owners keep what they decided, without your name."),
    ),
)
