"""Points and badges: what a check-in brings its author, in the tally that nobody else sees."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import batched

from django.db import transaction
from django.db.models import QuerySet

from parvis.core.people.models import Person
from parvis.core.stream.inserting import Rows
from parvis.core.stream.models import Publication

from ..badges import game_of_square
from ..game.counting import Reason
from ..game.fold import Outcome, OutOfOrder, apply
from ..game.state import State, VenuesInMemory
from ..game.visits import Visit
from ..models import (
    KIND,
    Award,
    BadgeWon,
    Tally,
    Venue,
    VenueState,
    VenueTally,
    Whereabouts,
)
from ..playing import Titles, VenueTable, history_of, played_of, visits_of

ONE_DAY, A_WEEK = timedelta(days=1), timedelta(days=7)
AT_ONCE = 1_000
A_MINUTE = 50
"""Tallies of another version of the game that are made anew by one run of the chore."""


@transaction.atomic(savepoint=False)
def play(*, person: Person, row: Whereabouts, at: datetime) -> Outcome | None:
    """Take one more check-in into its author's tally; None when it has no place.

    When it lies before others, all of them are looked at anew.
    """
    visits = visits_of([row])
    if not visits:
        return None
    (visit,) = visits
    tally, game = Tally.objects.select_for_update().filter(person=person).first(), game_of_square()
    if tally is None or tally.state.get("version") != game.version:
        return replay(person=person, at=at, asked=visit.number)
    state, table = State.from_json(tally.state), VenueTable(tally)
    try:
        outcome = apply(state, visit, Titles.of(person, at).at(visit), venues=table, game=game)
    except OutOfOrder:
        return replay(person=person, at=at, asked=visit.number)
    table.write()
    Whereabouts.objects.filter(pk=row.pk).update(is_played=True)
    tally.state = state.to_json()
    tally.save(update_fields=["state"])
    keep(tally, [(visit, outcome)])
    return outcome


@transaction.atomic
def replay(*, person: Person, at: datetime, asked: int = 0) -> Outcome | None:
    """Look at all of a person's check-ins anew, after one was changed, taken away or put in between.

    Gives what the one of the number `asked` brought. They are read a part at a time: a record may be long.
    """
    tally, _made = Tally.objects.select_for_update().get_or_create(person=person, defaults={"state": {}})
    titles = Titles.of(person, at)
    Award.objects.unguarded("a person's own points").filter(publication__author=person).delete()
    BadgeWon.objects.unguarded("a person's own badges").filter(tally=tally).delete()
    VenueTally.objects.filter(tally=tally).delete()
    game, venues, answer = game_of_square(), VenuesInMemory(), None
    state = State(version=game.version)
    for visits in batched(history_of(person), AT_ONCE):
        found = [(visit, apply(state, visit, titles.at(visit), venues=venues, game=game)) for visit in visits]
        keep(tally, found)
        answer = next((outcome for visit, outcome in found if visit.number == asked), answer)
    tally.state = state.to_json()
    tally.save(update_fields=["state"])
    Rows(VenueTally).insert(
        {"tally_id": tally.pk, "venue_id": venue, "record": record.to_json()}
        for venue, record in venues.items()
    )
    mine, played = Whereabouts.objects.filter(person=person), played_of(person).values("pk")
    mine.filter(is_played=True).exclude(pk__in=played).update(is_played=False)
    mine.filter(is_played=False, pk__in=played).update(is_played=True)
    return answer


def keep(tally: Tally, found: Sequence[tuple[Visit, Outcome]]) -> None:
    """Write down what check-ins brought."""
    Award.objects.bulk_create(
        [
            *(
                Award(publication_id=visit.number, rule=one.rule, points=one.points, number=one.number or 0)
                for visit, outcome in found
                for one in outcome.awards
            ),
            *(
                Award(publication_id=visit.number, rule=reason, points=0)
                for visit, outcome in found
                for reason in outcome.reasons
                if reason != Reason.IMPORTED
            ),
        ]
    )
    BadgeWon.objects.bulk_create(
        (
            BadgeWon(tally=tally, publication_id=visit.number, badge=one.badge, level=one.level)
            for visit, outcome in found
            for one in outcome.badges
        ),
        ignore_conflicts=True,
    )


def credit_makers(at: datetime) -> None:
    """Reward, a day later, whoever put a place on the map that still stands; their check-ins are counted anew for it."""
    made = Venue.objects.standing().filter(
        credited_at=None, made_at__lte=at - ONE_DAY, made_at__gt=at - A_WEEK
    )
    made = made.exclude(state=VenueState.CLOSED).exclude(made_by=None)
    for venue in made.order_by("made_at")[:AT_ONCE]:
        mine = Whereabouts.objects.unguarded("whose tally is not up to date").filter(
            person=venue.made_by, venue=venue, origin="", is_played=True
        )
        Whereabouts.objects.filter(pk__in=list(mine.values_list("pk", flat=True)[:1])).update(is_played=False)
        Venue.objects.filter(pk=venue.pk).update(credited_at=at)


def play_anew(venues: QuerySet[Venue]) -> None:
    """Have the tallies of all who were at these venues made anew (by `catch_up`): what a venue is has changed."""
    rows = Whereabouts.objects.unguarded("whose tally is not up to date").filter(venue__in=venues)
    Whereabouts.objects.filter(pk__in=list(rows.filter(is_played=True).values_list("pk", flat=True))).update(
        is_played=False
    )


def catch_up(at: datetime) -> None:
    """Look anew at the check-ins of those who have taken one away, brought it back, or put several in between."""
    rows = Whereabouts.objects.unguarded("whose tally is not up to date")
    taken = Publication.objects.unguarded("whose tally is not up to date").filter(kind=KIND)
    gone = rows.filter(is_played=True, publication__in=taken.exclude(deleted_at=None))
    new = rows.filter(is_played=False, publication__deleted_at=None).exclude(publication__published_at=None)
    people = {
        *gone.values_list("person", flat=True),
        *new.exclude(venue=None).values_list("person", flat=True),
    }
    for person in Person.objects.filter(pk__in=people):
        replay(person=person, at=at)
    for tally in Tally.objects.exclude(state__version=game_of_square().version).select_related("person")[
        :A_MINUTE
    ]:
        replay(person=tally.person, at=at)
