"""Which way each kind of notice comes to a person: the one they chose, else the one that is usual for its kind."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.db.models import Q

from parvis.core.people.models import Notice, Person

from .models import BY_MAIL, MailState, NoticeChoice, Telling, Way
from .notices import NOTICES

FAILED = (MailState.REFUSED, MailState.CANCELLED)


@dataclass(frozen=True)
class Ways:
    """The choices of one person."""

    chosen: Mapping[str, str] = field(default_factory=dict)

    def usual(self, kind: str) -> Way:
        """What holds for a kind of which they said nothing."""
        return Way(self.chosen.get("") or NOTICES[kind].way)

    def of(self, kind: str) -> Way:
        return Way(self.chosen[kind]) if kind in self.chosen else self.usual(kind)


def ways_of(person: Person) -> Ways:
    return ways_among([person.pk]).get(person.pk, Ways())


def ways_among(people: Collection[int]) -> dict[int, Ways]:
    """The choices of those of these people who have made one."""
    found: dict[int, dict[str, str]] = {}
    rows = NoticeChoice.objects.filter(person__in=people).values_list("person_id", "kind", "way")
    for person, kind, way in rows:
        found.setdefault(person, {})[kind] = way
    return {person: Ways(chosen) for person, chosen in found.items()}


def waits_for_a_digest(mail: int | None = None) -> Q:
    """For notices: those that are to come in a digest and that none has taken along, but perhaps this one."""
    free = Q(telling__mail=None) | Q(telling__mail__state__in=FAILED) | Q(telling__mail=mail)
    return Q(telling__way=Way.DIGEST) & free


def awaits_a_digest(person: Person) -> bool:
    """Whether something is told to this person that is to come in a digest."""
    return bool(await_a_digest([person.pk]))


def await_a_digest(people: Collection[int]) -> set[int]:
    """Those of these people to whom something is told that is to come in a digest."""
    rows = Notice.objects.filter(waits_for_a_digest(), person__in=people, seen_at=None)
    return set(rows.values_list("person_id", flat=True))


def awaiting_a_digest(people: Collection[int]) -> set[int]:
    """Those of these people whom something may be told in a digest."""
    rows = Notice.objects.filter(person__in=people, seen_at=None, telling__way=Way.DIGEST)
    return set(rows.values_list("person_id", flat=True))


def detach(*, person: Person, way: str, kind: str = "") -> None:
    """What was to be mailed of this kind (of all kinds for none) comes another way, as far as no mail has left with it."""
    waiting = Telling.objects.filter(Q(mail=None) | Q(mail__state=MailState.QUEUED), way__in=BY_MAIL)
    if kind:
        waiting = waiting.filter(notice__kind=kind)
    numbers = list(waiting.filter(notice__person=person).values_list("pk", flat=True))
    Telling.objects.filter(pk__in=numbers).update(way=way, mail=None)
