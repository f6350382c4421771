"""Makes HTML of the shortcodes that WordPress itself knows: captions, galleries, sound, film and links."""

import html
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from parvis.lib.wxr.paragraphs import link
from parvis.lib.wxr.shortcodes import PLAYER_NAMES, Shortcode

_MEDIA = re.compile(r"\s*(<a\b[^<>]*>\s*(?:<img\b[^<>]*>\s*)+</a\s*>|<img\b[^<>]*>)", re.IGNORECASE)
_URL = re.compile(r"https?://[^\s\"'<>\]]+")
_AUDIO = ("src", "mp3", "m4a", "ogg", "oga", "wav", "wma", "flac", "aac")
_VIDEO = ("src", "mp4", "m4v", "webm", "ogv", "wmv", "flv", "mov")
_ANSWERS: Mapping[str, str] = {
    "youtube": "https://www.youtube.com/watch?v={}",
    "vimeo": "https://vimeo.com/{}",
    "dailymotion": "https://www.dailymotion.com/video/{}",
}
_PLAIN_ID = re.compile(r"[\w-]{4,20}")


type Children = Callable[[int | None, str], Sequence[int]]


def no_children(_number: int | None, _kind: str) -> Sequence[int]:
    """What is known of the attachments of an item when nobody tells."""
    return ()


@dataclass(frozen=True, kw_only=True)
class AttachmentRef:
    """Where an attachment is and what it says: `alt` is text, `caption` HTML as the old site had it."""

    url: str
    alt: str = ""
    caption: str = ""


@dataclass(frozen=True, kw_only=True)
class Embedder:
    """Makes HTML of known shortcodes; `missing` is told what cannot be shown, `mentioned` whose picture is.

    `children` are the attachments of one kind (image, audio, video) that belong to the item of a number, else to the
    one whose content this is, in WordPress's order.
    """

    attachment: Callable[[int], AttachmentRef | None]
    mentioned: Callable[[int], None]
    missing: Callable[[str], None]
    children: Children

    def made(self, shortcode: Shortcode, inside: str) -> str | None:
        """HTML of a shortcode that is known, empty when nothing of it can be shown; None for any other."""
        name = shortcode.name
        if name in {"caption", "wp_caption"}:
            return self._caption(shortcode, inside)
        if name in {"gallery", "playlist"}:
            return self._gallery(shortcode) if name == "gallery" else self._playlist(shortcode)
        if name in {"audio", "video"}:
            return self._player(shortcode, inside, name, _AUDIO if name == "audio" else _VIDEO)
        return self._link(shortcode, inside) if name == "embed" or name in PLAYER_NAMES else None

    def _caption(self, shortcode: Shortcode, inside: str) -> str | None:
        if not shortcode.is_closed:
            return None
        number = re.fullmatch(r"attachment_(\d{1,18})", shortcode.attributes.get("id", ""))
        if number:
            self.mentioned(int(number[1]))
        media = _MEDIA.match(inside)
        words = inside[media.end() :].strip() if media else ""
        words = words or shortcode.attributes.get("caption", "")
        return _figure(media[1] if media else inside, words)

    def _gallery(self, shortcode: Shortcode) -> str:
        pictures = self._attachments(shortcode, "image")
        figures = [_figure(_picture(picture), picture.caption) for picture in pictures]
        return f'<div class="gallery">\n{"\n".join(figures)}\n</div>' if figures else ""

    def _playlist(self, shortcode: Shortcode) -> str:
        element = "video" if shortcode.attributes.get("type") == "video" else "audio"
        found = self._attachments(shortcode, element)
        return "\n".join(_playing(element, each.url, each.caption) for each in found)

    def _attachments(self, shortcode: Shortcode, kind: str) -> list[AttachmentRef]:
        """Those named by `ids` or `include`, in that order; without them, as WordPress did, all of this kind that
        belong to the post, or to the one that `id` names, but for those of `exclude`."""
        said = shortcode.attributes
        numbers = _numbers(said.get("ids") or said.get("include") or "")
        if not numbers:
            left_out = {*_numbers(said.get("exclude", ""))}
            owner = next(iter(_numbers(said.get("id", ""))), None)
            numbers = [number for number in self.children(owner, kind) if number not in left_out]
        if not numbers:
            self.missing(f"shortcode {shortcode.name}")
        return [found for number in numbers if (found := self.attachment(number)) is not None]

    def _player(self, shortcode: Shortcode, inside: str, element: str, names: tuple[str, ...]) -> str:
        """Old audio shortcodes have the address without a name: `[audio http://…|titles=…]`."""
        named = (shortcode.attributes.get(name, "") for name in names)
        loose = (value.split("|")[0] for value in shortcode.values)
        url = next((each for each in (*named, *loose, inside) if _URL.match(each)), "")
        if not url:
            self.missing(f"shortcode {shortcode.name}")
            return inside
        return _playing(element, _URL.match(url)[0], "")  # type: ignore[index]

    def _link(self, shortcode: Shortcode, inside: str) -> str | None:
        said = (*shortcode.values, *shortcode.attributes.values(), inside)
        for text in said:
            if url := _URL.match(html.unescape(text).strip()):
                return f"<p>{link(url[0])}</p>"
        pattern = _ANSWERS.get(shortcode.name)
        for text in said if pattern else ():
            if pattern and _PLAIN_ID.fullmatch(text.strip()):
                return f"<p>{link(pattern.format(text.strip()))}</p>"
        return None


def _numbers(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d{1,18}", text)]


def _figure(media: str, caption: str) -> str:
    words = f"<figcaption>{caption}</figcaption>" if caption.strip() else ""
    return f"<figure>{media}{words}</figure>"


def _picture(picture: AttachmentRef) -> str:
    return f'<img src="{html.escape(picture.url)}" alt="{html.escape(picture.alt)}">'


def _playing(element: str, url: str, caption: str) -> str:
    """A player with a link beside it, for readers whose page lets no player through."""
    name = html.escape(unquote(urlsplit(url).path.rpartition("/")[2]) or url)
    address = html.escape(html.unescape(url))
    player = f'<{element} controls preload="none" src="{address}"></{element}>'
    return _figure(player, f'<a href="{address}">{caption or name}</a>')
