"""Posts for the tests of the journal, written by the room's own actions."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from parvis.conftest import AT
from parvis.core.audiences.actions import Expression, audience_for, connections_group
from parvis.core.audiences.models import MEMBERS, PUBLIC, Audience
from parvis.core.people.models import Person
from parvis.rooms.journal.actions import Draft, publish_post, start_post
from parvis.rooms.journal.models import Post

WIDTHS = ("public", "members", "connections", "me")


def audience(person: Person, width: str) -> Audience:
    """The audience behind one of WIDTHS."""
    groups = {"public": {PUBLIC}, "members": {MEMBERS}, "me": set()}
    include = {connections_group(person).pk} if width == "connections" else groups[width]
    return audience_for(expression=Expression(frozenset(include)), owner=person)


def publish(
    author: Person,
    title: str,
    *,
    width: str = "public",
    at: datetime = AT,
    come_out_at: datetime | None = None,
    text: str = "",
    language: str = "fr",
    tags: Sequence[str] = (),
    **more: Any,
) -> Post:
    """A post that came out, for one of WIDTHS."""
    post = start_post(author=author, language=language, at=at)
    source = text or f"Le texte de « {title} »."
    draft = Draft(title=title, source=source, language=language, tags=tags, **more)
    return publish_post(
        post=post, draft=draft, audience=audience(author, width), at=at, come_out_at=come_out_at
    )
