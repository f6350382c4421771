"""Brings check-ins: in batches, each written whole or not at all.

Cut off at any point and started again, it goes on where it was; started once more, it finds nothing to do.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from pathlib import Path

from django.db import IntegrityError, connection, transaction
from django.db.models import Max
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from parvis.core.people.models import Person
from parvis.core.stream.inserting import look_over
from parvis.core.stream.models import Publication
from parvis.lib.checkins import Reading, Unreadable, Visit
from parvis.lib.refusal import Refusal

from ..actions.checking_in import AHEAD
from ..actions.playing import replay
from ..models import Import, ImportItem
from .reasons import sentence
from .report import Report
from .spots import Spots
from .writing import Shape, Writer, digest_of

BATCH = 500
SPARING = {"mmap_size": 0, "cache_size": -8_000}
"""What SQLite maps of its file, and keeps of it (a negative number: in kilobytes), while check-ins are brought."""

type Tell = Callable[[int, int], object]


class NoSuchFile(Refusal):
    def __init__(self, path: Path) -> None:
        super().__init__(_("There is no file “%(file)s”.") % {"file": path})


class NothingToRead(Refusal):
    """The file holds nothing that can be brought; `reason` is the one of `lib.checkins`."""

    def __init__(self, called: str, unreadable: Unreadable) -> None:
        self.reason = unreadable.reason
        super().__init__(
            _("Nothing in “%(file)s” can be brought. %(why)s")
            % {"file": called, "why": sentence(unreadable.reason, unreadable.detail)}
        )


class UnderWay(Refusal):
    def __init__(self) -> None:
        super().__init__(_("These check-ins are being brought right now. Try again when that is done."))


@dataclass(frozen=True)
class Standing:
    """A check-in that was brought before, as it stands now; `publication` is None for one that is gone."""

    item: ImportItem
    publication: Publication | None

    @property
    def is_gone(self) -> bool:
        return self.publication is None or self.publication.deleted_at is not None


def bring(
    path: Path,
    *,
    person: Person,
    at: datetime,
    called: str = "",
    report: Report | None = None,
    tell: Tell = lambda done, total: None,
) -> Import:
    """Bring what a file, a folder or a zip holds; `report` is filled. Raises NoSuchFile, NothingToRead, UnderWay.

    Nobody is told, and nobody but this person sees any of it.
    """
    called = called or path.name
    if not path.exists():
        raise NoSuchFile(path)
    try:
        reading = Reading(path)
    except Unreadable as unreadable:
        raise NothingToRead(called, unreadable) from None
    report = report or Report()
    report.reading, report.formats = reading.report, reading.formats
    with translation.override(person.language):
        return bring_visits(
            reading,
            person=person,
            called=called,
            at=at,
            report=report,
            tell=lambda: tell(reading.done, reading.total),
        )


def bring_visits(
    visits: Iterable[Visit],
    *,
    person: Person,
    called: str,
    at: datetime,
    report: Report | None = None,
    tell: Callable[[], object] = lambda: None,
) -> Import:
    """Bring visits, for this person alone. Raises UnderWay."""
    report = report or Report()
    import_of = begun(person, called, at)
    report.created_before = import_of.report.get("created", 0)
    report.changed_before = import_of.report.get("changed", 0)
    bringing = Bringing(person, import_of, at, report)
    with sparing():
        for number, some in enumerate(batched(visits, BATCH), 1):
            with alone(person), transaction.atomic():
                bringing.batch(some)
                import_of.report = report.as_kept()
                import_of.save(update_fields=["report"])
            look_over(ImportItem, number)
            tell()
        with transaction.atomic():
            if report.created or report.changed:
                replay(person=person, at=at)
            Import.objects.filter(person=person, ended_at=None).update(ended_at=at)
            import_of.ended_at, import_of.report = at, report.as_kept()
            import_of.save(update_fields=["ended_at", "report"])
    return import_of


@contextmanager
def sparing() -> Iterator[None]:
    """Let SQLite keep little of its file meanwhile: what it maps or keeps of one that grows is memory of this process."""
    if connection.vendor != "sqlite":
        yield
        return
    kept: dict[str, int] = {}
    with connection.cursor() as cursor:
        for name, value in SPARING.items():
            cursor.execute(f"PRAGMA {name}")
            if (row := cursor.fetchone()) is not None:
                kept[name] = int(row[0])
            cursor.execute(f"PRAGMA {name} = {value}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for name, value in kept.items():
                cursor.execute(f"PRAGMA {name} = {value}")


@contextmanager
def alone(person: Person) -> Iterator[None]:
    """Raises UnderWay where another run brought something of the same in the meantime."""
    before = last_brought()
    try:
        yield
    except IntegrityError as error:
        if not ImportItem.objects.filter(person=person, pk__gt=before).exists():
            raise
        raise UnderWay from error


def last_brought() -> int:
    """The number of the line that was written last, whoever brought it."""
    return ImportItem.objects.aggregate(last=Max("pk"))["last"] or 0


def begun(person: Person, called: str, at: datetime) -> Import:
    """The row of this import; that of one of the same name which was cut off is taken up again."""
    open_one = Import.objects.filter(person=person, called=called[:200], ended_at=None).first()
    return open_one or Import.objects.create(person=person, called=called[:200], began_at=at)


class Bringing:
    """One run."""

    def __init__(self, person: Person, import_of: Import, at: datetime, report: Report) -> None:
        self.person, self.at, self.report = person, at, report
        self.spots = Spots(person, import_of, at)
        self.spots.load()
        self.writer = Writer(person, import_of, at)

    def batch(self, visits: tuple[Visit, ...]) -> None:
        """One batch, within one transaction."""
        known = standing(self.person, visits)
        self.spots.look_up(visits)
        new: dict[tuple[str, str], Shape] = {}
        again: list[tuple[Shape, Standing]] = []
        for visit in visits:
            key = (visit.origin, visit.external_id)
            shape = self.shape(visit, known.get(key))
            if shape is None:
                continue
            if key in new:
                self.report.leave(visit, "twice")
            elif key in known:
                again.append((shape, known[key]))
            else:
                new[key] = shape
        self.spots.write()
        if new:
            self.writer.create(list(new.values()))
            self.report.created += len(new)
        for shape, before in again:
            self.change(shape, before)
        for shape in new.values():
            self.report.note(shape.visit, is_placed=shape.venue is not None)

    def shape(self, visit: Visit, before: Standing | None) -> Shape | None:
        """What is to be written of a visit; None for nothing."""
        if visit.at > self.at + AHEAD:
            self.report.leave(visit, "ahead")
            return None
        if before is None:
            if visit.origin == "parvis" and self.is_from_here(visit):
                self.report.leave(visit, "from-here")
                return None
        elif before.is_gone:
            self.report.leave(visit, "deleted-here")
            return None
        placing = self.spots.placing_of(visit)
        venue = placing.venue.standing() if placing is not None else self.spots.of(visit)
        is_placed = venue is not None and placing is None
        return Shape(visit, venue, digest_of(visit, is_placed=is_placed), placing)

    def is_from_here(self, visit: Visit) -> bool:
        """Whether an export of this square comes back to the person who made it."""
        own = Publication.objects.unguarded("one's own, brought back").filter(author=self.person)
        return own.filter(public_id=visit.external_id).exists()

    def change(self, shape: Shape, before: Standing) -> None:
        """A check-in that is here: changed where the file says something else and nobody has touched it here."""
        if before.item.digest == shape.digest:
            return
        assert before.publication is not None
        if before.publication.revision != before.item.revision:
            self.report.leave(shape.visit, "changed-here")
            return
        self.writer.change(shape, before.item, before.publication)
        self.report.changed += 1


def standing(person: Person, visits: Sequence[Visit]) -> Mapping[tuple[str, str], Standing]:
    """Those of these visits that were brought before."""
    names = [visit.external_id for visit in visits]
    items = {
        (item.origin, item.external_id): item
        for item in ImportItem.objects.filter(
            person=person, origin__in={visit.origin for visit in visits}, external_id__in=names
        )
    }
    numbers = [item.publication_id for item in items.values() if item.publication_id is not None]
    there = Publication.objects.unguarded("one's own, brought before").in_bulk(numbers)
    return {key: Standing(item, there.get(item.publication_id or 0)) for key, item in items.items()}
