"""A theme, what is said in it, and a worker that sends: for the tests of delivery."""

import email
import email.policy
from collections.abc import Sequence
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from django.conf import settings

from parvis.conftest import AT
from parvis.core.audiences.actions import Expression, audience_for
from parvis.core.delivery.actions.sending import claim
from parvis.core.delivery.carrying import Carrier, queue_all
from parvis.core.delivery.letters import Writer
from parvis.core.stream import actions as stream
from parvis.core.stream.models import Publication, Source, Status

LATER = timedelta(minutes=2)


def theme(fr: str = "Oiseaux", en: str = "Birds") -> Source:
    return Source.objects.create(
        kind="journal.category", names={"fr": fr, "en": en}, path="/journal/category/x/"
    )


def said(
    author: Any,
    text: str,
    *,
    groups: frozenset[int] = frozenset({1}),
    sources: Sequence[Source] = (),
    at: datetime = AT,
    title: str = "",
    language: str = "fr",
) -> Publication:
    """A status that came out, in its author's source and in others."""
    publication = stream.begin(kind="stream.status", author=author, language=language, at=at)
    Status.objects.create(publication=publication, source=text, html=f"<p>{text}</p>")
    return stream.publish(
        publication=publication,
        said=stream.Said(title=title, text=text, language=language),
        audience=audience_for(expression=Expression(groups), owner=author),
        sources=[stream.source_of(author), *sources],
        at=at,
    )


def sent(at: datetime = AT + LATER) -> list[EmailMessage]:
    """What a worker without a relay leaves in the outbox at a moment: the new mails alone, in the order of their names."""
    before = set(outbox())
    carrier = Carrier(alone=True, clock=lambda: at)
    while queue_all(at):
        pass
    batch = claim(worker=carrier.name, at=at, limit=1_000)
    writer = Writer(batch)
    for mail in batch:
        carrier.keep_one(mail, writer, at)
    return [read(path) for path in sorted(set(outbox()) - before)]


def outbox() -> list[Path]:
    return sorted((Path(settings.PARVIS_DATA) / "outbox").glob("*.eml"))


def read(path: Path) -> EmailMessage:
    return email.message_from_bytes(path.read_bytes(), policy=email.policy.default)  # type: ignore[return-value]


def text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())
