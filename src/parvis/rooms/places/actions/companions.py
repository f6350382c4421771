"""Saying that somebody is there too: a proposal, which shows to nobody until they agree."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from parvis.core.audiences.rule import microseconds
from parvis.core.people.models import Notice, Person
from parvis.core.stream.models import Publication
from parvis.core.stream.who import readers_among
from parvis.lib.refusal import Refusal

from ..models import Companion, CompanionState, Whereabouts
from ..near import connected_to

PROPOSED = "places.companion"
MOST = 10


class NotAmongThem(Refusal):
    def __init__(self, names: str) -> None:
        super().__init__(
            _("%(names)s would not see this. Let them see it too, or leave them out.") % {"names": names}
        )


class TooMany(Refusal):
    def __init__(self) -> None:
        super().__init__(_("That is too much company: choose ten people at most."))


@transaction.atomic
def ask_company(*, publication: Publication, people: Iterable[Person], at: datetime) -> None:
    """Ask some of the author's connections, all of whom see it, whether they want to be named. Raises NotAmongThem, TooMany."""
    chosen = {person.pk: person for person in people}
    if not chosen:
        return
    if len(chosen) > MOST:
        raise TooMany
    connected = set(connected_to(publication.author).filter(pk__in=chosen).values_list("pk", flat=True))
    out_at = max(publication.ord, microseconds(at))
    seeing = readers_among(publication, connected, out_at)
    if strangers := [person.name for pk, person in chosen.items() if pk not in seeing]:
        raise NotAmongThem(", ".join(strangers))
    new = Companion.objects.bulk_create(
        (Companion(publication=publication, person=person, asked_at=at) for person in chosen.values()),
        ignore_conflicts=True,
    )
    Notice.objects.bulk_create(
        Notice(person=row.person, kind=PROPOSED, about={"publication": publication.pk}, at=at) for row in new
    )


@transaction.atomic
def agree_to_be_named(*, companion: Companion, at: datetime) -> None:
    """Be named, for the people who see it now."""
    answer(companion, CompanionState.AGREED, at)
    companion.audience_id = companion.publication.audience_id
    companion.save(update_fields=["audience"])


@transaction.atomic
def decline_to_be_named(*, companion: Companion, at: datetime) -> None:
    """Not be named, or not any more; its author is not told."""
    answer(companion, CompanionState.DECLINED, at)


def answer(companion: Companion, state: str, at: datetime) -> None:
    companion.state, companion.answered_at = state, at
    companion.save(update_fields=["state", "answered_at"])
    # Company brings its author a point: their check-ins are counted anew.
    Whereabouts.objects.filter(publication=companion.publication_id, is_played=True).update(is_played=False)
