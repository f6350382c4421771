"""The square's menu: rooms, standing pages and links of the owners' choice, in their order."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from parvis.core.people.models import Square

from .models import StandingPage
from .rooms import Room, all_rooms

ABOUT, LEGAL = "about", "legal"


@dataclass(frozen=True)
class Entry:
    """A line of the menu. `language` is that of its words where they are not the reader's."""

    key: str
    title: str
    path: str
    language: str = ""


def menu_of(square: Square, language: str) -> list[Entry]:
    """The menu as a reader of this language finds it; what is closed or gone is left out."""
    rooms = {room.slug: room for room in open_rooms(square)}
    titles = page_titles(square, language)
    chosen = square.menu or usual_menu(rooms, titles)
    entries = [entry_of(item, rooms, titles, language) for item in chosen]
    return [entry for entry in entries if entry is not None]


def usual_menu(rooms: Iterable[str], titles: Container[str]) -> list[Mapping[str, Any]]:
    """The menu of a square whose owners have not chosen one: every open room, and what the square is about."""
    about: list[Mapping[str, Any]] = [{"page": ABOUT}] if ABOUT in titles else []
    return [*({"room": slug} for slug in rooms), *about]


def entry_of(
    item: Mapping[str, object],
    rooms: Mapping[str, Room],
    titles: Mapping[str, tuple[str, str]],
    language: str,
) -> Entry | None:
    """One line, or None when it leads nowhere today."""
    if room := rooms.get(str(item.get("room"))):
        return Entry(f"room:{room.slug}", str(room.title), f"/{room.slug}/")
    if slug := str(item.get("page") or ""):
        title = titles.get(slug)
        return (
            Entry(f"page:{slug}", title[1], address(slug), "" if title[0] == language else title[0])
            if title
            else None
        )
    names = item.get("label")
    if not isinstance(names, Mapping) or not names:
        return None
    return Entry(
        f"link:{item['url']}", str(names.get(language) or next(iter(names.values()))), str(item["url"])
    )


def open_rooms(square: Square) -> list[Room]:
    """The rooms that answer, in the order of their names."""
    return [room for room in all_rooms() if room.in_menu and room.slug not in square.closed_rooms]


def page_titles(square: Square, language: str) -> dict[str, tuple[str, str]]:
    """(language, title) of each standing page: in the reader's language, else the square's, else the one it has."""
    return {slug: best(titles, language, square.language) for slug, titles in written_titles(square).items()}


def written_titles(square: Square) -> dict[str, dict[str, str]]:
    """The titles of the standing pages by page and language; asked once for each square that was read."""
    kept: dict[str, dict[str, str]] | None = getattr(square, "_written_titles", None)
    if kept is None:
        kept = {}
        rows = StandingPage.objects.order_by("slug", "language").values_list("slug", "language", "title")
        for slug, code, title in rows:
            kept.setdefault(slug, {})[code] = title
        square._written_titles = kept  # type: ignore[attr-defined]
    return kept


def best(titles: Mapping[str, str], *wished: str) -> tuple[str, str]:
    """The first wished language that is there, else any."""
    code = next((code for code in wished if code in titles), next(iter(titles)))
    return code, titles[code]


def address(slug: str) -> str:
    """Where a standing page stands."""
    return reverse(slug) if slug in {ABOUT, LEGAL} else reverse("standing-page", args=[slug])
