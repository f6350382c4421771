"""Letters of rooms: they reach one person for certain, once, with their files; nothing that is chosen for news holds them."""

import threading
from dataclasses import replace
from datetime import timedelta
from time import monotonic

import pytest
from django.db import IntegrityError, connection, transaction

from parvis.conftest import AT, make_person
from parvis.core.delivery import actions
from parvis.core.delivery.actions import send_letter
from parvis.core.delivery.actions.bouncing import bounced, release
from parvis.core.delivery.actions.breaking import resume
from parvis.core.delivery.actions.complaining import complained
from parvis.core.delivery.carrying import Carrier
from parvis.core.delivery.declarations import mail_export
from parvis.core.delivery.models import Bounce, Breaker, Copy, Hold, Mail
from parvis.core.delivery.room_letters import LETTERS, LetterKind, register
from parvis.core.delivery.status import status
from parvis.core.people.models import Person
from parvis.core.site.rooms import ROOMS, Room, open_room

from .room_words import KIND, PDF, pebbles
from .worlds import sent, text

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def room(settings, tmp_path):
    with pebbles(settings, tmp_path) as here:
        yield here


@pytest.fixture
def gust(square):
    """A guest: an address, and no login."""
    return make_person("gust", role="guest", language="fr", zone="Asia/Tokyo")


def ask(person, key="12", at=AT, **over):
    return send_letter(kind=KIND, person=person, key=key, about={"pledge": 12}, at=at, **over)


def state():
    return Mail.objects.get().state


class TestALetter:
    def test_reaches_a_guest_in_their_language_and_on_their_clock(self, room, gust):
        assert ask(gust).person == gust
        (mail,) = sent(AT)
        assert (mail["To"], mail["Subject"]) == ("gust@parvis.example", "Votre facture")
        assert "Anna & Paul, 2026-11-22 19:00" in text(mail)
        assert mail["Content-Language"] == "fr"
        assert state() == "kept"

    def test_says_the_same_twice_and_brings_its_file_whole(self, room, bob):
        ask(bob)
        (mail,) = sent(AT)
        words, file = mail.iter_parts()
        assert mail.get_content_type() == "multipart/mixed"
        assert [part.get_content_type() for part in words.iter_parts()] == ["text/plain", "text/html"]
        assert (file.get_content_type(), file.get_filename()) == ("application/pdf", "Reçu d’été.pdf")
        assert file.get_content() == PDF
        assert file.is_attachment()

    def test_looks_like_a_mail_of_the_house(self, room, bob):
        ask(bob)
        (mail,) = sent(AT)
        assert text(mail).replace("\r\n", "\n").split("\n-- \n") == [
            "Anna & Paul, 2026-11-22 10:00\n\nSum: CHF 12.00\nPledge: 12\n\n"
            "Pay\nhttps://parvis.example/pebbles/12/?a=1&b=2\n",
            "You get this because it concerns you, at Le parvis d’essai.\n",
        ]
        html = mail.get_body(("html",)).get_content()
        assert "<p>Anna &amp; Paul, 2026-11-22 10:00</p>" in html
        assert '<a href="https://parvis.example/pebbles/12/?a=1&amp;b=2">Pay</a>' in html
        assert '<html lang="en">' in html, "no word of a room stands in the place of the house’s"
        assert "<h1>Your bill</h1>" in html

    def test_bears_the_headers_of_a_single_mail_that_a_machine_writes(self, room, bob):
        made = ask(bob)
        (mail,) = sent(AT)
        assert mail["From"] == "Le parvis d’essai <parvis@parvis.example>"
        assert mail["Reply-To"] == "Olive <olive@parvis.example>"
        assert mail["Message-ID"] == f"<{made.public_id}@parvis.example>"
        assert mail["Date"] == "Sun, 22 Nov 2026 10:00:00 +0000"
        assert mail["Auto-Submitted"] == "auto-generated"
        assert [name for name in mail if name.startswith("List-") or name == "Precedence"] == []

    @pytest.mark.parametrize(
        "asked", ["", "nobody", "a@b.example\r\nBcc: eve@evil.example", "zoé@parvis.example"]
    )
    def test_names_no_place_for_answers_that_is_none(self, room, bob, asked):
        LETTERS[KIND] = replace(
            LETTERS[KIND], write=lambda mail, at: replace(room.write(mail, at), reply_to=asked)
        )
        ask(bob)
        (mail,) = sent(AT)
        assert (mail["Reply-To"], mail["Bcc"]) == (None, None)

    def test_is_no_copy_of_anything(self, room, bob):
        ask(bob)
        sent(AT)
        assert not Copy.objects.exists()

    def test_is_told_to_whoever_takes_their_things_along(self, room, bob):
        assert mail_export(ask(bob))["letter"] == "A bill"
        Mail.objects.update(letter="gone.room")
        assert mail_export(Mail.objects.get())["letter"] == "gone.room"

    def test_alone_has_a_kind_of_letter(self, bob):
        mail = {"person": bob, "queued_at": AT, "next_try": AT, "state_at": AT}
        for number, (kind, letter) in enumerate([("letter", ""), ("notice", KIND)]):
            with pytest.raises(IntegrityError, match="mail_letter_named"), transaction.atomic():
                Mail.objects.create(kind=kind, letter=letter, key=str(number), **mail)


class TestAsking:
    def test_twice_with_a_key_sends_one(self, room, bob):
        assert ask(bob) is not None
        assert ask(bob) is None
        assert ask(bob, at=AT + DAY, not_before=AT + 2 * DAY) is None
        assert len(sent(AT)) == 1
        assert ask(bob) is None, "nor when it has left"
        assert sent(AT + DAY) == []

    def test_for_two_kinds_about_one_thing_sends_both(self, room, bob, monkeypatch):
        monkeypatch.setitem(LETTERS, "pebbles.receipt", replace(LETTERS[KIND], name="pebbles.receipt"))
        key = "pledge:" + "x" * 80
        assert ask(bob, key=key) is not None
        assert ask(bob, key=key) is None
        other = send_letter(kind="pebbles.receipt", person=bob, key=key, about={"pledge": 12}, at=AT)
        assert other is not None
        assert all(len(mail.key) <= 80 for mail in Mail.objects.all())

    def test_for_a_kind_that_nobody_declares_is_a_mistake(self, bob):
        with pytest.raises(KeyError):
            ask(bob)

    def test_in_what_is_undone_sends_nothing(self, room, bob):
        with transaction.atomic():
            ask(bob)
            transaction.set_rollback(True)
        assert sent(AT) == []

    def test_for_later_sends_it_then(self, room, bob):
        ask(bob, not_before=AT + DAY)
        assert sent(AT + DAY - HOUR) == []
        assert status(AT).waiting_since is None
        assert len(sent(AT + DAY)) == 1

    def test_for_later_is_held_to_whatever_else_begins_or_ends_before(self, room, bob):
        ask(bob, not_before=AT + DAY)
        actions.pause_all(person=bob, until=AT + HOUR, at=AT)
        actions.pause_all(person=bob, until=None, at=AT)
        resume(breaker=Breaker.objects.create(domain="parvis.example", at=AT, until=AT + DAY), at=AT)
        assert sent(AT + HOUR) == []
        assert len(sent(AT + DAY)) == 1


class TestWhoever:
    def test_has_quiet_hours_or_pauses_gets_it_at_once(self, room, bob):
        actions.set_quiet_hours(person=bob, begins=9, ends=20, at=AT)
        actions.pause_all(person=bob, until=AT + 9 * DAY, at=AT)
        ask(bob)
        assert len(sent(AT)) == 1

    def test_ended_all_mails_gets_it_all_the_same(self, room, bob):
        actions.leave_all(person=bob, at=AT)
        ask(bob)
        assert len(sent(AT)) == 1

    @pytest.mark.parametrize("end", ["suspended_at", "erased_at"])
    def test_is_gone_when_it_would_leave_gets_none(self, room, bob, end):
        ask(bob)
        Person.objects.filter(pk=bob.pk).update(**{end: AT})
        assert sent(AT) == []
        assert state() == "cancelled"

    def test_is_erased_is_not_written_to(self, room, bob):
        bob.erased_at = AT
        assert ask(bob) is None
        assert not Mail.objects.exists()

    def test_has_no_confirmed_address_yet_gets_it_once_they_do(self, room, gust):
        gust.addresses.update(verified_at=None)
        ask(gust)
        assert sent(AT) == []
        assert (state(), room.asked) == ("queued", 0)
        gust.addresses.update(verified_at=AT)
        assert len(sent(AT + HOUR)) == 1


class TestAnAddressThatRests:
    @pytest.fixture
    def held(self, bob):
        return Hold.objects.create(address=bob.addresses.get(), category="full", at=AT)

    def test_gets_it_as_soon_as_it_takes_mail_again(self, room, bob, held):
        ask(bob)
        assert sent(AT + 6 * DAY) == []
        release(hold=held, at=AT + 6 * DAY)
        assert len(sent(AT + 6 * DAY)) == 1

    def test_is_waited_for_two_weeks_and_then_an_owner_is_told(self, room, bob, held):
        ask(bob)
        assert sent(AT + 14 * DAY) == []
        assert state() == "queued"
        assert sent(AT + 15 * DAY) == []
        assert state() == "refused"
        (problem,) = status(AT + 15 * DAY).problems
        assert problem.meaning == "No address of its reader takes mail: a letter waits two weeks for one."
        assert (problem.domain, problem.words) == ("parvis.example", "")


class TestBeforeItLeaves:
    def test_what_has_nothing_to_say_any_more_is_not_sent(self, room, bob):
        ask(bob)
        room.dropped.add(12)
        assert sent(AT) == []
        assert state() == "cancelled"
        room.dropped.clear()
        assert ask(bob) is None, "it was asked for before"

    def test_a_kind_may_say_whether_it_stands_without_writing_it_all(self, room, bob):
        kind = LETTERS[KIND]
        LETTERS[KIND] = replace(kind, stands=lambda mail, at: mail.about["pledge"] not in room.dropped)
        ask(bob)
        assert len(sent(AT)) == 1
        assert room.asked == 1
        room.dropped.add(12)
        ask(bob, key="13")
        assert sent(AT + HOUR) == []
        assert room.asked == 1

    def test_what_nobody_declares_any_more_is_not_sent(self, room, bob, monkeypatch):
        ask(bob)
        monkeypatch.delitem(LETTERS, KIND)
        assert sent(AT) == []
        assert state() == "cancelled"
        monkeypatch.undo()

    def test_a_room_that_fails_holds_up_nobody_else_and_is_asked_again(self, room, bob, gust):
        room.is_broken = True
        ask(bob)
        assert sent(AT) == []
        assert (state(), status(AT).problems[0].meaning[:24]) == ("queued", "A room failed to write i")
        room.is_broken = False
        ask(gust, key="13", at=AT + HOUR)
        assert len(sent(AT + HOUR)) == 2


class TestALetterThatCameBack:
    def test_is_refused_and_never_sent_again(self, room, bob):
        mail = ask(bob)
        Mail.objects.update(state="left")
        mail.refresh_from_db()
        bounced(mail=mail, category="gone", status="5.1.1", words="no such user", at=AT + HOUR)
        assert (state(), Bounce.objects.get().mail_id) == ("refused", mail.pk)
        assert sent(AT + DAY) == []

    def test_as_unwanted_ends_nothing(self, room, bob):
        assert not complained(mail=ask(bob), feedback="abuse", at=AT)


class TestARoom:
    def test_declares_its_letters_and_each_once(self):
        kind = LetterKind(name="pebbles.thanks", title="Thanks", write=lambda mail, at: None)
        try:
            open_room(Room(slug="pebbles", title="Pebbles", urls="", letters=(kind,)))
            assert LETTERS["pebbles.thanks"] is kind
            with pytest.raises(ValueError, match="registered twice"):
                register(kind)
        finally:
            ROOMS.pop("pebbles", None)
            LETTERS.pop("pebbles.thanks", None)

    def test_that_is_closed_sends_what_it_owes(self, room, bob, square):
        square.closed_rooms = ["pebbles"]
        square.save()
        ask(bob)
        assert len(sent(AT)) == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
class TestTwoAtTheSameTime:
    @pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one write at a time")
    def test_queue_one_and_the_second_goes_on_with_its_transaction(self, room, bob):
        found = []

        def second():
            with transaction.atomic():
                found.append(ask(bob))
                found.append(Person.objects.filter(pk=bob.pk).update(name="Robert"))
            connection.close()

        thread = threading.Thread(target=second)
        with transaction.atomic():
            assert ask(bob) is not None
            thread.start()
            until = monotonic() + 20
            while not waiting() and monotonic() < until:
                pass
            assert waiting()
        thread.join()
        assert found == [None, 1]
        assert Mail.objects.count() == 1


def waiting():
    """How many lines to the database wait for another."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return cursor.fetchone()[0]


class TestAWorker:
    def test_that_died_while_it_left_leaves_it_unknown_and_it_is_not_sent_again(self, room, bob):
        ask(bob)
        Mail.objects.update(state="leaving", locked_until=AT)
        carrier = Carrier(alone=True, clock=lambda: AT + HOUR)
        carrier.step()
        assert (state(), room.asked) == ("unknown", 0)
