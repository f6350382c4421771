"""Brings the people of the sample square in, with their circles, their connections and what they said at home."""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from parvis.core.audiences.actions import Expression, add_to_circle, audience_for, connect, make_circle
from parvis.core.audiences.actions.groups import connections_group, one_person_group
from parvis.core.audiences.models import MEMBERS, PUBLIC, Audience, Group
from parvis.core.people.actions import guest, verify_address
from parvis.core.people.actions.profile import change_portrait
from parvis.core.people.models import ConnectionRequest, Notice, Person, Role, Square
from parvis.core.stream.actions import answer, follow_person, say
from parvis.core.stream.models import Comment, Publication

from ..actions import Opening, open_square, write_page
from ..rooms import all_rooms

HERE = Path(__file__).parent
PASSWORD = "sur-la-place"  # noqa: S105
RECENT = timedelta(days=3)
TO_TRY = ("alix", "lina", "marc")

type Draw = Callable[[str], bytes | None]


@dataclass(frozen=True)
class Login:
    """Somebody to log in as."""

    name: str
    address: str
    password: str = PASSWORD


@dataclass
class Company:
    """The people by the keys of the files, and the circles by owner and name."""

    people: dict[str, Person] = field(default_factory=dict)
    circles: dict[tuple[str, str], Group] = field(default_factory=dict)


def load(at: datetime) -> Sequence[Login]:
    """Make the sample square in an empty database; three logins that see different things."""
    told = tomllib.loads((HERE / "people.toml").read_text(encoding="utf-8"))
    said = tomllib.loads((HERE / "statuses.toml").read_text(encoding="utf-8"))
    with transaction.atomic():
        company = Company()
        for row in told["person"]:
            company.people[row["key"]] = bring_in(row)
        for row in told.get("connection", ()):
            introduce(company, row)
        for row in told.get("request", ()):
            asker, asked = company.people[row["a"]], company.people[row["b"]]
            ConnectionRequest.objects.create(asker=asker, asked=asked, at=at)
        for row in told.get("circle", ()):
            draw_circle(company, row, at)
        for row in sorted(said.get("status", ()), key=lambda row: moment(row["at"])):
            speak(company, row)
        hang_the_plate(at)
    for room in all_rooms():
        if room.demo is not None:
            room.demo(at)
    Notice.objects.filter(at__lt=at - RECENT).update(seen_at=at)
    return [Login(company.people[key].name, f"{key}@parvis.example") for key in TO_TRY]


def hang_the_plate(at: datetime) -> None:
    """What the square says of itself, in both its languages."""
    told = tomllib.loads((HERE / "square.toml").read_text(encoding="utf-8"))
    Square.objects.filter(pk=1).update(tagline=told["tagline"])
    for row in told["page"]:
        write_page(
            slug=row["slug"], language=row["language"], title=row["title"], source=row["source"], at=at
        )


def moment(value: object) -> datetime:
    """A moment as the files write it: a day, or a moment with its zone, as text or as TOML's own."""
    read = datetime.fromisoformat(value) if isinstance(value, str) else value
    if isinstance(read, datetime):
        return read.astimezone(UTC)
    if isinstance(read, date):
        return datetime.combine(read, time(9), UTC)
    raise ValueError(f"{value!r} is not a moment.")


def drawn(name: str) -> bytes | None:
    """A picture of the sample square, from whichever room can draw it."""
    pictures = (room.draw(name) for room in all_rooms() if room.draw is not None)
    return next((picture for picture in pictures if picture is not None), None)


@cache
def hashed() -> str:
    """The one password of the sample square, hashed once: that takes its time."""
    return make_password(PASSWORD)


def bring_in(row: Mapping[str, Any]) -> Person:
    """One person; the owner opens the square."""
    joined = moment(row["joined"])
    if row["role"] == Role.OWNER:
        opening = Opening(
            owner_name=row["name"], address=row["email"], name="Le parvis d’Alix", zone=row["zone"]
        )
        person = open_square(opening=opening, at=joined)
    else:
        person = guest(name=row["name"], address=None, at=joined, language=row["language"])
        verify_address(person=person, value=row["email"], at=joined)
    person.role, person.language, person.zone, person.joined_at = (
        row["role"],
        row["language"],
        row["zone"],
        joined,
    )
    person.about = {code: row[f"about_{code}"] for code in ("fr", "en") if row.get(f"about_{code}")}
    person.links = [{"label": label, "url": url} for label, url in row["links"]]
    person.is_listed = row["role"] in {Role.OWNER, Role.AUTHOR}
    if row["role"] != Role.GUEST:
        person.password = hashed()
    person.save()
    portrait = drawn(f"portraits/{row['key']}")
    if portrait is not None:
        change_portrait(person=person, data=portrait)
    return person


def introduce(company: Company, row: Mapping[str, Any]) -> None:
    """Two people know, and follow, each other."""
    one, other, since = company.people[row["a"]], company.people[row["b"]], moment(row["since"])
    connect(one=one, other=other, at=since)
    follow_person(person=one, other=other, at=since)
    follow_person(person=other, other=one, at=since)


def draw_circle(company: Company, row: Mapping[str, Any], at: datetime) -> None:
    """A circle with its people."""
    owner = company.people[row["owner"]]
    circle = make_circle(owner=owner, name=row["name"], at=at)
    for key in row["members"]:
        add_to_circle(circle=circle, person=company.people[key], at=at, opens_past=True)
    company.circles[row["owner"], row["name"]] = circle


def audience(company: Company, author: str, words: object) -> Audience:
    """To whom, as the files say it: public, members, connections, me, circle:NAME, somebody's key, or a table of these."""
    table: Mapping[str, Any] = words if isinstance(words, Mapping) else {"include": [words]}
    include = frozenset(group(company, author, word) for word in table["include"] if word != "me")
    exclude = frozenset(group(company, author, word) for word in table.get("exclude", ()))
    return audience_for(expression=Expression(include, exclude), owner=company.people[author])


def group(company: Company, author: str, word: str) -> int:
    """The number of the group that a word of the files means."""
    known = {"public": PUBLIC, "members": MEMBERS}
    if word in known:
        return known[word]
    if word == "connections":
        return connections_group(company.people[author]).pk
    if word.startswith("circle:"):
        return company.circles[author, word.removeprefix("circle:")].pk
    return one_person_group(company.people[word]).pk


def speak(company: Company, row: Mapping[str, Any]) -> None:
    """A short status, and what was answered to it."""
    pictures = [
        (f"{name}.jpg", data) for name in row.get("pictures", ()) if (data := drawn(name)) is not None
    ]
    publication = say(
        author=company.people[row["author"]],
        source=row["text"],
        language=row["language"],
        audience=audience(company, row["author"], row["audience"]),
        at=moment(row["at"]),
        pictures=pictures,
    )
    converse(company, publication, row.get("comments", ()), None)


def converse(
    company: Company, subject: Publication, rows: Sequence[Mapping[str, Any]], parent: Comment | None
) -> None:
    """Answers, and the answers to them."""
    for row in rows:
        author, said_at = company.people[row["author"]], moment(row["at"])
        comment = answer(subject=subject, author=author, source=row["text"], at=said_at, parent=parent)
        converse(company, subject, row.get("replies", ()), comment)
