"""The page of notices: mine, by spans of time, each a sentence that leads somewhere."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from parvis.conftest import make_person
from parvis.core.audiences.actions import Expression, audience_for, block
from parvis.core.audiences.models import MEMBERS
from parvis.core.audiences.rule import microseconds
from parvis.core.people.models import Notice, Person
from parvis.core.site.keeping.erasure import erase_person
from parvis.core.stream.actions import answer, say, withdraw_comment
from parvis.core.stream.actions.connections import accept, ask


def shown(client):
    """How many notices the page of notices shows."""
    return told_on(client.get("/notices/"))


@pytest.fixture(autouse=True)
def soon(at):
    """Pages are looked at five minutes later."""
    with time_machine.travel(at + timedelta(minutes=5), tick=False):
        yield


def told_on(page):
    return sum(line.count for section in page.context["sections"] for line in section.lines)


@pytest.fixture
def told(charlie, alice, at):
    """Two things told to charlie, a day apart, and one to alice."""
    Notice.objects.create(person=charlie, kind="site.role", about={"role": "author"}, at=at)
    Notice.objects.create(person=charlie, kind="site.reinstated", at=at - timedelta(days=1))
    Notice.objects.create(person=alice, kind="site.role", about={"role": "owner"}, at=at)


class TestNoticesPage:
    def test_is_for_each_their_own(self, told, as_charlie, as_bob, as_visitor):
        page = as_charlie.get("/notices/")
        assert told_on(page) == 2
        assert as_bob.get("/notices/").context["sections"] == []
        assert as_visitor.get("/notices/").status_code == 302

    def sections_of(self, person, client, now, *moments):
        Notice.objects.bulk_create(
            Notice(person=person, kind="site.reinstated", at=now - ago) for ago in moments
        )
        with time_machine.travel(now, tick=False):
            return client.get("/notices/").context["sections"]

    def test_holds_today_then_the_days_before_then_weeks_and_months_that_are_folded(
        self, charlie, as_charlie
    ):
        now = datetime(2026, 3, 12, 18, tzinfo=UTC)  # a Thursday
        days = [timedelta(days=n) for n in (0, 1, 6, 7, 10, 11, 45, 60)]
        found = self.sections_of(charlie, as_charlie, now, *days)
        assert [(one.title, one.count, one.is_folded) for one in found] == [
            ("Today", 1, False),
            ("The last seven days", 2, False),
            ("Week of 2 March", 2, True),
            ("Week of 23 February", 1, True),
            ("January 2026", 2, True),
        ]

    def test_opens_the_newest_week_when_nothing_is_newer(self, charlie, as_charlie):
        now = datetime(2026, 3, 12, 18, tzinfo=UTC)
        found = self.sections_of(charlie, as_charlie, now, timedelta(days=20), timedelta(days=30))
        assert [one.is_folded for one in found] == [False, True]

    def test_knows_today_by_the_clock_of_its_person(self, charlie, as_charlie):
        Person.objects.filter(pk=charlie.pk).update(zone="Asia/Tokyo")
        now = datetime(2026, 3, 12, 1, tzinfo=UTC)  # ten in the morning there
        found = self.sections_of(charlie, as_charlie, now, timedelta(hours=9), timedelta(hours=11))
        assert [one.title for one in found] == ["Today", "The last seven days"]

    def test_says_on_a_folded_week_that_something_in_it_is_new(self, charlie, as_charlie):
        now = datetime(2026, 3, 12, 18, tzinfo=UTC)
        self.sections_of(charlie, as_charlie, now, timedelta(0), timedelta(days=20))
        Notice.objects.filter(at=now).update(seen_at=now)
        with time_machine.travel(now, tick=False):
            page = as_charlie.get("/notices/").content.decode()
        assert "<b>new</b>" in page.partition('class="fold span"')[2].partition("</summary>")[0]

    def test_is_seen_when_its_person_says_so_and_not_before(self, told, as_charlie, charlie):
        as_charlie.get("/notices/")
        assert Notice.objects.filter(person=charlie, seen_at=None).count() == 2
        assert as_charlie.post("/notices/").status_code == 303
        assert not Notice.objects.filter(person=charlie, seen_at=None).exists()
        assert Notice.objects.filter(seen_at=None).count() == 1

    def test_leaves_out_what_nobody_can_say_any_more(self, charlie, as_charlie, at):
        Notice.objects.create(person=charlie, kind="room.gone", at=at)
        Notice.objects.create(person=charlie, kind="site.report", about={"report": 0}, at=at)
        assert as_charlie.get("/notices/").context["sections"] == []

    def test_is_announced_at_home_by_the_number_it_shows(self, charlie, bob, alice, owner, as_charlie, at):
        audience = audience_for(expression=Expression(frozenset({MEMBERS})), owner=charlie)
        status = say(author=charlie, source="Hm", language="en", audience=audience, at=at)
        for author in (alice, bob, owner):
            comments = [answer(subject=status, author=author, source=f"No {n}", at=at) for n in range(3)]
            withdraw_comment(comment=comments[0], by=author, at=at)
        erase_person(person=bob, at=at, keep_words=False)
        block(by=charlie, person=owner, at=at)
        for kind, about in (
            ("people.asked", {"person": alice.pk}),
            ("people.accepted", {"person": alice.pk}),
            ("site.answered", {"report": 0}),
            ("site.report", {"report": 0}),
            ("site.job", {"job": 0}),
            ("site.role", {"role": "guest"}),
            ("site.role", {"role": "author"}),
            ("site.reinstated", {}),
            ("room.gone", {}),
        ):
            Notice.objects.create(person=charlie, kind=kind, about=about, at=at)

        assert shown(as_charlie) == 4
        assert as_charlie.get("/").context["near"].unseen == 4

    def test_counts_who_asks_and_who_said_yes_while_it_is_so(self, charlie, bob, alice, as_charlie, at):
        ask(asker=alice, asked=charlie, words="", at=at)
        request = ask(asker=charlie, asked=bob, words="", at=at)
        accept(request=request, at=at)

        assert shown(as_charlie) == as_charlie.get("/").context["near"].unseen == 2

    def test_costs_home_one_query_more_when_there_is_something(
        self, charlie, as_charlie, at, django_assert_max_num_queries
    ):
        as_charlie.get("/")
        with CaptureQueriesContext(connection) as before:
            as_charlie.get("/")
        for _ in range(5):
            Notice.objects.create(person=charlie, kind="site.reinstated", at=at)
        with django_assert_max_num_queries(len(before) + 1):
            as_charlie.get("/")

    def test_turns_its_pages(self, charlie, as_charlie, at):
        for n in range(60):
            Notice.objects.create(person=charlie, kind="site.reinstated", at=at + timedelta(seconds=n))
        first = as_charlie.get("/notices/")
        assert len(first.context["sections"][0].lines) == 50
        second = as_charlie.get("/notices/", {"before": first.context["older"]})
        assert len(second.context["sections"][0].lines) == 10
        assert second.context["older"] is None

    def test_turns_them_by_the_moment_and_loses_none_of_one_moment(self, charlie, as_charlie, at):
        for n in range(70):
            second = timedelta(seconds=n // 30)
            Notice.objects.create(person=charlie, kind="site.reinstated", at=at - second)

        first = as_charlie.get("/notices/")
        second = as_charlie.get("/notices/", {"before": first.context["older"]})

        assert [len(page.context["sections"][0].lines) for page in (first, second)] == [60, 10]
        assert first.context["older"] == microseconds(at - timedelta(seconds=1))

    def test_stands_in_the_order_of_what_happened(self, told, charlie, as_charlie, at):
        Notice.objects.create(person=charlie, kind="site.reinstated", at=at - timedelta(days=2))
        Notice.objects.create(person=charlie, kind="site.reinstated", at=at - timedelta(hours=1))
        shown = [
            notice.at
            for section in as_charlie.get("/notices/").context["sections"]
            for line in section.lines
            for notice, _ in line.told
        ]
        assert shown == sorted(shown, reverse=True)

    def test_needs_a_token_to_change(self, charlie):
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(charlie, backend="allauth.account.auth_backends.AuthenticationBackend")
        assert strict.post("/notices/").status_code == 403


class TestLines:
    @pytest.fixture
    def status(self, charlie, at):
        audience = audience_for(expression=Expression(frozenset({MEMBERS})), owner=charlie)
        return say(author=charlie, source="Hm", language="en", audience=audience, at=at)

    def texts(self, client):
        return [
            line.text for section in client.get("/notices/").context["sections"] for line in section.lines
        ]

    def test_tell_together_what_happened_to_one_text(self, charlie, status, as_charlie, at):
        for number, name in enumerate(("dan", "eve", "fay", "guy", "guy")):
            author = Person.objects.filter(name=name.title()).first() or make_person(name)
            answer(subject=status, author=author, source="Yes", at=at + timedelta(minutes=number))
        assert self.texts(as_charlie) == ["Guy, Fay and 2 others answered you."]
        page = as_charlie.get("/notices/").content.decode()
        assert page.count('<li class="together">') == 1
        assert page.count("answered you.") == 6, "it opens to each"

    def test_name_three_people_and_count_each_once(self, charlie, status, alice, bob, owner, as_charlie, at):
        for author in (alice, bob, owner, alice):
            answer(subject=status, author=author, source="Yes", at=at)
        assert self.texts(as_charlie) == ["Alice, Olive and Bob answered you."]

    def test_hold_only_what_may_still_be_known(self, charlie, status, alice, bob, as_charlie, at):
        for author in (alice, bob):
            answer(subject=status, author=author, source="Yes", at=at)
        block(by=charlie, person=bob, at=at)
        assert self.texts(as_charlie) == ["Alice answered you."]

    def test_keep_weeks_and_texts_apart(self, charlie, status, alice, bob, as_charlie, at):
        audience = audience_for(expression=Expression(frozenset({MEMBERS})), owner=charlie)
        other = say(author=charlie, source="Hm", language="en", audience=audience, at=at)
        for subject, later in ((status, 0), (other, 0), (status, -7)):
            for author in (alice, bob):
                answer(subject=subject, author=author, source="Yes", at=at + timedelta(days=later))
        assert len(self.texts(as_charlie)) == 3

    def test_tell_together_who_mentioned_somebody_under_one_text(
        self, charlie, status, alice, bob, as_charlie, at
    ):
        for author in (alice, bob):
            comment = answer(subject=status, author=author, source="Hello @Charlie", at=at)
            about = {"publication": comment.publication_id}
            Notice.objects.create(person=charlie, kind="stream.mention", about=about, at=at)
        Notice.objects.filter(kind="stream.comment").delete()
        assert self.texts(as_charlie) == ["Bob and Alice mentioned you."]

    def test_stay_new_when_they_come_while_the_page_is_read(self, charlie, status, alice, as_charlie, at):
        answer(subject=status, author=alice, source="Yes", at=at)
        answer(subject=status, author=alice, source="Oh", at=at + timedelta(minutes=2))
        until = microseconds(at + timedelta(minutes=1))
        as_charlie.post("/notices/", {"until": until})
        assert Notice.objects.filter(person=charlie, seen_at=None).count() == 1
        as_charlie.post("/notices/", {"until": "9" * 30})
        assert not Notice.objects.filter(person=charlie, seen_at=None).exists()
