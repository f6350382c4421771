"""Quiet hours and pauses: on the reader's own clock, over midnight and changes of clocks; what waits leaves at the end."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from parvis.conftest import AT
from parvis.core.delivery import actions
from parvis.core.delivery.actions.handing import hand_over
from parvis.core.delivery.actions.noticing import choose_ways
from parvis.core.delivery.actions.planning import queue_digests
from parvis.core.delivery.actions.resting import without_resting
from parvis.core.delivery.actions.sending import claim
from parvis.core.delivery.models import Mail, Reading
from parvis.core.delivery.rest import quiet_until, rests_until
from parvis.core.people.models import Person
from parvis.core.stream import actions as stream

from .worlds import LATER, said, sent, text, theme

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
ZONES = sorted(
    zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "right"))
)
MOMENTS = st.integers(0, 4 * 365 * 24 * 60).map(lambda n: datetime(2024, 1, 1, tzinfo=UTC) + n * MINUTE)
HOURS = st.integers(0, 23)


def is_quiet(reading, person, at):
    """Plainly: the hour on the wall is one of those from the first to the last."""
    hours, hour = set(), reading.quiet_from
    while hour != reading.quiet_to:
        hours.add(hour)
        hour = (hour + 1) % 24
    return at.astimezone(ZoneInfo(person.zone)).hour in hours


class TestQuietHours:
    @given(zone=st.sampled_from(ZONES), at=MOMENTS, begins=HOURS, ends=HOURS)
    def test_end_at_the_first_moment_that_is_not_quiet(self, zone, at, begins, ends):
        assume(begins != ends)
        person, reading = Person(zone=zone), Reading(quiet_from=begins, quiet_to=ends)
        until = quiet_until(reading, person, at)
        assert (until is not None) == is_quiet(reading, person, at)
        if until is not None:
            assert at < until <= at + timedelta(hours=25)
            assert not is_quiet(reading, person, until)
            step = (until - at) / 50
            assert all(is_quiet(reading, person, at + number * step) for number in range(50))

    @pytest.mark.parametrize(
        ("zone", "at", "until"),
        [
            ("Europe/Zurich", "2026-03-28T22:30", "2026-03-29T05:00"),  # spring: an hour less
            ("Europe/Zurich", "2026-10-24T21:30", "2026-10-25T06:00"),  # autumn: an hour more
            ("Asia/Kathmandu", "2026-11-22T18:00", "2026-11-23T01:15"),
            ("America/Santiago", "2026-04-05T02:30", "2026-04-05T11:00"),
        ],
    )
    def test_follow_the_clock_of_the_reader(self, zone, at, until):
        person, reading = Person(zone=zone), Reading(quiet_from=22, quiet_to=7)
        moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
        assert quiet_until(reading, person, moment) == datetime.fromisoformat(until).replace(tzinfo=UTC)

    def test_that_a_pause_ends_in_begin_where_it_ends(self):
        person = Person(zone="UTC")
        reading = Reading(quiet_from=22, quiet_to=7, paused_until=datetime(2026, 11, 25, tzinfo=UTC))
        assert rests_until(reading, person, AT, at_once=True) == datetime(2026, 11, 25, 7, tzinfo=UTC)
        assert rests_until(reading, person, AT, at_once=False) == datetime(2026, 11, 25, tzinfo=UTC)
        assert rests_until(Reading(), person, AT, at_once=True) is None


@pytest.fixture
def here(settings, bob):
    """bob follows birds by mail at once, and lives in UTC."""
    settings.PARVIS_URL = "https://parvis.example"
    bob.zone = "UTC"
    bob.save()
    birds = theme()
    actions.subscribe(person=bob, source=birds, channel="mail", rhythm="now", at=AT - DAY)
    return birds


@pytest.mark.django_db
class TestWhatWaits:
    def test_leaves_when_the_quiet_hours_end(self, here, alice, bob):
        actions.set_quiet_hours(person=bob, begins=9, ends=12, at=AT)  # AT is ten o'clock
        said(alice, "Une bécasse.", sources=[here])
        assert sent() == []
        (mail,) = Mail.objects.all()
        assert (mail.state, mail.next_try, mail.attempts) == ("queued", AT + timedelta(hours=2), 0)
        assert sent(AT + timedelta(minutes=119)) == []
        assert len(sent(AT + timedelta(hours=2))) == 1

    def test_told_leaves_in_one_mail_when_they_end(self, here, alice, bob):
        choose_ways(person=bob, ways={"stream.comment": "now"}, at=AT)
        actions.set_quiet_hours(person=bob, begins=9, ends=12, at=AT)
        status = said(bob, "Bonjour.", title="Un titre")
        for minute in (0, 30):
            at = AT + timedelta(minutes=minute)
            stream.answer(subject=status, author=alice, source="Oui", at=at)
            assert sent(at + LATER) == []
        assert not Mail.objects.filter(kind="notice").exists()
        (mail,) = sent(AT + timedelta(hours=2))
        assert mail["Subject"] == "Alice answered “Un titre”"

    def test_digests_keep_their_hour(self, here, alice, bob):
        actions.set_quiet_hours(person=bob, begins=5, ends=12, at=AT)
        actions.subscribe(person=bob, source=here, channel="mail", rhythm="daily", at=AT - DAY)
        said(alice, "Une bécasse.", sources=[here], at=AT - timedelta(hours=4))
        assert len(sent(Reading.objects.get(person=bob).next_daily_at)) == 1

    def test_queued_before_a_pause_leaves_after_it(self, here, alice, bob):
        said(alice, "Une bécasse.", sources=[here])
        hand_over(AT + LATER)
        actions.pause_all(person=bob, until=AT + 10 * DAY, at=AT + LATER)
        assert sent() == []
        assert sent(AT + 9 * DAY) == []
        (mail,) = sent(AT + 10 * DAY)
        assert "Une bécasse" in text(mail)

    def test_a_digest_queued_before_a_pause_leaves_after_it_with_what_came_since(self, here, alice, bob):
        actions.subscribe(person=bob, source=here, channel="mail", rhythm="daily", at=AT - DAY)
        said(alice, "Une bécasse.", sources=[here])
        due = Reading.objects.get(person=bob).next_daily_at
        assert queue_digests(due) == 1
        actions.pause_all(person=bob, until=due + 3 * DAY, at=due)
        assert sent(due + timedelta(hours=1)) == []
        said(alice, "Une mésange.", sources=[here], at=due + DAY)
        (mail,) = sent(due + 3 * DAY)
        assert "Une bécasse" in text(mail)
        assert "Une mésange" in text(mail)

    def test_is_put_off_by_the_worker_before_it_writes_anything(self, here, alice, bob):
        said(alice, "Une bécasse.", sources=[here])
        hand_over(AT + LATER)
        claimed = claim(worker="one", at=AT + LATER, limit=10)
        assert without_resting(claimed, AT + LATER) == claimed
        actions.pause_all(person=bob, until=AT + DAY, at=AT)
        assert without_resting(claimed, AT + LATER) == []
        mail = Mail.objects.get()
        assert (mail.claimed_by, mail.next_try) == ("", AT + DAY)

    def test_comes_sooner_when_the_pause_is_ended(self, here, alice, bob):
        said(alice, "Une bécasse.", sources=[here])
        hand_over(AT + LATER)
        actions.pause_all(person=bob, until=AT + 10 * DAY, at=AT)
        assert sent() == []
        actions.pause_all(person=bob, until=None, at=AT + DAY)
        assert len(sent(AT + DAY)) == 1
