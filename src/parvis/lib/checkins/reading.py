"""Reads whatever was sent as check-ins and visits, one at a time, and accounts for everything else."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from parvis.lib.geo.earth import Point

from . import geojson, google, gpx, kml, owntracks, swarm
from .guarded import A_PIECE, Bytes
from .records import Reason, Report, Unreadable, Visit
from .shapes import HEAD, Format, Shape, shape_of
from .unpacking import Part, parts_of

MOST_POSITIONS = 500
"""Positions a venue of which the middle is taken."""


@dataclass(frozen=True)
class Known:
    """A file whose format is known."""

    part: Part
    shape: Shape


class Reading:
    """What was sent, and what became of it: iterate over it for the visits; `report` is complete after that.

    Raises Unreadable, when it is made, for what holds nothing that can be read here. `done` and `total` are bytes.
    """

    def __init__(self, path: Path) -> None:
        self.report = Report()
        self.done = self.total = 0
        self.files: list[Known] = []
        refused: list[Reason] = []
        for part in parts_of(path, self.report):
            self.report.part = part.name
            try:
                self.files.append(Known(part, shape_of(head_of(part, self.report))))
                self.total += part.size
            except Unreadable as reason:
                refused.append(reason.reason)
                self.report.leave(part.name, reason.reason, reason.detail)
        if not self.files:
            raise Unreadable(refused[0] if len(set(refused)) == 1 else Reason.UNKNOWN, path.name)

    @property
    def formats(self) -> tuple[str, ...]:
        """The formats of the files, each once."""
        return tuple(dict.fromkeys(each.shape.format.value for each in self.files))

    def __iter__(self) -> Iterator[Visit]:
        positions = self.positions()
        seen: set[int] = set()
        for known in self.files:
            if known.shape.format == Format.SWARM_VISITS:
                continue
            for visit in self.visits_of(known, positions):
                key = hash((visit.origin, visit.external_id))
                if key in seen:
                    self.report.leave(visit.name, Reason.TWICE)
                    continue
                seen.add(key)
                yield visit

    def visits_of(self, known: Known, positions: swarm.Positions) -> Iterator[Visit]:
        """The visits of one file; one that turns out to be a trap ends there, and the others go on."""
        self.report.part = known.part.name
        before = self.done
        try:
            with known.part.open(self.report) as file:
                for visit in READERS[known.shape.format](file, known.shape.path, self.report, positions):
                    self.done = before + file.done
                    yield visit
        except Unreadable as reason:
            self.report.leave(known.part.name, reason.reason, reason.detail)
        self.done = before + known.part.size

    def positions(self) -> swarm.Positions:
        """Where venues are, in the middle of where a phone was when it was there."""
        found: dict[str, list[Point]] = {}
        for known in self.files:
            if known.shape.format != Format.SWARM_VISITS:
                continue
            self.report.part = known.part.name
            try:
                with known.part.open(self.report) as file:
                    for venue_id, place in swarm.positions_in(file, known.shape.path, self.report):
                        points = found.setdefault(venue_id, [])
                        if len(points) < MOST_POSITIONS:
                            points.append(place)
            except Unreadable as reason:
                self.report.leave(known.part.name, reason.reason, reason.detail)
            self.done += known.part.size
        return {venue_id: swarm.middle(points) for venue_id, points in found.items()}


def head_of(part: Part, report: Report) -> bytes:
    """The beginning of a file."""
    pieces, size = [], 0
    with part.open(report) as file:
        while size < HEAD and (piece := file.read(A_PIECE)):
            pieces.append(piece)
            size += len(piece)
    return b"".join(pieces)


type Reader = Callable[[Bytes, str, Report, swarm.Positions], Iterator[Visit]]

READERS: Mapping[Format, Reader] = {
    Format.SWARM: swarm.checkins,
    Format.GOOGLE_RECORDS: lambda file, path, report, _positions: google.records(file, path, report),
    Format.GOOGLE_SEMANTIC: lambda file, path, report, _positions: google.semantic(file, path, report),
    Format.GOOGLE_SEGMENTS: lambda file, path, report, _positions: google.segments(file, path, report),
    Format.GEOJSON: lambda file, path, report, _positions: geojson.visits(file, path, report),
    Format.OUR_LINES: lambda file, _path, report, _positions: geojson.our_lines(file, report),
    Format.GPX: lambda file, _path, report, _positions: gpx.visits(file, report),
    Format.KML: lambda file, _path, report, _positions: kml.visits(file, report),
    Format.OWNTRACKS: lambda file, _path, report, _positions: owntracks.visits(file, report),
}
