"""Pictures and files: looked at, stripped of what they betray, sized, and kept out of guessable places."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from parvis.core.people.models import Person
from parvis.core.people.models.person import public_id
from parvis.lib import pictures
from parvis.lib.refusal import Refusal

from ..models import Attachment, Publication

OTHER_FILES = {
    b"%PDF-": ("application/pdf", "pdf"),
    b"ID3": ("audio/mpeg", "mp3"),
    b"fLaC": ("audio/flac", "flac"),
    b"OggS": ("audio/ogg", "ogg"),
    b"\x1a\x45\xdf\xa3": ("video/webm", "webm"),
    b"PK\x03\x04": ("application/zip", "zip"),
}
EPUB = b"mimetypeapplication/epub+zip"
"""What stands behind the head of the first file of a zip that is an EPUB (OCF 3.3 §4.3), so that it can be known by it."""
AFTER_THE_HEAD = 30


class NotTaken(Refusal):
    def __init__(self, name: str) -> None:
        super().__init__(
            _(
                "“%(name)s” is not a picture, a PDF, an EPUB, a zip, nor a sound this square can keep. Nothing was stored."
            )
            % {"name": name}
        )


class NotAPicture(Refusal):
    def __init__(self, name: str) -> None:
        super().__init__(
            _(
                "“%(name)s” is not a picture, so nothing was stored. JPEG, PNG, GIF, WebP and AVIF pictures can be added."
            )
            % {"name": name}
        )


class Unshowable(Refusal):
    def __init__(self, name: str, reason: str) -> None:
        super().__init__(_("“%(name)s”: %(reason)s") % {"name": name, "reason": reason})


class TooLarge(Refusal):
    def __init__(self, name: str, limit: int) -> None:
        super().__init__(
            _("“%(name)s” is larger than %(limit)s MB. Make it smaller and add it again.")
            % {"name": name, "limit": limit // 2**20}
        )


_written: ContextVar[list[str] | None] = ContextVar("files written inside", default=None)


@contextmanager
def nothing_left_behind() -> Iterator[None]:
    """When what is done inside is refused, the files that were written for it go too: a refusal says that nothing was stored.

    The outermost answers for all. It stands within the transaction, which takes back the rows: what fails after its end
    takes no file away.
    """
    if _written.get() is not None:
        yield
        return
    names: list[str] = []
    token = _written.set(names)
    try:
        yield
    except BaseException:
        for name in names:
            default_storage.delete(name)
        raise
    finally:
        _written.reset(token)


def write_file(name: str, data: bytes) -> str:
    """Put a file into the media store; what it is called there."""
    found = default_storage.save(name, ContentFile(data))
    written = _written.get()
    if written is not None:
        written.append(found)
    return found


@transaction.atomic
@nothing_left_behind()
def attach(
    *,
    publication: Publication,
    owner: Person,
    name: str,
    data: bytes,
    at: datetime,
    alt: Mapping[str, str] | None = None,
    other_files: bool = False,
) -> Attachment:
    """Hang a picture on a publication; what it is, its content says. Raises NotAPicture, Unshowable, TooLarge.

    `other_files`: PDFs, EPUBs, zips and sounds too, which are kept as they are, with all that is written inside; then what is
    neither raises NotTaken.
    """
    if len(data) > settings.PARVIS_UPLOAD_LIMIT:
        raise TooLarge(name, settings.PARVIS_UPLOAD_LIMIT)
    attachment = Attachment(
        public_id=public_id(),
        publication=publication,
        owner=owner,
        name=name[-200:],
        alt=dict(alt or {}),
        position=publication.attachments.unguarded("its own attachments").count(),
        added_at=at,
    )
    keep(attachment, data, other_files)
    attachment.save()
    return attachment


def keep(attachment: Attachment, data: bytes, other_files: bool) -> None:
    """Write the files of an attachment, and what they are, into it."""
    other = other_file(data) if other_files else None
    if other is not None:
        attachment.mime, extension = other
    else:
        try:
            picture = pictures.inspect(data, max_bytes=settings.PARVIS_UPLOAD_LIMIT)
            sizes = list(pictures.renditions(data))
            data, extension = pictures.clean_original(data)
        except pictures.NoPicture:
            raise (NotTaken if other_files else NotAPicture)(attachment.name) from None
        except pictures.NotAPicture as error:
            raise Unshowable(attachment.name, _(error.message) % error.values) from None
        attachment.mime = f"image/{'jpeg' if extension in {'jpg', 'jpeg'} else extension}"
        attachment.width, attachment.height = picture.width, picture.height
        attachment.widths = [default_width for default_width, _bytes in sizes]
        for width, rendition in sizes:
            write_file(f"{folder(attachment)}/{width}.webp", rendition)
    attachment.size, attachment.sha256 = len(data), hashlib.sha256(data).hexdigest()
    attachment.file = write_file(f"{folder(attachment)}/original.{extension}", data)


def other_file(data: bytes) -> tuple[str, str] | None:
    """(type, extension) of a file that is no picture and can be kept; its first bytes say it."""
    if data.startswith(b"PK\x03\x04") and data.startswith(EPUB, AFTER_THE_HEAD):
        return "application/epub+zip", "epub"
    return next((kind for start, kind in OTHER_FILES.items() if data.startswith(start)), None)


def folder(attachment: Attachment) -> str:
    """Where the files of an attachment lie in the media store."""
    return f"{attachment.public_id[:2]}/{attachment.public_id}"


def describe(*, attachment: Attachment, alt: Mapping[str, str], caption: str) -> Attachment:
    """What a picture shows, in each language, for those who cannot see it; and its caption."""
    attachment.alt, attachment.caption = dict(alt), caption
    attachment.save(update_fields=["alt", "caption"])
    return attachment


def put_at(*, attachment: Attachment, position: int) -> Attachment:
    """Give a picture its place among the others, where they do not come in their order."""
    attachment.position = position
    attachment.save(update_fields=["position"])
    return attachment


def files_of(attachment: Attachment) -> list[str]:
    """The names of its files in the media store."""
    return [attachment.file, *(f"{folder(attachment)}/{width}.webp" for width in attachment.widths)]


def detach(*, attachment: Attachment) -> None:
    """Take an attachment away with its files, once the transaction is through."""
    names = files_of(attachment)
    attachment.delete()

    def remove() -> None:
        for name in names:
            default_storage.delete(name)

    transaction.on_commit(remove)
