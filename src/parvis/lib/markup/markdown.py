"""Markdown, the way this house writes it: CommonMark with tables, footnotes, strikethrough and bare links."""

import hashlib
import re
from collections.abc import Callable, Sequence

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererProtocol
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.gfm_autolink import gfm_autolink_plugin
from mdit_py_plugins.gfm_autolink import index as gfm_autolink

from parvis.lib.markup.cleaning import clean
from parvis.lib.markup.pictures import PictureSource, with_pictures

_ALIGNED = re.compile(r"text-align:(left|center|right)")
_HEADING = re.compile(r"<(/?)h([1-6])(?=[ >])")


def _alignment_as_class(state: StateCore) -> None:
    """Table cells say their alignment in a class, for no text may bring a style."""
    for token in state.tokens:
        if token.type in {"th_open", "td_open"} and (
            found := _ALIGNED.fullmatch(str(token.attrs.pop("style", "")))
        ):
            token.attrs["class"] = f"align-{found[1]}"


def _open_footnotes(
    _self: RendererProtocol, _tokens: Sequence[Token], _at: int, _options: OptionsDict, _env: EnvType
) -> str:
    return '<section class="footnotes">\n<ol>\n'


class _Ending:
    """Looks for the scheme that ends a text in its last letters: the plugin's pattern alone reads all before each colon."""

    def __init__(self, pattern: re.Pattern[str], longest: int) -> None:
        self.pattern, self.longest = pattern, longest

    def search(self, text: str) -> re.Match[str] | None:
        return self.pattern.search(text, max(0, len(text) - self.longest))


gfm_autolink._PROTO_RE = _Ending(gfm_autolink._PROTO_RE, len(" mailto"))  # type: ignore[assignment]


def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    markdown.use(footnote_plugin).use(gfm_autolink_plugin)
    markdown.core.ruler.push("alignment_as_class", _alignment_as_class)
    markdown.add_render_rule("footnote_block_open", _open_footnotes)
    return markdown


_MARKDOWN = _markdown()


def from_markdown(
    source: str, *, picture: Callable[[str], PictureSource | None] | None = None, ugc: bool = False
) -> str:
    """The sanitised HTML of a Markdown text; its first heading level becomes h2, the page's title being h1.

    `picture` knows the renditions of an image by its src. `ugc` marks links as written by visitors.
    """
    # Several texts stand on one page: their footnotes need ids of their own.
    own = hashlib.sha256(source.encode(errors="replace")).hexdigest()[:8]
    html = clean(_MARKDOWN.render(source, {"docId": own}), trusted_iframes=not ugc, ugc=ugc)
    return with_pictures(lower_headings(html), picture or (lambda src: None))


def lower_headings(html: str) -> str:
    """`html` with its heading levels moved so that the first one is h2, none above it and none below h6."""
    first = _HEADING.search(html)
    if first is None:
        return html
    shift = 2 - int(first[2])
    return _HEADING.sub(lambda found: f"<{found[1]}h{min(6, max(2, int(found[2]) + shift))}", html)
