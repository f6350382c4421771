"""Where an author is led after something of theirs was narrowed or taken away, when there is something left to see to."""

from collections.abc import Callable
from datetime import datetime

from .models import Publication

type Afterwards = Callable[[Publication, datetime], str]
"""The path of a page about what is left to see to; "" where nothing is."""

ASKED: list[Afterwards] = []


def register(afterwards: Afterwards) -> None:
    """Let a floor above say where to go."""
    ASKED.append(afterwards)


def page_afterwards(publication: Publication, at: datetime) -> str:
    """The first page that has something to say of this publication; "" for none."""
    return next(filter(None, (ask(publication, at) for ask in ASKED)), "")
