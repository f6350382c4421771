"""Reads badges from plain data, and says in sentences for people what is wrong with them."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

from .badges import BadBadges, Badge, BadgeRule, Drawing, Fault, Kind, Where
from .state import LONGEST_WINDOW
from .symbols import COLOURS, SHAPES, SYMBOLS
from .words import gettext_noop as _

LANGUAGES = ("en", "fr")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MOST = 1_000_000
MOST_LEVELS = 20
MOST_HOURS = 24
LONGEST = {"id": 40, "name": 60, "text": 300}
_PLACE = ("groups", "categories", "tags", "countries")
_MOMENT = ("weekdays", "between")
_WINDOWS = ("days", "hours", "in_month")
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")

KEYS: Mapping[Kind, tuple[str, ...]] = {
    Kind.VISITS: ("levels", *_PLACE, *_MOMENT, "same_venue", *_WINDOWS),
    Kind.VENUES: ("levels", *_PLACE, "in_night"),
    Kind.TOWN: ("levels",),
    Kind.TOWNS: ("levels",),
    Kind.COUNTRIES: ("levels",),
    Kind.DAYS: ("levels", *_PLACE, *_MOMENT),
    Kind.NIGHTS: ("levels", *_PLACE, "weekdays"),
    Kind.COMPANIONS: ("levels", *_PLACE, *_MOMENT),
    Kind.PICTURES: ("levels", *_PLACE, *_MOMENT),
    Kind.TITLES: ("levels",),
    Kind.CREATIONS: ("levels", *_PLACE),
    Kind.RETURN: ("levels", *_PLACE),
}
"""What a rule of each kind may say beside its kind."""

NO_TABLE = _("Badge “%(badge)s”: “%(key)s” is no group of keys with values.")
NO_KEY = _("Badge “%(badge)s”: “%(key)s” is missing.")
UNKNOWN_KEY = _("Badge “%(badge)s”: nothing is known of “%(key)s” here; what can stand here: %(allowed)s.")
UNKNOWN_VALUE = _("Badge “%(badge)s”: “%(key)s” says “%(given)s”; it can say: %(allowed)s.")
NO_WORDS = _("Badge “%(badge)s”: “%(key)s” wants words, %(most)s characters at most.")
NO_ID = _("Badge “%(badge)s”: “id” wants small letters a to z, digits and single hyphens, 40 at most.")
TWICE = _("Badge “%(badge)s”: there are two with this id.")
NO_NUMBER = _("Badge “%(badge)s”: “%(key)s” wants a whole number from %(least)s to %(most)s.")
NO_LEVELS = _(
    "Badge “%(badge)s”: “levels” wants one to twenty whole numbers from 1 to 1,000,000, each larger than the one before."
)
NO_LIST = _("Badge “%(badge)s”: “%(key)s” wants a list of words, with one at least.")
NO_FLAG = _("Badge “%(badge)s”: “%(key)s” is true, or is left out.")
NO_TIMES = _('Badge “%(badge)s”: “between” wants two different times, such as ["03:00", "05:00"].')
NOT_TOGETHER = _("Badge “%(badge)s”: “%(key)s” and “%(given)s” do not go together.")


class _Reader:
    """Reads one row; what is wrong is collected, so that all of it is told at once."""

    def __init__(self, badge: str) -> None:
        self.badge = badge
        self.faults: list[Fault] = []

    def wrong(self, words: str, **values: object) -> None:
        self.faults.append(Fault(self.badge, words, values))

    def table(
        self, row: Mapping[str, Any], key: str, allowed: tuple[str, ...], *, needs: tuple[str, ...]
    ) -> Mapping[str, Any]:
        """The table under a key, without what is unknown in it."""
        found = row.get(key)
        if not isinstance(found, Mapping):
            if found is not None:
                self.wrong(NO_TABLE, key=key)
            return {}
        return self.known(found, allowed, needs=needs, inside=f"{key}.")

    def known(
        self, found: Mapping[str, Any], allowed: tuple[str, ...], *, needs: tuple[str, ...], inside: str = ""
    ) -> Mapping[str, Any]:
        for key in found:
            if key not in allowed:
                self.wrong(UNKNOWN_KEY, key=f"{inside}{key}", allowed=", ".join(allowed))
        for key in needs:
            if found.get(key) is None:
                self.wrong(NO_KEY, key=f"{inside}{key}")
        return {key: value for key, value in found.items() if key in allowed and value is not None}

    def words(self, row: Mapping[str, Any], key: str) -> Mapping[str, str]:
        found = self.table(row, key, LANGUAGES, needs=LANGUAGES)
        for language, words in found.items():
            if not isinstance(words, str) or not 0 < len(words.strip()) <= LONGEST[key]:
                self.wrong(NO_WORDS, key=f"{key}.{language}", most=LONGEST[key])
        return {language: str(words).strip() for language, words in found.items()}

    def one_of(self, found: Mapping[str, Any], key: str, allowed: Iterable[str]) -> str:
        names = tuple(allowed)
        value = found.get(key)
        if value is not None and value not in names:
            self.wrong(UNKNOWN_VALUE, key=key, given=value, allowed=", ".join(names))
        return value if value in names else names[0]

    def number(self, rule: Mapping[str, Any], key: str, most: int) -> int:
        value = rule.get(key, 0)
        if key in rule and (type(value) is not int or not 1 <= value <= most):
            self.wrong(NO_NUMBER, key=key, least=1, most=most)
            return 0
        return int(value)

    def flag(self, rule: Mapping[str, Any], key: str) -> bool:
        if key in rule and rule[key] is not True:
            self.wrong(NO_FLAG, key=key)
        return key in rule

    def names(self, rule: Mapping[str, Any], key: str) -> frozenset[str]:
        found = rule.get(key, [])
        good = isinstance(found, list) and all(isinstance(one, str) and one.strip() for one in found)
        if key in rule and not (good and found):
            self.wrong(NO_LIST, key=key)
        return frozenset(one.strip() for one in found) if good else frozenset()

    def levels(self, rule: Mapping[str, Any]) -> tuple[int, ...]:
        found = rule.get("levels", [1])
        good = (
            isinstance(found, list)
            and 1 <= len(found) <= MOST_LEVELS
            and all(type(one) is int and 1 <= one <= MOST for one in found)
            and all(low < high for low, high in pairwise(found))
        )
        if not good:
            self.wrong(NO_LEVELS)
        return tuple(found) if good else (1,)

    def times(self, rule: Mapping[str, Any]) -> tuple[int, int]:
        if "between" not in rule:
            return (0, 0)
        found = rule["between"]
        parts = [_TIME.fullmatch(str(one)) for one in found] if isinstance(found, list) else []
        minutes = [int(part[1]) * 60 + int(part[2]) for part in parts if part]
        if len(minutes) != 2 or len(parts) != 2 or minutes[0] == minutes[1]:
            self.wrong(NO_TIMES)
            return (0, 0)
        return (minutes[0], minutes[1])

    def weekdays(self, rule: Mapping[str, Any]) -> frozenset[int]:
        names = self.names(rule, "weekdays")
        for name in sorted(names - set(WEEKDAYS)):
            self.wrong(UNKNOWN_VALUE, key="weekdays", given=name, allowed=", ".join(WEEKDAYS))
        return frozenset(WEEKDAYS.index(name) for name in names if name in WEEKDAYS)

    def rule(self, row: Mapping[str, Any]) -> BadgeRule:
        """What the badge takes."""
        given = row.get("rule")
        kind = Kind(self.one_of(given, "kind", Kind)) if isinstance(given, Mapping) else Kind.VISITS
        rule = self.table(row, "rule", ("kind", *KEYS[kind]), needs=("kind",))
        self.apart(rule)
        return BadgeRule(
            kind=kind,
            levels=self.levels(rule),
            where=self.where(rule),
            same_venue=self.flag(rule, "same_venue"),
            days=self.number(rule, "days", LONGEST_WINDOW),
            hours=self.number(rule, "hours", MOST_HOURS),
            in_month=self.flag(rule, "in_month"),
            in_night=self.flag(rule, "in_night"),
        )

    def apart(self, rule: Mapping[str, Any]) -> None:
        """What cannot be counted together: one window at a time, and a venue's check-ins are kept by the day only."""
        windows = [key for key in _WINDOWS if key in rule]
        if len(windows) > 1:
            self.wrong(NOT_TOGETHER, key=windows[0], given=windows[1])
        if "same_venue" in rule:
            for key in ("hours", "in_month", *_MOMENT):
                if key in rule:
                    self.wrong(NOT_TOGETHER, key="same_venue", given=key)

    def where(self, rule: Mapping[str, Any]) -> Where | None:
        since, until = self.times(rule)
        where = Where(
            groups=self.names(rule, "groups"),
            categories=self.names(rule, "categories"),
            tags=self.names(rule, "tags"),
            countries=self.names(rule, "countries"),
            weekdays=self.weekdays(rule),
            since=since,
            until=until,
        )
        return None if where == Where() else where

    def drawing(self, row: Mapping[str, Any]) -> Drawing:
        keys = ("shape", "symbol", "colour", "second")
        found = self.table(row, "drawing", keys, needs=keys)
        return Drawing(
            shape=self.one_of(found, "shape", SHAPES),
            symbol=self.one_of(found, "symbol", SYMBOLS),
            colour=self.one_of(found, "colour", COLOURS),
            second=self.one_of(found, "second", COLOURS),
        )


def load(rows: Iterable[Mapping[str, Any]]) -> tuple[Badge, ...]:
    """The badges that rows of plain data describe, in their order. Raises `BadBadges` with all that is wrong in them."""
    badges: list[Badge] = []
    faults: list[Fault] = []
    for place, row in enumerate(rows, start=1):
        badge, found = _badge(row, place)
        faults += found
        badges.append(badge)
    faults += _twice(badges)
    if faults:
        raise BadBadges(tuple(faults))
    return tuple(badges)


@cache
def bundled() -> tuple[Badge, ...]:
    """The badges that come with the square."""
    with (files(__package__) / "badges.toml").open("rb") as file:
        return load(tomllib.load(file)["badge"])


def _badge(row: Mapping[str, Any], place: int) -> tuple[Badge, list[Fault]]:
    given = row.get("id")
    has_id = isinstance(given, str) and len(given) <= LONGEST["id"] and _ID.fullmatch(given) is not None
    reader = _Reader(str(given or place))
    keys = ("id", "name", "text", "rule", "drawing")
    reader.known(row, keys, needs=keys)
    if given is not None and not has_id:
        reader.wrong(NO_ID)
    name, text = reader.words(row, "name"), reader.words(row, "text")
    badge = Badge(str(given), name, text, reader.rule(row), reader.drawing(row))
    return badge, reader.faults


def _twice(badges: list[Badge]) -> Iterator[Fault]:
    seen: set[str] = set()
    for badge in badges:
        if badge.id in seen:
            yield Fault(badge.id, TWICE, {})
        seen.add(badge.id)
