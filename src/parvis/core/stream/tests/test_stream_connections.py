"""Connections and circles: asked and declined in silence, and the past said before it opens."""

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parvis.core.audiences.actions import (
    Expression,
    add_to_circle,
    audience_for,
    block,
    connections_group,
    make_circle,
    one_person_group,
    remove_from_circle,
    unblock,
)
from parvis.core.audiences.models import MEMBERS, Group, Membership
from parvis.core.audiences.rule import Viewer
from parvis.core.people.actions.roles import suspend
from parvis.core.people.declarations import request_export
from parvis.core.people.models import Connection, ConnectionRequest, Notice, Tries
from parvis.core.stream.actions import say
from parvis.core.stream.actions.connections import accept, ask, decline, end_connection, withdraw
from parvis.core.stream.effects import effect_of_adding, effect_of_removing, visible
from parvis.core.stream.models import Follow


def words(author, at, include, exclude=()):
    """A short status of this author for these groups."""
    expression = Expression(frozenset(include), frozenset(exclude))
    audience = audience_for(expression=expression, owner=author)
    return say(author=author, source="Bonjour", language="fr", audience=audience, at=at)


class TestAsking:
    def test_makes_a_connection_when_both_want_it(self, alice, charlie, at):
        request = ask(asker=charlie, asked=alice, words="We met at the lake", at=at)
        assert Notice.objects.get(person=alice).kind == "people.asked"
        accept(request=request, at=at)
        assert Connection.objects.between(alice, charlie).exists()
        for one, other in ((alice, charlie), (charlie, alice)):
            assert Membership.objects.filter(group=connections_group(one), person=other).exists()
            assert Follow.objects.filter(person=one, source__person=other).exists()
        assert not ConnectionRequest.objects.exists()
        assert Notice.objects.get(person=charlie).kind == "people.accepted"

    def test_of_each_other_connects_at_once(self, alice, charlie, at):
        ask(asker=charlie, asked=alice, at=at)
        ask(asker=alice, asked=charlie, at=at)
        assert Connection.objects.between(alice, charlie).exists()

    def test_twice_tells_once(self, alice, charlie, at):
        ask(asker=charlie, asked=alice, at=at)
        ask(asker=charlie, asked=alice, at=at)
        assert Notice.objects.filter(person=alice).count() == 1

    def test_across_a_shut_door_does_nothing_and_says_nothing(self, alice, charlie, at):
        block(by=alice, person=charlie, at=at)
        assert ask(asker=charlie, asked=alice, at=at) is None
        assert not ConnectionRequest.objects.exists()
        assert not Notice.objects.exists()

    def test_is_refused_silently_to_guests(self, alice, charlie, at):
        charlie.role = "guest"
        charlie.save()
        assert ask(asker=charlie, asked=alice, at=at) is None

    def test_withdrawn_takes_the_notice_along(self, alice, charlie, at):
        withdraw(request=ask(asker=charlie, asked=alice, at=at), at=at)
        assert not Notice.objects.exists()

    def test_is_not_accepted_across_a_door_shut_since(self, alice, charlie, at):
        request = ask(asker=charlie, asked=alice, at=at)
        charlie.suspended_at = at
        charlie.save()
        assert accept(request=ConnectionRequest.objects.get(pk=request.pk), at=at) is None
        assert not Connection.objects.exists()


class TestDeclining:
    def test_is_silent(self, as_charlie, as_alice, alice, charlie, at):
        ask(asker=charlie, asked=alice, at=at)
        before = as_charlie.get(reverse("connections")).content.split(b"<main")[1]
        page_before = as_charlie.get(reverse("person", args=[alice.public_id])).content.split(b"<main")[1]
        as_alice.post(reverse("connection-decline", args=[charlie.public_id]))
        assert ConnectionRequest.objects.get().declined_at is not None
        strip = _without_tokens
        assert strip(as_charlie.get(reverse("connections")).content.split(b"<main")[1]) == strip(before)
        again = as_charlie.get(reverse("person", args=[alice.public_id])).content.split(b"<main")[1]
        assert strip(again) == strip(page_before)
        assert not Notice.objects.filter(person=charlie).exists()

    def test_holds_when_asked_again(self, alice, charlie, at):
        decline(request=ask(asker=charlie, asked=alice, at=at), at=at)
        Notice.objects.all().delete()
        ask(asker=charlie, asked=alice, at=at)
        assert not Notice.objects.exists()
        assert ConnectionRequest.objects.get().declined_at is not None

    @pytest.mark.parametrize("way", ["withdrawn", "blocked and unblocked"])
    def test_holds_when_withdrawn_and_asked_again(self, alice, charlie, at, way):
        request = ask(asker=charlie, asked=alice, at=at)
        decline(request=request, at=at)
        Notice.objects.all().delete()
        if way == "withdrawn":
            withdraw(request=request, at=at)
        else:
            block(by=charlie, person=alice, at=at)
            unblock(by=charlie, person=alice)
        assert not ConnectionRequest.objects.made_by(charlie).exists()
        ask(asker=charlie, asked=alice, words="Please", at=at)
        assert not Notice.objects.exists()
        assert not ConnectionRequest.objects.waiting_for(alice).exists()
        assert ConnectionRequest.objects.made_by(charlie).get().words == "Please"

    def test_is_not_to_be_told_from_waiting_by_withdrawing(
        self, as_charlie, as_alice, alice, charlie, at, time_machine
    ):
        time_machine.move_to(at, tick=False)

        def all_that_charlie_sees():
            Tries.objects.all().delete()
            seen = []
            for name in ("connection-ask", "connection-withdraw", "connection-withdraw", "connection-ask"):
                answer = as_charlie.post(reverse(name, args=[alice.public_id]))
                seen.append(answer.status_code)
                for there in (reverse("connections"), reverse("person", args=[alice.public_id])):
                    seen.append(_without_tokens(as_charlie.get(there).content.split(b"<main")[1]))
            told = [request_export(row) for row in ConnectionRequest.objects.filter(asker=charlie)]
            return seen, [row for row in told if row] != []

        waiting = all_that_charlie_sees()
        as_alice.post(reverse("connection-decline", args=[charlie.public_id]))
        withdraw(request=ConnectionRequest.objects.get(), at=at)
        assert [request_export(row) for row in ConnectionRequest.objects.all()] == [{}]
        assert all_that_charlie_sees() == waiting

    def test_and_withdrawn_is_no_question_that_asking_back_would_answer(self, alice, charlie, at):
        request = ask(asker=charlie, asked=alice, at=at)
        decline(request=request, at=at)
        withdraw(request=request, at=at)
        ask(asker=alice, asked=charlie, at=at)
        assert not Connection.objects.between(alice, charlie).exists()
        assert ConnectionRequest.objects.waiting_for(charlie).exists()
        ask(asker=charlie, asked=alice, at=at)
        assert Connection.objects.between(alice, charlie).exists()
        assert not ConnectionRequest.objects.exists()


class TestThoseWhoWait:
    def test_are_not_named_while_they_are_suspended(self, as_alice, alice, charlie, at):
        ask(asker=charlie, asked=alice, words="From the lake", at=at)
        for there in ("home", "connections"):
            assert b"Charlie" in as_alice.get(reverse(there)).content
        suspend(person=charlie, because="", at=at)
        for there in ("home", "connections"):
            assert b"Charlie" not in as_alice.get(reverse(there)).content


class TestEnding:
    def test_closes_for_both_what_was_for_connections(self, alice, bob, at):
        mine = words(alice, at, [connections_group(alice).pk])
        assert mine.pk in visible(alice, Viewer.of(bob, at))
        end_connection(one=bob, other=alice)
        assert visible(alice, Viewer.of(bob, at)) == set()
        assert not Follow.objects.filter(source__person__in=[alice, bob], person__in=[alice, bob]).exists()

    def test_is_said_before_it_is_done(self, as_bob, alice, bob):
        page = as_bob.get(reverse("connection-end", args=[alice.public_id]))
        assert "the past included" in page.content.decode()
        assert Connection.objects.between(alice, bob).exists()
        as_bob.post(reverse("connection-end", args=[alice.public_id]))
        assert not Connection.objects.between(alice, bob).exists()


class TestConnectionPages:
    def test_are_for_members(self, as_alice, as_bob, as_charlie, as_visitor):
        for name in ("connections", "circles"):
            for client in (as_alice, as_bob, as_charlie):
                assert client.get(reverse(name)).status_code == 200
            assert as_visitor.get(reverse(name)).status_code == 302

    def test_show_what_each_may_do(self, as_alice, as_charlie, alice, charlie):
        as_charlie.post(reverse("connection-ask", args=[alice.public_id]), {"words": "Hello"})
        assert "Hello" in as_alice.get(reverse("connections")).content.decode()
        as_alice.post(reverse("connection-accept", args=[charlie.public_id]))
        assert "Alice" in as_charlie.get(reverse("connections")).content.decode()

    def test_answer_alike_for_who_blocked_me_and_for_nobody(self, as_charlie, alice, charlie, at):
        block(by=alice, person=charlie, at=at)
        for name in ("connection-ask", "connection-accept", "connection-decline", "connection-withdraw"):
            shut = as_charlie.post(reverse(name, args=[alice.public_id]))
            none = as_charlie.post(reverse(name, args=["nobody"]))
            assert shut.status_code == none.status_code == 404
            bare = _without_tokens(shut.content).replace(alice.public_id.encode(), b"nobody")
            assert bare == _without_tokens(none.content)

    def test_ask_the_same_person_only_so_often(self, as_charlie, alice):
        from django.core.cache import cache

        cache.clear()
        there = reverse("connection-ask", args=[alice.public_id])
        answers = []
        for _ in range(4):
            answers.append(as_charlie.post(there).status_code)
            as_charlie.post(reverse("connection-withdraw", args=[alice.public_id]))
        assert answers == [303, 303, 303, 429]


class TestCirclePages:
    def test_say_what_adding_opens_before_it_is_done(self, as_alice, alice, charlie, at):
        family = make_circle(owner=alice, name="Family", at=at)
        words(alice, at, [family.pk])
        there = reverse("circle-add", args=[family.public_id, charlie.public_id])
        page = as_alice.get(there).content.decode()
        assert "opens 1 past publication" in page
        assert not family.memberships.exists()
        as_alice.post(there, {"past": "closed"})
        assert visible(alice, Viewer.of(charlie, at)) == set()
        as_alice.post(reverse("circle-remove", args=[family.public_id, charlie.public_id]))
        as_alice.post(there, {"past": "open"})
        assert len(visible(alice, Viewer.of(charlie, at))) == 1

    def test_say_what_removing_closes(self, as_alice, alice, charlie, at):
        family = make_circle(owner=alice, name="Family", at=at)
        add_to_circle(circle=family, person=charlie, at=at, opens_past=True)
        words(alice, at, [family.pk])
        page = as_alice.get(
            reverse("circle-remove", args=[family.public_id, charlie.public_id])
        ).content.decode()
        assert "1 past publication closes" in page
        assert family.memberships.exists()

    def test_of_others_are_not_there(self, as_bob, as_charlie, alice, charlie, at):
        family = make_circle(owner=alice, name="Family", at=at)
        for name, args in [
            ("circle", [family.public_id]),
            ("circle-rename", [family.public_id]),
            ("circle-add", [family.public_id, charlie.public_id]),
            ("circle-remove", [family.public_id, charlie.public_id]),
        ]:
            assert as_bob.get(reverse(name, args=args)).status_code == 404
            assert as_bob.post(reverse(name, args=args)).status_code == 404
        assert as_bob.post(reverse("circle-archive", args=[family.public_id])).status_code == 404

    def test_make_rename_find_and_put_away(self, as_alice, alice, charlie):
        as_alice.post(reverse("circles"), {"name": "Neighbours"})
        circle = Group.objects.get(kind="circle")
        assert "already" in as_alice.post(reverse("circles"), {"name": "neighbours"}).content.decode()
        as_alice.post(reverse("circle-rename", args=[circle.public_id]), {"name": "Street"})
        found = as_alice.get(reverse("circle", args=[circle.public_id]), {"name": "charlie"})
        assert found.headers["Location"] == reverse("circle-add", args=[circle.public_id, charlie.public_id])
        as_alice.post(reverse("circle-archive", args=[circle.public_id]))
        assert not Group.objects.filter(kind="circle").exists()

    def test_cannot_add_whoever_blocked_me(self, as_alice, alice, charlie, at):
        family = make_circle(owner=alice, name="Family", at=at)
        block(by=charlie, person=alice, at=at)
        args = [family.public_id, charlie.public_id]
        assert as_alice.post(reverse("circle-add", args=args)).status_code == 404


class TestEffects:
    @settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    @given(
        for_whom=st.lists(
            st.tuples(
                st.sets(
                    st.sampled_from(["circle", "other", "connections", "members", "charlie"]), max_size=3
                ),
                st.sets(st.sampled_from(["circle", "other", "charlie"]), max_size=2),
            ),
            max_size=5,
        ),
        also_in_other=st.booleans(),
    )
    def test_are_what_the_rule_says_with_and_without(self, for_whom, also_in_other, alice, charlie, at):
        from django.db import transaction

        with transaction.atomic():
            circle = make_circle(owner=alice, name="One", at=at)
            other = make_circle(owner=alice, name="Two", at=at)
            groups = {
                "circle": circle.pk,
                "other": other.pk,
                "connections": connections_group(alice).pk,
                "members": MEMBERS,
                "charlie": one_person_group(charlie).pk,
            }
            if also_in_other:
                add_to_circle(circle=other, person=charlie, at=at, opens_past=True)
            for plus, minus in for_whom:
                words(alice, at, [groups[name] for name in plus], [groups[name] for name in minus])
            reader, me = Viewer.of(charlie, at), Viewer.of(alice, at)
            before = visible(alice, reader)
            foreseen = effect_of_adding(circle, charlie, me)
            assert visible(alice, reader) == before
            add_to_circle(circle=circle, person=charlie, at=at, opens_past=True)
            after = visible(alice, reader)
            assert (foreseen.opened, foreseen.closed) == (len(after - before), len(before - after))
            back = effect_of_removing(circle, charlie, me)
            assert (back.opened, back.closed) == (foreseen.closed, foreseen.opened)
            remove_from_circle(circle=circle, person=charlie)
            assert visible(alice, reader) == before
            transaction.set_rollback(True)

    def test_are_told_to_the_owner_of_the_circle_only(self, alice, bob, charlie, at):
        circle = make_circle(owner=alice, name="One", at=at)
        with pytest.raises(PermissionError):
            effect_of_adding(circle, charlie, Viewer.of(bob, at))


class TestNotices:
    def test_say_who_asks_and_who_said_yes(self, alice, charlie, at):
        from parvis.core.delivery.notices import sentences

        request = ask(asker=charlie, asked=alice, at=at)
        notice = Notice.objects.get()
        assert sentences({1: notice})[1].text == "Charlie asks to be connected with you."
        accept(request=request, at=at)
        assert sentences({1: notice}) == {}
        told = Notice.objects.get(person=charlie)
        assert sentences({1: told})[1].text == "You and Alice are connected."

    def test_say_nothing_across_a_door_shut_since(self, alice, charlie, at):
        from parvis.core.delivery.notices import sentences

        ask(asker=charlie, asked=alice, at=at)
        notice = Notice.objects.get()
        block(by=charlie, person=alice, at=at)
        assert sentences({1: notice}) == {}


def _without_tokens(content: bytes) -> bytes:
    import re

    return re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", content)
