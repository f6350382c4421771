"""The pictures of the sample square, drawn anew each time and always the same."""

from parvis.rooms.journal.demo import company, country, papers, portraits, town
from parvis.rooms.journal.demo.canvas import PAPER, Canvas

SCENES = town.SCENES | company.SCENES | country.SCENES | papers.SCENES
NAMES = tuple(SCENES)
PORTRAITS = portraits.PORTRAITS


def draw(name: str, width: int = 1600) -> bytes:
    """Draw one of the scenes of `NAMES` as a JPEG this many pixels wide, three wide to two high."""
    sheet = Canvas(width, PAPER)
    SCENES[name](sheet)
    return sheet.finished(name)


def portrait(key: str, size: int = 480) -> bytes:
    """Paint the portrait of one of the people in `PORTRAITS` as a square JPEG this many pixels a side."""
    return portraits.paint(key, size)
