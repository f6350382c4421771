"""French typography: the spaces that may not break, and the apostrophe."""

import html as entities
import re
import unicodedata

from parvis.lib.markup.tags import BLOCKS, escape

_NARROW = "\u202f"
_WIDE = "\u00a0"
_ANY = f"[ {_WIDE}{_NARROW}\u2009]"
_LEFT_ALONE = re.compile(
    r"(```.*?(?:```|\Z)|`[^`\n]*`|<[a-zA-Z/!][^<>]*>|"
    r"(?:https?://|mailto:|www\.)[^\s<>«»\"]*[^\s<>«»\".,;:!?)]|[\w.+-]+@[\w-]+(?:\.[\w-]+)+)",
    re.DOTALL,
)
_RULES = (
    (re.compile(r"(?<=[^\W\d_])'(?=[^\W_]|«)"), "’"),
    (re.compile(rf"«{_ANY}*(?=[^\s»])"), f"«{_WIDE}"),
    (re.compile(rf"(?<=[^\s«]){_ANY}*»"), f"{_WIDE}»"),
    # Before a mark that ends something: there is a space already, or a word, a bracket or a quotation ends.
    (re.compile(rf"(?:{_ANY}+|(?<=[\w)\]»”’…%]))(?=[!?]+(?:[\s)\]»”’,.…]|$))"), _NARROW),
    (re.compile(rf"(?:{_ANY}+|(?<=[\w)\]»”’…%]));(?=[\s»”]|$)"), f"{_NARROW};"),
    (re.compile(rf"(?:{_ANY}+|(?<=[\w)\]»”’…%])):(?=[\s»”]|$)"), f"{_WIDE}:"),
)


def french(text: str) -> str:
    """`text` set as French is set: U+202F before ; ! ?, U+00A0 before : and inside « », and ’.

    Marks inside a word (10:30, a;b, smileys) stay; so do code and addresses. Setting twice changes nothing.
    (Lexique des règles typographiques en usage à l’Imprimerie nationale.)
    """
    pieces = _LEFT_ALONE.split(text)
    return "".join(piece if number % 2 else _set(piece) for number, piece in enumerate(pieces))


_VOWEL = re.compile(r"[aeiouyæœ]", re.IGNORECASE)


def elided(sentence: str, name: str, language: str) -> str:
    """A sentence with a name in it, in French with « de » before a vowel written « d’ »: un mot d’Alix."""
    first = unicodedata.normalize("NFD", name[:1])[:1]
    if not language.startswith("fr") or not _VOWEL.match(first):
        return sentence
    return re.sub(rf"\b([Dd])e (?={re.escape(name)})", r"\1’", sentence)


def typeset(text: str, language: str) -> str:
    """`text` with the spaces and apostrophes of its language: French has its own."""
    return french(text) if language.startswith("fr") else text


def _set(text: str) -> str:
    for pattern, instead in _RULES:
        text = pattern.sub(instead, text)
    return text


_TAG = re.compile(r"(<(/?)([a-zA-Z][a-zA-Z0-9]*)(?:[^<>\"]|\"[^\"]*\")*>)")
_VERBATIM = frozenset({"code", "pre", "kbd", "samp", "var"})
_FOLLOWS = re.compile(r"[^\W_]")
_PRECEDES = re.compile(r"[\w)\]»”’…%]")


def french_html(html: str) -> str:
    """Cleaned `html` whose text is set as `french` sets it, but for code and addresses.

    A mark is seen with the word before it, and an apostrophe with the word after, across tags like <em>.
    """
    pieces = _TAG.split(html)  # text, tag, "/" or "", name, text, …
    texts = [entities.unescape(text) for text in pieces[::4]]
    out, verbatim, before = [], 0, ""
    for number, text in enumerate(texts):
        if verbatim:
            out.append(pieces[number * 4])
            before = ""
        else:
            after = _letter_after(texts, pieces, number)
            changed = french(before + text + after)
            out.append(escape(changed[len(before) : len(changed) - len(after)]))
            before = text[-1:] if _PRECEDES.match(text[-1:]) else "" if text else before
        if tag := pieces[number * 4 + 1 : number * 4 + 4]:
            out.append(tag[0])
            name = tag[2].lower()
            if name in _VERBATIM:
                verbatim = max(0, verbatim + (-1 if tag[1] else 1))
            if name in BLOCKS or name == "br":
                before = ""
    return "".join(out)


def _letter_after(texts: list[str], pieces: list[str], number: int) -> str:
    """The letter or « that follows the text beyond an inline tag; empty when a block, code or a mark follows."""
    tag = pieces[number * 4 + 1 : number * 4 + 4]
    if not tag or tag[2].lower() in BLOCKS | _VERBATIM | {"br"}:
        return ""
    first = texts[number + 1][:1]
    return first if _FOLLOWS.match(first) else ""
