"""The words of an item as Parvis shows them: rendered, cleaned, its links settled, its language found."""

import html
import mimetypes
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from parvis.lib.markup import clean, plain, with_pictures
from parvis.lib.markup.pictures import PictureSource
from parvis.lib.text.languages import guess
from parvis.lib.wxr import Item
from parvis.lib.wxr.content import AttachmentRef, Rendered, render
from parvis.lib.wxr.languages import Bilingual, bilingual, other_language
from parvis.lib.wxr.paragraphs import paragraphs

from .links import settled
from .overview import Overview, Picture, joined, split

ENOUGH = 1_000
"""Characters of a text from which its language is guessed."""
NAMES_BETWEEN = ", "
NO_RENDITIONS: Callable[[str], PictureSource | None] = lambda src: None  # noqa: E731


@dataclass(frozen=True, kw_only=True)
class Words:
    """What an item says: safe HTML, its plain text, its language and how that is known, its notes, its excerpt.

    `has_note_adrift` tells that it has one more note, in a language that nothing tells.
    `shows` are the files of the old site that the text shows or hands out, by their numbers there.
    """

    html: str
    text: str
    language: str
    language_from: str
    notes: Mapping[str, str]
    has_note_adrift: bool
    excerpt: str
    group: str
    lost: Sequence[str]
    shows: Sequence[int]


@dataclass
class Texts:
    """Makes the words of each item; `paths` are the addresses here of what the file holds, by number."""

    overview: Overview
    languages: Sequence[str]
    fallback: str
    paths: Mapping[str, str] = field(default_factory=dict)

    def words(self, item: Item, language: str = "") -> Words:
        """The words of an item, its files not at hand yet."""
        rendered = render(item.content, self.reference, partial(self.children, item.id))
        shown, shows = self.shown(self.base(item.link), rendered, {})
        text = plain(shown)
        found = bilingual(item, self.languages)
        excerpt = (
            plain_words(item.excerpt)
            or plain_words(found.excerpt or "")
            or plain(clean(rendered.excerpt_html))
        )
        said, how = (language, "stated") if language else self.language(item, found.language, text)
        notes = self.notes(found, said)
        return Words(
            html=shown,
            text=text,
            language=said,
            language_from=how,
            notes={code: words for code, words in notes.items() if code},
            has_note_adrift="" in notes,
            excerpt=excerpt,
            group=found.group or "",
            lost=rendered.lost,
            shows=shows,
        )

    def notes(self, found: Bilingual, said: str) -> dict[str, str]:
        """The notes of an item in the language `said`, by language; under no language one that nothing tells that of."""
        notes = {
            code: words for code, note in found.notes.items() if (words := plain_words(note)) and code != said
        }
        if adrift := plain_words(found.adrift):
            other = other_language(said, self.languages) or guess(adrift, self.languages) or ""
            notes["" if other == said else other] = adrift
        return notes

    def again(self, content: str, link: str, kept: Mapping[int, str], *, number: int | None) -> str:
        """Safe HTML of the content of an item whose files have come; `kept` are their paths here, by their numbers."""
        rendered = render(content, self.reference, partial(self.children, number))
        return self.shown(self.base(link), rendered, kept)[0]

    def shown(self, base: str, rendered: Rendered, kept: Mapping[int, str]) -> tuple[str, Sequence[int]]:
        """Safe HTML in which files that are here are shown from here and others are links; and which files those are."""
        shows = dict.fromkeys(number for number in rendered.attachments if number in self.overview.pictures)

        def file(address: str) -> str:
            picture = self.picture(base, address)
            if picture is None:
                return ""
            shows[picture.number] = None
            return kept.get(picture.number, "")

        def link(address: str) -> str:
            return file(address) or self.link(base, address)

        return settled(clean(rendered.html, trusted_iframes=True), link=link, file=file), tuple(shows)

    def comment(self, item: Item, source: str) -> str:
        """The safe HTML of a comment."""
        base = self.base(item.link)
        return settled(
            clean(paragraphs(source), ugc=True), link=lambda url: self.link(base, url), file=lambda url: ""
        )

    def link(self, base: str, address: str) -> str:
        """The address a link has from now on: what came here by its path here, the rest as it was."""
        whole = joined(base, address)
        if not whole.startswith(("http://", "https://")) or not self.overview.is_own(whole):
            return whole
        front, _hash, fragment = whole.partition("#")
        number = self.overview.target_at(front)
        if not number:
            return whole
        path = self.paths.get(number) or f"/{front.split('/', 3)[3] if front.count('/') > 2 else ''}"
        return f"{path}#text-{fragment.removeprefix('text-')}" if fragment else path

    def base(self, link: str) -> str:
        """The address that relative links of an item are relative to."""
        return link if link.startswith(("http://", "https://")) else f"{self.overview.channel.base_blog_url}/"

    def picture(self, base: str, address: str) -> Picture | None:
        """The attachment of the old site at this address, when it is one."""
        whole = joined(base, address) if address else ""
        return self.overview.picture_at(whole) if whole.startswith(("http://", "https://")) else None

    def reference(self, number: int) -> AttachmentRef | None:
        """What galleries and the like show of an attachment."""
        picture = self.overview.pictures.get(number)
        if picture is None or not picture.url:
            return None
        return AttachmentRef(url=picture.url, alt=picture.alt, caption=picture.caption)

    def children(self, item: int | None, other: int | None, kind: str) -> Sequence[int]:
        """The images, sounds or films that belong to an item, or to another one that it names."""
        children = self.overview.children.get(other or item or 0, ())
        return [number for number in children if kind_of(self.overview.pictures[number].url) == kind]

    def language(self, item: Item, stated: str | None, text: str) -> tuple[str, str]:
        """(language, how it is known): stated by the file, guessed from the words, else the one told for all."""
        if stated:
            return stated[:10], "stated"
        guessed = guess(f"{item.title_text}\n{text[:ENOUGH]}", self.languages)
        return (guessed, "guessed") if guessed else (self.fallback, "assumed")


def remarks_on(words: Words) -> Iterator[tuple[str, str]]:
    """(reason, detail) of what its owner should know of a text."""
    if lost := lost_of(words):
        yield "lost", NAMES_BETWEEN.join(lost)
    if any(each.startswith("attachment ") for each in words.lost):
        yield "absent-files", ""
    if words.has_note_adrift:
        yield "note-adrift", ""


def lost_of(words: Words) -> list[str]:
    """What the journal cannot draw of a text: blocks and shortcodes, as their authors knew them."""
    marks = {"shortcode": "[{}]", "block": "wp:{}"}
    parts = (each.partition(" ") for each in words.lost)
    return [marks[kind].format(name) for kind, _space, name in parts if kind in marks]


def kind_of(url: str) -> str:
    """image, audio, video, or whatever else the name of a file tells."""
    return (mimetypes.guess_type(split(url)[2])[0] or "").partition("/")[0]


def plain_words(text: str) -> str:
    """Plain words of a short text that may hold tags or entities; one without them stays as it is."""
    text = text.strip()
    return plain(text) if "<" in text else html.unescape(text)


def finished(shown: str, find: Callable[[str], PictureSource | None] = NO_RENDITIONS) -> str:
    """The HTML with the sizes of its pictures."""
    return with_pictures(shown, find) if "<img" in shown else shown
