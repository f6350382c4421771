"""A life of the square at random: whatever people do, in whatever order, each sees exactly what the oracle says."""

from contextlib import suppress
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from parvis.conftest import AT, make_person
from parvis.core.audiences import actions as audiences
from parvis.core.audiences.actions import Expression, audience_for, connections_group, one_person_group
from parvis.core.audiences.actions.circles import NotToBeAdded
from parvis.core.audiences.actions.expressions import ExcludesYourself, PublicExcludesNobody
from parvis.core.audiences.models import MEMBERS, PUBLIC, Block, Group, Term
from parvis.core.audiences.rule import FOREVER, Viewer, microseconds
from parvis.core.audiences.visits import held_by, hold
from parvis.core.people.actions import change_role, reinstate, suspend
from parvis.core.people.models import Person, Square
from parvis.core.stream import actions, pages
from parvis.core.stream.actions import connections
from parvis.core.stream.models import Comment, Publication, StandingRule
from parvis.core.stream.search import search
from parvis.core.stream.threads import thread
from parvis.core.stream.who import who_can_see

from .agreement import laid_out
from .oracle import Eyes, Oracle

pytestmark = pytest.mark.django_db
PEOPLE = ("ann", "ben", "cleo", "dan")
NOBODY = len(PEOPLE)
who = st.sampled_from(range(4))
visitor = st.sampled_from(range(NOBODY + 1))
which = st.integers(0, 30)


class Life(RuleBasedStateMachine):
    """Four people and their circles; each step is an action of the house."""

    def __init__(self) -> None:
        super().__init__()
        self.world = transaction.atomic()
        self.world.__enter__()
        self.now = AT + timedelta(hours=1)
        self.turn = 0
        self.people = list(Person.objects.order_by("pk"))
        self.circles = list(Group.objects.filter(kind="circle").order_by("pk"))
        self.links: list[Group] = []
        self.meant: dict[int, set[int]] = {}
        self.visits = [
            SimpleNamespace(session={}, user=SimpleNamespace(is_authenticated=True))
            for _ in range(NOBODY + 1)
        ]
        self.opened: list[set[int]] = [set() for _ in self.visits]

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.world.__exit__(None, None, None)

    def pick(self, number: int) -> Publication | None:
        rows = list(Publication.objects.unguarded("a test picks one").order_by("pk"))
        return rows[number % len(rows)] if rows else None

    def groups(self, owner: Person) -> list[Group]:
        mine = [c for c in self.circles if c.owner_id == owner.pk]
        singles = [one_person_group(p) for p in self.people]
        known = [Group.objects.get(pk=PUBLIC), Group.objects.get(pk=MEMBERS), connections_group(owner)]
        return [*known, *mine, *(link for link in self.links if link.owner_id == owner.pk), *singles]

    @rule(one=who, other=who)
    def connect(self, one: int, other: int) -> None:
        if one != other:
            audiences.connect(one=self.people[one], other=self.people[other], at=self.now)
            self.let_in()

    @rule(one=who, other=who)
    def end(self, one: int, other: int) -> None:
        audiences.disconnect(one=self.people[one], other=self.people[other])
        self.let_in()

    @rule(one=who, other=who)
    def shut(self, one: int, other: int) -> None:
        if one != other:
            connections.shut_door(by=self.people[one], person=self.people[other], at=self.now)
            self.let_in()

    @rule(one=who, other=who)
    def open_again(self, one: int, other: int) -> None:
        audiences.unblock(by=self.people[one], person=self.people[other])
        self.let_in()

    @rule(one=who, other=who)
    def shut_and_open_again(self, one: int, other: int) -> None:
        """It brings nothing back; but whoever was kept out as a connection is none any more."""
        two = self.people[one], self.people[other]
        if one == other or Block.objects.filter(person=two[0], owner=two[1]).exists():
            return
        before, now = Oracle(), microseconds(self.now)
        connections.shut_door(by=two[0], person=two[1], at=self.now)
        audiences.unblock(by=two[0], person=two[1])
        after, eyes = Oracle(), self.everyone()
        but_connections = Term.objects.filter(sign=-1, group__kind="connections").values("audience")
        rows = Publication.objects.unguarded("a test").exclude(
            placements__stream__audience__in=but_connections
        )
        rows = rows.exclude(under__placements__stream__audience__in=but_connections)
        for pk in rows.values_list("pk", flat=True):
            for number in (one, other):
                assert before.sees(eyes[number], pk, now) or not after.sees(eyes[number], pk, now)
        self.let_in()

    @rule(circle=who, person=who, past=st.booleans())
    def add(self, circle: int, person: int, past: bool) -> None:
        with suppress(NotToBeAdded):
            audiences.add_to_circle(
                circle=self.circles[circle], person=self.people[person], at=self.now, opens_past=past
            )
        self.let_in()

    @rule(circle=who, person=who)
    def remove(self, circle: int, person: int) -> None:
        audiences.remove_from_circle(circle=self.circles[circle], person=self.people[person])
        self.let_in()

    @rule(owner=who, words=st.booleans())
    def make_a_link_or_a_password(self, owner: int, words: bool) -> None:
        person = self.people[owner]
        if words:
            link = audiences.password_group(owner=person, password="sesame", at=self.now)
        else:
            link = audiences.link_group(owner=person, label="for friends", at=self.now)[0]
        self.links.append(link)
        self.publish_to(person, Expression(frozenset({link.pk})))

    @rule(number=which, visit=visitor)
    def open_it(self, number: int, visit: int) -> None:
        if self.links:
            link = self.links[number % len(self.links)]
            hold(self.visits[visit], link)  # type: ignore[arg-type]
            self.opened[visit].add(link.pk)
            self.let_in()

    @rule(number=which)
    def revoke_it(self, number: int) -> None:
        if self.links:
            audiences.revoke(group=self.links[number % len(self.links)], at=self.now)

    @rule(person=who)
    def suspend_or_reinstate(self, person: int) -> None:
        one = self.people[person]
        if one.is_active:
            suspend(person=one, because="a test", at=self.now)
        else:
            reinstate(person=one)
        self.let_in()

    @rule(person=who)
    def become_a_guest_or_a_member(self, person: int) -> None:
        one = self.people[person]
        change_role(person=one, role="member" if one.role == "guest" else "guest")
        self.let_in()

    def expression(self, owner: Person, plus: list[int], minus: list[int]) -> Expression:
        groups = self.groups(owner)
        return Expression(
            frozenset(groups[n % len(groups)].pk for n in plus),
            frozenset(groups[n % len(groups)].pk for n in minus),
        )

    @rule(
        author=who,
        plus=st.lists(which, max_size=3),
        minus=st.lists(which, max_size=1),
        later=st.sampled_from([0, 0, 0, 2]),
    )
    def publish(self, author: int, plus: list[int], minus: list[int], later: int) -> None:
        self.publish_now(self.people[author], plus, minus, later)

    def publish_now(self, person: Person, plus: list[int], minus: list[int], later: int = 0) -> None:
        with suppress(PublicExcludesNobody, ExcludesYourself):
            self.publish_to(person, self.expression(person, plus, minus), later)

    def publish_to(self, person: Person, expression: Expression, later: int = 0) -> None:
        audience = audience_for(expression=expression, owner=person)
        draft = actions.begin(kind="stream.status", author=person, language="en", at=self.now)
        actions.publish(
            publication=draft,
            said=actions.Said(text="parvis", language="en"),
            audience=audience,
            sources=[actions.source_of(person)],
            at=self.now,
            come_out_at=self.now + timedelta(days=later) if later else None,
        )

    @rule(number=which, plus=st.lists(which, max_size=2))
    def narrow_or_widen(self, number: int, plus: list[int]) -> None:
        row = self.pick(number)
        if row is None or row.deleted_at or row.under_id:
            return
        audience = audience_for(expression=self.expression(row.author, plus, []), owner=row.author)
        actions.change_audience(publication=row, audience=audience, at=self.now)

    @rule(number=which, author=who)
    def answer(self, number: int, author: int) -> None:
        row = self.pick(number)
        if row is not None:
            self.answer_to(row, self.people[author])

    def answer_to(self, row: Publication, author: Person) -> None:
        viewer = Viewer.of(author, self.now)
        if row.under_id is not None or not Publication.objects.visible_to(viewer).filter(pk=row.pk).exists():
            return
        above = Comment.objects.visible_to(viewer).under(row).last()
        with suppress(actions.CommentsClosed):
            made = actions.answer(subject=row, author=author, source="parvis", at=self.now, parent=above)
            if row.ord <= microseconds(self.now) and row.published_at is not None:
                self.meant[made.publication_id] = self.readers(Oracle(), row.pk) | {self.people.index(author)}

    def readers(self, oracle: Oracle, number: int) -> set[int]:
        """Who sees a publication now, by their places; the last is the passer-by."""
        now = microseconds(self.now)
        return {place for place, eyes in enumerate(self.everyone()) if oracle.sees(eyes, number, now)}

    def let_in(self) -> None:
        """Somebody came into a group or left one, or a door opened: whoever reads a comment because of that may."""
        oracle = Oracle() if self.meant else None
        for number, meant in self.meant.items():
            meant.update(self.readers(oracle, number))

    def comment(self, number: int) -> Comment | None:
        rows = list(
            Comment.objects.unguarded("a test picks one").select_related("publication__under__author")
        )
        return rows[number % len(rows)] if rows else None

    @rule(number=which)
    def hide_or_show(self, number: int) -> None:
        comment = self.comment(number)
        if comment is None or comment.withdrawn_at is not None or comment.publication.deleted_at is not None:
            return
        if comment.hidden_at is None:
            actions.hide_comment(comment=comment, by=comment.publication.under.author, at=self.now)
        else:
            actions.show_comment(comment=comment)

    @rule(number=which)
    def withdraw_words(self, number: int) -> None:
        comment = self.comment(number)
        if comment is not None and comment.withdrawn_at is None:
            actions.withdraw_comment(comment=comment, by=comment.publication.author, at=self.now)

    @rule(number=which)
    def delete_or_restore(self, number: int) -> None:
        row = self.pick(number)
        if row is not None and row.published_at is not None:
            if row.deleted_at is None:
                actions.delete(publication=row, by=row.author, at=self.now)
            else:
                actions.restore(publication=row, by=row.author)

    @rule(number=which)
    def edit(self, number: int) -> None:
        row = self.pick(number)
        if row is not None and row.deleted_at is None and row.published_at is not None:
            actions.edit(publication=row, said=actions.Said(text="parvis again", language="en"), at=self.now)

    @rule(person=who, days=st.sampled_from([1, 3]), wide=st.booleans())
    def keep_a_standing_rule(self, person: int, days: int, wide: bool) -> None:
        owner = self.people[person]
        groups = {connections_group(owner).pk} if wide else set()
        audience = audience_for(expression=Expression(frozenset(groups)), owner=owner)
        before = Oracle()
        now = microseconds(self.now)
        actions.set_standing_rule(person=owner, kind="", after_days=days, audience=audience, at=self.now)
        after = Oracle()
        for pk in before.publications:
            for eyes in self.everyone():
                for at in (now, now + 10 * 24 * 3600 * 10**6):
                    dropped_rule_may_widen = before.sees(eyes, pk, at) or not after.sees(eyes, pk, at)
                    assert dropped_rule_may_widen or self.had_rule(owner)
        self.ruled = getattr(self, "ruled", set()) | {owner.pk}

    @rule(person=who)
    def drop_standing_rules(self, person: int) -> None:
        for one in StandingRule.objects.filter(person=self.people[person]):
            actions.drop_standing_rule(rule=one)

    @rule(person=who, other=who)
    def answer_under_what_a_rule_narrowed(self, person: int, other: int) -> None:
        """Rare by chance, and the one thing that must not open again when the rule is dropped."""
        self.publish_now(self.people[person], [0], [])
        self.keep_a_standing_rule(person, 1, wide=True)
        self.now += timedelta(hours=30)
        self.answer(-1, other)
        self.drop_standing_rules(person)

    def had_rule(self, owner: Person) -> bool:
        return owner.pk in getattr(self, "ruled", set())

    @rule(hours=st.sampled_from([1, 30, 60]))
    def tick(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    def everyone(self) -> list[Eyes]:
        """Who looks: the four people, and a passer-by; with the links that they have opened and that still open."""
        revoked = {link.pk for link in self.links if link.closed_at is not None}
        numbers = [*(person.pk for person in self.people), None]
        return [
            Eyes(number, frozenset(opened - revoked))
            for number, opened in zip(numbers, self.opened, strict=True)
        ]

    @invariant()
    def everyone_sees_what_the_oracle_says(self) -> None:
        """What each sees and reads at home after every step; the rest of the house by turns, for it takes longer."""
        oracle, now, self.turn = Oracle(), microseconds(self.now), self.turn + 1
        for number, eyes in enumerate(self.everyone()):
            person = self.people[number] if number < NOBODY else None
            viewer = Viewer.of(person, self.now, held_by(self.visits[number]))  # type: ignore[arg-type]
            wanted = {pk for pk in oracle.publications if oracle.sees(eyes, pk, now)}
            assert set(Publication.objects.visible_to(viewer).values_list("pk", flat=True)) == wanted
            if viewer.person_id is not None:
                home = [pk for pk, _ord in pages.numbers(viewer, pages.FOLLOWED, before=FOREVER, limit=100)]
                assert home == oracle.home(eyes, now)
            if (self.turn + number) % 5 == 0:
                self.finds_and_reads_the_same(eyes, viewer, oracle, now)
        self.who_can_see_names_the_same(oracle, now)

    @invariant()
    def comments_are_read_by_those_who_read_what_they_answered(self) -> None:
        """Whatever its author does with the subject and their rules, only groups that grow bring a comment readers."""
        oracle = Oracle() if self.meant else None
        for number, meant in self.meant.items():
            assert self.readers(oracle, number) <= meant

    def finds_and_reads_the_same(self, eyes: Eyes, viewer: Viewer, oracle: Oracle, now: int) -> None:
        found = [hit.publication.pk for hit in search(viewer, "parvis", limit=100).hits]
        assert found == oracle.finds(eyes, "parvis", now)
        person = Person.objects.filter(pk=viewer.person_id).first()
        answered = {oracle.publications[c.publication_id][2] for c in oracle.comments}
        for subject in Publication.objects.visible_to(viewer).filter(pk__in=answered):
            there = thread(subject, viewer, person)
            assert (laid_out(there), there.count) == oracle.thread(eyes, subject.pk, now)

    def who_can_see_names_the_same(self, oracle: Oracle, now: int) -> None:
        rows = Publication.objects.unguarded("a test").filter(under=None).select_related("author")
        for row in rows.order_by("pk")[self.turn % 4 :: 4]:
            named = who_can_see(row, Viewer.of(row.author, self.now))
            for person in self.people:
                if person.pk != row.author_id:
                    by_name = named.is_public or person.pk in {reader.person.pk for reader in named.readers}
                    assert by_name == oracle.sees(Eyes(person.pk), row.pk, now)


@pytest.fixture
def four_people(square: Square) -> None:
    """Four people and their circles, who have said and answered something already; each life begins here."""
    people = [make_person(name, role="guest" if name == "dan" else "member") for name in PEOPLE]
    circles = [audiences.make_circle(owner=people[n % 3], name=f"circle {n}", at=AT) for n in range(4)]
    for person in people:
        for other in people[:2]:
            actions.follow_person(person=person, other=other, at=AT)
    life = Life()
    life.now = AT
    for number, person in enumerate(people[:3]):
        for plus, minus in (([1], []), ([2, 3], []), ([1], [3 + number]), ([0], [])):
            life.publish_now(person, plus, minus)
    for person in people[:3]:
        life.answer(0, life.people.index(person))
    life.world.__exit__(None, None, None)
    for circle in circles:
        for person in people:
            if person.pk != circle.owner_id and (circle.pk + person.pk) % 2:
                audiences.add_to_circle(
                    circle=circle, person=person, at=AT + timedelta(hours=1), opens_past=circle.pk % 3 == 0
                )


class TestALifeOfTheSquare:
    def test_agrees_with_the_oracle_after_every_step(self, four_people: None):
        run_state_machine_as_test(
            Life,
            settings=settings(
                max_examples=14,
                stateful_step_count=20,
                deadline=None,
                derandomize=False,  # other lives each time; a life that fails is told step by step
                print_blob=True,
                database=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
