"""The author's pen: what is being written is kept by itself, and nobody's words overwrite others unseen."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from parvis.core.audiences.models import Audience
from parvis.core.stream import actions as stream
from parvis.core.stream.models import Publication, WorkingCopy
from parvis.lib.refusal import Refusal

from ..models import Post
from .posts import Draft, publish_post

REVISION = 10**6


class MomentPassed(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("That moment has passed. Choose one to come, or leave the day empty to publish now.")
        )


def version_of(publication: Publication, copy: WorkingCopy | None) -> int:
    """A number that changes with what is published and with what is being written; an editor says which it began from."""
    return publication.revision * REVISION + (copy.version if copy is not None else 0)


def copy_of(publication: Publication) -> WorkingCopy | None:
    """What its author is writing, if it is not published yet."""
    return (
        WorkingCopy.objects.unguarded("the author's own working copy").filter(publication=publication).first()
    )


@transaction.atomic
def keep(*, post: Post, fields: Mapping[str, object], version: int, at: datetime) -> int:
    """Keep what is being written, beside what is published; the new version. Raises StaleCopy."""
    publication = Publication.objects.unguarded("one's own publication").get(pk=post.publication_id)
    if version // REVISION != publication.revision:
        raise stream.StaleCopy(version_of(publication, copy_of(publication)))
    saved = stream.save_working_copy(
        publication=publication, fields=fields, version=version % REVISION, at=at
    )
    return version_of(publication, saved)


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
