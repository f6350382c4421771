"""Renders the content of a WordPress item as HTML: blocks, classic paragraphs and shortcodes.

The HTML is NOT sanitised: scripts, handlers and frames of the source are still in it. Whoever shows it
sanitises it first.
"""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from parvis.lib.wxr import blocks, shortcodes
from parvis.lib.wxr.embedded import AttachmentRef, Children, Embedder, no_children
from parvis.lib.wxr.paragraphs import HOLD_END, HOLD_START, closed, paragraphs

__all__ = ["AttachmentRef", "Rendered", "render"]

_MORE = re.compile(r"<!--\s*more\b(?:(?!-->).)*-->", re.DOTALL)
_NO_TEASER = re.compile(r"<!--\s*noteaser\s*-->")
_NEXT_PAGE = re.compile(r"<!--\s*nextpage\s*-->")
_HELD = re.compile(rf"{HOLD_START}(\d+){HOLD_END}")
_HELD_ALONE = re.compile(rf"<p>\s*((?:{HOLD_START}\d+{HOLD_END}\s*)+)</p>")
_PICTURE = re.compile(r"\bwp-image-(\d{1,18})\b")


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """HTML of a content, not sanitised.

    `excerpt_html` is what stands before “more”, empty without it. `lost` names what could not be shown, as
    `shortcode name`, `block name` or `attachment id`. `attachments` are the ids the content refers to.
    """

    html: str
    is_blocks: bool
    lost: tuple[str, ...]
    attachments: tuple[int, ...]
    pages: int
    excerpt_html: str = ""


def render(
    content: str, attachment: Callable[[int], AttachmentRef | None], children: Children = no_children
) -> Rendered:
    """The HTML of an item's content, with what is known of its attachments. It is NOT sanitised here.

    1. Pages are split at `nextpage` and joined again by `<hr id="page-2">`; `more` is taken out.
    2. Comments that delimit blocks go, the HTML between them stays; blocks made by the server are lost.
    3. Shortcodes become HTML; pairs of unknown ones leave what they hold, and their names are reported.
    4. Text without blocks gets its paragraphs.
    Quotes are left as typed.
    """
    text = content.replace("\r\n", "\n").replace("\r", "\n").replace(HOLD_START, "").replace(HOLD_END, "")
    text = _NO_TEASER.sub("", closed(text))
    is_blocks = blocks.are_in(text)
    gathered = _Renderer(attachment=attachment, children=children, is_blocks=is_blocks)
    pages = [gathered.page(page) for page in _NEXT_PAGE.split(_MORE.sub("\n\n", text))]
    joined = pages[0] + "".join(
        f'\n<hr id="page-{number}">\n{page}' for number, page in enumerate(pages[1:], start=2)
    )
    excerpt = ""
    if more := _MORE.search(text):
        before = _NEXT_PAGE.sub("\n\n", text[: more.start()])
        excerpt = _Renderer(attachment=attachment, children=children, is_blocks=is_blocks).page(before)
    pictures = (int(number) for number in _PICTURE.findall(text))
    return Rendered(
        html=joined.strip(),
        is_blocks=is_blocks,
        lost=tuple(gathered.lost),
        attachments=tuple(dict.fromkeys((*gathered.attachments, *pictures))),
        pages=len(pages),
        excerpt_html=excerpt,
    )


@dataclass(kw_only=True)
class _Renderer:
    """Renders the pages of one content and gathers on the way what is lost and which attachments it needs."""

    attachment: Callable[[int], AttachmentRef | None]
    children: Children
    is_blocks: bool
    lost: dict[str, None] = field(default_factory=dict)
    attachments: dict[int, None] = field(default_factory=dict)
    _held: list[str] = field(default_factory=list)

    def page(self, text: str) -> str:
        if self.is_blocks:
            text, lost, attachments = blocks.strip(text)
            self.lost.update(dict.fromkeys(lost))
            self.attachments.update(dict.fromkeys(attachments))
        flat = self._flat(shortcodes.parse(text), depth=0)
        made = blocks.linked(flat) if self.is_blocks else paragraphs(flat)
        return self._unheld(made).strip()

    def _flat(self, parts: list[str | shortcodes.Shortcode], *, depth: int) -> str:
        return "".join(part if isinstance(part, str) else self._shortcode(part, depth) for part in parts)

    def _shortcode(self, shortcode: shortcodes.Shortcode, depth: int) -> str:
        if depth > shortcodes.DEEPEST:
            self.lost[f"shortcode {shortcode.name}"] = None
            return shortcodes.plain_text(shortcode.inside)
        inside = self._flat(shortcode.inside, depth=depth + 1)
        if shortcode.name in shortcodes.CODE_NAMES and shortcode.is_closed:
            return self._hold(
                f"<pre><code>{html.escape(html.unescape(shortcode.body.strip(chr(10))))}</code></pre>"
            )
        embedder = Embedder(
            attachment=self._look_up, mentioned=self._mention, missing=self._miss, children=self.children
        )
        made = embedder.made(shortcode, self._inline(inside))
        if made is not None:
            return self._hold(made)
        self.lost[f"shortcode {shortcode.name}"] = None
        return inside

    def _inline(self, inside: str) -> str:
        """What a caption or link holds, with the things rendered inside it put back."""
        return self._unheld(inside).strip()

    def _hold(self, made: str) -> str:
        """Keep finished HTML out of the way of paragraphs; an empty result leaves nothing."""
        if not made:
            return ""
        self._held.append(made)
        return f"{HOLD_START}{len(self._held) - 1}{HOLD_END}"

    def _unheld(self, text: str) -> str:
        return _HELD.sub(lambda held: self._held[int(held[1])], _HELD_ALONE.sub(r"\1", text))

    def _look_up(self, number: int) -> AttachmentRef | None:
        self._mention(number)
        found = self.attachment(number)
        if found is None:
            self._miss(f"attachment {number}")
        return found

    def _mention(self, number: int) -> None:
        self.attachments[number] = None

    def _miss(self, what: str) -> None:
        self.lost[what] = None
