"""Venues by name and by tag: whoever looks finds what is theirs to find, however it is typed."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from parvis.conftest import AT, make_person
from parvis.core.audiences.rule import Viewer
from parvis.core.people.models import Square
from parvis.lib.geo.earth import Point
from parvis.lib.text.search import fold
from parvis.rooms.places import actions, naming
from parvis.rooms.places.actions import Described, correct_venue
from parvis.rooms.places.finding import called, tags_used
from parvis.rooms.places.models import BadgeWon, Venue

from .scenes import there, venue_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def names(viewer: Viewer, words: str, **more: Any) -> list[str]:
    return [found.venue.name for found in called(viewer, words, **more)]


@pytest.fixture
def viewer(bob: Any, at: Any) -> Viewer:
    return Viewer.of(bob, at)


class TestByName:
    @pytest.mark.parametrize(
        "typed", ["cafe", "Café", "CAF", "etoile", "l'étoile", "L’Etoil", "cafe de l", "étoile cafe"]
    )
    def test_however_it_is_typed(self, alice, viewer, at, typed):
        venue_of(alice, "Café de l’Étoile", 46.5, 6.6, at, is_shared=True)
        venue_of(alice, "Boulangerie", 46.5, 6.6, at, is_shared=True)

        assert names(viewer, typed) == ["Café de l’Étoile"]

    @pytest.mark.parametrize(
        "typed", ["", "  ", "fé", "cafe boulangerie", "toile", "shared", "by1", '"', "*"]
    )
    def test_and_not_by_what_it_is_not_called(self, alice, viewer, at, typed):
        venue_of(alice, "Café de l’Étoile", 46.5, 6.6, at, is_shared=True)
        venue_of(alice, "Boulangerie", 46.5, 6.6, at, is_shared=True)

        assert names(viewer, typed) == []

    def test_in_its_other_languages_and_by_its_tags(self, alice, viewer, at, as_bob):
        venue = venue_of(
            alice,
            "Genève-Cornavin",
            46.2,
            6.1,
            at,
            is_shared=True,
            name_en="Geneva station",
            tags=["Terrasse d’été"],
        )

        assert all(names(viewer, typed) == [venue.name] for typed in ("geneva", "cornavin", "terrasse ete"))
        page = as_bob.get(f"/places/at/{venue.public_id}/").text
        assert '<h1 class="p-name">Geneva station</h1>' in page
        assert "terrasse d’été" in page

    def test_a_private_one_is_found_by_its_maker_alone(self, alice, viewer, at):
        venue_of(alice, "Chez moi", 46.5, 6.6, at, is_private=True)
        venue_of(alice, "My bench", 46.5, 6.6, at)

        assert names(viewer, "chez") + names(viewer, "bench") == []
        mine = Viewer.of(alice, at)
        assert names(mine, "chez") + names(mine, "bench") == ["Chez moi", "My bench"]

    def test_is_found_as_it_is_now(self, alice, viewer, at):
        venue = venue_of(alice, "Old name", 46.5, 6.6, at, is_shared=True)

        correct_venue(
            venue=venue, said=Described(name="New name", latitude=46.5, longitude=6.6, is_shared=True)
        )
        assert (names(viewer, "old"), names(viewer, "new")) == ([], ["New name"])

        correct_venue(venue=venue, said=Described(name="New name", latitude=46.5, longitude=6.6))
        assert names(viewer, "new") == []

    def test_ones_own_come_first_then_what_is_near(self, alice, bob, viewer, at):
        far = venue_of(alice, "Bar A", 48.0, 6.6, at, is_shared=True)
        near = venue_of(alice, "Bar B", 46.501, 6.6, at, is_shared=True)
        mine = venue_of(alice, "Bar C", 47.0, 6.6, at, is_shared=True)
        there(bob, mine, at - DAY)
        here = Point(46.5, 6.6)

        assert names(viewer, "bar", me=bob) == [mine.name, far.name, near.name]
        assert names(viewer, "bar", me=bob, point=here) == [mine.name, near.name, far.name]

    def test_of_a_name_that_many_have_ones_own_and_those_near_are_not_missed(
        self, alice, bob, viewer, at, monkeypatch
    ):
        monkeypatch.setattr("parvis.rooms.places.finding.LOOKED_THROUGH", 3)
        for number in range(5):
            venue_of(alice, f"Bar {number}", 40 + number, 6.6, at, is_shared=True)
        near = venue_of(alice, "Bar N", 46.501, 6.6, at, is_shared=True)
        mine = venue_of(alice, "Bar M", 47.0, 6.6, at, is_shared=True)
        there(bob, mine, at - DAY)

        assert names(viewer, "bar", me=bob, point=Point(46.5, 6.6))[:2] == [mine.name, near.name]

    def test_what_came_in_many_at_once_is_found_after_the_chore(self, alice, viewer, at):
        venue = venue_of(alice, "Brought", 46.5, 6.6, at, is_shared=True)
        naming.forget([venue.pk])
        Venue.objects.update(words_version=0)
        assert names(viewer, "brought") == []

        assert (naming.index_missing(), naming.index_missing()) == (1, 0)

        assert names(viewer, "brought") == ["Brought"]


WORDS = st.sampled_from(["Café", "cafe", "Œuf", "oeuf", "Bar", "barre", "Zoé", "zo"])


class TestAnyName(TestCase):
    @settings(max_examples=40, deadline=None)
    @given(st.lists(st.lists(WORDS, min_size=1, max_size=3), max_size=5), st.lists(WORDS, max_size=2))
    def test_is_found_as_a_plain_look_says(self, made: list[list[str]], typed: list[str]) -> None:
        Square.objects.get_or_create(pk=1, defaults={"name": "Essai", "language": "fr", "opened_at": AT})
        maker = make_person(f"maker{Venue.objects.count()}x{len(made)}")
        for some in made:
            venue_of(maker, " ".join(some), 46.5, 6.6, AT)

        found = called(Viewer.of(maker, AT), " ".join(typed))

        wanted = [fold(word) for word in typed]

        def holds(name: str) -> bool:
            words = fold(name).split()
            return all(word in words for word in wanted[:-1]) and any(
                word.startswith(wanted[-1]) for word in words
            )

        expected = sorted(" ".join(some) for some in made if wanted and holds(" ".join(some)))
        assert sorted(one.venue.name for one in found) == expected


class TestTags:
    @pytest.fixture(autouse=True)
    def today(self, at):
        """Pages are looked at on the day after the check-ins."""
        with time_machine.travel(at, tick=False):
            yield

    @pytest.mark.parametrize(
        ("typed", "kept"),
        [
            (["Boat", " boat ", "BOÂT"], ["boat"]),
            (["#Terrasse  d’été"], ["terrasse d’été"]),
            (["", "  ", "#"], []),
            ([str(number) for number in range(20)], [str(number) for number in range(10)]),
            (["a" * 50], ["a" * 30]),
        ],
    )
    def test_are_kept_in_one_writing(self, alice, at, typed, kept):
        assert venue_of(alice, "Bar", 46.5, 6.6, at, tags=typed).tags == kept

    def test_are_offered_from_what_one_is_offered(self, alice, bob, viewer, at):
        venue_of(alice, "Shared", 46.5, 6.6, at, is_shared=True, tags=["terrace"])
        venue_of(alice, "Own", 46.5, 6.6, at, tags=["secret"])
        venue_of(bob, "Mine", 46.5, 6.6, at, tags=["mine"])

        assert tags_used(viewer) == ["mine", "terrace"]

    def test_a_boat_brings_its_badge_by_the_page(self, alice, at, as_alice):
        venue = venue_of(alice, "La Mouette", 46.5, 6.6, at, is_shared=True)
        there(alice, venue, at - DAY)
        path = f"/places/at/{venue.public_id}/correct/"
        said = {"name": venue.name, "latitude": "46.5", "longitude": "6.6", "is_shared": "on"}

        answer = as_alice.post(path, said | {"tags": "Boat, karaoke", "has_mayor": "on"})
        actions.catch_up(at)

        assert answer.status_code == 303
        venue.refresh_from_db()
        assert (venue.tags, venue.has_mayor) == (["boat", "karaoke"], True)
        assert BadgeWon.objects.unguarded("a test").filter(badge="on-a-boat").exists()
        assert 'value="boat, karaoke"' in as_alice.get(path).text

    def test_the_title_can_be_closed(self, alice, bob, at, as_alice, as_bob):
        venue = venue_of(alice, "La Mouette", 46.5, 6.6, at, is_shared=True)
        for days in (1, 2, 3):
            there(alice, venue, at - days * DAY)
        assert "Mayor" in as_bob.get(f"/places/at/{venue.public_id}/").text
        said = {"name": venue.name, "latitude": "46.5", "longitude": "6.6", "is_shared": "on"}

        as_alice.post(f"/places/at/{venue.public_id}/correct/", said)

        assert "Mayor" not in as_bob.get(f"/places/at/{venue.public_id}/").text
