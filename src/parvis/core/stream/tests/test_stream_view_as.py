"""View as: the same rule with another viewer, and nothing that can be written meanwhile."""

import pytest
from django.db import DatabaseError, connection, transaction

from parvis.conftest import AT
from parvis.core.audiences.actions import Expression, add_to_circle, audience_for, block, make_circle
from parvis.core.audiences.read_only import read_only
from parvis.core.people.actions import guest
from parvis.core.people.models import Person
from parvis.core.stream import actions

pytestmark = pytest.mark.django_db


def say(person, words, groups=()):
    audience = audience_for(expression=Expression(frozenset(groups)), owner=person)
    return actions.say(author=person, source=words, language="en", audience=audience, at=AT)


class TestViewAs:
    @pytest.fixture
    def jules(self, alice) -> Person:
        """A guest, who stands in a circle of Alice's."""
        family = make_circle(owner=alice, name="Family", at=AT)
        jules = guest(name="Jules", address=None, at=AT)
        add_to_circle(circle=family, person=jules, opens_past=True, at=AT)
        say(alice, "For the family", {family.pk})
        return jules

    def test_shows_what_a_guest_in_a_circle_of_mine_sees(self, as_alice, jules):
        page = as_alice.get(f"/as/{jules.public_id}/")
        assert page.status_code == 200
        assert "For the family" in page.content.decode()

    def test_is_not_for_guests_of_others_nor_across_a_shut_door(self, as_alice, as_bob, alice, bob, jules):
        assert as_bob.get(f"/as/{jules.public_id}/").status_code == 404
        block(by=bob, person=alice, at=AT)
        assert as_alice.get(f"/as/{bob.public_id}/").status_code == 404

    def test_carries_no_form_and_opens_no_session(self, as_alice, alice, bob):
        say(alice, "Words")
        page = as_alice.get(f"/as/{bob.public_id}/")
        main = page.content.decode().split("<main", 1)[1].split("</main>")[0]
        assert "<form" not in main
        assert "parvis" not in page.cookies


class TestReadOnly:
    def test_lets_nothing_be_written(self, alice):
        with pytest.raises(DatabaseError), transaction.atomic(), read_only():
            Person.objects.filter(pk=alice.pk).update(name="Mallory")
        alice.refresh_from_db()
        assert alice.name == "Alice"
        assert (
            Person.objects.filter(pk=alice.pk).update(name="Alix") == 1
        )  # whatever happened inside, it has ended

    def test_ends_with_its_block(self):
        with read_only(), connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        guest(name="Someone", address=None, at=AT)
        assert Person.objects.filter(name="Someone").exists()
