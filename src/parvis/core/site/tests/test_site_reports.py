"""Reports: who may ask, what the owners do, and what each person concerned reads of it."""

from datetime import timedelta

import pytest
from django.test import Client

from parvis.core.audiences.actions import Expression, audience_for, connections_group
from parvis.core.audiences.models import MEMBERS
from parvis.core.delivery.notices import sentences
from parvis.core.people.models import Notice
from parvis.core.site.actions.reports import SettledAlready, YourOwn, ask_owners, settle_report
from parvis.core.site.keeping.erasure import erase_person
from parvis.core.stream.actions import say
from parvis.core.stream.models import Publication, Report


@pytest.fixture
def status(alice, bob, at):
    """What alice said to her connections."""
    audience = audience_for(expression=Expression(frozenset({connections_group(alice).pk})), owner=alice)
    return say(author=alice, source="The bell rings too early.", language="en", audience=audience, at=at)


@pytest.fixture
def reported(status, bob, owner, at):
    """bob asked the owners to look at it."""
    return ask_owners(publication=status, by=bob, words="It was meant for my ears.", at=at)


def told(person):
    """What a person reads among their notices."""
    notices = {notice.pk: notice for notice in Notice.objects.filter(person=person)}
    return [sentence.text for sentence in sentences(notices).values()]


def all_reports():
    return Report.objects.unguarded("a test looks")


class TestReportPage:
    def test_is_there_for_those_who_can_read(self, status, as_bob, as_charlie, as_alice, as_visitor):
        path = f"/report/{status.public_id}/"
        assert as_bob.get(path).status_code == 200
        assert as_charlie.get(path).status_code == 404
        assert as_charlie.post(path, {"words": "x"}).status_code == 404
        assert as_visitor.get(path).status_code == 302
        assert as_charlie.get("/report/never-written/").status_code == 404

    def test_asks_the_owners_once_however_often_it_is_sent(self, status, as_bob, bob, owner):
        path = f"/report/{status.public_id}/"
        assert as_bob.post(path, {"words": "Look"}).status_code == 303
        assert as_bob.post(path, {"words": "Look, please"}).status_code == 303
        report = all_reports().get()
        assert (report.by, report.quoted) == (bob, "The bell rings too early.")
        assert len(told(owner)) == 1

    def test_keeps_what_was_said_before_beside_what_is_added_and_says_when(self, reported, status, bob, at):
        again = ask_owners(publication=status, by=bob, words="And again today.", at=at + timedelta(days=1))

        assert again.words == "It was meant for my ears.\n\n2026-11-23 10:00 UTC\n\nAnd again today."

    def test_adds_nothing_that_was_only_sent_twice(self, reported, status, bob, at):
        assert ask_owners(publication=status, by=bob, words=reported.words, at=at).words == reported.words

    def test_says_so_when_the_owners_have_answered_already(self, reported, status, owner, as_bob, at):
        settle_report(report=reported, by=owner, outcome="Spoken with.", at=at)

        answer = as_bob.post(f"/report/{status.public_id}/", {"words": "Once more"})

        assert answer.status_code == 200
        assert "have looked at this and answered you" in answer.text

    def test_needs_words(self, status, as_bob):
        assert "words" in as_bob.post(f"/report/{status.public_id}/", {"words": " "}).context["form"].errors
        assert not all_reports().exists()

    def test_is_not_for_what_is_ones_own(self, status, as_alice, alice, at):
        assert as_alice.post(f"/report/{status.public_id}/", {"words": "Hm"}).status_code == 200
        with pytest.raises(YourOwn):
            ask_owners(publication=status, by=alice, words="Hm", at=at)

    def test_cannot_be_sent_from_another_site(self, status, bob):
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(bob, backend="allauth.account.auth_backends.AuthenticationBackend")
        assert strict.post(f"/report/{status.public_id}/", {"words": "Look"}).status_code == 403


class TestReportQueue:
    def test_shows_owners_who_asked_and_the_words(self, reported, as_owner):
        assert "Bob" in as_owner.get("/desk/reports/").content.decode()
        page = as_owner.get(f"/desk/reports/{reported.pk}/").content.decode()
        assert "The bell rings too early." in page
        assert "It was meant for my ears." in page

    def test_is_not_there_for_others(self, reported, as_alice, as_bob):
        for client in (as_alice, as_bob):
            assert client.get(f"/desk/reports/{reported.pk}/").status_code == 404
            assert client.post(f"/desk/reports/{reported.pk}/", {"do": "settle"}).status_code == 404

    def test_settling_tells_both_and_not_who_asked(self, reported, as_owner, owner, alice, bob):
        path = f"/desk/reports/{reported.pk}/"
        assert as_owner.post(path, {"do": "settle", "settle-outcome": "It may stay."}).status_code == 303
        reported.refresh_from_db()
        assert (reported.settled_by, reported.outcome) == (owner, "It may stay.")
        [to_author], [to_bob] = told(alice), told(bob)
        assert "It may stay." in to_author
        assert "The bell rings too early." in to_author
        assert "Bob" not in to_author
        assert "It may stay." in to_bob

    def test_taking_down_closes_it_to_all_and_says_so(self, reported, status, as_owner, as_bob, alice):
        path = f"/desk/reports/{reported.pk}/"
        as_owner.post(path, {"do": "take_down", "take_down-outcome": "It names a child."})
        assert as_bob.get(status.get_absolute_url()).status_code == 404
        assert "It names a child." in told(alice)[0]
        assert Publication.objects.unguarded("a test looks").get(pk=status.pk).deleted_at is not None

    def test_writing_to_the_author_leaves_the_report_open(self, reported, as_owner, alice):
        as_owner.post(f"/desk/reports/{reported.pk}/", {"do": "ask", "ask-words": "Could you soften this?"})
        assert "Could you soften this?" in told(alice)[0]
        reported.refresh_from_db()
        assert reported.settled_at is None

    def test_needs_an_outcome(self, reported, as_owner):
        page = as_owner.post(f"/desk/reports/{reported.pk}/", {"do": "settle", "settle-outcome": ""})
        assert "outcome" in page.context["forms"]["settle"].errors

    def test_says_of_whoever_asked_and_has_left_that_they_left(self, reported, as_owner, owner, bob, at):
        erase_person(person=bob, at=at, keep_words=False)

        assert "Someone who left, about what Alice wrote" in as_owner.get("/desk/reports/").text
        page = as_owner.get(f"/desk/reports/{reported.pk}/").text
        assert "someone who left, <time" in page
        assert f"/desk/people/{bob.public_id}/" not in page
        assert told(owner)[0].startswith("Someone who left asks you")

    def test_is_settled_once(self, reported, owner, alice, at):
        settle_report(report=reported, by=owner, outcome="Once", at=at)
        with pytest.raises(SettledAlready):
            settle_report(report=reported, by=owner, outcome="Twice", at=at)
        assert len(told(alice)) == 1

    def test_takes_few_queries_however_long(self, as_owner, alice, bob, at, django_assert_max_num_queries):
        audience = audience_for(expression=Expression(frozenset({MEMBERS})), owner=alice)
        for n in range(12):
            status = say(author=alice, source=f"No {n}", language="en", audience=audience, at=at)
            ask_owners(publication=status, by=bob, words="Hm", at=at)
        as_owner.get("/desk/reports/")
        with django_assert_max_num_queries(12):
            as_owner.get("/desk/reports/")
