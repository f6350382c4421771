"""What a change of groups would open or close to a person, found by asking the one rule with it and without."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction

from parvis.core.audiences.actions import add_to_circle, remove_from_circle
from parvis.core.audiences.models import Group
from parvis.core.audiences.rule import Viewer, moment
from parvis.core.people.models import Person

from .models import Publication


@dataclass(frozen=True)
class Effect:
    """How many past publications a change opens to someone, and how many it closes."""

    opened: int
    closed: int


class TakenBackError(Exception):
    """Ends a trial; whatever it changed is undone."""


def visible(author: Person, reader: Viewer) -> set[int]:
    """What this author has published, comments aside, that the reader sees."""
    rows = Publication.objects.visible_to(reader).filter(author=author).exclude(kind="stream.comment")
    return set(rows.values_list("pk", flat=True))


def trial(change: Callable[[], object], *, author: Person, reader: Viewer) -> Effect:
    """Make a change, look with the reader's eyes, and take the change back."""
    before = visible(author, reader)
    after = before
    try:
        with transaction.atomic():
            change()
            after = visible(author, reader)
            raise TakenBackError
    except TakenBackError:
        pass
    return Effect(len(after - before), len(before - after))


def effect_of_adding(circle: Group, person: Person, viewer: Viewer) -> Effect:
    """What putting `person` into a circle of the viewer's does, when it also opens the past.

    A circle that is also excluded somewhere closes things instead. Raises NotToBeAdded.
    """
    owner = owner_of(circle, viewer)
    at = moment(viewer.at)
    return trial(
        lambda: add_to_circle(circle=circle, person=person, at=at, opens_past=True),
        author=owner,
        reader=Viewer.of(person, at),
    )


def effect_of_removing(circle: Group, person: Person, viewer: Viewer) -> Effect:
    """What taking `person` out of a circle of the viewer's does."""
    return trial(
        lambda: remove_from_circle(circle=circle, person=person),
        author=owner_of(circle, viewer),
        reader=Viewer.of(person, moment(viewer.at)),
    )


def owner_of(circle: Group, viewer: Viewer) -> Person:
    """Whose circle it is; only they may ask what a change would do."""
    if circle.owner is None or circle.owner.pk != viewer.person_id:
        raise PermissionError("only the owner of a circle may ask what changing it does")
    return circle.owner
