"""Finding people, blocking them, and what the floor says of anyone in an export."""

import pytest
from django.urls import reverse

from parvis.core.audiences.actions import add_to_circle, block, connect, make_circle
from parvis.core.audiences.declarations import block_export, group_export, membership_export
from parvis.core.audiences.meeting import may_meet
from parvis.core.audiences.models import Block, Membership
from parvis.core.audiences.rule import Viewer
from parvis.core.people.models import Connection, Person


class TestDirectory:
    def test_is_for_members(self, as_alice, as_bob, as_charlie, as_visitor):
        for client in (as_alice, as_bob, as_charlie):
            assert client.get(reverse("people")).status_code == 200
        assert as_visitor.get(reverse("people")).status_code == 302

    def test_finds_by_the_beginnings_of_names_whatever_the_accents(self, as_alice, charlie, bob):
        Person.objects.filter(pk=charlie.pk).update(name="Émile Zahnd")
        page = as_alice.get(reverse("people"), {"q": "zah emi"}).content.decode()
        assert "Émile Zahnd" in page
        assert "Bob" not in page

    def test_hides_a_block_both_ways(self, as_bob, as_charlie, bob, charlie, at):
        block(by=bob, person=charlie, at=at)
        assert (
            "Charlie"
            not in as_bob.get(reverse("people")).content.decode().split("<main")[1].split("</main>")[0]
        )
        assert (
            "Bob"
            not in as_charlie.get(reverse("people")).content.decode().split("<main")[1].split("</main>")[0]
        )

    def test_answers_alike_for_who_blocked_me_and_for_nobody(self, as_charlie, bob, charlie, at):
        block(by=bob, person=charlie, at=at)
        shut = as_charlie.get(reverse("people"), {"q": "bob"})
        none = as_charlie.get(reverse("people"), {"q": "zzz"})
        assert shut.content.replace(b"bob", b"zzz").split(b"<main")[1] == none.content.split(b"<main")[1]

    def test_never_shows_guests_nor_the_suspended(self, as_alice, bob, charlie, at):
        Person.objects.filter(pk=bob.pk).update(role="guest")
        Person.objects.filter(pk=charlie.pk).update(suspended_at=at)
        page = as_alice.get(reverse("people")).content.decode()
        assert "Bob" not in page
        assert "Charlie" not in page

    def test_takes_few_queries(self, as_alice, alice, bob, charlie, django_assert_max_num_queries):
        as_alice.get(reverse("people"))  # the first visit of a session notes where it comes from
        with django_assert_max_num_queries(10):  # four of them are allauth noting when the session was seen
            as_alice.get(reverse("people"))


class TestMeeting:
    def test_members_meet_members_and_visitors_those_who_let_them(self, alice, bob, charlie, at):
        everyone = Person.objects.all()
        assert set(everyone.filter(may_meet(Viewer.of(bob, at)))) == {alice, bob, charlie}
        assert set(everyone.filter(may_meet(Viewer.of(None, at)))) == {alice}

    def test_stops_at_a_shut_door_both_ways(self, alice, charlie, at):
        block(by=alice, person=charlie, at=at)
        assert alice not in Person.objects.filter(may_meet(Viewer.of(charlie, at)))
        assert charlie not in Person.objects.filter(may_meet(Viewer.of(alice, at)))


class TestBlocks:
    def test_cut_both_ways_and_end_what_was_there(self, as_bob, bob, alice, at):
        circle = make_circle(owner=alice, name="Lake", at=at)
        add_to_circle(circle=circle, person=bob, at=at, opens_past=True)
        page = as_bob.get(reverse("block", args=[alice.public_id]))
        assert "not told" in page.content.decode()
        assert Connection.objects.between(alice, bob).exists()
        assert as_bob.post(reverse("block", args=[alice.public_id])).status_code == 303
        assert not Connection.objects.between(alice, bob).exists()
        assert not circle.memberships.exists()
        assert Block.objects.filter(person=alice, owner=bob).exists()
        assert Block.objects.filter(person=bob, owner=alice).exists()

    def test_are_undone_by_the_one_who_made_them_only(self, as_bob, as_charlie, bob, charlie, at):
        block(by=bob, person=charlie, at=at)
        assert as_charlie.post(reverse("unblock", args=[bob.public_id])).status_code == 404
        assert as_bob.post(reverse("unblock", args=[charlie.public_id])).status_code == 303
        assert not Block.objects.exists()

    def test_by_both_stay_shut_when_one_opens(self, as_bob, bob, charlie, at):
        block(by=bob, person=charlie, at=at)
        block(by=charlie, person=bob, at=at)
        as_bob.post(reverse("unblock", args=[charlie.public_id]))
        assert Block.objects.filter(person=bob, owner=charlie).exists()

    def test_can_be_answered_by_a_block(self, as_charlie, bob, charlie, at):
        block(by=bob, person=charlie, at=at)
        assert as_charlie.get(reverse("block", args=[bob.public_id])).status_code == 404

    def test_cannot_be_of_oneself(self, as_bob, bob):
        assert as_bob.post(reverse("block", args=[bob.public_id])).status_code == 404

    def test_lists_mine_and_not_those_of_others(self, as_bob, as_charlie, bob, charlie, at):
        block(by=bob, person=charlie, at=at)
        assert "Charlie" in as_bob.get(reverse("blocks")).content.decode()
        assert "Bob" not in as_charlie.get(reverse("blocks")).content.decode()


class TestExports:
    def test_keep_the_circles_of_others_secret(self, alice, bob, at):
        circle = make_circle(owner=alice, name="Difficult people", at=at)
        add_to_circle(circle=circle, person=bob, at=at, opens_past=True)
        told = [membership_export(row) for row in Membership.objects.filter(person=bob)]
        assert "Difficult" not in str(told)
        assert {"kind": "connections", "of": "Alice", "name": "", "since": at} in told
        assert len([row for row in told if row]) == 1
        assert group_export(circle)["people"] == [{"name": "Bob", "since": at}]

    def test_tell_each_block_once_and_to_whoever_made_it(self, bob, charlie, at):
        block(by=bob, person=charlie, at=at)
        mine = [block_export(row) for row in Block.objects.filter(by=bob)]
        assert [row for row in mine if row] == [{"blocked": "Charlie", "at": at}]
        assert not Block.objects.filter(by=charlie).exists()

    @pytest.mark.parametrize("label", ["people", "audiences"])
    def test_know_every_table_of_these_floors(self, label):
        from django.apps import apps

        from parvis.core.people.personal import PERSONAL
        from parvis.core.site.checks import touches_people

        declared = [declaration.model for declaration in PERSONAL]
        held = [model for model in apps.get_app_config(label).get_models() if touches_people(model)]
        assert held
        assert [declared.count(model) for model in held] == [1] * len(held)


def test_connecting_is_symmetric(alice, charlie, at):
    connect(one=charlie, other=alice, at=at)
    assert Membership.objects.filter(group__owner=alice, group__kind="connections", person=charlie).exists()
    assert Membership.objects.filter(group__owner=charlie, group__kind="connections", person=alice).exists()
