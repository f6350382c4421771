"""What kinds of places there are, in groups, with their names in French and English (OpenStreetMap's id-tagging-schema).

`scripts/geo/categories.py` makes the file.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from parvis.lib.geo.towns import key as compared

_FILE = Path(__file__).parent / "data" / "categories.json"

GROUPS = {
    "food": ("Food", "Manger"),
    "drink": ("Drinks and nights out", "Boire un verre, sortir"),
    "shop": ("Shops", "Commerces"),
    "culture": ("Culture", "Culture"),
    "sights": ("Sights", "À voir"),
    "sport": ("Sport and play", "Sport et jeux"),
    "nature": ("Parks and nature", "Parcs et nature"),
    "transport": ("Transport", "Transports"),
    "lodging": ("Places to stay", "Hébergement"),
    "worship": ("Worship", "Culte et mémoire"),
    "health": ("Health", "Santé"),
    "education": ("Education", "Enseignement"),
    "work": ("Work", "Travail"),
    "public": ("Public places", "Lieux publics"),
    "residence": ("Homes", "Habitations"),
}
"""The groups in the order they are offered, with their English and French names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A kind of place. `key` never changes; `icon` names a drawing of maki, temaki or Font Awesome (`maki-cafe`).

    `has_extent`: a railway line, a road, a park, an airport, a town; how far one is from its middle says nothing.
    `is_private_by_nature`: somebody lives there.
    """

    key: str
    group: str
    english: str
    french: str
    icon: str
    has_extent: bool
    is_private_by_nature: bool

    def name_in(self, language: str) -> str:
        """The category's name in French, or else in English."""
        return self.french if language.startswith("fr") else self.english


def category(key: str) -> Category | None:
    """The category of this key, if there is one."""
    return _load().by_key.get(key)


def categories(group: str | None = None) -> Sequence[Category]:
    """All categories, or those of a group, in the order they are offered."""
    return [one for one in _load().by_key.values() if group in (None, one.group)]


def group_name(group: str, language: str) -> str:
    """The name of a group of GROUPS in French, or else in English."""
    return GROUPS[group][language.startswith("fr")]


def find_categories(words: str, language: str, limit: int) -> list[Category]:
    """Categories with a name or a search term in which each of these words begins a word; without regard to accents.

    First those whose name begins so, then those named so, then the others; names of the other language come last.
    """
    wanted = compared(words).split()
    if not wanted:
        return []
    mine, other = (1, 0) if language.startswith("fr") else (0, 1)
    ranked = []
    for place, (one, everything, *names) in enumerate(_load().names):
        if (
            _begins_words(wanted, everything)
            and (rank := _rank(wanted, names[mine], names[other])) is not None
        ):
            ranked.append((rank, place, one))
    return [one for _, _, one in sorted(ranked, key=lambda found: found[:2])[: max(0, limit)]]


def categories_of_osm_tags(tags: Mapping[str, str]) -> str | None:
    """The key of the category that says most of what OpenStreetMap's tags of a thing say; None if none fits."""
    best, most = None, 0
    for one, ways in _load().tags:
        for way in ways:
            if len(way) > most and all(
                name in tags and _has(tags[name], value) for name, value in way.items()
            ):
                best, most = one.key, len(way)
    return best


def _has(written: str, wanted: str) -> bool:
    """Whether a tag's value, or one of several in it (`pizza;kebab`), is the wanted one."""
    return wanted in {"*", written} or wanted in {one.strip() for one in written.split(";")}


def _rank(wanted: Sequence[str], names: Sequence[str], others: Sequence[str]) -> int | None:
    """How well a category answers: 0 its name begins so, 1 its name has the words, 2 a term, 3 the other language."""
    if names[0].startswith(" ".join(wanted)):
        return 0
    if _begins_words(wanted, names[0]):
        return 1
    if any(_begins_words(wanted, name) for name in names[1:]):
        return 2
    return 3 if any(_begins_words(wanted, name) for name in others) else None


def _begins_words(wanted: Sequence[str], name: str) -> bool:
    spaced = " " + name
    return all(" " + word in spaced for word in wanted)


@dataclass(frozen=True, slots=True)
class _Categories:
    by_key: Mapping[str, Category]
    names: Sequence[tuple[Category, str, Sequence[str], Sequence[str]]]
    tags: Sequence[tuple[Category, Sequence[Mapping[str, str]]]]


@lru_cache(maxsize=1)
def _load() -> _Categories:
    by_key, names, tags = {}, [], []
    for row in json.loads(_FILE.read_text(encoding="utf-8")):
        one = Category(
            key=row["key"],
            group=row["group"],
            english=row["en"],
            french=row["fr"],
            icon=row["icon"],
            has_extent=row["extent"],
            is_private_by_nature=row["private"],
        )
        by_key[one.key] = one
        english, french = (
            [compared(name) for name in (row[language], *row[f"terms_{language}"].split(","))]
            for language in ("en", "fr")
        )
        names.append((one, " ".join(english + french), english, french))
        tags.append((one, row["tags"]))
    return _Categories(by_key, names, tags)
