"""Publishing many at once gives the same as one after the other."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from parvis.core.audiences.actions import Expression, audience_for
from parvis.core.audiences.models import PUBLIC, Audience
from parvis.core.stream.actions import Said, begin, edit, publish, set_standing_rule, source_of
from parvis.core.stream.actions.bulk import Coming, edit_many, publish_many
from parvis.core.stream.actions.publishing import unique_ord
from parvis.core.stream.models import Placement, Publication

pytestmark = pytest.mark.django_db
BEFORE = timedelta(days=100)


def words_in_index() -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM stream_words /*unguarded: test*/ ORDER BY 1")
        return list(cursor.fetchall())


def standing() -> list[tuple[Any, ...]]:
    rows = Placement.objects.unguarded("test").order_by("publication__title", "visible_from")
    return list(rows.values_list("publication__title", "stream", "ord", "visible_from", "visible_until"))


def written() -> list[tuple[Any, ...]]:
    names = (
        "title",
        "text",
        "language",
        "author",
        "audience",
        "ord",
        "published_at",
        "made_at",
        "revision",
        "was_public",
    )
    return list(Publication.objects.unguarded("test").order_by("title").values_list(*names))


class TestPublishMany:
    def test_does_what_publish_does(self, alice, bob, at):
        everyone, me = Audience.objects.get(pk=PUBLIC), audience_for(expression=Expression(), owner=alice)
        set_standing_rule(person=alice, kind="", after_days=30, audience=None, at=at)
        wanted = [
            (alice, everyone, at - timedelta(days=9)),
            (alice, me, at - timedelta(days=8)),
            (bob, everyone, at - timedelta(days=9)),
            (bob, everyone, at - timedelta(days=9)),
        ]
        for number, (author, audience, moment) in enumerate(wanted):
            draft = begin(kind="stream.status", author=author, language="fr", at=moment - BEFORE)
            words = Said(title=f"{number}", text="Un été", language="fr")
            publish(publication=draft, said=words, audience=audience, sources=[source_of(author)], at=moment)
        one_by_one = (written(), standing(), words_in_index())
        Publication.objects.unguarded("test").delete()
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM stream_words")
        publish_many(
            [
                Coming(
                    publication=Publication(
                        kind="stream.status",
                        author=author,
                        audience=audience,
                        language="fr",
                        made_at=moment - BEFORE,
                        published_at=moment,
                        ord=unique_ord(moment),
                    ),
                    said=Said(title=f"{number}", text="Un été", language="fr"),
                    sources=[source_of(author)],
                )
                for number, (author, audience, moment) in enumerate(wanted)
            ]
        )
        assert (written(), standing(), words_in_index()) == one_by_one

    def test_finds_room_among_many_of_one_moment(self, alice, at):
        place = unique_ord(at)
        for _turn in range(3):
            publish_many(
                [
                    Coming(
                        publication=Publication(kind="stream.status", author=alice, made_at=at, ord=place),
                        said=Said(language="fr"),
                    )
                    for _number in range(5)
                ]
            )
        found = Publication.objects.unguarded("test").order_by("ord").values_list("ord", flat=True)
        assert list(found) == list(range(place, place + 15))


class TestEditMany:
    def test_does_what_edit_does(self, alice, at):
        everyone = Audience.objects.get(pk=PUBLIC)

        def two() -> list[Publication]:
            rows = [
                begin(kind="stream.status", author=alice, language="fr", at=at - BEFORE) for _ in range(2)
            ]
            for row in rows:
                words = Said(title="Avant", text="Un été", language="fr")
                publish(publication=row, said=words, audience=everyone, sources=[source_of(alice)], at=at)
            return rows

        said = [Said(title="a", text="Des hivers", language="fr"), Said(text="Winters", language="en")]
        for row, words in zip(two(), said, strict=True):
            edit(publication=row, said=words, at=at)
        one_by_one = (written(), [words for _ord, *words in words_in_index()])
        Publication.objects.unguarded("test").delete()
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM stream_words")

        rows = two()
        edit_many(list(zip(rows, said, strict=True)), at=at)

        assert (written(), [words for _ord, *words in words_in_index()]) == one_by_one
        assert [row.revision for row in rows] == [2, 2]
        assert set(Publication.objects.unguarded("test").values_list("edited_at", flat=True)) == {at}
