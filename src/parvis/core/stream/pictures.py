"""Pictures inside texts: a publication's own attachments, with their sizes, by the address the text gives them."""

import re
from collections.abc import Callable

from django.urls import reverse

from parvis.lib.markup import PictureSource

from .models import Attachment, Publication

WRITTEN = re.compile(r"^(?:https?://[^/]+)?/media/([a-z0-9]{20})/")


def address(attachment: Attachment) -> str:
    """The path by which a text names an attachment."""
    return reverse("media", args=[attachment.public_id])


def source(attachment: Attachment) -> PictureSource:
    """The sizes in which a browser may ask for a picture."""
    widths = sorted(attachment.widths)
    paths = [(reverse("media-rendition", args=[attachment.public_id, width]), width) for width in widths]
    middle = next(
        (path for path, width in paths if width >= 800), paths[-1][0] if paths else address(attachment)
    )
    return PictureSource(
        src=middle,
        srcset=", ".join(f"{path} {width}w" for path, width in paths),
        width=attachment.width or 0,
        height=attachment.height or 0,
    )


def picture_source(publication: Publication) -> Callable[[str], PictureSource | None]:
    """Finds, for an address written in this publication's text, the picture it means."""
    rows = Attachment.objects.unguarded("pictures of the text being written").filter(publication=publication)
    mine = {row.public_id: row for row in rows if row.is_picture}

    def find(src: str) -> PictureSource | None:
        match = WRITTEN.match(src)
        row = mine.get(match[1]) if match else None
        return source(row) if row is not None else None

    return find
