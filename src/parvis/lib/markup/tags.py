"""Reading and writing the tags of HTML that the sanitiser wrote: every attribute quoted, every < escaped."""

import html
import re
from collections.abc import Callable, Mapping

ATTRIBUTES = r"""(?:\s+[^\s=<>"'/]+(?:="[^"]*")?)*"""
_ATTRIBUTE = re.compile(r"""([^\s=<>"'/]+)(?:="([^"]*)")?""")
_TAG = re.compile(rf"<([a-zA-Z][a-zA-Z0-9]*)({ATTRIBUTES})\s*/?>")


def words(text: str) -> frozenset[str]:
    """The set of the words in `text`, for lists that read better as a sentence."""
    return frozenset(text.split())


BLOCKS = words(
    "address article aside audio blockquote caption dd details div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 "
    "header hr li ol p pre section summary table tbody td tfoot th thead tr ul video"
)


def attributes_of(written: str) -> dict[str, str]:
    """The attributes of one opening tag, entities decoded."""
    return {name.lower(): html.unescape(value) for name, value in _ATTRIBUTE.findall(written)}


def opening(name: str, attributes: Mapping[str, str]) -> str:
    """An opening tag, its attributes escaped as the sanitiser escapes them."""
    return "<" + name + "".join(f' {key}="{escape(value, True)}"' for key, value in attributes.items()) + ">"


def escape(text: str, quote: bool = False) -> str:
    """`text` as the HTML standard serialises it (no-break spaces by name, apostrophes as they are)."""
    text = text.replace("&", "&amp;").replace("\u00a0", "&nbsp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&quot;") if quote else text


def change_tags(text: str, change: Callable[[str, dict[str, str]], str | None]) -> str:
    """Every opening tag replaced by what `change(name, attributes)` returns; None leaves it as it was."""

    def one(match: re.Match[str]) -> str:
        changed = change(match[1].lower(), attributes_of(match[2]))
        return match[0] if changed is None else changed

    return _TAG.sub(one, text)
