"""Settles what a text points to: links to the old site lead to the new one, and nothing is fetched from other houses."""

import re
from collections.abc import Callable
from urllib.parse import unquote, urlsplit

from parvis.lib.markup.tags import ATTRIBUTES, attributes_of, escape, opening

_TAG = re.compile(rf"<(?P<close>/?)(?P<name>a|img|audio|video|source|track)(?P<attributes>{ATTRIBUTES})>")
_PLAYERS = frozenset({"audio", "video"})


def settled(html: str, *, link: Callable[[str], str], file: Callable[[str], str]) -> str:
    """Cleaned HTML with its addresses settled.

    `link` gives the address a link has from now on; `file` the path at which a picture, sound or film is kept here,
    empty when it is not. What is not here becomes a plain link to where it was (inside a link: its words), so that
    reading a page asks nothing of another house.
    """
    return _Settling(html, link, file).done()


class _Settling:
    """Goes through the tags of one text."""

    def __init__(self, html: str, link: Callable[[str], str], file: Callable[[str], str]) -> None:
        self.html, self.link, self.file = html, link, file
        self.links_open = 0
        self.players_gone: list[str] = []

    def done(self) -> str:
        return _TAG.sub(self.tag, self.html)

    def tag(self, found: re.Match[str]) -> str:
        name, attributes = found["name"], attributes_of(found["attributes"])
        if found["close"]:
            return self.end(name, found[0])
        if name == "a":
            self.links_open += 1
            return self.anchor(attributes)
        if name == "img":
            return self.picture(attributes)
        return self.player(name, attributes, found)

    def end(self, name: str, written: str) -> str:
        if name == "a":
            self.links_open = max(0, self.links_open - 1)
        if name in _PLAYERS and name in self.players_gone:
            self.players_gone.remove(name)
            return ""
        return written

    def anchor(self, attributes: dict[str, str]) -> str:
        if "href" in attributes and not attributes["href"].startswith("#"):
            attributes["href"] = self.link(attributes["href"])
        return opening("a", attributes)

    def picture(self, attributes: dict[str, str]) -> str:
        source = attributes.get("src", "")
        if path := self.file(source):
            return opening("img", attributes | {"src": path})
        return self.words(source, attributes.get("alt", "").strip())

    def player(self, name: str, attributes: dict[str, str], found: re.Match[str]) -> str:
        source = attributes.get("src", "")
        path = self.file(source) if source else ""
        poster = self.file(attributes.pop("poster", "")) if "poster" in attributes else ""
        if poster:
            attributes["poster"] = poster
        if path:
            return opening(name, attributes | {"src": path})
        if name in {"source", "track"}:
            return (
                self.words(source, "")
                if source and name == "source" and not self.is_linked(source, found.end())
                else ""
            )
        if not source:
            return opening(name, attributes)
        self.players_gone.append(name)
        return "" if self.is_linked(source, found.end()) else self.words(source, "")

    def is_linked(self, source: str, end: int) -> bool:
        """Whether a link to this file follows at once, as exports put one beside a player."""
        return f'<a href="{escape(source, True)}"' in self.html[end : end + 600]

    def words(self, source: str, alt: str) -> str:
        """A link in the place of a file that is not here."""
        if not source:
            return escape(alt)
        words = escape(alt or file_name(source))
        if self.links_open:
            return words
        return opening("a", {"href": self.link(source), "rel": "noopener"}) + words + "</a>"


def file_name(url: str) -> str:
    """The name of a file by its address; the address itself when it has none."""
    try:
        return unquote(urlsplit(url).path, errors="replace").rpartition("/")[2] or url
    except ValueError:
        return url
