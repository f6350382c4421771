"""Comments under a publication as a viewer sees them: a tree, in which what one may not see leaves no trace."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from parvis.core.audiences.rule import Viewer, moment
from parvis.core.people.models import Person

from .actions.comments import EDIT_FOR, doors_shut_to
from .models import Comment, Publication

DEEPEST = 4


@dataclass
class Voice:
    """A comment in its place: what may be done with it, and the answers to it."""

    comment: Comment
    depth: int
    may_edit: bool = False
    may_withdraw: bool = False
    may_hide: bool = False
    may_be_answered: bool = True
    answers: list["Voice"] = field(default_factory=list)


@dataclass(frozen=True)
class Thread:
    """All the comments of a publication for one viewer, and those its author has put away.

    To whoever stands before a shut door it looks closed. `only_those` says who may write, to a reader who may not.
    """

    voices: Sequence[Voice]
    count: int
    put_away: Sequence[Comment]
    may_answer: bool
    is_closed: bool
    only_those: str = ""


def thread(subject: Publication, viewer: Viewer, person: Person | None) -> Thread:
    """The thread under a publication that the viewer has been found to see."""
    rows = list(
        Comment.objects.visible_to(viewer)
        .under(subject)
        .select_related("publication__author")
        .exclude(publication__deleted_at__isnull=False)
    )
    rows = [
        row
        for row in rows
        if row.is_in_sight or row.withdrawn_at or row.publication.author_id == viewer.person_id
    ]
    numbers = Comment.objects.unguarded("numbers that place seen comments").under(subject)
    parents: dict[int, int | None] = dict(numbers.values_list("pk", "parent_id")) if rows else {}
    keeps_order = person is not None and (subject.author_id == person.pk or person.is_owner)
    voices = {row.pk: voice(row, viewer, keeps_order=keeps_order) for row in rows}
    roots = hang(voices, parents)
    writers = {subject.author_id, *(row.publication.author_id for row in rows)}
    shut = doors_shut_to(person.pk, writers) if person is not None else set()
    for one in voices.values():
        one.may_be_answered = one.comment.publication.author_id not in shut
    is_closed = (
        subject.comments_closed_at is not None
        or not subject.declared().takes_comments
        or subject.author_id in shut
    )
    may = person is not None and person.is_member and subject.declared().lets_answer(subject, person)
    return Thread(
        voices=[root for root in roots if says_something(root)],
        count=sum(row.withdrawn_at is None for row in rows),
        put_away=put_away(subject, person) if keeps_order and person is not None else [],
        may_answer=may and not is_closed and subject.audience_id is not None,
        is_closed=is_closed,
        only_those="" if may else str(subject.declared().who_answers),
    )


def voice(row: Comment, viewer: Viewer, *, keeps_order: bool) -> Voice:
    """A comment, and what this viewer may do with it."""
    mine = row.publication.author_id == viewer.person_id and row.withdrawn_at is None
    out_at = row.publication.published_at
    return Voice(
        comment=row,
        depth=1,
        may_edit=mine and out_at is not None and moment(viewer.at) <= out_at + EDIT_FOR,
        may_withdraw=mine,
        may_hide=keeps_order and not mine and row.withdrawn_at is None,
    )


def hang(voices: dict[int, Voice], parents: dict[int, int | None]) -> list[Voice]:
    """Hang each comment under the nearest one above it that the viewer sees; four levels deep, then side by side."""
    roots: list[Voice] = []
    for number, one in voices.items():
        above = parents.get(number)
        while above is not None and above not in voices:
            above = parents.get(above)
        if above is None:
            roots.append(one)
            continue
        one.depth = min(voices[above].depth + 1, DEEPEST)
        voices[above].answers.append(one)
    return roots


def says_something(one: Voice) -> bool:
    """Whether a comment is worth its place: it has words, or something under it has."""
    one.answers = [answer for answer in one.answers if says_something(answer)]
    return one.comment.withdrawn_at is None or bool(one.answers)


def put_away(subject: Publication, person: Person) -> list[Comment]:
    """The comments that wait for a yes, or were hidden: for the author of the subject.

    An owner finds here only what they hid themselves: hiding opens nobody's words to anyone.
    """
    rows = Comment.objects.unguarded("what the author of the subject has put away").under(subject)
    rows = rows.filter(withdrawn_at=None, publication__deleted_at=None).select_related("publication__author")
    if subject.author_id != person.pk:
        rows = rows.filter(hidden_by=person)
    return [row for row in rows if row.is_pending or row.hidden_at is not None]
