"""The sample square: everyone comes in, knows whom they should, and each sees their part."""

from datetime import datetime

import pytest
from django.test import Client

from parvis.core.audiences.rule import Viewer
from parvis.core.people.models import Connection, Person, Role
from parvis.core.site.demo.loader import load, moment
from parvis.core.site.rooms import ROOMS
from parvis.core.stream.models import Publication


@pytest.fixture
def bare(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the house's own part of the sample, without what rooms add and draw."""
    monkeypatch.setattr("parvis.core.site.demo.loader.all_rooms", tuple)


class TestSampleSquare:
    def test_has_one_owner_and_three_logins_that_work(self, bare: None, at: datetime) -> None:
        logins = load(at)
        assert [person.name for person in Person.objects.owners()] == ["Alix Morand"]
        assert len(logins) == 3
        for login in logins:
            person = Person.objects.reached_by(login.address).get()
            assert person.check_password(login.password)
            assert Client().login(email=login.address, password=login.password)

    def test_shows_each_of_them_something_else(self, bare: None, at: datetime) -> None:
        seen = [
            frozenset(Publication.objects.visible_to(Viewer.of(person, at)).values_list("pk", flat=True))
            for person in [None, *(Person.objects.reached_by(login.address).get() for login in load(at))]
        ]
        assert len(set(seen)) == 4
        assert all(seen[0] < others for others in seen[1:])

    def test_has_guests_without_a_login(self, bare: None, at: datetime) -> None:
        load(at)
        guests = Person.objects.filter(role=Role.GUEST)
        assert guests.exists()
        assert not any(person.has_usable_password() for person in guests)

    def test_connects_people_who_follow_each_other(self, bare: None, at: datetime) -> None:
        load(at)
        pairs = Connection.objects.all()
        assert pairs.exists()
        assert all(pair.first.follows.filter(source__person=pair.second).exists() for pair in pairs)

    @pytest.mark.parametrize("words", ["2009-03-14", "2026-11-22T05:40:00+01:00"])
    def test_reads_days_and_moments(self, words: str) -> None:
        assert moment(words).utcoffset() is not None

    def test_asks_rooms_to_draw(self) -> None:
        assert all(room.draw is None or room.draw("no such picture") is None for room in ROOMS.values())
