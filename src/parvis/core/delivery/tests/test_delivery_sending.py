"""A batch through a real relay on the loopback: what it takes has left, and nothing leaves twice."""

import email
import email.policy
from datetime import timedelta

import pytest
from django.conf import settings
from django.db.models import F

from parvis.conftest import AT, make_person
from parvis.core.audiences.actions import disconnect
from parvis.core.delivery import actions
from parvis.core.delivery.actions.handing import hand_over
from parvis.core.delivery.actions.sending import claim
from parvis.core.delivery.carrying import Carrier, relay_of
from parvis.core.delivery.models import Copy, Mail, Subscription
from parvis.core.delivery.relay import RelayAddress
from parvis.core.stream import actions as stream

from .sink import sink
from .worlds import LATER, outbox, said

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def relay(settings):
    with sink() as server:
        settings.PARVIS_URL = "https://parvis.example"
        settings.PARVIS_MAIL_URL = server.url
        settings.DEFAULT_FROM_EMAIL = "Le parvis <parvis@parvis.example>"
        yield server


@pytest.fixture
def readers(alice):
    """Five people who want at once what alice says."""
    people = [make_person(f"r{number}") for number in range(5)]
    for person in people:
        source = stream.source_of(alice)
        actions.subscribe(
            person=person, source=source, channel="mail", rhythm="now", at=AT - timedelta(days=1)
        )
    return people


def send(at=AT + LATER, per_minute=0):
    carrier = Carrier(alone=True, clock=lambda: at)
    carrier.pace.per_minute = per_minute
    hand_over(at)
    batch = claim(worker=carrier.name, at=at, limit=100)
    if batch:
        carrier.send(batch, relay_of(RelayAddress.read(settings.PARVIS_MAIL_URL)))
    return carrier


def states():
    return sorted(Mail.objects.values_list("state", flat=True))


class TestWithoutOneThatCanBeRead:
    def test_nothing_is_claimed_and_the_worker_rests(self, alice, readers, settings):
        settings.PARVIS_URL, settings.PARVIS_MAIL_URL = "https://parvis.example", "nonsense"
        said(alice, "Une bécasse.")
        assert Carrier(alone=True).step() is False
        assert not Mail.objects.exclude(claimed_by="").exists()


class TestThroughARelay:
    def test_each_reader_gets_their_own_copy_once(self, alice, readers, relay):
        said(alice, "Une bécasse.\n.\nEt un point.")
        send()
        send()
        assert sorted(to for _from, to, _data in relay.taken) == sorted(
            f"r{number}@parvis.example" for number in range(5)
        )
        assert states() == ["left"] * 5
        assert set(Copy.objects.values_list("state", flat=True)) == {"left"}
        links = {
            email.message_from_bytes(data, policy=email.policy.default)["List-Unsubscribe"]
            for _from, _to, data in relay.taken
        }
        assert len(links) == 5
        assert outbox() == []

    def test_what_it_refuses_was_refused_and_what_it_puts_off_waits(self, alice, readers, relay):
        relay.says["r0@parvis.example"] = "550 5.1.1 No such person"
        relay.says["r1@parvis.example"] = "451 4.3.0 Later"
        said(alice, "Une bécasse.")
        send()
        assert states() == ["left", "left", "left", "queued", "refused"]
        refused = Mail.objects.get(state="refused")
        assert refused.problem == "550 5.1.1 No such person"
        assert (refused.bounce.category, refused.bounce.words) == ("gone", "No such person")
        waiting = Mail.objects.get(state="queued")
        assert waiting.next_try > waiting.queued_at
        relay.says.clear()
        send(waiting.next_try)
        assert states() == ["left", "left", "left", "left", "refused"]

    def test_a_line_cut_after_the_dot_leaves_one_unknown_and_never_sends_it_again(
        self, alice, readers, relay
    ):
        relay.cuts.add("r2@parvis.example")
        said(alice, "Une bécasse.")
        send()
        assert states() == ["left", "left", "left", "left", "unknown"]
        relay.cuts.clear()
        send(AT + timedelta(days=1))
        assert len(relay.taken) == 4

    def test_asks_once_more_right_before_the_words_go_out(self, alice, bob, relay, monkeypatch):
        from parvis.core.audiences.actions import connections_group

        source = stream.source_of(alice)
        actions.subscribe(person=bob, source=source, channel="mail", rhythm="now", at=AT - timedelta(days=1))
        said(alice, "Entre nous.", groups=frozenset({connections_group(alice).pk}))
        from parvis.core.delivery.letters import Writer

        letter_for = Writer.letter_for

        def written_and_then_parted(writer, mail, at):
            made = letter_for(writer, mail, at)
            disconnect(one=alice, other=bob)
            return made

        monkeypatch.setattr(Writer, "letter_for", written_and_then_parted)
        send()
        assert relay.taken == []
        assert states() == ["cancelled"]
        assert Copy.objects.get().state == "cancelled"

    def test_who_leaves_between_the_queue_and_the_line_gets_nothing(self, alice, readers, relay):
        said(alice, "Une bécasse.")
        hand_over(AT + LATER)
        actions.leave(subscription=Subscription.objects.get(follow__person=readers[0]), at=AT)
        send()
        assert len(relay.taken) == 4

    def test_a_relay_that_is_away_loses_nothing(self, alice, readers, relay, settings, monkeypatch):
        monkeypatch.setattr("parvis.core.delivery.carrying.RECONNECT_AFTER", 0)
        said(alice, "Une bécasse.")
        settings.PARVIS_MAIL_URL = "smtp://127.0.0.1:9?tls=no"
        send()
        assert states() == ["queued"] * 5
        assert all(problem for problem in Mail.objects.values_list("problem", flat=True))
        settings.PARVIS_MAIL_URL = relay.url
        assert Mail.objects.filter(next_try__gt=F("queued_at")).count() == 5
        Mail.objects.update(next_try=AT)
        send()
        assert states() == ["left"] * 5
        assert len(relay.taken) == 5

    def test_a_provider_gets_as_many_a_minute_as_the_owner_says(self, alice, readers, relay):
        moment = AT + LATER
        said(alice, "Une bécasse.")
        send(per_minute=2)
        assert states() == ["left", "left", "queued", "queued", "queued"]
        waiting = Mail.objects.filter(state="queued")
        minute = moment.replace(second=0, microsecond=0) + timedelta(minutes=1)
        assert sorted(waiting.values_list("next_try", "attempts")) == [
            (minute, 0),
            (minute, 0),
            (minute + timedelta(minutes=1), 0),
        ]

    def test_a_provider_that_puts_us_off_is_left_alone(self, alice, relay):
        source = stream.source_of(alice)
        for number in range(90):
            person = make_person(f"q{number}")
            actions.subscribe(
                person=person, source=source, channel="mail", rhythm="now", at=AT - timedelta(days=1)
            )
            relay.says[f"q{number}@parvis.example"] = "451 4.7.1 Too many"
        said(alice, "Une bécasse.")
        carrier = send()
        tried = Mail.objects.filter(attempts=1).count()
        assert 5 <= tried < 90, "those that were under way, and no more"
        assert Mail.objects.filter(attempts=0, state="queued", next_try__gt=AT + LATER).count() == 90 - tried
        assert list(carrier.pace.resting) == ["parvis.example"]

    def test_a_relay_of_seven_bits_gets_the_same_words(self, alice, readers, relay):
        relay.extensions = ["PIPELINING"]
        said(alice, "Une bécasse d’été.")
        send()
        assert len(relay.taken) == 5
        for _from, _to, data in relay.taken:
            assert data.isascii()
            read = email.message_from_bytes(data, policy=email.policy.default)
            assert "bécasse d’été" in read.get_body(("plain",)).get_content()
