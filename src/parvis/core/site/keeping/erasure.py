"""A person leaves: what is theirs goes or stays under no name, as the register and their own choice say."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F, Model, QuerySet
from django.utils.translation import gettext_lazy as _

from parvis.core.audiences.models import Group
from parvis.core.people.models import Person, Role
from parvis.core.people.personal import PERSONAL, Personal
from parvis.core.stream.actions import delete, detach, withdraw_comment
from parvis.core.stream.models import (
    Attachment,
    Comment,
    Follow,
    Placement,
    Publication,
    Source,
    Stream,
    WorkingCopy,
)
from parvis.core.stream.seen import Unguarded
from parvis.lib.refusal import Refusal

from ..rooms import all_rooms
from . import erasures

BY_HAND: tuple[type[Model], ...] = (Publication, Comment, Attachment, Placement, Stream, Source, WorkingCopy)
"""What hangs together with publications, which `erase_words` sees to; places in streams hold no words."""


class OnlyOwner(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _(
                "You are the only one who runs this square. Let somebody else run it with you first; then you can leave."
            )
        )


@dataclass(frozen=True)
class Left:
    """What a leaving did: rows deleted, and why what stays had to stay."""

    deleted: int
    because: tuple[str, ...]


@transaction.atomic
def erase_person(*, person: Person, at: datetime, keep_words: bool) -> Left:
    """Forget a person, now and after any restored backup. Raises OnlyOwner, and what a room refuses (`Room.leaving`).

    With `keep_words`, what they published stays with the same readers, by “someone who left”; else it is deleted, and
    their answers in others' threads are withdrawn. Drafts always go. The row itself stays without a name, so that
    others' threads hold together.
    """
    if person.is_owner and not Person.objects.owners().exclude(pk=person.pk).exists():
        raise OnlyOwner
    for room in all_rooms():
        if room.leaving is not None:
            room.leaving(person, at)
    left = forget(person, at, keep_words=keep_words)
    erasures.note(Path(settings.PARVIS_DATA), erasures.Erasure(person.public_id, at, keep_words))
    return left


def replay_erasures(data: Path) -> int:
    """After a restore: whoever left since the backup was made is forgotten again. How many."""
    forgotten = 0
    for erasure in erasures.noted(data):
        person = Person.objects.filter(public_id=erasure.person, erased_at=None).first()
        if person is not None:
            with transaction.atomic():
                forget(person, erasure.at, keep_words=erasure.keep_words)
            forgotten += 1
    return forgotten


def forget(person: Person, at: datetime, *, keep_words: bool) -> Left:
    """Go through the register from the top floor down, so that what depends on a row goes before it."""
    end_sessions(person)
    words = Publication.objects.unguarded("whoever leaves takes their words").filter(author=person)
    erase_words(person, words.filter(published_at=None) if keep_words else words, at)
    deleted, because = 0, []
    for declaration in PERSONAL:
        if declaration.model in BY_HAND or (keep_words and is_of_words(declaration)):
            continue
        if declaration.model is Group and keep_words:
            # Who may read what stays is written in these groups; only their names are the person's.
            Group.objects.filter(owner=person).exclude(label="").update(label=F("public_id"))
            continue
        deleted += apply(declaration, person)
        if declaration.erase != "delete" and declaration.because:
            because.append(str(declaration.because))
    Follow.objects.filter(source__person=person).delete()
    Person.objects.filter(pk=person.pk).update(erased_at=at, role=Role.GUEST)
    person.refresh_from_db()
    return Left(deleted, tuple(because))


def end_sessions(person: Person) -> None:
    """Log them out everywhere."""
    keys = person.usersession_set.values_list("session_key", flat=True)
    Session.objects.filter(session_key__in=list(keys)).delete()


def is_of_words(declaration: Personal) -> bool:
    """Whether the rows of this table hang on publications: they stay when the words stay."""
    return "publication__" in declaration.owner


def erase_words(person: Person, publications: QuerySet[Publication], at: datetime) -> None:
    """Delete these publications with their pictures, and take back what was answered to others."""
    chosen = list(publications)
    comments = Comment.objects.unguarded("whoever leaves takes their words").filter(publication__in=chosen)
    for comment in comments.filter(withdrawn_at=None).select_related("publication"):
        withdraw_comment(comment=comment, by=person, at=at)
    answers = set(comments.values_list("publication_id", flat=True))
    for publication in chosen:
        if publication.pk not in answers and publication.deleted_at is None:
            delete(publication=publication, by=person, at=at)
    for attachment in Attachment.objects.unguarded("with the words go the pictures").filter(
        publication__in=chosen
    ):
        detach(attachment=attachment)
    WorkingCopy.objects.unguarded("with the words go the drafts").filter(publication__in=chosen).delete()
    numbers = [publication.pk for publication in chosen]
    Publication.objects.filter(pk__in=numbers).update(title="", text="")


def rows_of(declaration: Personal, person: Person) -> QuerySet[Any]:
    """The rows of a table that are about a person."""
    seen = Unguarded("what is held on a person")
    rows: QuerySet[Any] = declaration.model._default_manager.filter(seen, declaration.held_on(person))
    return rows.distinct()


def apply(declaration: Personal, person: Person) -> int:
    """Do to a table what its declaration says; how many rows were deleted."""
    if declaration.erase == "keep":
        return 0
    rows = rows_of(declaration, person)
    drop_files(files for row in rows for files in (declaration.files(row) if declaration.files else ()))
    if declaration.erase == "delete":
        numbers = list(rows.values_list("pk", flat=True))
        return int(declaration.model._default_manager.filter(pk__in=numbers).delete()[0])
    if declaration.forget is not None:
        for row in rows:
            declaration.forget(row)
    return 0


def drop_files(names: Iterable[str]) -> None:
    """Delete files once the transaction is through."""
    for name in list(names):
        transaction.on_commit(partial(default_storage.delete, name))


def kept_by_law() -> Iterator[tuple[str, str]]:
    """(what, why) of everything that does not simply go when somebody leaves: to be read before leaving."""
    for declaration in PERSONAL:
        if declaration.erase != "delete" and declaration.because:
            yield str(declaration.title), str(declaration.because)
