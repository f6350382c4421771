"""What leaves: to whom, when, in which words; and that nothing leaves twice, or to whoever may not read it."""

from datetime import timedelta

import pytest
from django.db import transaction

from parvis.conftest import AT, make_person
from parvis.core.audiences.actions import Expression, audience_for, block, connections_group, disconnect
from parvis.core.audiences.rule import microseconds
from parvis.core.delivery import actions
from parvis.core.delivery.actions.handing import A_CHUNK, hand_over
from parvis.core.delivery.actions.planning import queue_digests
from parvis.core.delivery.actions.sending import (
    NotOurs,
    about_to_leave,
    became,
    claim,
    let_go,
    note,
    put_off,
    recover,
)
from parvis.core.delivery.carrying import Carrier
from parvis.core.delivery.leaving import Sent, may_still_leave
from parvis.core.delivery.letters import Writer, letter_for
from parvis.core.delivery.models import Copy, HandOver, Mail, Reading, Subscription
from parvis.core.stream import actions as stream
from parvis.core.stream.who import readers_among

from .worlds import LATER, outbox, said, sent, text, theme

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
CANARY = "canari-7f3a"


@pytest.fixture(autouse=True)
def known(settings):
    settings.PARVIS_URL = "https://parvis.example"


@pytest.fixture
def birds(alice):
    return theme()


def subscribe(person, source, rhythm="now", **more):
    actions.subscribe(person=person, source=source, channel="mail", rhythm=rhythm, at=AT - DAY, **more)
    return Subscription.objects.get(follow__person=person, follow__source=source)


class TestAtOnce:
    def test_comes_whole_to_whoever_asked_when_it_is_public(self, alice, bob, charlie, birds):
        subscribe(bob, birds)
        said(alice, "Une bécasse traverse l’allée.", sources=[birds])
        (mail,) = sent()
        assert mail["To"] == "Bob <bob@parvis.example>"
        assert "Une bécasse traverse" in text(mail)
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert mail["List-Unsubscribe"].startswith("<https://parvis.example/mail/leave/")
        assert mail["Auto-Submitted"] == "auto-generated"
        assert mail["Content-Language"] == "en"
        assert "You get this because you follow “Birds”" in text(mail)
        assert "2026, in French" in text(mail), "a text in another language than the mail says so"

    def test_waits_for_as_long_as_it_can_be_taken_back(self, alice, bob, birds):
        subscribe(bob, birds)
        said(alice, "Une bécasse.", sources=[birds])
        assert sent(AT + timedelta(seconds=30)) == []

    def test_comes_once_whatever_is_repeated(self, alice, bob, birds):
        subscribe(bob, birds)
        subscribe(bob, stream.source_of(alice))
        said(alice, "Une bécasse.", sources=[birds])
        assert len(sent()) == 1
        assert sent() == []
        HandOver.objects.update(after=0, done_at=None)
        assert sent() == []

    def test_does_not_come_to_its_author(self, alice, birds):
        subscribe(alice, birds)
        said(alice, "Une bécasse.", sources=[birds])
        assert sent() == []

    def test_restricted_it_travels_as_a_link(self, alice, bob, birds):
        subscribe(bob, stream.source_of(alice))
        said(alice, CANARY, groups=frozenset({connections_group(alice).pk}))
        (mail,) = sent()
        assert CANARY not in mail.as_string()
        assert "https://parvis.example/p/" in text(mail)
        assert not Copy.objects.get().is_whole

    def test_never_comes_to_whoever_may_not_read_it(self, alice, bob, charlie, birds):
        for person in (bob, charlie):
            subscribe(person, stream.source_of(alice))
        said(alice, CANARY, groups=frozenset({connections_group(alice).pk}))
        assert [mail["To"] for mail in sent()] == ["Bob <bob@parvis.example>"]
        assert Copy.objects.count() == 1, "the ledger does not count those who were never let in"

    @pytest.mark.parametrize("end", ["connection", "block", "suspension", "narrowing", "deletion", "leaving"])
    def test_what_ends_between_the_queue_and_the_line_is_not_sent(self, end, alice, bob):
        subscription = subscribe(bob, stream.source_of(alice))
        publication = said(alice, CANARY, groups=frozenset({connections_group(alice).pk}))
        hand_over(AT + LATER)
        assert Mail.objects.get().state == "queued"
        match end:
            case "connection":
                disconnect(one=alice, other=bob)
            case "block":
                block(by=alice, person=bob, at=AT)
            case "suspension":
                bob.suspended_at = AT
                bob.save()
            case "narrowing":
                only_me = audience_for(expression=Expression(), owner=alice)
                stream.change_audience(publication=publication, audience=only_me, at=AT)
            case "deletion":
                stream.delete(publication=publication, by=alice, at=AT)
            case "leaving":
                actions.leave(subscription=subscription, at=AT)
        assert sent() == []
        assert Mail.objects.get().state == "cancelled"
        assert Copy.objects.get().state == "cancelled"

    def test_comes_only_in_the_languages_asked_for(self, alice, bob, birds):
        subscribe(bob, birds, languages=["en"])
        said(alice, "Une bécasse.", sources=[birds])
        said(alice, "A woodcock.", sources=[birds], language="en", at=AT + timedelta(seconds=1))
        assert ["A woodcock." in text(mail) for mail in sent()] == [True]

    def test_what_came_out_before_one_asked_does_not_come(self, alice, bob, birds):
        said(alice, "Une bécasse.", sources=[birds], at=AT - timedelta(hours=30))
        subscribe(bob, birds)
        assert sent() == []

    def test_an_import_is_never_announced(self, alice, bob, birds):
        subscribe(bob, birds)
        publication = said(alice, "Une bécasse.", sources=[birds])
        actions.never_announce([publication], at=AT)
        assert sent() == []

    def test_is_served_in_parts_that_may_be_interrupted(self, alice, birds, monkeypatch):
        monkeypatch.setattr("parvis.core.delivery.actions.handing.A_CHUNK", 2)
        for number in range(5):
            subscribe(make_person(f"r{number}"), birds)
        said(alice, "Une bécasse.", sources=[birds])
        actions.handing.take_up(AT + LATER)
        row = HandOver.objects.get()
        assert actions.handing.serve(row, AT + LATER) == 2
        stale = HandOver(pk=row.pk, publication_id=row.publication_id, after=0)
        assert actions.handing.serve(stale, AT + LATER) == 0, "another worker was faster"
        assert len(sent()) == 5
        assert A_CHUNK == 1_000

    def test_nothing_leaves_a_square_that_does_not_know_its_address(self, alice, bob, birds, settings):
        settings.PARVIS_URL = ""
        subscribe(bob, birds)
        said(alice, "Une bécasse.", sources=[birds])
        assert Carrier(alone=True).step() is False
        assert not Mail.objects.exists()


class TestDigests:
    def test_hold_what_came_out_since_by_source(self, alice, bob, birds):
        subscribe(bob, birds, rhythm="daily")
        subscribe(bob, stream.source_of(alice), rhythm="daily")
        said(alice, "Une bécasse.", sources=[birds])
        said(alice, "Un mot.", at=AT + timedelta(seconds=1))
        (mail,) = sent(AT + DAY)
        body = text(mail)
        assert body.index("BIRDS") < body.index("ALICE")
        assert body.count("/p/") == 2, "what stands in two sources is told once"

    def test_come_when_due_and_not_again(self, alice, bob, birds):
        subscribe(bob, birds, rhythm="daily")
        said(alice, "Une bécasse.", sources=[birds])
        assert len(sent(AT + DAY)) == 1
        assert sent(AT + DAY) == []
        assert sent(AT + 2 * DAY) == [], "nothing new: no mail"

    def test_of_a_week_come_on_their_day(self, alice, bob, birds):
        subscribe(bob, birds, rhythm="weekly")  # Mondays at 7; AT is a Sunday
        said(alice, "Une bécasse.", sources=[birds])
        assert sent(AT + timedelta(hours=12)) == []
        assert len(sent(AT + timedelta(hours=22))) == 1

    def test_keep_for_after_a_pause_what_came_out_meanwhile(self, alice, bob, birds):
        subscribe(bob, birds, rhythm="daily")
        actions.pause_all(person=bob, until=AT + 3 * DAY, at=AT)
        said(alice, "Une bécasse.", sources=[birds])
        assert sent(AT + DAY) == []
        assert len(sent(AT + 4 * DAY)) == 1

    def test_hold_nothing_that_is_no_longer_for_their_reader(self, alice, bob, birds):
        subscribe(bob, stream.source_of(alice), rhythm="daily")
        said(alice, CANARY, groups=frozenset({connections_group(alice).pk}))
        disconnect(one=alice, other=bob)
        assert sent(AT + DAY) == []
        assert Mail.objects.get().state == "cancelled"

    def test_speak_the_readers_language(self, alice, bob, birds):
        bob.language = "fr"
        bob.save()
        subscribe(bob, birds, rhythm="daily")
        said(alice, "Une bécasse.", sources=[birds])
        (mail,) = sent(AT + DAY)
        assert "Vous recevez" in text(mail)
        assert 'lang="fr"' in mail.get_body(("html",)).get_content()

    def test_are_queued_once_for_each_time(self, bob, birds):
        subscribe(bob, birds, rhythm="daily")
        reading = Reading.objects.get(person=bob)
        due = reading.next_daily_at
        assert queue_digests(AT + DAY) == 1
        Reading.objects.filter(pk=reading.pk).update(next_daily_at=due)
        queue_digests(AT + DAY)
        assert Mail.objects.count() == 1


class TestTheWay:
    @pytest.fixture
    def mail(self, alice, bob, birds):
        subscribe(bob, birds)
        said(alice, "Une bécasse.", sources=[birds])
        hand_over(AT + LATER)
        return Mail.objects.get()

    def taken(self, worker="one", at=AT + LATER):
        return claim(worker=worker, at=at, limit=10)

    def test_is_claimed_by_one_worker_alone(self, mail):
        assert len(self.taken("one")) == 1
        assert self.taken("two") == []
        let_go(worker="one")
        assert len(self.taken("two")) == 1

    def test_is_taken_back_from_a_worker_that_is_gone(self, mail):
        self.taken("one")
        assert len(self.taken("two", AT + LATER + timedelta(minutes=6))) == 1

    def test_is_unknown_when_its_worker_died_after_the_mark_and_never_sent_again(self, mail):
        (claimed,) = self.taken()
        letter = letter_for(claimed, AT + LATER)
        about_to_leave(mails=[Sent(claimed, letter)], at=AT + LATER)
        assert recover(at=AT + LATER) == 0, "its worker may be alive"
        assert recover(at=AT + LATER, everything=True) == 1
        mail.refresh_from_db()
        assert mail.state == "unknown"
        assert Copy.objects.get().state == "unknown"
        assert self.taken("two", AT + 9 * DAY) == []

    def test_is_not_marked_by_whoever_has_lost_it(self, mail):
        (claimed,) = self.taken("one")
        (later,) = self.taken("two", AT + LATER + timedelta(minutes=6))
        letter = letter_for(later, AT + LATER)
        with pytest.raises(NotOurs), transaction.atomic():
            about_to_leave(mails=[Sent(claimed, letter)], at=AT)
        about_to_leave(mails=[Sent(later, letter)], at=AT)
        became(mails=[later], state="left", at=AT)
        with pytest.raises(NotOurs), transaction.atomic():
            about_to_leave(mails=[Sent(later, letter)], at=AT)

    def test_may_not_go_with_words_or_readers_of_before(self, alice, bob, birds, mail):
        (claimed,) = self.taken()
        letter = letter_for(claimed, AT + LATER)
        assert may_still_leave(Sent(claimed, letter), AT + LATER)
        publication = mail.publication
        members = audience_for(expression=Expression(frozenset({2})), owner=alice)
        stream.change_audience(publication=publication, audience=members, at=AT + LATER)
        assert bob.is_member, "he may still read it"
        assert not may_still_leave(Sent(claimed, letter), AT + LATER), "but not get it whole by mail"
        assert "Une bécasse" not in letter_for(claimed, AT + LATER).data.decode()

    def test_may_not_go_to_whoever_has_left_a_source_of_the_digest(self, alice, bob, birds):
        subscription = subscribe(bob, stream.source_of(alice), rhythm="daily")
        said(alice, "Un mot.")
        queue_digests(AT + DAY)
        (claimed,) = claim(worker="one", at=AT + DAY, limit=10)
        letter = letter_for(claimed, AT + DAY)
        assert may_still_leave(Sent(claimed, letter), AT + DAY)
        actions.leave(subscription=subscription, at=AT + DAY)
        assert not may_still_leave(Sent(claimed, letter), AT + DAY)

    def test_is_settled_only_by_whoever_holds_it(self, mail):
        (claimed,) = self.taken("one")
        (later,) = self.taken("two", AT + LATER + timedelta(minutes=6))
        put_off(mail=claimed, problem="late", at=AT)
        became(mails=[claimed], state="cancelled", at=AT)
        mail.refresh_from_db()
        assert (mail.state, mail.claimed_by) == ("queued", later.claimed_by)

    def test_carries_the_words_of_the_text_whatever_they_are(self, alice, bob, birds):
        subscribe(bob, birds)
        words = f"To: parvis-to, parvis-id, {'L' * 60}, {'A' * 60}, --parvis-x"
        said(alice, words, sources=[birds])
        (one,) = sent()
        assert words in text(one).replace("\r\n", " ")

    def test_has_left_when_the_relay_took_it(self, mail):
        (claimed,) = self.taken()
        sent = Sent(claimed, letter_for(claimed, AT + LATER))
        note([sent], AT + LATER)
        about_to_leave(mails=[sent], at=AT + LATER)
        became(mails=[claimed], state="left", at=AT + LATER)
        copy = Copy.objects.get()
        assert (copy.state, copy.is_whole, copy.left_at) == ("left", True, AT + LATER)

    def test_waits_longer_each_time_and_is_given_up(self, mail):
        at, pauses = AT + LATER, []
        for _time in range(4):
            (claimed,) = claim(worker="one", at=at, limit=10)
            put_off(mail=claimed, problem="450 later", at=at)
            mail.refresh_from_db()
            pauses.append(mail.next_try - at)
            at = mail.next_try
        assert pauses == sorted(set(pauses))
        (claimed,) = claim(worker="one", at=AT + 6 * DAY, limit=10)
        put_off(mail=claimed, problem="450 later", at=AT + 6 * DAY)
        mail.refresh_from_db()
        assert (mail.state, mail.problem) == ("refused", "450 later")
        assert Copy.objects.get().state == "refused"

    def test_lies_in_the_outbox_once_whatever_is_interrupted(self, mail):
        carrier = Carrier(alone=True)
        (claimed,) = self.taken()
        writer = Writer([claimed])
        carrier.keep_one(claimed, writer, AT + LATER)
        Mail.objects.update(state="queued")  # as if it had been cut off before it could say so
        carrier.keep_one(claimed, writer, AT + LATER)
        assert len(outbox()) == 1
        assert Mail.objects.get().state == "kept"


class TestReadersAmong:
    def test_are_those_whom_the_rule_lets_in(self, alice, bob, charlie):
        publication = said(alice, "Un mot.", groups=frozenset({connections_group(alice).pk}))
        asked = {alice.pk, bob.pk, charlie.pk}
        assert readers_among(publication, asked, microseconds(AT)) == {alice.pk, bob.pk}
        assert readers_among(publication, {charlie.pk}, microseconds(AT)) == set()
        assert readers_among(publication, asked, microseconds(AT) - 1) == set(), "not out yet"


class TestAnotherRhythm:
    def test_brings_nothing_again_that_came_at_once(self, alice, bob):
        birds = theme()
        actions.subscribe(person=bob, source=birds, channel="mail", rhythm="now", at=AT)
        said(alice, "Came at once", sources=[birds], at=AT + LATER)
        assert len(sent(AT + 2 * LATER)) == 1

        actions.subscribe(person=bob, source=birds, channel="mail", rhythm="daily", at=AT + 3 * LATER)
        said(alice, "Comes in the digest", sources=[birds], at=AT + 4 * LATER)
        (digest,) = sent(AT + timedelta(days=1, hours=1))

        assert "Comes in the digest" in text(digest)
        assert "Came at once" not in text(digest)
