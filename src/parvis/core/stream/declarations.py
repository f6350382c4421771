"""What this floor declares: its kinds of publication, and what it holds on people."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from parvis.core.audiences.rule import FOREVER, Viewer, moment
from parvis.core.audiences.words import for_whom
from parvis.core.people.models import Person
from parvis.core.people.personal import Personal
from parvis.core.people.personal import register as register_personal

from .actions.attachments import files_of
from .kinds import Kind, paths_of, register
from .models import (
    Attachment,
    Comment,
    Follow,
    Opening,
    Placement,
    Publication,
    Report,
    Source,
    StandingRule,
    Status,
    Stream,
    WorkingCopy,
)
from .models.reading import SourceKind


def statuses(publications: Iterable[Publication], viewer: Viewer) -> Mapping[int, object]:
    """The statuses of these publications, with their pictures."""
    rows = Status.objects.unguarded("statuses already seen").filter(publication__in=list(publications))
    return {status.publication_id: status for status in rows}


def words_of_status(publication: Publication) -> str:
    """A status that the reader has been found to see, whole."""
    return Status.objects.unguarded("a status already seen").get(publication=publication).html


def comments(publications: Iterable[Publication], viewer: Viewer) -> Mapping[int, object]:
    """The comments of these publications, with what they stand under."""
    rows = Comment.objects.visible_to(viewer).filter(publication__in=list(publications))
    return {comment.publication_id: comment for comment in rows.select_related("publication__under")}


def places_of_comments(publications: Sequence[Publication]) -> Mapping[int, str]:
    """The places of comments on the pages of what they stand under."""
    paths = paths_of({one.under.pk: one.under for one in publications if one.under is not None}.values())
    return {
        one.pk: f"{paths[one.under_id]}#c-{one.public_id}" if one.under_id in paths else page(one)
        for one in publications
    }


def pages(publications: Sequence[Publication]) -> Mapping[int, str]:
    """The pages of publications that have no room of their own."""
    return {one.pk: page(one) for one in publications}


def page(publication: Publication) -> str:
    return reverse("publication", args=[publication.public_id])


PAGE = re.compile(r"/p/([a-z0-9]{20})/?")


def status_at(path: str) -> Publication | None:
    """The status whose page stands at a path; the rule is not asked."""
    found = PAGE.fullmatch(path)
    rows = Publication.objects.unguarded("what stands at an address, before the rule is asked").of_kind(
        "stream.status"
    )
    return rows.filter(public_id=found[1]).first() if found else None


register(
    Kind(
        name="stream.status",
        title=_("status"),
        card="stream/cards/status.html",
        card_is_kept=True,
        card_has_files=True,
        details=statuses,
        addresses=pages,
        html=words_of_status,
        at_path=status_at,
    )
)
register(
    Kind(
        name="stream.comment",
        title=_("comment"),
        card="stream/cards/comment.html",
        details=comments,
        addresses=places_of_comments,
        takes_comments=False,
    )
)


def publication_export(row: Publication) -> dict[str, Any]:
    """What a person gets of a publication of theirs, for whom it is, and where it stands, from when until when."""
    return {
        "id": row.public_id,
        "kind": row.kind,
        "address": row.get_absolute_url(),
        "language": row.language,
        "title": row.title,
        "text": row.text,
        "for": for_whom(row.audience, row.author),
        "stands": [stands for stands in map(placement_said, placements_of(row)) if stands],
        "published_at": row.published_at,
        "edited_at": row.edited_at,
        "deleted_at": row.deleted_at,
        "withdrawn_at": row.withdrawn_at,
    }


def placements_of(publication: Publication) -> Iterable[Placement]:
    rows = Placement.objects.unguarded("where one's own publication stands").filter(publication=publication)
    return rows.select_related("stream__source__person", "stream__audience", "stream__author").order_by(
        "visible_from", "pk"
    )


def placement_said(row: Placement) -> dict[str, Any]:
    """In which stream a publication stands, for whom, from when, until when; nothing when that never came."""
    if row.visible_from >= FOREVER - 1:
        return {}
    return {
        "in": source_said(row.stream.source),
        "for": for_whom(row.stream.audience, row.stream.author),
        "from": moment(row.visible_from),
        "until": moment(row.visible_until) if row.visible_until < FOREVER else None,
    }


def source_said(source: Source) -> str:
    """What one can follow, by its name."""
    if source.person is not None and source.kind == SourceKind.PERSON:
        return source.person.name
    return source.name_in(get_language() or "") or source.kind


def status_export(row: Status) -> dict[str, Any]:
    """A status as it was typed."""
    return {"id": row.publication.public_id, "text": row.source, "html": row.html} | dated(row.publication)


def dated(publication: Publication) -> dict[str, Any]:
    return {"address": publication.get_absolute_url(), "published_at": publication.published_at}


def comment_export(row: Comment, person: Person, at: datetime) -> dict[str, Any]:
    """A comment, what it stands under and what it answers, as far as its writer may see those.

    Whether it was put out of sight is not said: its writer is not told here either.
    """
    viewer = Viewer.of(person, at)
    return {
        "id": row.publication.public_id,
        **dated(row.publication),
        "under": seen_as(row.publication.under, viewer),
        "answers": seen_as(row.parent.publication if row.parent is not None else None, viewer),
        "text": row.source,
        "html": row.html,
        "waits": row.is_pending,
        "withdrawn_at": row.withdrawn_at,
    }


def seen_as(publication: Publication | None, viewer: Viewer) -> dict[str, Any] | None:
    """A publication of somebody else by its name and address; nothing when this viewer may not see it now."""
    if publication is None:
        return None
    seen = Publication.objects.visible_to(viewer).filter(pk=publication.pk, deleted_at=None)
    if not seen.exists():
        return None
    return {
        "id": publication.public_id,
        "address": publication.get_absolute_url(),
        "title": publication.title,
        "by": publication.author.name,
    }


def working_copy_export(row: WorkingCopy) -> dict[str, Any]:
    """A text under the pen: what was typed, not what was ticked."""
    typed = {name: words for name, words in row.fields.items() if isinstance(words, str)}
    return {
        "publication": row.publication.public_id,
        "title": typed.pop("title", "") or row.publication.title,
        **{name: words for name, words in typed.items() if name != "audience"},
        "saved_at": row.saved_at,
    }


def attachment_export(row: Attachment) -> dict[str, Any]:
    """What is known of a picture or a file; the file itself comes along."""
    return {
        "id": row.public_id,
        "publication": row.publication.public_id,
        "name": row.name,
        "mime": row.mime,
        "size": row.size,
        "sha256": row.sha256,
        "width": row.width,
        "height": row.height,
        "alt": row.alt,
        "caption": row.caption,
        "added_at": row.added_at,
    }


def nothing_apart(row: Placement | Stream) -> dict[str, Any]:
    """Said in the words of the publications that stand there."""
    return {}


def source_export(row: Source) -> dict[str, Any]:
    return {"id": row.public_id, "kind": row.kind, "name": source_said(row), "path": row.path}


def follow_export(row: Follow) -> dict[str, Any]:
    return {"kind": row.source.kind, "name": source_said(row.source), "path": row.source.path, "at": row.at}


def rule_export(row: StandingRule) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "after_days": row.after_days,
        "for": for_whom(row.audience, row.person),
        "at": row.at,
    }


def report_export(row: Report, person: Person, at: datetime) -> dict[str, Any]:
    """What they asked the owners, and what came of it; never the words of somebody else."""
    return {
        "about": row.about.name if row.about is not None else "",
        "thing": row.quoted if row.kind is not None else "",
        "reason": row.reason,
        "publication": seen_as(row.publication, Viewer.of(person, at)),
        "words": row.words,
        "at": row.at,
        "settled_at": row.settled_at,
        "outcome": row.outcome,
    }


register_personal(
    Personal(model=Publication, owner="author", title=_("What you published"), export=publication_export),
    Personal(model=Status, owner="publication__author", title=_("Your short statuses"), export=status_export),
    Personal(model=Comment, owner="publication__author", title=_("Your comments"), export_at=comment_export),
    Personal(
        model=WorkingCopy,
        owner="publication__author",
        title=_("Texts you are writing"),
        export=working_copy_export,
    ),
    Personal(
        model=Attachment,
        owner="owner",
        title=_("Your pictures and files"),
        export=attachment_export,
        files=files_of,
    ),
    Personal(
        model=Placement,
        owner="publication__author",
        title=_("Where your publications stand"),
        export=nothing_apart,
    ),
    Personal(
        model=Opening,
        owner="publication__author",
        title=_("For whom your publications were before"),
        export=nothing_apart,
    ),
    Personal(model=Stream, owner="author", title=_("Your streams"), export=nothing_apart),
    Personal(model=Source, owner="person", title=_("What others follow of you"), export=source_export),
    Personal(model=Follow, owner="person", title=_("What you follow"), export=follow_export),
    Personal(model=StandingRule, owner="person", title=_("Your standing rules"), export=rule_export),
    Personal(
        model=Report,
        owner="by",
        title=_("What you asked the owners to look at"),
        erase="anonymise",
        because=_("The owners keep what they decided, without your name."),
        export_at=report_export,
    ),
)
