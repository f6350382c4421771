"""Makes paragraphs of text where a blank line ends one and a line end breaks one, as in classic WordPress posts.

The text may hold HTML. Block elements stay as they are; text between them is put into paragraphs.
"""

import html
import re

_RAW = "pre|script|style|textarea|svg|math|select|object"
_VOID = frozenset({"hr"})
_LINES = frozenset(
    {"p", "h1", "h2", "h3", "h4", "h5", "h6", "dt", "figcaption", "caption", "summary", "legend", "address"}
)
_STRUCTURE = frozenset(
    {"ul", "ol", "dl", "menu", "table", "thead", "tbody", "tfoot", "tr", "colgroup", "figure", "picture"}
)
_FLOW = frozenset(
    {
        "blockquote",
        "div",
        "section",
        "article",
        "aside",
        "main",
        "header",
        "footer",
        "nav",
        "details",
        "fieldset",
    }
    | {"form", "hgroup", "li", "dd", "td", "th", "center"}
)
_CLOSED_BY_THEMSELVES = frozenset({"li", "dd", "dt", "td", "th", "tr"})
_BLOCKS = "|".join(sorted(_VOID | _LINES | _STRUCTURE | _FLOW, key=len, reverse=True))
# Placeholders of things already rendered, which are blocks: a noncharacter, a number, a noncharacter.
HOLD_START, HOLD_END = "\ufdd1", "\ufdd2"
_PIECE = re.compile(
    rf"(?P<raw><(?P<name>{_RAW})\b[^<>]*>.*?</(?P=name)\s*>)"
    rf"|(?P<held>{HOLD_START}\d+{HOLD_END})"
    rf"|(?P<block></?(?P<tag>{_BLOCKS})\b[^<>]*>)",
    re.DOTALL | re.IGNORECASE,
)
_INLINE_TAG = re.compile(r"(<!--.*?-->|</?[a-zA-Z][^<>]*>)", re.DOTALL)
_BREAKS = re.compile(r"<br\s*/?>\s*<br\s*/?>", re.IGNORECASE)
_SHOWS = re.compile(
    r"<(?:img|iframe|embed|video|audio|input|button|br|canvas|a\s[^<>]*name=)\b", re.IGNORECASE
)
_BLANK_LINE = re.compile(r"\n[ \t\u00a0]*\n\s*")
_BREAK_END = re.compile(r"<br\s*/?>\s*$", re.IGNORECASE)
_BARE_URL = re.compile(r"https?://[^\s<>\"']+")


def paragraphs(text: str) -> str:
    """HTML of the text. Bare addresses that have a line to themselves become links."""
    writer = _Writer()
    position = 0
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for piece in _PIECE.finditer(text):
        writer.text(text[position : piece.start()])
        if piece["block"]:
            writer.block(piece["tag"].lower(), piece["block"])
        else:
            writer.atom(piece[0])
        position = piece.end()
    writer.text(text[position:])
    return writer.html()


def closed(text: str) -> str:
    """The text in which each comment and each element of raw text ends, as a browser would end it.

    An unclosed comment is shown as text, for it would hide all that follows.
    """
    tail = text.rfind("-->") + 1
    text = text[:tail] + text[tail:].replace("<!--", "&lt;!--")
    lower = text.lower()
    for name in ("code", *_RAW.split("|")):
        if lower.rfind(f"<{name}") > lower.rfind(f"</{name}"):
            text += f"</{name}>"
    return text


def link(url: str, words: str = "") -> str:
    """A link to that address, with the address for words unless there are others."""
    return f'<a href="{html.escape(html.unescape(url))}">{words or html.escape(html.unescape(url))}</a>'


class _Writer:
    def __init__(self) -> None:
        self._parts: list[str] = []
        self._open: list[str] = []

    def html(self) -> str:
        return "\n".join(part for part in self._parts if part).strip()

    def atom(self, source: str) -> None:
        self._parts.append(source)

    def block(self, tag: str, source: str) -> None:
        """A block tag. A closing one that nothing opened is left out; what it may close by itself, it closes."""
        if source.startswith("</"):
            if tag in self._open:
                while self._open.pop() != tag:
                    pass
                self._append(source)
            return
        around = self._open[-1] if self._open else ""
        if around == "p" or (around == tag and tag in _CLOSED_BY_THEMSELVES):
            self._open.pop()
        if tag not in _VOID and not source.endswith("/>"):
            self._open.append(tag)
        self._parts.append(source)

    def text(self, text: str) -> None:
        """Text between two block tags, written as the innermost open block wants it."""
        if not text.strip():
            return
        around = self._open[-1] if self._open else ""
        text = _BREAKS.sub("\n\n", text)
        if around in _STRUCTURE:
            self._parts.append(text.strip())
        elif around in _LINES:
            self._inside_line(around, text)
        elif around in _FLOW and around != "blockquote" and not _BLANK_LINE.search(text):
            self._append(_lines(text))
        else:
            self._parts += [self._paragraph(part) for part in _BLANK_LINE.split(text) if part.strip()]

    def _inside_line(self, around: str, text: str) -> None:
        between = "</p>\n<p>" if around == "p" else "<br>\n"
        self._append(
            between.join(_lines(part) for part in _BLANK_LINE.split(text.strip("\n")) if part.strip())
        )

    def _paragraph(self, text: str) -> str:
        if not _INLINE_TAG.sub("", text).strip() and not _SHOWS.search(text):
            return text.strip()
        return f"<p>{_lines(text)}</p>"

    def _append(self, text: str) -> None:
        """Join to what stands before without a line end, which would be a space inside a block."""
        if self._parts:
            self._parts[-1] += text
        else:
            self._parts.append(text)


def _lines(text: str) -> str:
    """One paragraph's lines, each but the last ended by a break; line ends inside tags are left alone."""
    written: list[str] = []
    links_open = 0
    for index, part in enumerate(_INLINE_TAG.split(text.strip())):
        if index % 2:
            links_open += bool(re.match(r"<a\s", part, re.IGNORECASE)) - (part[:3].lower() == "</a")
            written.append(part)
        else:
            written.append(_broken(part, after=written[-1] if written else "", may_link=links_open <= 0))
    return "".join(written)


def _broken(text: str, *, after: str, may_link: bool) -> str:
    """The lines of plain text, which stands after the tag `after`, with breaks between them."""
    is_after_break = bool(_BREAK_END.search(after))
    lines = text.split("\n")
    if is_after_break and not lines[0].strip():
        lines = lines[1:] or [""]
    last = len(lines) - 1
    lines = [line.lstrip(" \t") if index else line for index, line in enumerate(lines)]
    lines = [line.rstrip(" \t") if index < last else line for index, line in enumerate(lines)]
    if may_link:
        first = 1 if after and not is_after_break else 0
        lines[first:] = [
            link(line.strip()) if _BARE_URL.fullmatch(line.strip()) else line for line in lines[first:]
        ]
    return "<br>\n".join(lines)
