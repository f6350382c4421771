"""A few words said from home."""

from collections.abc import Sequence
from datetime import datetime
from textwrap import shorten

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from parvis.core.audiences.models import Audience
from parvis.core.people.models import Person
from parvis.lib.markup import from_markdown, plain
from parvis.lib.refusal import Refusal

from ..models import Publication, Status
from .attachments import attach, nothing_left_behind
from .following import source_of
from .publishing import Said, begin, edit, publish
from .undoing import withdraw
from .working import drop_working_copy, save_working_copy

LONGEST = 5000


class NothingSaid(Refusal):
    def __init__(self) -> None:
        super().__init__(_("There is nothing to publish yet. Write a few words, or add a picture."))


class TooLong(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("This is longer than a short status can be. A post in the journal has room for it.")
        )


@transaction.atomic
@nothing_left_behind()
def say(
    *,
    author: Person,
    source: str,
    language: str,
    audience: Audience,
    at: datetime,
    pictures: Sequence[tuple[str, bytes]] = (),
) -> Publication:
    """Publish a short status. Raises NothingSaid, TooLong, and what `attach` raises for a picture."""
    if not source.strip() and not pictures:
        raise NothingSaid
    if len(source) > LONGEST:
        raise TooLong
    publication = begin(kind="stream.status", author=author, language=language, at=at)
    html = from_markdown(source)
    Status.objects.create(publication=publication, source=source, html=html)
    for name, data in pictures:
        attach(publication=publication, owner=author, name=name, data=data, at=at)
    said = Said(text=plain(html), language=language)
    return publish(publication=publication, said=said, audience=audience, sources=[source_of(author)], at=at)


@transaction.atomic
def edit_status(*, status: Status, source: str, language: str, at: datetime) -> Publication:
    """Other words for the same people. Raises NothingSaid, TooLong."""
    return edit(publication=status.publication, said=reworded(status, source, language), at=at)


def reworded(status: Status, source: str, language: str) -> Said:
    """The status with other words, written down. Raises NothingSaid, TooLong."""
    pictures = status.publication.attachments.unguarded("counting its own pictures")
    if not source.strip() and not pictures.exists():
        raise NothingSaid
    if len(source) > LONGEST:
        raise TooLong
    status.source, status.html = source, from_markdown(source)
    status.save(update_fields=["source", "html"])
    return Said(text=plain(status.html), language=language)


@transaction.atomic
def withdraw_status(*, status: Status, at: datetime) -> Publication:
    """Take a status back that has just come out; it waits under its author's pen. Raises TooLateToUndo."""
    publication = withdraw(publication=status.publication, at=at)
    drop_working_copy(publication=publication)
    fields = {"title": shorten(status.source, 60, placeholder="…"), "text": status.source}
    save_working_copy(publication=publication, fields=fields, version=0, at=at)
    return publication


@transaction.atomic
def say_anew(*, status: Status, source: str, language: str, audience: Audience, at: datetime) -> Publication:
    """Publish a status that was taken back, with its pictures. Raises NothingSaid, TooLong."""
    publication = status.publication
    said = reworded(status, source, language)
    drop_working_copy(publication=publication)
    sources = [source_of(publication.author)]
    return publish(publication=publication, said=said, audience=audience, sources=sources, at=at)
