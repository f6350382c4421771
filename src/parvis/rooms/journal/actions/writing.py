"""The author's pen: what is being written is kept by itself, and nobody's words overwrite others unseen."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from parvis.core.audiences.models import Audience
from parvis.core.stream import actions as stream
from parvis.lib.refusal import Refusal

from ..models import Post
from .posts import Draft, publish_post


class MomentPassed(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("That moment has passed. Choose one to come, or leave the day empty to publish now.")
        )


def keep(*, post: Post, fields: Mapping[str, object], version: int, at: datetime) -> int:
    """Keep what is being written, beside what is published; the new version. Raises StaleCopy."""
    return stream.keep_written(publication=post.publication, fields=fields, version=version, at=at)


@transaction.atomic
def publish_written(
    *,
    post: Post,
    fields: Mapping[str, object],
    version: int,
    draft: Draft,
    audience: Audience,
    at: datetime,
    come_out_at: datetime | None = None,
) -> Post:
    """Publish what stands in the editor, if nothing was written elsewhere meanwhile.

    Raises StaleCopy, NothingWritten, MomentPassed.
    """
    if come_out_at is not None and come_out_at <= at:
        raise MomentPassed
    keep(post=post, fields=fields, version=version, at=at)
    return publish_post(post=post, draft=draft, audience=audience, at=at, come_out_at=come_out_at)


def throw_away(*, post: Post) -> None:
    """Forget what was being written; what is published stays."""
    stream.drop_working_copy(publication=post.publication)
