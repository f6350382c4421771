"""Who was where for every member to see: kept beside the check-ins, for the square's board of mayors.

`stand` is told of each change in where a check-in stands. What changes with time alone (a check-in comes out later, or
is hidden again) waits in `Venue.board_at`, and is done by `presiding.settle`.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from django.db.models import F, Max, Min, Q, QuerySet

from parvis.core.audiences.actions import expression_of
from parvis.core.audiences.models import MEMBERS, PUBLIC
from parvis.core.audiences.rule import EPOCH, FOREVER, moment
from parvis.core.stream.models import Placement, Publication

from ..game.counting import DAY, Trace, reasons, trace
from ..game.visits import Visit, microseconds
from ..models import Attendance, Mode, Precise, Venue, Whereabouts
from ..playing import Lived, visit_of

JUDGED_FOR = timedelta(days=30)
"""Whether the phone was near is known that long; what is older stays as it was judged."""
ONE_DAY = timedelta(days=1)


def stand(publication: Publication) -> None:
    """Keep the attendance of a check-in as its placements say; the board of its venue is due."""
    kept = Attendance.objects.unguarded("kept as its check-in stands").filter(publication=publication).first()
    wanted = attendance_of(publication)
    if wanted is None:
        if kept is not None:
            kept.delete()
            due([kept.venue_id], EPOCH)
            rejudge(kept.person_id, kept.happened_at, at=moved_at(publication))
        return
    if kept is None:
        wanted.save()
        due([wanted.venue_id], wanted.opens_at)
    elif (kept.venue_id, kept.opens_at, kept.ends_at) != (wanted.venue_id, wanted.opens_at, wanted.ends_at):
        due([kept.venue_id], EPOCH)
        kept.venue_id, kept.opens_at, kept.ends_at = wanted.venue_id, wanted.opens_at, wanted.ends_at
        kept.save()
        due([kept.venue_id], EPOCH)


def moved_at(publication: Publication) -> datetime:
    """The last moment at which something is known to have been done to it."""
    moments = [publication.deleted_at, publication.audience_at, publication.edited_at, publication.made_at]
    return max(one for one in moments if one is not None)


def due(venues: Iterable[int], at: datetime) -> None:
    """The boards of these venues, and of those they lead to, are to be looked at anew at this moment, if not before."""
    here = Venue.objects.filter(pk__in=list(venues))
    either = here.values("pk").union(here.exclude(merged_into=None).values("merged_into"))
    Venue.objects.filter(Q(board_at=None) | Q(board_at__gt=at), pk__in=either).update(board_at=at)


def attendance_of(publication: Publication) -> Attendance | None:
    """What every member sees of a check-in that may count for a title; None for any other."""
    rows = Whereabouts.objects.unguarded("kept as its check-in stands").select_related("venue")
    row = rows.filter(publication=publication, publication__checkin__precision=Precise.VENUE).first()
    if row is None or row.venue is None or publication.deleted_at is not None:
        return None
    if row.mode != Mode.HERE or row.is_late or row.origin or row.venue.is_private:
        return None
    seen = seen_by_members(publication)
    if seen is None:
        return None
    return Attendance(
        publication=publication,
        venue=row.venue,
        person_id=row.person_id,
        day=row.day,
        happened_at=row.happened_at,
        opens_at=seen[0],
        ends_at=seen[1],
        counts=False,
        is_open=False,
    )


def seen_by_members(publication: Publication) -> tuple[datetime, datetime | None] | None:
    """From when until when all members see it; None for never, and for what some of them are kept from."""
    rows = Placement.objects.unguarded("for whom it stands").filter(publication=publication)
    spans = [
        (begins, ends)
        for begins, ends, audience in rows.values_list("visible_from", "visible_until", "stream__audience_id")
        if holds_members(audience)
    ]
    if not spans:
        return None
    begins, ends = min(first for first, _last in spans), max(last for _first, last in spans)
    if begins >= FOREVER - 1:
        return None
    return moment(begins), None if ends >= FOREVER else moment(ends)


def holds_members(audience: int) -> bool:
    """Whether every member is in the audience of this number, whoever they are."""
    if audience in {PUBLIC, MEMBERS}:
        return True
    said = expression_of(audience)
    return not said.exclude and not said.include.isdisjoint({PUBLIC, MEMBERS})


def rejudge(person: int, since: datetime, *, at: datetime, settling: Collection[int] = ()) -> None:
    """Look anew at which of a person's open attendances from a moment on count: each is held against those of the day before it.

    Whatever members cannot see now changes nothing. What lies further back than a month stays as it was judged. The boards
    of the venues `settling` are settled by whoever calls, and not due for it.
    """
    start = max(since, at - JUDGED_FOR)
    rows = (
        Attendance.objects.unguarded("judged by what members see of the same person")
        .filter(person=person, is_open=True, happened_at__gt=start - ONE_DAY)
        .annotate(evidence=F("publication__whereabouts__evidence"))
        .select_related("venue__merged_into")
        .order_by("happened_at", "publication")
    )
    recent: list[Trace] = []
    changed_at = start
    for row in rows:
        visit = visit_of(lived(row, row.evidence), row.venue.standing())  # type: ignore[attr-defined]
        if row.happened_at >= start:
            if row.happened_at - changed_at > ONE_DAY:
                break
            counts = not reasons(visit, of_the_day_before(recent, visit))
            if counts != row.counts:
                row.counts, changed_at = counts, row.happened_at
                row.save(update_fields=["counts"])
                if row.venue_id not in settling:
                    due([row.venue_id], EPOCH)
        if row.counts:
            recent.append(trace(visit))


def lived(row: Attendance, evidence: str) -> Lived:
    """The check-in of an attendance, as all of those are of which one is kept."""
    return Lived(
        publication_id=row.publication_id,
        happened_at=row.happened_at,
        day=row.day,
        venue_id=row.venue_id,
        mode=Mode.HERE,
        is_late=False,
        origin="",
        is_off_grid=False,
        evidence=evidence,
    )


def rejudge_those_at(venues: QuerySet[Venue]) -> None:
    """Look anew at who was lately at these venues, which are not what they were: their boards are due."""
    rows = Attendance.objects.unguarded("judged by what members see of the same person").filter(
        venue__in=venues
    )
    latest = rows.aggregate(latest=Max("happened_at"))["latest"]
    if latest is not None:
        lately = rows.filter(happened_at__gt=latest - JUDGED_FOR).values_list("person")
        for person, first in list(lately.annotate(first=Min("happened_at"))):
            rejudge(person, first, at=latest)
    due(venues.values_list("pk", flat=True), EPOCH)


def stand_anew(venue: Venue) -> None:
    """Keep the attendances at a venue that has been corrected as its check-ins stand now."""
    rows = Attendance.objects.unguarded("kept as its check-in stands").filter(venue=venue)
    if venue.is_private:
        for row in rows.select_related("publication"):
            stand(row.publication)
    rejudge_those_at(Venue.objects.one_with(venue))


def of_the_day_before(traces: Sequence[Trace], visit: Visit) -> Collection[Trace]:
    """Those within a day before a visit."""
    at = microseconds(visit.at)
    return [one for one in traces if at - one.at < DAY]
