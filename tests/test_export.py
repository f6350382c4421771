"""A person's own copy can be put together again by itself, and counts nothing of what others do."""

import json
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from tests.world import World, audience, behind_backs, build, say

from parvis.conftest import AT
from parvis.core.audiences.actions import link_group
from parvis.core.audiences.models import PUBLIC
from parvis.core.people.actions import invite
from parvis.core.site.actions.jobs import ask
from parvis.core.site.declared_jobs import EXPORT
from parvis.core.site.doors import one_time_link
from parvis.core.site.keeping.export import export_zip
from parvis.core.stream import actions as stream
from parvis.core.stream.actions import report, set_standing_rule
from parvis.core.stream.models import Comment, Publication
from parvis.rooms.journal.models import Post

pytestmark = pytest.mark.django_db

NUMBERS = {"after_days", "bytes", "size", "width", "height", "points", "level", "created", "changed", "count"}
NUMBERS |= {"hour", "weekday", "backers", "taken", "limit", "quantity", "number", "version"}
"""The only names under which a whole number may stand: none of them is the number of a row. (What is a `number` or a `version` of a campaign counts within it.)"""
POINTING = {"publication", "post", "parent", "lead_picture"}
LATER = AT + timedelta(minutes=1)


@pytest.fixture
def world(square: Any) -> World:
    world = build(AT)
    behind_backs(world)
    alice, bob = world["alice"], world["bob"]
    link, _token = link_group(owner=alice, label="For the neighbours", at=AT)
    said = say(alice, "By a link", audience(alice, link.pk), AT)
    stream.begin(kind="stream.status", author=alice, language="en", at=AT)
    first = stream.answer(subject=said, author=alice, source="I add this", at=AT)
    stream.answer(subject=said, author=alice, source="And this", at=AT, parent=first)
    stream.answer(subject=world.status, author=bob, source="Well said", at=AT, parent=world.comment)
    stream.save_working_copy(
        publication=world.post.publication,
        fields={
            "title": "Once more",
            "text": "…",
            "categories": [str(world.category.pk)],
            "audience-in": ["7"],
        },
        version=0,
        at=AT,
    )
    members = audience(alice, PUBLIC)
    set_standing_rule(person=alice, kind="", after_days=365, audience=members, at=AT)
    report(publication=world.status, by=bob, words="Look at this", at=AT)
    invite(by=alice, square=square, at=AT)
    one_time_link(alice, AT)
    ask(kind=EXPORT, person=alice, at=AT)
    return world


def copy_of(person: Any, at: Any = LATER) -> dict[str, Any]:
    """The tables of a person's copy, by name."""
    with zipfile.ZipFile(export_zip(person=person, at=at)) as packed:
        names = [name for name in packed.namelist() if name.startswith("data/")]
        return {
            name.removeprefix("data/").removesuffix(".json"): json.loads(packed.read(name)) for name in names
        }


def leaves(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Everything that stands in a JSON file, with the name under which it stands."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from leaves(one, str(key))
    elif isinstance(value, list):
        for one in value:
            yield from leaves(one, name)
    else:
        yield name, value


class TestACopy:
    @pytest.fixture
    def copies(self, world: World) -> dict[str, dict[str, Any]]:
        """What a writer, those who answer and a guest take with them, by their names."""
        return {name: copy_of(world[name]) for name in ("alice", "bob", "charlie", "gus")}

    def test_holds_no_number_of_a_row(self, copies: dict[str, dict[str, Any]]) -> None:
        found = {
            (name, table, key)
            for name, tables in copies.items()
            for table, rows in tables.items()
            for key, value in leaves(rows)
            if isinstance(value, int) and not isinstance(value, bool) and key not in NUMBERS
        }
        assert found == set()

    def test_holds_no_number_written_as_a_word_either(self, copies: dict[str, dict[str, Any]]) -> None:
        found = {
            (name, table, key, value)
            for name, tables in copies.items()
            for table, rows in tables.items()
            for key, value in leaves(rows)
            if isinstance(value, str) and value.isdecimal() and key != "postal_code"
        }
        assert found == set()

    def test_points_only_to_what_is_in_it(self, copies: dict[str, dict[str, Any]]) -> None:
        for name, tables in copies.items():
            known = {value for rows in tables.values() for key, value in leaves(rows) if key == "id"}
            pointed = {
                value
                for rows in tables.values()
                for key, value in leaves(rows)
                if key in POINTING and isinstance(value, str)
            }
            assert pointed <= known, name

    def test_says_of_each_comment_what_it_stands_under(self, copies: dict[str, dict[str, Any]]) -> None:
        comments = [comment for tables in copies.values() for comment in tables.get("stream/comment", [])]
        assert comments
        for comment in comments:
            above = comment["under"]
            assert above is not None
            assert above["address"].startswith("/")
            assert (
                Publication.objects.unguarded("a test looks").get(public_id=above["id"]).title
                == above["title"]
            )


class TestWhatIsSaidOfAPublication:
    def test_for_whom_it_is_in_the_words_of_its_author(self, world: World) -> None:
        alice = world["alice"]
        said = {row["text"].partition("\n")[0]: row["for"] for row in copy_of(alice)["stream/publication"]}

        assert said["Open to all"] == "everyone"
        assert said["For the members"] == "the members"
        assert said["By a link"] == "whoever holds the link “For the neighbours”"
        assert said["CANARI-7f3a for bob, open to all"] == "Bob"
        assert said["CANARI-7f3a for most"] == "my connections, except Dana"

    def test_in_their_language(self, world: World) -> None:
        alice = world["alice"]
        alice.language = "fr"
        alice.save()
        rows = copy_of(alice)["stream/publication"]

        assert "tout le monde" in {row["for"] for row in rows}

    def test_where_it_stands_from_when_until_when(self, world: World) -> None:
        rows = {row["text"]: row for row in copy_of(world["alice"])["stream/publication"]}
        (stands,) = [one for one in rows["For the members"]["stands"] if one["for"] == "the members"]

        assert stands["in"] == "Alice"
        assert stands["from"].startswith("2026-11-20")
        assert stands["until"] is None or stands["until"] > stands["from"]

    def test_answers_keep_their_thread(self, world: World) -> None:
        comments = {row["text"]: row for row in copy_of(world["alice"])["stream/comment"]}

        assert comments["And this"]["answers"]["id"] == comments["I add this"]["id"]
        assert comments["I add this"]["answers"] is None

    def test_on_the_page_too(self, world: World) -> None:
        with zipfile.ZipFile(export_zip(person=world["alice"], at=LATER)) as packed:
            page = packed.read("index.html").decode()

        assert 'By a link <span class="note">(whoever holds the link “For the neighbours”)</span>' in page


class TestWhatOthersKeepToThemselves:
    def test_is_not_named_above_an_answer_that_can_no_longer_be_read(self, world: World) -> None:
        bob = world["bob"]
        before = {row["text"]: row["under"] for row in copy_of(bob)["stream/comment"]}
        assert before["Well said"]["title"] == world.status.title
        stream.change_audience(publication=world.status, audience=audience(world["alice"]), at=AT)

        after = {row["text"]: row for row in copy_of(bob)["stream/comment"]}
        assert after["Well said"]["under"] is None
        assert after["Well said"]["answers"] is None

    def test_is_not_told_by_the_readers_of_an_answer(self, world: World) -> None:
        said = {row["text"]: row["for"] for row in copy_of(world["bob"])["stream/publication"]}
        assert "Dana" not in json.dumps(said)

    def test_is_whether_an_answer_was_put_out_of_sight(self, world: World) -> None:
        comment = Comment.objects.unguarded("a test looks").get(pk=world.comment.pk)
        before = copy_of(world["charlie"])["stream/comment"]
        stream.hide_comment(comment=comment, by=world["alice"], at=AT)

        assert copy_of(world["charlie"])["stream/comment"] == before


class TestAPost:
    def test_is_found_again_by_its_public_id(self, world: World) -> None:
        tables = copy_of(world["alice"])
        number = world.post.publication.public_id
        (post,) = [row for row in tables["journal/post"] if row["id"] == number]

        assert post["title"] == "A first post"
        assert [row["tag"] for row in tables["journal/tagged"] if row["post"] == number] == ["walks"]
        assert [row["text"] for row in tables["journal/postnote"] if row["post"] == number] == [
            "Un premier billet."
        ]
        assert Post.objects.unguarded("a test counts").count() >= len(tables["journal/post"])
