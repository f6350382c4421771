"""The register of what may be told to people: each kind of notice makes its own sentence when it is shown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import IntegerField, OuterRef, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from parvis.core.people.models import Notice, Person
from parvis.core.stream.models import Publication

from .models import NoticeChoice, Way


@dataclass(frozen=True)
class Sentence:
    """A notice in words, and the page it leads to.

    `by_mail` are the words of a mail, where those of the page quote something, and `path_by_mail` where they lead; both
    are empty when they are the same. `by` did it; `about` is what notices of one kind may be told together for, and `publication` what they name.
    """

    text: str
    path: str
    by_mail: str = ""
    path_by_mail: str = ""
    by: Person | None = None
    about: str = ""
    publication: Publication | None = None

    @property
    def mailed(self) -> str:
        return self.by_mail or self.text


def takes_part(person: Person) -> bool:
    return person.is_member


@dataclass(frozen=True, kw_only=True)
class NoticeKind:
    """A kind of notice; `say` makes its sentence, or None when the person may no longer know of it.

    `stands` says the same to the database, of all notices of this kind to a person, so that they can be counted
    without a sentence each; a kind whose sentence can always be said needs none. `way` is how it comes to those who
    chose nothing, and `concerns` whom it may come to at all; `is_of_the_house` says that no person is behind it, but those
    who run the square or the square itself. `together` tells several of one span of time about one thing in one
    sentence, from the names of those who did it, how many they are, and the newest of the sentences.
    """

    name: str
    title: object
    say: Callable[[Notice], Sentence | None]
    stands: Callable[[Person, datetime], Q] | None = None
    way: Way = Way.WEB
    concerns: Callable[[Person], bool] = takes_part
    is_of_the_house: bool = False
    together: Callable[[str, int, Sentence], str] | None = None


NOTICES: dict[str, NoticeKind] = {}


def register(kind: NoticeKind) -> None:
    """Make a kind of notice known; the same name twice is a mistake in the code."""
    if kind.name in NOTICES:
        raise ValueError(f"{kind.name} is registered twice")
    NOTICES[kind.name] = kind


def sentences(notices: Mapping[int, Notice]) -> dict[int, Sentence]:
    """The sentences of these notices that may still be shown."""
    said = {pk: NOTICES[notice.kind].say(notice) for pk, notice in notices.items() if notice.kind in NOTICES}
    return {pk: sentence for pk, sentence in said.items() if sentence is not None}


def number_of(key: str) -> Cast:
    """For a subquery of `stands`: the number that the notice holds under this key."""
    return Cast(KeyTextTransform(key, OuterRef("about")), IntegerField())


def told_to(person: Person, at: datetime) -> QuerySet[Notice]:
    """What this person was told until now, but for the kinds of which they want to hear nothing."""
    unwanted = NoticeChoice.objects.filter(person=person, way=Way.NEVER).values("kind")
    told: QuerySet[Notice] = Notice.objects.filter(person=person, at__lte=at).exclude(kind__in=unwanted)
    return told


def unseen(person: Person, at: datetime) -> QuerySet[Notice]:
    """The notices that wait to be seen by this person, and whose sentences may still be shown: one query counts them."""
    kinds = (
        Q(kind=kind.name) & (kind.stands(person, at) if kind.stands else Q()) for kind in NOTICES.values()
    )
    return told_to(person, at).filter(reduce(or_, kinds, Q(pk__in=[])), seen_at=None)
