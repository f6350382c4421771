"""The register of rooms: each tells the house about itself in one object, and is found by its `room.py`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache

from django.http import HttpRequest, HttpResponseBase
from django.utils.module_loading import autodiscover_modules

from parvis.core.audiences.words import NAMED, Named
from parvis.core.delivery.notices import NoticeKind
from parvis.core.delivery.notices import register as register_notice
from parvis.core.delivery.room_letters import LetterKind
from parvis.core.delivery.room_letters import register as register_letter
from parvis.core.people.models import Person
from parvis.core.people.personal import Personal
from parvis.core.people.personal import register as register_personal
from parvis.core.people.request import Request
from parvis.core.stream.kinds import Kind
from parvis.core.stream.kinds import register as register_kind
from parvis.core.stream.models import Publication
from parvis.core.stream.reportables import Reportable
from parvis.core.stream.reportables import register as register_reportables

from .command.shape import Command
from .jobs import JobKind
from .jobs import register as register_job


@dataclass(frozen=True, kw_only=True)
class Chore:
    """Work that the worker does from time to time; `run` takes the moment, and may be stopped at any line."""

    name: str
    every: timedelta
    run: Callable[[datetime], None]


@dataclass(frozen=True, kw_only=True)
class Watch:
    """What the worker looks at all the time, in a thread of its own: where a chore would come too late.

    `begin` is told whether no other worker can be at work on this database, and how to learn that it is to stop. It answers with
    the step that is done again and again: at once while it finds work, else after `pause` seconds.
    """

    name: str
    pause: float
    begin: Callable[[bool, Callable[[], bool]], Callable[[], bool]]


@dataclass(frozen=True, kw_only=True)
class Room:
    """A part of the house; the house knows it only through this."""

    slug: str
    title: object
    urls: str
    kinds: tuple[Kind, ...] = ()
    personal: tuple[Personal, ...] = ()
    notices: tuple[NoticeKind, ...] = ()
    letters: tuple[LetterKind, ...] = ()
    """What it writes to one person and may not fail to; a room that is closed sends them all the same, for they are owed."""
    chores: tuple[Chore, ...] = ()
    watches: tuple[Watch, ...] = ()
    jobs: tuple[JobKind, ...] = ()
    groups: Mapping[str, Named] = field(default_factory=dict)
    """By kind, what its own groups are called, from their labels."""
    reportables: tuple[Reportable, ...] = ()
    """What members may ask the owners to look at, besides publications."""
    commands: tuple[Command, ...] = ()
    """What `parvis ROOM …` can do."""
    old_urls: Callable[[Request], HttpResponseBase | None] | None = None
    """Asked before a 404: answers for addresses of another time (/archives/…, /?p=…, /feed/)."""
    at_path: Callable[[str], Publication | None] | None = None
    """The publication that stands at a path, whoever asks: what a password may open (asked without the rule)."""
    sitemap: Callable[[datetime], Sequence[object]] | None = None
    leaving: Callable[[Person, datetime], None] | None = None
    """Called before a person who leaves is forgotten: ends what they have begun, or raises a Refusal that says what they have to do first."""
    demo: Callable[[datetime], None] | None = None
    """Furnishes the room of the sample square."""
    draw: Callable[[str], bytes | None] | None = None
    """Draws a picture of the sample square by its name (`cafe`, `portraits/alix`); None when it cannot."""
    in_menu: bool = True
    brings: object = ""
    """What its page `import` takes in, in the words of the link that leads there."""


ROOMS: dict[str, Room] = {}


def open_room(room: Room) -> Room:
    """Make a room part of the house; composes what it declares with what the floors keep."""
    if room.slug in ROOMS:
        raise ValueError(f"There are two rooms named {room.slug}.")
    ROOMS[room.slug] = room
    for kind in room.kinds:
        register_kind(kind)
    for notice in room.notices:
        register_notice(notice)
    for letter in room.letters:
        register_letter(letter)
    for job in room.jobs:
        register_job(job)
    NAMED.update(room.groups)
    register_personal(*room.personal)
    register_reportables(*room.reportables)
    return room


def all_rooms() -> tuple[Room, ...]:
    """Every room, in the order of their names."""
    find_rooms()
    return tuple(ROOMS[slug] for slug in sorted(ROOMS))


@cache
def find_rooms() -> None:
    """Import the `room.py` of every app, once."""
    autodiscover_modules("room")


def old_address(request: HttpRequest) -> HttpResponseBase | None:
    """What an open room answers for an address of another time; None when none knows it."""
    if request.method not in {"GET", "HEAD"} or not hasattr(request, "square"):
        return None
    for room in all_rooms():
        if room.old_urls is not None and room.slug not in request.square.closed_rooms:
            answer = room.old_urls(request)  # type: ignore[arg-type]
            if answer is not None:
                return answer
    return None
