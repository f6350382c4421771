"""What the places hold on people, for their own copy and for their leaving."""

from datetime import datetime
from typing import Any

from parvis.core.audiences.rule import EPOCH, Viewer
from parvis.core.people.models import Person
from parvis.core.stream.declarations import seen_as

from .actions.attending import due
from .actions.merging import part_from
from .models import (
    Attendance,
    Award,
    BadgeWon,
    Checkin,
    Companion,
    CompanionState,
    Mayoralty,
    OwnBadge,
    Presence,
    Tally,
    Venue,
    VenueProposal,
    Whereabouts,
)
from .naming import forget


def checkin_export(row: Checkin) -> dict[str, Any]:
    """What others may read of a check-in."""
    return {
        "publication": row.publication.public_id,
        "place": row.name,
        "precision": row.precision,
        "latitude": row.latitude,
        "longitude": row.longitude,
        "mode": row.mode,
        "happened_at": row.happened_at,
        "words": row.source,
    }


def whereabouts_export(row: Whereabouts) -> dict[str, Any]:
    """What its author alone knows of it."""
    return {
        "publication": row.publication.public_id,
        "place": row.name,
        "venue": row.venue.public_id if row.venue is not None else None,
        "happened_at": row.happened_at,
        "day": row.day,
        "mode": row.mode,
        "off_grid": row.is_off_grid,
        "phone_said": row.evidence,
        "brought_from": row.origin,
        "called_there": row.external_id,
    }


def venue_export(row: Venue) -> dict[str, Any]:
    """A place that somebody added."""
    return {
        "id": row.public_id,
        "name": row.name,
        "latitude": row.latitude,
        "longitude": row.longitude,
        "other_names": {"fr": row.name_fr, "en": row.name_en},
        "category": row.category,
        "tags": row.tags,
        "members_find_it": row.is_shared,
        "is_a_home": row.is_private,
        "made_at": row.made_at,
    }


def venue_forget(row: Venue) -> None:
    """What every member finds stays without who made it; what was theirs alone goes, unless others wrote of it."""
    row.made_by = None
    row.save(update_fields=["made_by"])
    theirs = Whereabouts.objects.unguarded("whether somebody was there").filter(venue=row)
    if not row.is_shared and not theirs.exists():
        part_from(row)
        forget([row.pk])
        row.delete()


def attendance_export(row: Attendance) -> dict[str, Any]:
    """That a check-in counts for a title."""
    return {"publication": row.publication.public_id, "venue": row.venue.public_id, "counts": row.counts}


def attendance_forget(row: Attendance) -> None:
    """Somebody who goes is on no board any more."""
    due([row.venue_id], EPOCH)
    row.delete()


def mayoralty_export(row: Mayoralty) -> dict[str, Any]:
    """A title, from one day to another."""
    return {"venue": row.venue.public_id, "since": row.since, "until": row.until, "reason": row.reason}


def companion_export(row: Companion, person: Person, at: datetime) -> dict[str, Any]:
    """Who was said to be where with whom; what was answered, only to whoever answered, and what they agreed to."""
    is_own = row.person_id == person.pk
    of = seen_as(row.publication, Viewer.of(person, at))
    if is_own and of is None:
        return {}
    known = row.state if is_own or row.state == CompanionState.AGREED else CompanionState.ASKED
    return {
        "of": of,
        "name": row.person.name,
        "state": known,
        "asked_at": row.asked_at,
    }


def proposal_export(row: VenueProposal) -> dict[str, Any]:
    """A correction that waits."""
    return {"venue": row.venue.public_id, "changes": row.changes, "at": row.at}


def own_badge_export(row: OwnBadge) -> dict[str, Any]:
    """A badge of the square that they added."""
    return {"badge": row.row, "made_at": row.made_at}


def own_badge_forget(row: OwnBadge) -> None:
    """It stays, without who added it."""
    row.made_by = None
    row.save(update_fields=["made_by"])


def presence_export(row: Presence) -> dict[str, Any]:
    """How precisely somebody wants to be met."""
    return {
        "precision": row.precision,
        "is_told": row.is_told,
        "takes_titles": row.takes_titles,
        "is_ranked": row.is_ranked,
    }


def award_export(row: Award) -> dict[str, Any]:
    """Points for one check-in."""
    return {"publication": row.publication.public_id, "rule": row.rule, "points": row.points}


def badge_export(row: BadgeWon) -> dict[str, Any]:
    """A badge, and the check-in that brought it."""
    return {"publication": row.publication.public_id, "badge": row.badge, "level": row.level}


def nothing(row: Tally) -> dict[str, Any]:
    """It is made of the check-ins, and can be made anew from them."""
    return {}
