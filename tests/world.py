"""A square with something of every kind in it, and things that happen in it behind other people's backs."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from PIL import Image

from parvis.conftest import make_person
from parvis.core.audiences import actions as audiences
from parvis.core.audiences.actions import Expression, audience_for, connections_group, one_person_group
from parvis.core.audiences.models import MEMBERS, PUBLIC, Audience, Group
from parvis.core.people.models import Person
from parvis.core.stream import actions as stream
from parvis.core.stream.models import Attachment, Comment, Publication
from parvis.rooms.journal import actions as journal
from parvis.rooms.journal.models import Category, Post

CANARY = "CANARI-7f3a"
DAY = timedelta(days=1)


@dataclass
class World:
    """The people of a test, by name, and what they have made that everyone may read."""

    at: datetime
    people: dict[str, Person]
    status: Publication
    comment: Comment
    post: Post
    category: Category
    circle: Group

    def __getitem__(self, name: str) -> Person:
        return self.people[name]


def jpeg(colour: str) -> bytes:
    data = BytesIO()
    Image.new("RGB", (900, 600), colour).save(data, "JPEG")
    return data.getvalue()


def audience(author: Person, *groups: int, without: tuple[int, ...] = ()) -> Audience:
    return audience_for(expression=Expression(frozenset(groups), frozenset(without)), owner=author)


def say(author: Person, words: str, to: Audience, at: datetime, **more: Any) -> Publication:
    return stream.say(author=author, source=words, language="en", audience=to, at=at, **more)


def post(
    author: Person, title: str, to: Audience, at: datetime, out: datetime | None = None, **more: Any
) -> Post:
    made = journal.start_post(author=author, language=more.pop("language", "en"), at=at)
    draft = journal.Draft(
        title=title, source=f"{title}, at length and in *words*.", language=made.publication.language, **more
    )
    return journal.publish_post(post=made, draft=draft, audience=to, at=at, come_out_at=out)


def build(at: datetime) -> World:
    """alice writes; bob is connected to her; charlie knows nobody; dana is connected and kept out; erin is shut out."""
    roles = {
        "alice": "author",
        "bob": "member",
        "charlie": "member",
        "dana": "member",
        "erin": "member",
        "gus": "guest",
    }
    people = {n: make_person(n, role=r, is_listed=n == "alice") for n, r in roles.items()}
    alice, bob = people["alice"], people["bob"]
    for other in (bob, people["dana"]):
        audiences.connect(one=alice, other=other, at=at - 400 * DAY)
    audiences.block(by=alice, person=people["erin"], at=at - 300 * DAY)
    for person in people.values():
        stream.follow_person(person=person, other=alice, at=at - 200 * DAY)
    category = journal.make_category(names={"fr": "Quartier", "en": "Neighbourhood"})
    status = say(
        alice, "Open to all", audience(alice, PUBLIC), at - 3 * DAY, pictures=[("a.jpg", jpeg("teal"))]
    )
    comment = stream.answer(subject=status, author=people["charlie"], source="Thank you", at=at - 2 * DAY)
    say(alice, "For the members", audience(alice, MEMBERS), at - 2 * DAY)
    first = post(
        alice,
        "A first post",
        audience(alice, PUBLIC),
        at - 40 * DAY,
        categories=[category],
        tags=["walks"],
        notes={"fr": "Un premier billet."},
    )
    post(
        alice,
        "Un second billet",
        audience(alice, PUBLIC),
        at - 10 * DAY,
        language="fr",
        categories=[category],
    )
    circle = audiences.make_circle(owner=people["charlie"], name="Mine", at=at - DAY)
    return World(at, people, status, comment, first, category, circle)


def behind_backs(world: World) -> list[tuple[str, str]]:
    """What happens for bob's eyes only; returns (address, the same address of nothing) of all that came of it."""
    alice, bob, at = world["alice"], world["bob"], world.at
    audiences.make_circle(owner=alice, name="Secret", at=at)
    only_bob = audience(alice, one_person_group(bob).pk)
    friends = audience(alice, connections_group(alice).pk, without=(one_person_group(world["dana"]).pk,))
    hidden = [
        say(alice, f"{CANARY} for bob, open to all", only_bob, at - DAY, pictures=[("b.jpg", jpeg("red"))]),
        say(bob, f"{CANARY} by bob", audience(bob, one_person_group(alice).pk), at - DAY),
        say(alice, f"{CANARY} for most", friends, at - 5 * DAY),
    ]
    answered = stream.answer(subject=hidden[0], author=bob, source=f"{CANARY} yes", at=at)
    stream.report(publication=hidden[0], by=bob, words=f"{CANARY} look", at=at)
    posts = [
        post(
            alice,
            f"{CANARY} post",
            only_bob,
            at - 20 * DAY,
            categories=[world.category],
            tags=["walks", "hidden"],
            notes={"fr": f"{CANARY} note"},
        ),
        post(
            alice, f"{CANARY} later", audience(alice, PUBLIC), at, out=at + DAY, categories=[world.category]
        ),
    ]
    draft = journal.start_post(author=alice, language="en", at=at)
    stream.save_working_copy(
        publication=draft.publication, fields={"title": CANARY, "source": CANARY}, version=0, at=at
    )
    gone = say(alice, f"{CANARY} taken back", only_bob, at - DAY)
    stream.delete(publication=gone, by=alice, at=at)
    paths = [f"/p/{row.public_id}/" for row in [*hidden, gone, answered.publication, draft.publication]]
    paths += [f"/p/{row.public_id}/comment/" for row in hidden]
    paths += [f"/report/{row.public_id}/" for row in hidden]
    paths += [f"/comments/{answered.publication.public_id}/edit/"]
    pictures = Attachment.objects.unguarded("test").filter(publication=hidden[0])
    paths += [f"/media/{row.public_id}/" for row in pictures]
    paths += [f"/media/{row.public_id}/480.webp" for row in pictures]
    pairs = [(path, nothing_like(path)) for path in paths]
    pairs += [(row.get_absolute_url(), "/journal/2026/11/nothing-here/") for row in posts]
    return pairs


def nothing_like(path: str) -> str:
    """The same address with a name that nothing bears."""
    parts = path.split("/")
    return "/".join("x" * 20 if len(part) == 20 and part.isalnum() else part for part in parts)
