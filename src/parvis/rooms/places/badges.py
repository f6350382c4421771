"""What is played by on this square: the badges that come with it, and those of its owners."""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from zlib import crc32

from .game.fold import Game
from .game.loading import bundled, load
from .game.rules import VERSION
from .models import OwnBadge


def game_of_square() -> Game:
    """The game as it stands; another badge makes it another version, for which everybody is folded again."""
    rows = OwnBadge.objects.order_by("pk").values_list("row", flat=True)
    return game_with(json.dumps(list(rows), sort_keys=True))


@lru_cache(maxsize=8)
def game_with(own: str) -> Game:
    """The game with these badges of the square's own, as JSON."""
    rows: list[Mapping[str, Any]] = json.loads(own)
    if not rows:
        return Game.usual()
    return Game(badges=(*bundled(), *load(rows)), version=VERSION + 1_000 * crc32(own.encode()))
