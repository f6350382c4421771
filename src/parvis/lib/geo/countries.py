"""Countries: the one a point lies in, and their names (CLDR, by Babel)."""

from functools import lru_cache

from babel import Locale, UnknownLocaleError

from parvis.lib.geo.earth import Point
from parvis.lib.geo.towns import nearest_and_distance, nearest_town
from parvis.lib.geo.world import country_on_map

SURE_M = 5_000
"""A town this near says more of its country than a border drawn for a map of the world."""

COAST_M = 50_000
"""On the water off a coast, the nearest town's country; farther out, none."""


def country_at(point: Point) -> str | None:
    """The country (ISO 3166 letters) of a point: the nearest town's if it is near, else the one drawn there; None at sea."""
    return _country_at(point)


@lru_cache(maxsize=4096)
def _country_at(point: Point) -> str | None:
    town, away = nearest_and_distance(point)
    if away <= SURE_M:
        return town.country
    return country_on_map(point) or (town.country if away <= COAST_M else None)


def nearest_country(point: Point) -> str:
    """As `country_at`, but at sea the country of the nearest town, however far."""
    return country_at(point) or nearest_town(point).country


def country_name(country: str, language: str) -> str:
    """What a country (ISO 3166 letters, either case) is called in a language; the letters themselves where nobody knows."""
    letters = country.upper()
    return _names(language).get(letters, letters)


@lru_cache(maxsize=16)
def _names(language: str) -> dict[str, str]:
    try:
        locale = Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        locale = Locale("en")
    return dict(locale.territories)
