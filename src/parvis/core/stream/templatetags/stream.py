"""Tags of what is common to all rooms: pictures in their sizes, the names of sources."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from parvis.lib.markup import SIZES

from ..models import Attachment, Source
from ..pictures import source as sizes_of

register = template.Library()


@register.simple_tag
def picture(attachment: Attachment, language: str = "") -> SafeString:
    """An <img> in every size there is, with what it shows in words."""
    sizes = sizes_of(attachment)
    alt = attachment.alt.get(language) or next(iter(attachment.alt.values()), "")
    return format_html(
        '<img src="{}" srcset="{}" sizes="{}" width="{}" height="{}" alt="{}" loading="lazy" decoding="async">',
        sizes.src,
        sizes.srcset,
        SIZES,
        sizes.width,
        sizes.height,
        alt,
    )


@register.simple_tag
def name_of(source: Source) -> str:
    """A source's name in the language of the page."""
    return source.called(get_language() or "en")


@register.simple_tag(takes_context=True)
def square_tagline(context: Any) -> str:
    """What the square says of itself in a line, in the language of the page."""
    square = context.get("square")
    return str(square.tagline_in(get_language() or square.language)) if square else ""
