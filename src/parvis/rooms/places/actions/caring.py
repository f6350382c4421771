"""Keeping venues well together: reports to the owners, corrections that somebody proposes, places that have closed.

Somebody's home must be out of sight at once, and nobody must be able to hide a café for good: whoever says that a place is
a home has it set aside for three days, once a place; the owners decide, or it comes back and is not set aside again.
"""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from parvis.core.people.models import Notice, Person
from parvis.core.site.actions import ask_owners_about
from parvis.core.stream.models import Report
from parvis.core.stream.reportables import Thing
from parvis.lib.refusal import Refusal

from ..models import Venue, VenueProposal, VenueState
from .venues import Described, correct_venue, described

SET_ASIDE_FOR = timedelta(days=3)
VENUE = "places.venue"
PROPOSED = "places.proposed"
HOME = "home"
REASONS: dict[str, object] = {
    HOME: _("It is somebody’s home."),
    "closed": _("It is closed for good."),
    "twice": _("It is there twice."),
    "elsewhere": _("It stands in the wrong place."),
    "other": _("Something else."),
}


class NotThatOne(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Only a place that members find can be reported."))


class NothingToChange(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Nothing is different from what stands there. Change what is wrong, then propose it.")
        )


@transaction.atomic
def report_venue(*, venue: Venue, by: Person, reason: str, words: str, at: datetime) -> Report:
    """Ask the owners to look at a venue that members find. Raises NotThatOne."""
    if not venue.is_shared:
        raise NotThatOne
    found = ask_owners_about(
        thing=Thing(kind=VENUE, public_id=venue.public_id, called=venue.name, about=venue.made_by),
        by=by,
        reason=reason if reason in REASONS else "other",
        words=words,
        at=at,
    )
    if reason == HOME:
        rows = Venue.objects.filter(pk=venue.pk, is_no_home=False, state=VenueState.OPEN)
        rows.update(state=VenueState.HIDDEN, hidden_until=at + SET_ASIDE_FOR)
    return found


def take_venue_down(public_id: str, by: Person, at: datetime) -> None:
    """An owner hides a venue for good; who checked in there keeps what they said."""
    Venue.objects.filter(public_id=public_id).update(state=VenueState.HIDDEN, hidden_until=None)


def bring_back(at: datetime) -> None:
    """A chore: what the owners have not decided on in three days stands again, and is not set aside another time."""
    rows = Venue.objects.filter(hidden_until__lte=at, state=VenueState.HIDDEN)
    rows.update(state=VenueState.OPEN, hidden_until=None, is_no_home=True)


@transaction.atomic
def decide_state(*, venue: Venue, state: str, by: Person) -> None:
    """Open, closed for good or, for owners alone, hidden; what an owner lets stand is nobody's home."""
    allowed = set(VenueState) if by.is_owner else {VenueState.OPEN, VenueState.CLOSED}
    if state not in allowed or (venue.state == VenueState.HIDDEN and not by.is_owner):
        return
    venue.state, venue.hidden_until = VenueState(state), None
    if by.is_owner and venue.state != VenueState.HIDDEN:
        venue.is_no_home = True
    venue.save(update_fields=["state", "hidden_until", "is_no_home"])


@transaction.atomic
def propose(*, venue: Venue, by: Person, said: Described, at: datetime) -> VenueProposal:
    """Propose a correction to who keeps a venue: its maker, or the owners; proposing again takes the place of it. Raises NothingToChange."""
    changes = {name: value for name, value in plain(said).items() if value != plain(described(venue))[name]}
    if not changes:
        raise NothingToChange
    kept, made = VenueProposal.objects.update_or_create(
        venue=venue, by=by, defaults={"changes": changes, "at": at}
    )
    if made:
        keepers = [venue.made_by] if venue.made_by is not None else Person.objects.owners().exclude(pk=by.pk)
        Notice.objects.bulk_create(
            Notice(person=person, kind=PROPOSED, about={"proposal": kept.pk}, at=at) for person in keepers
        )
    return kept


def plain(said: Described) -> dict[str, Any]:
    """What may be proposed of a venue, as JSON keeps it; who sees it is its keepers' to say."""
    told = asdict(said) | {"tags": list(said.tags)}
    return {
        name: told[name]
        for name in ("name", "name_fr", "name_en", "category", "latitude", "longitude", "tags")
    }


@transaction.atomic
def accept(*, proposal: VenueProposal) -> Venue:
    """The venue is as somebody proposed, in what they changed. Raises what `correct_venue` does."""
    said = Described(**(asdict(described(proposal.venue)) | proposal.changes))
    venue = correct_venue(venue=proposal.venue, said=said)
    proposal.delete()
    return venue


def decline(*, proposal: VenueProposal) -> None:
    """It stays as it is."""
    proposal.delete()
