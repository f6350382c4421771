"""Where the rooms let one begin: to write, or to bring in what was written elsewhere."""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from parvis.core.people.models import Square

from .menu import open_rooms


@dataclass(frozen=True)
class Way:
    """A page of a room, and what its link says: the room's name, or what it brings in."""

    title: object
    path: str


def ways_to(name: str, square: Square) -> list[Way]:
    """The pages of this name in the open rooms: "import" takes in what was written elsewhere, "write" begins a text."""
    found = []
    for room in open_rooms(square):
        try:
            title = (name == "import" and room.brings) or room.title
            found.append(Way(title, reverse(f"{room.slug}:{name}")))
        except NoReverseMatch:
            continue
    return found
