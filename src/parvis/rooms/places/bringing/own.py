"""What the imports hold on a person, for their own copy."""

from typing import Any

from ..models import Import, ImportItem, ImportVenue, PictureElsewhere, Placing, PostingGrant, PostingKey


def import_export(row: Import) -> dict[str, Any]:
    """One time that somebody brought check-ins."""
    return {
        "file": row.called,
        "began_at": row.began_at,
        "ended_at": row.ended_at,
        "undone_at": row.undone_at,
        "report": row.report,
    }


def item_export(row: ImportItem) -> dict[str, Any]:
    """What is known of a check-in that was brought, beside the check-in itself."""
    return {
        "origin": row.origin,
        "called_there": row.external_id,
        "publication": row.publication.public_id if row.publication is not None else None,
    }


def venue_export(row: ImportVenue) -> dict[str, Any]:
    """What a place is called elsewhere."""
    return {"origin": row.origin, "called_there": row.identifier, "venue": row.venue.public_id}


def placing_export(row: Placing) -> dict[str, Any]:
    """Where somebody said that a place is of which a file knew the name alone."""
    return {"origin": row.origin, "called_there": row.name, "venue": row.venue.public_id, "at": row.at}


def key_export(row: PostingKey) -> dict[str, Any]:
    """A program that brings check-ins; what opens the door to it is nobody's to read."""
    return {
        "name": row.name,
        "program": row.client,
        "may": row.scope,
        "tells_others": row.audience_id is not None,
        "made_at": row.made_at,
        "used_at": row.used_at,
        "closed_at": row.closed_at,
    }


def grant_export(row: PostingGrant) -> dict[str, Any]:
    """A program that is about to come for its key."""
    return {
        "program": row.client,
        "may": row.scope,
        "tells_others": row.audience_id is not None,
        "until": row.until,
    }


def picture_export(row: PictureElsewhere) -> dict[str, Any]:
    """A picture that a program named by its address."""
    return {
        "publication": row.publication.public_id,
        "address": row.url,
        "shows": row.words,
        "fetched_at": row.fetched_at,
        "did_not_come": row.problem,
    }
