"""What came of an import: figures, what was left out and why, what is worth knowing."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from parvis.lib import checkins
from parvis.lib.checkins import Reason, Visit

from ..actions.checking_in import LONGEST
from .reasons import sentence

NAMED = 1_000
KEPT = 50
"""So many items a reason stay in the report that is kept; the rest are counted."""


@dataclass
class Report:
    """`reading` tells what the reader left out; `skipped` what the import did. Examples are bounded, counts are not.

    `created_before` and `changed_before` are of runs of the same import that were cut off.
    """

    reading: checkins.Report = field(default_factory=checkins.Report)
    formats: tuple[str, ...] = ()
    created: int = 0
    changed: int = 0
    created_before: int = 0
    changed_before: int = 0
    skipped: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    remarks: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def leave(self, visit: Visit, reason: str) -> None:
        """A visit is not brought."""
        self.add(self.skipped, visit, reason, "")

    def note(self, visit: Visit, *, is_placed: bool) -> None:
        """Something of a visit that was brought is worth a word."""
        if not is_placed:
            self.add(self.remarks, visit, "not-placed", "")
        if visit.is_by_others:
            self.add(self.remarks, visit, "by-others", "")
        if visit.companions:
            self.add(self.remarks, visit, "companions", "")
        if len(visit.words) > LONGEST:
            self.add(self.remarks, visit, "cut", str(LONGEST))
        if visit.photos:
            self.add(self.remarks, visit, "photos", str(len(visit.photos)))

    def add(self, rows: dict[str, list[tuple[str, str]]], visit: Visit, reason: str, detail: str) -> None:
        some = rows.setdefault(reason, [])
        if len(some) < NAMED:
            some.append((visit.name, detail))
        self.counts[reason] += 1

    def all_skipped(self) -> Iterator[tuple[str, str, str]]:
        """(item, reason, detail) of all that is named, then how many more there are for a reason."""
        for one in self.reading.skipped:
            yield one.item, one.reason.value, one.detail
        for reason, some in self.skipped.items():
            for item, detail in some:
                yield item, reason, detail

    def unnamed(self) -> Iterator[tuple[str, int]]:
        """How many were left out beyond those that are named, by reason."""
        for left, count in self.reading.unnamed.items():
            yield left.value, count
        for reason, some in self.skipped.items():
            if self.counts[reason] > len(some):
                yield reason, self.counts[reason] - len(some)

    def as_json(self) -> dict[str, Any]:
        """The figures as `--json` prints them."""
        named = [
            {"item": item, "reason": sentence(reason, detail)} for item, reason, detail in self.all_skipped()
        ]
        more = [
            {"item": f"+{count}", "reason": sentence(reason, str(count))} for reason, count in self.unnamed()
        ]
        return {
            "created": self.created,
            "changed": self.changed,
            "skipped": named + more,
            "not_placed": [item for item, _detail in self.remarks.get("not-placed", [])],
        }

    def as_kept(self) -> dict[str, Any]:
        """A report as its row keeps it: codes and numbers; its sentences are made when it is shown."""
        skipped: dict[str, list[tuple[str, str]]] = {}
        for item, reason, detail in self.all_skipped():
            skipped.setdefault(reason, []).append((item, detail))
        more = Counter(dict(self.unnamed()))
        counts = Counter({reason: len(some) for reason, some in skipped.items()}) + more
        if points := self.reading.counts[Reason.POINTS]:
            counts[Reason.POINTS.value] = points
        return {
            "formats": list(self.formats),
            "created": self.created + self.created_before,
            "changed": self.changed + self.changed_before,
            "skipped": groups(skipped, counts),
            "remarks": groups(self.remarks, {reason: self.counts[reason] for reason in self.remarks}),
        }


def groups(rows: Mapping[str, Sequence[tuple[str, str]]], counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """Reasons with how often they came and some of the items, the most frequent first."""
    return [
        {
            "reason": reason,
            "count": count,
            "detail": next((detail for _item, detail in rows.get(reason, ()) if detail), ""),
            "items_named": [item for item, _detail in rows.get(reason, ())[:KEPT]],
        }
        for reason, count in sorted(counts.items(), key=lambda pair: -pair[1])
    ]


def told(kept: Mapping[str, Any]) -> dict[str, Any]:
    """A kept report in the language of its reader."""
    return {
        name: [
            {**group, "words": sentence(group["reason"], group["detail"] or str(group["count"]))}
            for group in kept.get(name, [])
        ]
        for name in ("skipped", "remarks")
    }
