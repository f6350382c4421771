"""A few words said from home."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from parvis.core.audiences.models import Audience
from parvis.core.people.models import Person
from parvis.lib.markup import from_markdown, plain
from parvis.lib.refusal import Refusal

from ..models import Publication, Status
from .attachments import attach
from .following import source_of
from .publishing import Said, begin, edit, publish

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
    if (
        not source.strip()
        and not status.publication.attachments.unguarded("counting its own pictures").exists()
    ):
        raise NothingSaid
    if len(source) > LONGEST:
        raise TooLong
    status.source, status.html = source, from_markdown(source)
    status.save(update_fields=["source", "html"])
    return edit(publication=status.publication, said=Said(text=plain(status.html), language=language), at=at)
