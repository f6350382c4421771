"""What the owners decide about the whole square."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from parvis.core.people.models import Square


@dataclass(frozen=True, kw_only=True)
class SquareSettings:
    """The square's name, its words and its ways. Taglines are by language."""

    name: str
    tagline: Mapping[str, str]
    language: str
    languages: Sequence[str]
    zone: str
    join: str
    accent: str
    web_mentions: bool = True


@transaction.atomic
def change_square(*, settings: SquareSettings) -> Square:
    """Other settings, for the next page that anyone opens."""
    square = the_row()
    square.name = settings.name
    square.tagline = {code: words for code, words in settings.tagline.items() if words}
    square.language = settings.language
    square.languages = [
        settings.language,
        *(code for code in settings.languages if code != settings.language),
    ]
    square.zone, square.join, square.accent = settings.zone, settings.join, settings.accent
    square.web_mentions = settings.web_mentions
    return saved(square)


@transaction.atomic
def change_menu(*, menu: Sequence[Mapping[str, object]]) -> Square:
    """What the menu holds, in this order; an empty one is made of all open rooms and pages."""
    square = the_row()
    square.menu = [dict(entry) for entry in menu]
    return saved(square)


@transaction.atomic
def close_rooms(*, slugs: Sequence[str]) -> Square:
    """These rooms answer nobody any more, and no others; what they hold stays, in exports too."""
    square = the_row()
    square.closed_rooms = sorted(slugs)
    return saved(square)


def the_row() -> Square:
    """The square's row, held until the transaction ends."""
    Square.objects.get_or_create(pk=1, defaults={"languages": ["fr", "en"]})
    return Square.objects.select_for_update().get(pk=1)


def saved(square: Square) -> Square:
    """The square with a new version, so that no page made before is taken for a fresh one."""
    square.version += 1
    square.save()
    return square
