"""Text, dates and addresses in the form that feeds can carry."""

import re
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape, unescape
from html.entities import name2codepoint
from urllib.parse import quote, urlsplit, urlunsplit

from parvis.lib.feeds.model import Entry, Feed, Person

# XML 1.0 §2.2 forbids most control characters and lone surrogates; HTML also forbids the C1 controls
# and the noncharacters, which browsers and validators take for a broken encoding. U+FFFD is such a sign too.
_PLANES = "".join(f"{chr(start)}-{chr(start + 0xFFFD)}" for start in range(0x10000, 0x110000, 0x10000))
_ALLOWED = f"\n\t\x20-\x7e\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffc{_PLANES}"
_CLEAN = re.compile(f"[{_ALLOWED}]*")
_FORBIDDEN = re.compile(f"[^{_ALLOWED}]")
_TAG_LIKE = re.compile(r"<(?=[A-Za-z/!?])")
_ENTITY_LIKE = re.compile(r"&(?=(#?\w+))")
_ADDRESS = re.compile(r"[<(\[]?([\w.+'-]+)@[\w-]+(?:\.[\w-]+)+[>)\]]?")
_HTML_TAG = re.compile(r"<[^>]*>")
_BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_WORD_JOINER = "\u2060"
_URI_SAFE = ";/?:@&=+$.-_!~*'(),%"
_HEADING_LENGTH = 60


def clean(text: str) -> str:
    """The text without what XML or HTML forbid, with line ends as XML will give them back."""
    # Nearly every text is clean, and to see that is ten times as fast as to look for what is not.
    if _CLEAN.fullmatch(text):
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\ufffd", "?")
    return _FORBIDDEN.sub("", text)


def line(text: str) -> str:
    """A clean text on one line."""
    return " ".join(clean(text).split())


def plain(text: str) -> str:
    """One line for an element whose readers disagree on whether it holds HTML (RSS titles, names, labels).

    What would look like a tag or an entity gets an invisible word joiner behind its first sign, so that both
    kinds of reader show the same words.
    """
    text = _TAG_LIKE.sub("<" + _WORD_JOINER, line(text))
    return _ENTITY_LIKE.sub(lambda found: "&" + _WORD_JOINER if _is_entity(found[1]) else "&", text)


def _is_entity(name: str) -> bool:
    return name in name2codepoint or name == "apos" or not name.isalpha()


def person_name(person: Person) -> str:
    """The name to show, without mail addresses; of a name that is nothing but one, what stands before the @."""
    words = plain(_ADDRESS.sub(" ", person.name))
    return words or plain(_ADDRESS.sub(lambda found: found[1], person.name))


def persons(authors: tuple[Person, ...]) -> list[Person]:
    """Those who have a name left, cleaned."""
    named = (Person(name=person_name(person), url=person.url) for person in authors)
    return [person for person in named if person.name]


def uri(address: str) -> str:
    """An address in ASCII (RFC 3986): host as IDNA, the rest percent-encoded, what is encoded stays."""
    address = line(address)
    if not address.isascii():
        parts = urlsplit(address)
        address = urlunsplit(parts._replace(netloc=_ascii_host(parts.netloc)))
    start, mark, fragment = _BARE_PERCENT.sub("%25", address).partition("#")
    return quote(start, safe=_URI_SAFE) + mark + quote(fragment, safe=_URI_SAFE)


def _ascii_host(netloc: str) -> str:
    try:
        return netloc.encode("idna").decode("ascii")
    except UnicodeError:
        return netloc


def rfc3339(at: datetime) -> str:
    """A moment for Atom and JSON Feed. Raises ValueError when it has no zone."""
    return _utc(at).isoformat(timespec="seconds").replace("+00:00", "Z")


def rfc822(at: datetime) -> str:
    """A moment for RSS, with a year of four digits. Raises ValueError when it has no zone."""
    return format_datetime(_utc(at), usegmt=True)


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError(f"A feed needs moments with a zone, not {at.isoformat()}")
    return at.astimezone(UTC)


def heading(entry: Entry) -> str:
    """The title, or for a text that has none its first words, or its day."""
    title = line(entry.title) or _first_words(entry.summary) or _first_words(_words_of(entry.html))
    return title or entry.published_at.date().isoformat()


def _words_of(html: str) -> str:
    return unescape(_HTML_TAG.sub(" ", html[:2000]))


def _first_words(text: str) -> str:
    text = line(text)
    if len(text) <= _HEADING_LENGTH:
        return text
    return text[:_HEADING_LENGTH].rsplit(" ", 1)[0] + "…"


def prefix(entry: Entry, feed: Feed) -> str:
    """`[fr] ` before the title of an entry in another language than its feed's; readers drop `xml:lang`."""
    own = entry.language.partition("-")[0].lower()
    if feed.language is None or feed.language.partition("-")[0].lower() == own:
        return ""
    return f"[{own}] "


def body(entry: Entry) -> str:
    """The full text as HTML, notes in other languages first; never blank."""
    html = clean(entry.html).strip()
    notes = [(language, clean(text).strip()) for language, text in entry.note]
    told = [_note(language, text) for language, text in notes if text]
    if told:
        return "\n".join([*told, f'<div lang="{escape(entry.language)}">{html}</div>'])
    return html or f"<p>{escape(heading(entry), quote=False)}</p>"


def _note(language: str, text: str) -> str:
    paragraphs = (f"<p>{escape(part.strip(), quote=False)}</p>" for part in re.split(r"\n\s*\n", text))
    return f'<div class="note" lang="{escape(language)}">{"".join(paragraphs)}</div>'


def summary_language(entry: Entry) -> str:
    """The language of the summary: that of a note when the summary is one, else the entry's."""
    return next((language for language, text in entry.note if text == entry.summary), entry.language)
