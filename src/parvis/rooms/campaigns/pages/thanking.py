"""Who is thanked by name, as each of them chose; in French order, for the page and for print."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from parvis.lib.funding.pledges import BACKING
from parvis.lib.text.search import fold

from ..models import Campaign, Pledge
from ..words.naming import shown_as


@dataclass(frozen=True)
class Thanked:
    """The names, and how many others want none to be read."""

    names: Sequence[str]
    others: int


def thanked(campaign: Campaign) -> Thanked:
    """Those who back it, by the names that each lets everyone read."""
    rows = Pledge.objects.filter(campaign=campaign, state__in=[*map(str, BACKING)])
    shown = [shown_as(name, shown) for name, shown in rows.values_list("name", "shown")]
    names = sorted((name for name in shown if name), key=in_french_order)
    return Thanked(names, len(shown) - len(names))


def in_french_order(name: str) -> tuple[str, str, str]:
    """By letters alone; then accents count, from the end of the word on (cote, côte, coté, côté)."""
    return fold(name), unicodedata.normalize("NFD", name.casefold())[::-1], name


def for_print(campaign: Campaign) -> str:
    """The names, one a line, as a book prints them."""
    return "".join(f"{name}\n" for name in thanked(campaign).names)
