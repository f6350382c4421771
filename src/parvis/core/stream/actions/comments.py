"""Answers under a publication: each is for those who could read the publication when it was written."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from parvis.core.audiences.models import Block
from parvis.core.audiences.rule import microseconds
from parvis.core.people.models import Notice, Person
from parvis.lib.markup import clean, from_markdown, plain
from parvis.lib.refusal import Refusal

from ..audience_now import audience_now
from ..models import Comment, Publication, Source
from ..models.reading import SourceKind
from .publishing import Said, begin, close, delete, edit, place, publish

EDIT_FOR = timedelta(minutes=15)
LONGEST = 10_000


class CommentsClosed(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Comments are closed here."))


class NotAmongThose(Refusal):
    """The kind of what is to be answered lets only some of its readers write."""

    def __init__(self, subject: Publication) -> None:
        super().__init__(subject.declared().who_answers)


class NothingToSay(Refusal):
    def __init__(self) -> None:
        super().__init__(_("There is nothing here yet. Write your comment first."))


class CommentTooLong(Refusal):
    def __init__(self) -> None:
        super().__init__(_("This comment is too long. Shorten it, or write a post and link to it here."))


class TooLateToEdit(Refusal):
    def __init__(self) -> None:
        super().__init__(_("A comment can be changed for fifteen minutes. You can still withdraw it."))


def comments_source() -> Source:
    """The source in which all comments stand; nobody follows it."""
    return Source.objects.get_or_create(kind=SourceKind.COMMENTS, person=None)[0]


def written(source: str) -> str:
    """A comment's words as HTML. Raises NothingToSay, CommentTooLong."""
    if not source.strip():
        raise NothingToSay
    if len(source) > LONGEST:
        raise CommentTooLong
    return clean(from_markdown(source), ugc=True)


def doors_shut_to(person: int, others: Iterable[int]) -> set[int]:
    """Those of these people whose door is shut to this one; a block shuts it on both sides."""
    return set(Block.objects.filter(person=person, owner__in=others).values_list("owner_id", flat=True))


@transaction.atomic
def answer(
    *, subject: Publication, author: Person, source: str, at: datetime, parent: Comment | None = None
) -> Comment:
    """Write under a publication, which the caller has read through the rule.

    Raises CommentsClosed, NotAmongThose, NothingToSay, CommentTooLong. Across a shut door comments look closed, and nobody is told.
    """
    audience = audience_now(subject, microseconds(at))
    if subject.comments_closed_at is not None or not subject.declared().takes_comments or audience is None:
        raise CommentsClosed
    answered = {subject.author_id} | ({parent.publication.author_id} if parent is not None else set())
    if doors_shut_to(author.pk, answered):
        raise CommentsClosed
    if not subject.declared().lets_answer(subject, author):
        raise NotAmongThose(subject)
    html = written(source)
    publication = begin(kind="stream.comment", author=author, language=subject.language, at=at, under=subject)
    comment = Comment.objects.create(publication=publication, parent=parent, source=source, html=html)
    said = Said(text=plain(html), language=subject.language)
    publish(publication=publication, said=said, audience=audience, sources=[comments_source()], at=at)
    Notice.objects.bulk_create(
        Notice(person_id=person, kind="stream.comment", about={"comment": comment.pk}, at=at)
        for person in answered - {author.pk}
    )
    return comment


@transaction.atomic
def edit_comment(*, comment: Comment, source: str, at: datetime) -> Comment:
    """Other words, within fifteen minutes. Raises TooLateToEdit, NothingToSay, CommentTooLong."""
    out_at = comment.publication.published_at
    if out_at is None or at > out_at + EDIT_FOR or comment.withdrawn_at is not None:
        raise TooLateToEdit
    comment.source, comment.html = source, written(source)
    comment.save(update_fields=["source", "html"])
    language = comment.publication.language
    edit(publication=comment.publication, said=Said(text=plain(comment.html), language=language), at=at)
    return comment


@transaction.atomic
def withdraw_comment(*, comment: Comment, by: Person, at: datetime) -> Comment:
    """Take one's own words back: they are gone; where there are answers, the thread keeps the place."""
    comment.source, comment.html, comment.withdrawn_at = "", "", at
    comment.save(update_fields=["source", "html", "withdrawn_at"])
    if comment.answers.unguarded("whether the thread needs the place").exists():
        words = Said(language=comment.publication.language)
        edit(publication=comment.publication, said=words, at=at)
    else:
        delete(publication=comment.publication, by=by, at=at)
    return comment


@transaction.atomic
def hide_comment(*, comment: Comment, by: Person, at: datetime) -> None:
    """The author of the subject, or an owner, puts a comment out of sight; its writer still sees it."""
    comment.hidden_at, comment.hidden_by = at, by
    comment.save(update_fields=["hidden_at", "hidden_by"])
    close(comment.publication, at)


@transaction.atomic
def show_comment(*, comment: Comment) -> None:
    """Put a comment in sight again, or let one through that was waiting."""
    comment.hidden_at, comment.hidden_by, comment.is_pending = None, None, False
    comment.save(update_fields=["hidden_at", "hidden_by", "is_pending"])
    place(comment.publication, [comments_source()])


def close_comments(*, publication: Publication, at: datetime | None) -> None:
    """No more comments from now on; None opens them again."""
    publication.comments_closed_at = at
    publication.save(update_fields=["comments_closed_at"])
