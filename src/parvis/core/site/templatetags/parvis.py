"""Tags and filters that every template has."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from zlib import crc32

from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.html import escape, format_html, json_script, linebreaks, urlize
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from parvis.core.people.models import Person, Role
from parvis.core.site import when as moments
from parvis.core.site.menu import Entry, address, menu_of, page_titles
from parvis.core.site.names import name_of
from parvis.core.site.words import spoken
from parvis.core.stream.cards import Card
from parvis.lib.kept import Kept
from parvis.lib.text import languages, typography

register = template.Library()
register.filter("name_of", name_of)

COLOURS = 6
CARDS: Kept[SafeString] = Kept(2_000)
TO_READERS = {
    "me": _("only me"),
    "circle": _("a small group"),
    "connections": _("their connections"),
    "members": _("the members"),
    "link": _("whoever has the link"),
    "password": _("whoever has the password"),
    "everyone": _("everyone"),
}
BROWSERS = {"Edg/": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "Linux": "Linux",
}
WEIGHTS = ((_("%(size)s kB"), 2**10, 0), (_("%(size)s MB"), 2**20, 1), (_("%(size)s GB"), 2**30, 1))
TO_THE_AUTHOR = TO_READERS | {"circle": _("a few people"), "connections": _("my connections")}


@register.simple_tag
def icon(name: str, css: str = "icon") -> SafeString:
    """A drawing of the sprite; it says nothing to a screen reader, words stand beside it."""
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        css,
        static("site/sprite.svg"),
        name,
    )


@register.simple_tag
def openness(
    kind: str, words: str = "", number: int | None = None, mine: bool = False, css: str = ""
) -> SafeString:
    """The glyph of how open a piece is, with its words and, for the author, its number."""
    known = kind if kind in TO_READERS else "circle"
    said = words or str((TO_THE_AUTHOR if mine else TO_READERS)[known])
    if isinstance(number, int):
        said = ngettext("%(audience)s, %(count)s person", "%(audience)s, %(count)s people", number) % {
            "audience": said,
            "count": number,
        }
    return glyph_with_words(css, known, said)


@lru_cache(maxsize=512)
def glyph_with_words(css: str, kind: str, said: str) -> SafeString:
    return format_html(
        '<span class="openness {}">{}<span>{}</span></span>', css, icon(f"open-{kind}", ""), said
    )


def has_a_page(context: Context, person: Person) -> bool:
    """Whether this reader finds a page of this person: members of members, everyone else of those who are listed."""
    reader = context.get("person")
    if person.role == Role.GUEST or not person.is_active:
        return False
    return person.is_listed or (isinstance(reader, Person) and reader.is_member)


@register.simple_tag(takes_context=True)
def named(context: Context, person: Person) -> SafeString:
    """A person's name, which leads to their page where the reader finds one."""
    if person.erased_at is not None:
        return format_html('<span class="who">{}</span>', name_of(person))
    if has_a_page(context, person):
        path = reverse("person", args=[person.public_id])
        return format_html('<a class="who p-author h-card" href="{}">{}</a>', path, person.name)
    return format_html('<span class="who p-author h-card">{}</span>', person.name)


@register.simple_tag(takes_context=True)
def avatar(context: Context, person: Person, size: str = "") -> SafeString:
    """A person's portrait, or their initials on a stone; the name stands beside it."""
    if person.portrait and has_a_page(context, person):
        try:
            address = reverse("portrait", args=[person.public_id])
        except NoReverseMatch:
            pass
        else:
            return format_html(
                '<img class="avatar {}" src="{}?v={}" alt="" width="40" height="40" loading="lazy">',
                size,
                address,
                person.portrait[:8],
            )
    colour = crc32(person.public_id.encode()) % COLOURS + 1
    return format_html(
        '<span class="avatar {} c{}" aria-hidden="true">{}</span>', size, colour, person.initials
    )


@register.simple_tag(takes_context=True)
def when(context: Context, moment: datetime, style: str = "near", names: str = "") -> SafeString:
    """A moment in words, with the whole date as its title. `style`: near, day or full; `names` are its classes."""
    now: datetime | None = getattr(context.get("request"), "at", None)
    whole = moments.full(moment)
    if style == "day":
        said = moments.day(moment)
    elif style == "full" or now is None:
        said = whole
    else:
        said = moments.near(moment, now)
    stamp = timezone.localtime(moment).isoformat(timespec="seconds")
    classes = format_html(' class="{}"', names) if names else ""
    return format_html('<time{} datetime="{}" title="{}">{}</time>', classes, stamp, whole, said)


@register.simple_tag(takes_context=True)
def drawn(context: Context, card: Card, *readers: Person | None) -> SafeString:
    """A publication's card as this page's reader finds it, or another; drawn once for all to whom it says the same."""
    person: Person | None = readers[0] if readers else context.get("person")
    page = {name: context.get(name) for name in ("request", "square", "pinned_here")}

    def draw() -> SafeString:
        return render_to_string(card.kind.card, {"card": card, "person": person, **page})

    if not card.kind.card_is_kept:
        return draw()
    out_at, now = card.publication.published_at, getattr(page["request"], "at", None)
    told = moments.near(out_at, now) if out_at and now else ""
    zone = timezone.get_current_timezone_name()
    is_member = person is not None and person.is_member
    return CARDS.get(
        (get_language(), zone, is_member, bool(page["pinned_here"]), told, card.contents()), draw
    )


@register.simple_tag(takes_context=True)
def active(context: Context, *names: str) -> SafeString | str:
    """`aria-current="page"` when this page, or its room, bears one of these names."""
    match = getattr(context.get("request"), "resolver_match", None)
    if match is None:
        return ""
    here = {match.view_name, *match.app_names, *(f"room:{room}" for room in match.app_names)}
    return SafeString(' aria-current="page"') if here & set(names) else ""


@register.filter
def lang_name(code: str) -> str:
    """What a language calls itself: Français, English."""
    return capfirst(languages.name(code, code))


@register.filter
def lang_here(code: str) -> str:
    """What a language is called in the language of this page: French, anglais."""
    return languages.name(code, get_language() or "en")


@register.filter
def typeset(text: str, language: str) -> str:
    """Plain text with the spaces and apostrophes of its language (French has its own)."""
    return typography.typeset(text, language)


@register.filter
def elided(sentence: str, name: str) -> str:
    """A sentence of this page with a name in it, as French writes « de » before a vowel."""
    is_safe = isinstance(sentence, SafeString)
    said = typography.elided(str(sentence), escape(name) if is_safe else name, get_language() or "")
    return SafeString(said) if is_safe else said


@register.filter
def marked(pieces: Iterable[tuple[str, bool]], language: str) -> SafeString:
    """Pieces of plain text in a language, as the search finds them, with those that matched set off."""
    return SafeString(
        "".join(
            f"<mark>{escape(text)}</mark>" if is_match else escape(typography.typeset(text, language))
            for text, is_match in pieces
        )
    )


@register.filter(needs_autoescape=True)
def paragraphs(text: Any, autoescape: bool = True) -> SafeString:
    """Plain text as paragraphs, its addresses as links that are not vouched for."""
    linked = urlize(str(text), nofollow=True, autoescape=True)
    return SafeString(linebreaks(SafeString(linked), autoescape=False))


@register.filter
def device(agent: str) -> str:
    """What a browser calls itself, in two words: Firefox, Linux; its own words when we do not know it."""
    found = [
        next((name for mark, name in known.items() if mark in agent), "") for known in (BROWSERS, SYSTEMS)
    ]
    return ", ".join(filter(None, found)) or agent[:60]


@register.filter
def way_back(message: Any) -> str:
    """The path that undoes what a message tells, from its tag `undo:/path/`; "" when there is none."""
    tags = str(message.extra_tags or "").split()
    return next((tag.removeprefix("undo:") for tag in tags if tag.startswith("undo:/")), "")


@register.filter
def people(count: int) -> str:
    """A number of people: 1 person, 12 people."""
    return ngettext("%(count)s person", "%(count)s people", count) % {"count": count}


@register.filter
def weight(size: int) -> str:
    """How large a file is, in the units in which the house names its limits: 640 kB, 2.5 MB, 1.2 GB; powers of 1024."""
    words, step, digits = next(one for one in WEIGHTS if size < one[1] * 1024 or one is WEIGHTS[-1])
    return (str(words) % {"size": number_format(round(max(size / step, 1), digits), digits)}).replace(
        " ", "\u00a0"
    )


@register.simple_tag(takes_context=True)
def square_menu(context: Context) -> Sequence[Entry]:
    """The lines of the square's menu, in the page's language."""
    square = context.get("square")
    return menu_of(square, get_language() or square.language) if square else []


@register.simple_tag(takes_context=True)
def standing_pages(context: Context) -> Sequence[Entry]:
    """The pages that always stand (about, legal words and others), for the foot of every page."""
    square = context.get("square")
    language = get_language() or "en"
    if not square:
        return []
    return [
        Entry(f"page:{slug}", title, address(slug), "" if code == language else code)
        for slug, (code, title) in page_titles(square, language).items()
    ]


@register.simple_tag
def house_words() -> SafeString:
    """The sentences that scripts may say, as a block of data."""
    return json_script(spoken(static("site/sprite.svg")), "house-words")
