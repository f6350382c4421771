"""Letters of rooms through a relay: whole, once, and asked about right before their words go out."""

import email
import email.policy
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from parvis.conftest import AT
from parvis.core.delivery import actions
from parvis.core.delivery.actions import send_letter
from parvis.core.delivery.carrying import Carrier
from parvis.core.delivery.models import Mail
from parvis.core.delivery.room_letters import LETTERS
from parvis.core.people.models import Person

from .room_words import KIND, PDF, pebbles
from .sink import sink

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def relay(settings):
    with sink() as server:
        settings.PARVIS_MAIL_URL = server.url
        yield server


@pytest.fixture
def room(settings, tmp_path):
    with pebbles(settings, tmp_path) as here:
        yield here


@pytest.fixture
def owed(room, bob):
    """bob is owed a bill."""
    return send_letter(kind=KIND, person=bob, key="12", about={"pledge": 12}, at=AT)


def send(at=AT):
    carrier = Carrier(alone=True, clock=lambda: at)
    while carrier.step():
        pass
    return Mail.objects.get().state


def read(relay):
    ((_sender, recipient, data),) = relay.taken
    assert recipient == "bob@parvis.example"
    assert all(len(line) <= 998 for line in data.split(b"\r\n"))
    return email.message_from_bytes(data, policy=email.policy.default)


def meanwhile(room, happens):
    """Something happens once a letter is written, before it would leave."""
    kind = LETTERS[KIND]
    happened = []

    def write(mail, at):
        made = room.write(mail, at)
        if not happened:
            happened.append(at)
            happens()
        return made

    LETTERS[KIND] = replace(kind, write=write)


class TestThroughARelay:
    def test_it_leaves_once_and_its_file_is_whole(self, owed, relay):
        assert send() == "left"
        assert send(AT + timedelta(days=1)) == "left"
        _words, file = read(relay).iter_parts()
        assert file.get_content() == PDF

    def test_that_carries_ascii_alone_it_is_whole_too(self, owed, relay):
        relay.extensions.remove("8BITMIME")
        assert send() == "left"
        mail = read(relay)
        assert relay.taken[0][2].isascii()
        _words, file = mail.iter_parts()
        assert file.get_content() == PDF
        assert "at Le parvis d’essai." in mail.get_body(("plain",)).get_content()
        assert "at Le parvis d’essai." in mail.get_body(("html",)).get_content()

    def test_a_line_cut_after_the_dot_leaves_it_unknown_and_it_is_not_sent_twice(self, owed, relay):
        relay.cuts.add("bob@parvis.example")
        assert send() == "unknown"
        relay.cuts.clear()
        assert send(AT + timedelta(days=1)) == "unknown"
        assert relay.taken == []

    def test_what_a_relay_puts_off_is_tried_for_five_days(self, owed, relay):
        relay.says["bob@parvis.example"] = "450 4.2.0 Not now"
        assert send() == "queued"
        assert send(AT + timedelta(days=4)) == "queued"
        assert send(AT + timedelta(days=6)) == "refused"

    def test_what_does_not_stand_any_more_right_before_does_not_go(self, owed, room, relay):
        meanwhile(room, lambda: room.dropped.add(12))
        assert send() == "cancelled"
        assert relay.taken == []

    def test_whoever_is_suspended_right_before_gets_none(self, owed, room, bob, relay):
        meanwhile(room, lambda: Person.objects.filter(pk=bob.pk).update(suspended_at=AT))
        assert send() == "cancelled"
        assert relay.taken == []

    def test_a_pause_that_begins_right_before_does_not_hold_it(self, owed, room, bob, relay):
        until = timezone.now() + timedelta(days=3)
        meanwhile(room, lambda: actions.pause_all(person=bob, until=until, at=AT))
        assert send() == "left"
        assert len(relay.taken) == 1

    def test_a_room_that_fails_right_before_lets_it_wait(self, owed, room, relay):
        def breaks():
            room.is_broken = True

        meanwhile(room, breaks)
        assert send() == "queued"
        assert relay.taken == []
        room.is_broken = False
        assert send(AT + timedelta(hours=1)) == "left"
