"""The ledger of an import: one line an item, kept in memory while it runs and written with each batch."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ..models import Import, ImportItem

COUNTED = ("post", "page", "comment", "attachment", "category", "tag")
type Key = tuple[str, str]


@dataclass(slots=True)
class Line:
    """A line of the ledger as it stands."""

    pk: int
    state: str
    digest: str = ""
    reason: str = ""
    detail: str = ""
    publication: int | None = None
    person: int | None = None
    target: int | None = None
    revision: int = 0


@dataclass(frozen=True)
class Skipped:
    """Something of the file that is not here, and why."""

    kind: str
    item: str
    reason: str
    detail: str


@dataclass
class Ledger:
    """What is known of every item of one old blog, and what this run does to it."""

    import_of: Import
    at: datetime
    lines: dict[Key, Line] = field(default_factory=dict)
    seen: set[Key] = field(default_factory=set)
    created: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    counted: set[Key] = field(default_factory=set)
    rewritten: set[Key] = field(default_factory=set)
    skipped: list[Skipped] = field(default_factory=list)
    remarks: list[Skipped] = field(default_factory=list)
    _rows: dict[Key, ImportItem] = field(default_factory=dict)

    def load(self) -> None:
        """Read what earlier runs wrote."""
        if self.import_of.pk is None:
            return
        rows = ImportItem.objects.filter(import_of=self.import_of).values_list(
            "kind",
            "key",
            "pk",
            "state",
            "digest",
            "reason",
            "detail",
            "publication",
            "person",
            "target",
            "revision",
        )
        self.lines = {(row[0], row[1]): Line(*row[2:]) for row in rows.iterator()}

    def line(self, kind: str, key: str) -> Line | None:
        """The line of an item that was brought and is as good as then."""
        line = self.lines.get((kind, key))
        return line if line is not None and line.state == "imported" else None

    def unique(self, kind: str, key: str) -> tuple[str, bool]:
        """The key of an item that stands here in the file, and whether the same one stood before."""
        number, wanted = 2, key
        while (kind, key) in self.seen:
            key, number = f"{wanted}~{number}", number + 1
        self.seen.add((kind, key))
        return key, key != wanted

    def brought(self, kind: str, key: str, *, item: str, is_new: bool, **values: object) -> ImportItem:
        """The item is here now; `is_new` tells whether this run made it, or changed it."""
        (self.created if is_new else self.changed)[kind] += 1
        self.counted.add((kind, key))
        if not is_new:
            self.rewritten.add((kind, key))
        return self.write(kind, key, item=item, state="imported", **values)

    def revised(self, kind: str, key: str, line: Line, revision: int) -> None:
        """What is here has been changed by the import itself, once or more in this run."""
        if (kind, key) not in self.counted:
            self.counted.add((kind, key))
            self.changed[kind] += 1
        line.revision = revision
        ImportItem.objects.filter(pk=line.pk).update(revision=revision, at=self.at)

    def skip(
        self, kind: str, key: str, *, item: str, reason: str, detail: str = "", **values: object
    ) -> None:
        """The item is not brought."""
        self.skipped.append(Skipped(kind, item, reason, detail))
        line = self.lines.get((kind, key))
        if line is None or (line.state, line.reason, line.detail) != ("skipped", reason, detail):
            self.write(kind, key, item=item, state="skipped", reason=reason, detail=detail, **values)

    def left(self, kind: str, item: str, reason: str, detail: str = "") -> None:
        """The item is here from an earlier run, and what the file says of it now was not taken."""
        self.skipped.append(Skipped(kind, item, reason, detail))

    def remark(self, kind: str, item: str, reason: str, detail: str = "") -> None:
        """Something of an item that is here is worth a word in the report."""
        if reason:
            self.remarks.append(Skipped(kind, item, reason, detail))

    def write(self, kind: str, key: str, *, item: str, state: str, **values: object) -> ImportItem:
        """Put a line down, to be written with the batch."""
        old = self.lines.get((kind, key))
        row = ImportItem(
            pk=old.pk if old else None,
            import_of=self.import_of,
            kind=kind,
            key=key,
            state=state,
            title=item[:400],
            at=self.at,
            **values,
        )
        self._rows[kind, key] = row
        return row

    def flush(self) -> None:
        """Write the lines of this batch, within its transaction."""
        rows = list(self._rows.values())
        known = [row for row in rows if row.pk is not None]
        ImportItem.objects.bulk_create(row for row in rows if row.pk is None)
        fields = (
            "state",
            "reason",
            "detail",
            "digest",
            "title",
            "publication",
            "person",
            "target",
            "revision",
            "at",
        )
        ImportItem.objects.bulk_update(known, fields, batch_size=50)
        self.lines |= {key: as_line(row) for key, row in self._rows.items()}
        self._rows = {}

    def forget(self) -> None:
        """Drop the lines of a batch that was not written."""
        self._rows = {}

    def here(self) -> Mapping[str, int]:
        """How many items of each kind that the file holds are here now."""
        counts: Counter[str] = Counter()
        for kind, key in (each for each in self.seen if each[0] in COUNTED):
            row = self._rows.get((kind, key))
            counts[kind] += row.state == "imported" if row is not None else self.line(kind, key) is not None
        return counts

    def keys(self, kind: str) -> Iterator[tuple[str, Line]]:
        """The lines of a kind that were brought, this run's unwritten ones left out."""
        return (
            (key, line)
            for (each, key), line in self.lines.items()
            if each == kind and line.state == "imported"
        )


def as_line(row: ImportItem) -> Line:
    return Line(
        pk=row.pk,
        state=row.state,
        digest=row.digest,
        reason=row.reason,
        detail=row.detail,
        publication=row.publication_id,
        person=row.person_id,
        target=row.target,
        revision=row.revision,
    )
