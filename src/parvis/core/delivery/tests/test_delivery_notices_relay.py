"""What is told goes through the relay like any mail, and is asked about once more right before its words go out."""

import email
import email.policy
from datetime import timedelta

import pytest
from django.utils import timezone

from parvis.conftest import AT
from parvis.core.audiences.actions import connections_group
from parvis.core.delivery import actions
from parvis.core.delivery.actions.noticing import choose_ways, hand_over_notices
from parvis.core.delivery.actions.resting import without_resting
from parvis.core.delivery.actions.sending import claim
from parvis.core.delivery.carrying import Carrier, relay_of
from parvis.core.delivery.letters import Writer
from parvis.core.delivery.models import Copy, Mail
from parvis.core.delivery.relay import RelayAddress
from parvis.core.people.models import Notice
from parvis.core.stream import actions as stream

from .sink import sink
from .worlds import LATER, said

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def relay(settings):
    with sink() as server:
        settings.PARVIS_URL = "https://parvis.example"
        settings.PARVIS_MAIL_URL = server.url
        settings.DEFAULT_FROM_EMAIL = "Le parvis <parvis@parvis.example>"
        yield server


@pytest.fixture
def told(alice, bob):
    """alice is told at once that bob answers something that is for few."""
    choose_ways(person=alice, ways={"stream.comment": "now"}, at=AT)
    status = said(alice, "Entre nous.", groups=frozenset({connections_group(alice).pk}), title="Un titre")
    return stream.answer(subject=status, author=bob, source="Oui.", at=AT)


def send(server, at=AT + LATER):
    carrier = Carrier(alone=True, clock=lambda: at)
    hand_over_notices(at)
    batch = without_resting(claim(worker=carrier.name, at=at, limit=100), at)
    if batch:
        carrier.send(batch, relay_of(RelayAddress.read(server.url)))
    return Mail.objects.get().state


def meanwhile(monkeypatch, happens):
    """Something happens between the moment a mail is written and the moment it would leave."""
    letter_for = Writer.letter_for

    def written_and_then(writer, mail, at):
        made = letter_for(writer, mail, at)
        happens()
        return made

    monkeypatch.setattr(Writer, "letter_for", written_and_then)


class TestThroughARelay:
    def test_it_leaves_once(self, told, relay):
        assert send(relay) == "left"
        assert send(relay) == "left"
        ((_sender, recipient, data),) = relay.taken
        mail = email.message_from_bytes(data, policy=email.policy.default)
        assert (recipient, mail["Subject"]) == ("alice@parvis.example", "Bob answered “Un titre”")

    def test_a_line_cut_after_the_dot_leaves_it_unknown_and_nobody_is_told_twice(self, told, relay):
        relay.cuts.add("alice@parvis.example")
        assert send(relay) == "unknown"
        relay.cuts.clear()
        assert send(relay, AT + timedelta(days=1)) == "unknown"
        assert relay.taken == []

    def test_what_is_seen_right_before_its_words_go_out_does_not_go(self, told, relay, monkeypatch):
        meanwhile(monkeypatch, lambda: Notice.objects.update(seen_at=AT))
        assert send(relay) == "cancelled"
        assert relay.taken == []
        assert not Copy.objects.exists()

    def test_whoever_begins_a_pause_right_before_gets_it_after(self, told, alice, relay, monkeypatch):
        until = timezone.now() + timedelta(days=3)
        with monkeypatch.context() as patched:
            meanwhile(patched, lambda: actions.pause_all(person=alice, until=until, at=timezone.now()))
            assert send(relay) == "queued"
        assert send(relay, timezone.now()) == "queued"
        assert relay.taken == []
        assert Mail.objects.get().next_try == until
        actions.pause_all(person=alice, until=None, at=until)
        assert send(relay, until) == "left"
        assert len(relay.taken) == 1
