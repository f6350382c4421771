"""The index of words, made anew when words are read in another way."""

from datetime import timedelta

import pytest
from django.db import connection

from parvis.core.audiences.models import PUBLIC
from parvis.core.audiences.rule import Viewer
from parvis.core.stream.actions import delete
from parvis.core.stream.actions.indexing import index_anew
from parvis.core.stream.models import WordIndex
from parvis.core.stream.search import search
from parvis.core.stream.tests.test_stream_pages import say
from parvis.lib.text.search import VERSION

pytestmark = pytest.mark.django_db


def found(at):
    """How many of the five a passer-by finds."""
    return len(search(Viewer.of(None, at + timedelta(hours=1)), "lamps").hits)


@pytest.fixture
def five(alice, at):
    """Five statuses that an earlier version indexed under nothing that is searched for now."""
    rows = [say(alice, {PUBLIC}, f"A lamp, and {number}", at=at) for number in range(5)]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM stream_words /*unguarded: a test forgets the words*/")
    return rows


class TestTheIndexOfWords:
    def test_is_made_anew_a_part_at_a_time(self, five, at):
        assert found(at) == 0

        assert [(index_anew(most=2), found(at)) for _time in range(4)] == [(2, 2), (2, 4), (1, 5), (0, 5)]

    def test_goes_on_where_it_was_interrupted(self, five, at):
        index_anew(most=2)
        assert WordIndex.objects.get().reached == sorted(row.ord for row in five)[-2]

        assert index_anew() == 3
        assert found(at) == 5

    def test_is_left_alone_once_it_is_done(self, five, at):
        assert [index_anew(), index_anew()] == [5, 0]
        assert [(row.version, row.reached) for row in WordIndex.objects.all()] == [(VERSION, None)]

    def test_begins_again_when_words_are_read_in_another_way(self, five, at):
        index_anew()
        WordIndex.objects.update(version=VERSION - 1)

        assert index_anew() == 5

    def test_does_not_bring_back_what_was_deleted(self, five, alice, at):
        delete(publication=five[0], by=alice, at=at)

        assert index_anew() == 4
        assert found(at) == 4
