"""Takes the delimiters of blocks out of a content and keeps the HTML between them.

Format: https://developer.wordpress.org/block-editor/explanations/architecture/key-concepts/ (block grammar).
"""

import json
import re

from parvis.lib.wxr.paragraphs import link

_DELIMITER = re.compile(
    r"<!--\s+(?P<close>/)?wp:(?P<name>[a-z][a-z0-9_-]*(?:/[a-z][a-z0-9_-]*)?)\s+"
    r"(?:(?P<json>\{(?:(?!-->).)*\})\s+)?(?P<void>/)?-->",
    re.DOTALL,
)
# A void block of these carries nothing that is shown, so leaving it out loses nothing.
_SILENT = frozenset({"more", "nextpage", "separator", "shortcode", "spacer"})
_NUMBERED = frozenset(["image", "gallery", "cover", "media-text", "audio", "video", "file"])
# A gallery is the innermost element that holds its figures; older ones had a list inside a figure.
_GALLERY = re.compile(
    r'(<(?:figure|ul|div)\b[^<>]*?\sclass=")(?=[^"<>]*\b(?:wp-block-gallery|blocks-gallery-grid)(?![\w-]))'
    r"(?![^<>]*>\s*<ul\b[^<>]*\bblocks-gallery-grid)"
)
_ALONE = re.compile(r"(?P<before>>\s*)(?P<url>https?://[^\s<>\"']+)(?P<after>\s*</(?:div|p|figure)>)")


def are_in(text: str) -> bool:
    """Whether the content was written in blocks."""
    return bool(_DELIMITER.search(text))


def strip(text: str) -> tuple[str, tuple[str, ...], tuple[int, ...]]:
    """The text without delimiters, the blocks that are lost, and the ids of attachments the blocks name.

    A void block was made by the server from its attributes; one that has an address leaves a link.
    """
    lost: dict[str, None] = {}
    numbers: dict[int, None] = {}

    def replace(match: re.Match[str]) -> str:
        name = match["name"].removeprefix("core/")
        attributes = _attributes(match["json"])
        if name in _NUMBERED:
            numbers.update(dict.fromkeys(_numbers(attributes)))
        if not match["void"] or match["close"] or name in _SILENT:
            return ""
        url = attributes.get("url")
        if isinstance(url, str) and url.startswith(("http://", "https://")):
            label = attributes.get("label")
            words = re.sub(r"<[^<>]*>", "", label) if isinstance(label, str) else ""
            return f"\n<p>{link(url, words.replace('<', '&lt;'))}</p>\n"
        lost[f"block {name}"] = None
        return ""

    stripped = _GALLERY.sub(r"\1gallery ", _DELIMITER.sub(replace, text))
    return stripped, tuple(lost), tuple(numbers)


def linked(text: str) -> str:
    """The HTML with each address that stands alone in its element made a link."""
    return _ALONE.sub(lambda match: match["before"] + link(match["url"]) + match["after"], text)


def _attributes(source: str | None) -> dict[str, object]:
    if not source:
        return {}
    try:
        found = json.loads(source)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _numbers(attributes: dict[str, object]) -> list[int]:
    ids = attributes.get("ids")
    named = [attributes.get("id"), attributes.get("mediaId"), *(ids if isinstance(ids, list) else [])]
    return [each for each in named if isinstance(each, int) and not isinstance(each, bool) and each > 0]
