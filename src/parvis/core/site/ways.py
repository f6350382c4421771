"""Where the rooms let one begin: to write, or to bring in what was written elsewhere."""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from parvis.core.people.models import Square

from .menu import open_rooms


@dataclass(frozen=True)
class Way:
    """A page of a room, and the room's name."""

    title: object
    path: str


def ways_to(name: str, square: Square) -> list[Way]:
    """The pages of this name in the open rooms: "import" takes in what was written elsewhere, "write" begins a text."""
    found = []
    for room in open_rooms(square):
        try:
            found.append(Way(room.title, reverse(f"{room.slug}:{name}")))
        except NoReverseMatch:
            continue
    return found
