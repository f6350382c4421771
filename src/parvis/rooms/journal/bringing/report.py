"""What came of an import: figures, what was left out and why, what its owner should look at."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from parvis.lib.wxr import Export

from ..models import Original
from .ledger import COUNTED, Ledger, Skipped
from .overview import Overview
from .reasons import listed, sentence
from .texts import NAMES_BETWEEN

KEYS = ("posts", "pages", "comments", "attachments", "categories", "tags")
A_DOZEN = 12


@dataclass(frozen=True, kw_only=True)
class Report:
    """`in_file` counts what the file holds and `here` what of it is here now, by kind: a picture is here once its file
    is. `created` and `changed` are what this run did.

    `problems` are what the reader had to mend, `originals` how many proposals wait for a yes.
    """

    source: str
    title: str
    in_file: Mapping[str, int]
    here: Mapping[str, int]
    created: Mapping[str, int]
    changed: Mapping[str, int]
    skipped: Sequence[Skipped]
    remarks: Sequence[Skipped]
    problems: Sequence[tuple[str, str]]
    meta_keys: Mapping[str, int]
    originals: int

    @property
    def all_created(self) -> int:
        return sum(self.created.get(kind, 0) for kind in COUNTED)

    @property
    def all_changed(self) -> int:
        return sum(self.changed.get(kind, 0) for kind in COUNTED)

    def as_json(self) -> dict[str, Any]:
        """The figures as `--json` prints them: what is here now, which pictures are only when their files came along."""
        return {
            **{name: self.here.get(kind, 0) for name, kind in zip(KEYS, COUNTED, strict=True)},
            "created": self.all_created,
            "changed": self.all_changed,
            "skipped": [
                {"item": f"{each.kind} {each.item}".strip(), "reason": sentence(each.reason, each.detail)}
                for each in self.skipped
            ],
        }

    def grouped(self, rows: Sequence[Skipped]) -> list[tuple[str, int, tuple[Skipped, ...]]]:
        """(sentence, how many, some of them), the most frequent reason first."""
        groups: dict[str, list[Skipped]] = {}
        for row in rows:
            groups.setdefault(row.reason, []).append(row)
        found = [
            (sentence(some[0].reason, listed(*shared(some))), len(some), tuple(some))
            for some in groups.values()
        ]
        return sorted(found, key=lambda group: -group[1])


def shared(rows: Sequence[Skipped], most: int = 5) -> tuple[list[str], int]:
    """(the details of items that share a reason, each once and the most frequent first, how many more there are).

    Of what only the old site could draw each name counts by itself, and a dozen are given.
    """
    is_names = rows[0].reason == "lost"
    parts = (row.detail.split(NAMES_BETWEEN) if is_names else [row.detail] for row in rows if row.detail)
    found = [detail for detail, _times in Counter(chain.from_iterable(parts)).most_common()]
    most = A_DOZEN if is_names else most
    return found[:most], len(found[most:])


def report_of(ledger: Ledger, overview: Overview, export: Export) -> Report:
    """The report of a run that is over."""
    publications = [line.publication for kind in ("post", "page") for _key, line in ledger.keys(kind)]
    waiting = Original.objects.unguarded("counting proposals of an import").filter(is_confirmed=False)
    imported = {number for number in waiting.values_list("post__publication", flat=True)} & set(publications)
    return Report(
        source=overview.source,
        title=overview.channel.title,
        in_file=Counter(kind for kind, _key in ledger.seen if kind in COUNTED),
        here=ledger.here(),
        created=dict(ledger.created),
        changed=dict(ledger.changed),
        skipped=ledger.skipped,
        remarks=ledger.remarks,
        problems=[(problem.item, problem.reason) for problem in export.problems],
        meta_keys=overview.analysis.meta_keys,
        originals=len(imported),
    )
