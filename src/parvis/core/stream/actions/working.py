"""The text under the author's pen, saved by itself; the published version is never touched by it."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from parvis.lib.refusal import Refusal

from ..models import Publication, WorkingCopy

REVISION = 10**6


class StaleCopy(Refusal):
    def __init__(self, current: int) -> None:
        super().__init__(
            _(
                "This text was changed in another window since you opened it here. Nothing is lost: compare the two."
            )
        )
        self.current = current


@transaction.atomic
def save_working_copy(
    *, publication: Publication, fields: Mapping[str, object], version: int, at: datetime
) -> WorkingCopy:
    """Keep these fields if `version` is still the last one known. Raises StaleCopy; the caller shows both texts."""
    copies = WorkingCopy.objects.unguarded("the author's own working copy").filter(publication=publication)
    if version == 0 and not copies.exists():
        return WorkingCopy.objects.create(
            publication=publication, fields=dict(fields), version=1, saved_at=at
        )
    if not copies.filter(version=version).update(fields=dict(fields), version=version + 1, saved_at=at):
        raise StaleCopy(copies.get().version if copies.exists() else 0)
    return copies.get()


def copy_of(publication: Publication) -> WorkingCopy | None:
    """What its author is writing, if it is not published yet."""
    return (
        WorkingCopy.objects.unguarded("the author's own working copy").filter(publication=publication).first()
    )


def version_of(publication: Publication, copy: WorkingCopy | None) -> int:
    """A number that changes with what is published and with what is being written; an editor says which it began from."""
    return publication.revision * REVISION + (copy.version if copy is not None else 0)


@transaction.atomic
def keep_written(
    *, publication: Publication, fields: Mapping[str, object], version: int, at: datetime
) -> int:
    """Keep what is being written, beside what is published; the new version. Raises StaleCopy."""
    publication = Publication.objects.unguarded("one's own publication").get(pk=publication.pk)
    if version // REVISION != publication.revision:
        raise StaleCopy(version_of(publication, copy_of(publication)))
    saved = save_working_copy(publication=publication, fields=fields, version=version % REVISION, at=at)
    return version_of(publication, saved)


def drop_working_copy(*, publication: Publication) -> None:
    """Forget the working copy: what it held is published, or thrown away."""
    WorkingCopy.objects.filter(publication=publication).delete()
