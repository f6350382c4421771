"""What every template may say: the square, the rooms, who looks."""

from typing import Any

from django.http import HttpRequest

from .rooms import all_rooms


def house(request: HttpRequest) -> dict[str, Any]:
    """Names for templates; nothing is asked of the database until a template uses it."""
    square = getattr(request, "square", None)
    return {
        "square": square,
        "person": getattr(request, "person", None),
        "viewer": getattr(request, "viewer", None),
        "rooms": lambda: [
            room
            for room in all_rooms()
            if room.in_menu and square is not None and room.slug not in square.closed_rooms
        ],
    }
