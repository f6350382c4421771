"""Tags of the journal: names in the reader's language, and sentences in the language of a post."""

from collections.abc import Sequence
from datetime import datetime

from django import template
from django.conf import settings
from django.template import Context
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from parvis.core.people.http import whole
from parvis.core.site import when as moments

from ..models import Original
from ..models.terms import Labelled
from ..opened import name_of
from ..reading import tree

register = template.Library()


def spoken(language: str) -> str:
    """This language if the house speaks it, else that of the page."""
    return language if language in dict(settings.LANGUAGES) else get_language() or "en"


@register.simple_tag(takes_context=True)
def list_url(context: Context, name: str, *parts: str) -> str:
    """The path of a list, in the language of the list one is in."""
    language = context.get("language")
    return reverse(
        f"journal:language-{name}" if language else f"journal:{name}",
        args=[language, *parts] if language else parts,
    )


@register.simple_tag
def label(term: Labelled, language: str = "") -> str:
    """The name of a category or a tag in a language, that of the page by default."""
    return term.name_in(language or get_language() or "")


@register.simple_tag
def labelled(term: Labelled, language: str = "") -> SafeString | str:
    """The lang attribute of a name that does not exist in the wanted language."""
    wanted = language or get_language() or ""
    if wanted in term.names or not term.names:
        return format_html(' lang="{}"', wanted) if wanted != get_language() and term.names else ""
    return format_html(' lang="{}"', next(iter(term.names)))


@register.simple_tag
def origin(original: Original, language: str) -> SafeString:
    """The sentence that says where a post came out first, in the post's own language."""
    with translation.override(spoken(language)):
        link = format_html('<a class="u-syndication" href="{}">{}</a>', original.url, name_of(original))
        context = {
            "original": original,
            "link": link,
            "on": day_of(original.published_on),
            "gone_in": date_format(original.gone_on, "YEAR_MONTH_FORMAT") if original.gone_on else "",
        }
        said = render_to_string("journal/origin.html", context).strip()
        return format_html('<p class="origin" lang="{}">{}</p>', get_language(), SafeString(said))


def day_of(day: object) -> str:
    """A date in words; the first of a month in French is « 1er »."""
    if day is None:
        return ""
    words = date_format(day, "DATE_FORMAT")  # type: ignore[arg-type]
    return "1er" + words[1:] if get_language() == "fr" and words.startswith("1 ") else words


@register.inclusion_tag("journal/write/tree.html")
def categories_tree(chosen: Sequence[object]) -> dict[str, object]:
    """Boxes for every category, those chosen ticked."""
    return {"tree": tree(), "chosen": {whole(str(one)) for one in chosen or ()}}


@register.simple_tag
def dated(moment: datetime, language: str) -> SafeString:
    """The day of an update, in the language of the post."""
    with translation.override(spoken(language)):
        stamp = timezone.localtime(moment).isoformat(timespec="seconds")
        return format_html('<time datetime="{}">{}</time>', stamp, moments.day(moment))
