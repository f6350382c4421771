"""How mails fare, in figures: true to the rows, and without a word that names a reader."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from parvis.conftest import AT, make_person
from parvis.core.delivery.intake import TURNED_AWAY
from parvis.core.delivery.models import Mail, MailState, Reading
from parvis.core.delivery.status import masked, meaning, status, trouble
from parvis.core.people.limits import count
from parvis.core.people.models import Square
from parvis.core.site.attention import mails
from parvis.core.site.command.line import run

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def mail(person, state, *, at=AT, queued_at=None, problem="", attempts=0):
    """A mail in a state since a moment."""
    number = Mail.objects.count()
    return Mail.objects.create(
        kind="publication",
        key=f"test-{number}",
        person=person,
        state=state,
        queued_at=queued_at or at,
        next_try=at,
        state_at=at,
        problem=problem,
        attempts=attempts,
    )


@pytest.fixture
def dan(square):
    return make_person("dan")


class TestTheFigures:
    def test_count_every_state(self, dan):
        for number, state in enumerate(MailState):
            for _time in range(number):
                mail(dan, state)
        found = status(AT)
        assert found.counts == {state: number for number, state in enumerate(MailState)}
        assert found.waiting == found.counts["queued"]

    def test_of_an_empty_square_are_all_nought(self, square):
        found = status(AT)
        assert set(found.counts.values()) == {0}
        assert (found.waiting_since, found.next_digest_at, list(found.problems)) == (None, None, [])

    def test_say_since_when_the_oldest_waits(self, dan):
        mail(dan, "queued", queued_at=AT - 3 * HOUR)
        mail(dan, "queued", queued_at=AT - HOUR / 2)
        mail(dan, "left", queued_at=AT - DAY)
        found = status(AT)
        assert found.waiting_since == AT - 3 * HOUR
        assert found.waiting_long == 1

    def test_begin_the_day_at_midnight_of_the_square(self, dan, square):
        square.zone = "Pacific/Auckland"
        square.save()
        midnight = AT.replace(hour=11, minute=0, second=0, microsecond=0)  # UTC; summer time there
        mail(dan, "left", at=midnight)
        mail(dan, "left", at=midnight - timedelta(seconds=1))
        assert status(midnight + HOUR).left_today == 1

    def test_say_when_the_next_digest_is_due(self, dan, square):
        Reading.objects.create(person=dan, next_daily_at=AT + 5 * HOUR, next_weekly_at=AT + 2 * HOUR)
        Reading.objects.create(person=make_person("eve"), next_daily_at=AT + 3 * HOUR)
        assert status(AT).next_digest_at == AT + 2 * HOUR

    @pytest.mark.parametrize(
        ("url", "relay"), [("", ""), ("nonsense", ""), ("smtps://user:secret@relay.zz", "relay.zz:465")]
    )
    def test_name_the_relay_without_its_password(self, square, settings, url, relay):
        settings.PARVIS_MAIL_URL = url
        assert status(AT).relay == relay

    def test_take_a_handful_of_questions_whatever_the_number(self, dan, django_assert_max_num_queries):
        for number in range(30):
            person = make_person(f"p{number}")
            person.addresses.update(value=f"p{number}@d{number}.example")
            mail(person, "refused", problem="550 5.1.1 No")
        with django_assert_max_num_queries(10):
            assert len(status(AT).problems) == 20


class TestTrouble:
    def test_is_told_by_domain_with_the_last_words(self, dan, square):
        mail(dan, "refused", at=AT - HOUR, problem="550 5.7.1 Go away")
        mail(dan, "queued", problem="451 4.3.0 Later", at=AT - 2 * HOUR, attempts=1)
        mail(dan, "refused", at=AT, problem="550 5.1.1 <dan@parvis.example> unknown")
        mail(dan, "queued")
        other = make_person("zoe")
        other.addresses.update(value="zoe@Other.Example")
        mail(other, "unknown")
        found = [(one.domain, one.count, one.state, one.words) for one in status(AT).problems]
        assert found == [
            ("parvis.example", 2, "refused", "550 5.1.1 <…@parvis.example> unknown"),
            ("other.example", 1, "unknown", ""),
            ("parvis.example", 1, "queued", "451 4.3.0 Later"),
        ]

    def test_is_forgotten_after_two_weeks(self, dan):
        mail(dan, "refused", at=AT - 15 * DAY, problem="550 No")
        mail(dan, "unknown", at=AT - 15 * DAY)
        assert status(AT).problems == []
        assert trouble(AT) == type(trouble(AT))(0, 0, 0)

    @pytest.mark.parametrize(
        ("problem", "state", "words"),
        [
            ("550 5.1.1 No such user", "refused", "This mailbox does not exist there"),
            ("552 5.2.2 Over quota", "refused", "The mailbox is full."),
            ("550 5.7.26 Unauthenticated", "refused", "check-domain"),
            ("451 4.3.0 Later", "queued", "tried again by itself"),
            ("554 No", "refused", "They do not take this mail."),
            ("", "unknown", "not sent again"),
            ("550 5.1.1 No such user", "unknown", "not sent again"),
        ],
    )
    def test_has_a_meaning_in_plain_words(self, problem, state, words):
        assert words in meaning(problem, MailState(state))

    @pytest.mark.parametrize(
        ("problem", "words"),
        [
            ("550 <dan.roy@a.example>: no", "550 <…@a.example>: no"),
            ("550 Mailbox dan.roy is unknown", "550 Mailbox … is unknown"),
            ("550 DAN.ROY unknown; to=other@b.example", "550 … unknown; to=…@b.example"),
            ("550 danish.royal unknown", "550 danish.royal unknown"),
        ],
    )
    def test_names_nobody(self, problem, words):
        assert masked(problem, "dan.roy@a.example") == words


class TestTheDesk:
    def test_says_nothing_while_all_is_well(self, dan):
        mail(dan, "left")
        mail(dan, "queued")
        assert mails(AT) == []

    def test_has_a_line_for_each_kind_of_trouble(self, dan):
        mail(dan, "queued", queued_at=AT - 2 * HOUR)
        mail(dan, "unknown")
        mail(dan, "refused")
        mail(dan, "refused")
        assert [matter.sentence for matter in mails(AT)] == [
            "1 mail has been waiting for more than an hour.",
            "Of 1 mail nobody knows whether it has left.",
            "2 mails were refused in the last two weeks.",
        ]
        assert {matter.url for matter in mails(AT)} == {"/desk/mails/"}

    def test_leads_to_a_page_without_a_name(self, as_owner, dan):
        mail(dan, "refused", at=timezone.now(), problem="550 5.1.1 dan@parvis.example: dan unknown")
        assert "/desk/mails/" in as_owner.get("/desk/").content.decode()
        page = as_owner.get("/desk/mails/").content.decode()
        assert "parvis.example" in page
        assert "dan@" not in page
        assert "Dan" not in page

    def test_page_stays_with_its_owners(self, as_alice, as_bob, as_visitor, dan):
        assert [client.get("/desk/mails/").status_code for client in (as_alice, as_bob)] == [404, 404]
        assert as_visitor.get("/desk/mails/").status_code == 302


class TestTheCommand:
    @pytest.fixture(autouse=True)
    def house(self, monkeypatch, settings, tmp_path):
        monkeypatch.setenv("PARVIS_DATA", str(tmp_path))
        monkeypatch.setenv("LANGUAGE", "en")
        (tmp_path / "secret.key").write_text("x")

    def test_prints_the_figures(self, dan, capsys):
        mail(dan, "refused", at=timezone.now(), problem="550 5.1.1 dan@parvis.example unknown")
        assert run(["delivery", "status"]) == 0
        printed = capsys.readouterr().out
        assert "Relay: none: mails are kept in the outbox" in printed
        assert "1  was refused" in printed
        assert "…@parvis.example unknown" in printed

    def test_tells_times_on_the_clock_of_the_square_and_says_so(self, dan, square, capsys):
        Square.objects.update(zone="Asia/Tokyo")
        Mail.objects.filter(pk=mail(dan, "queued").pk).update(
            queued_at=datetime(2026, 1, 31, 20, 30, tzinfo=UTC)
        )
        run(["delivery", "status"])
        assert "1 February 2026, 5:30 a.m. (Asia/Tokyo)" in capsys.readouterr().out

    def test_counts_what_was_put_off_for_being_too_much(self, dan, capsys):
        run(["delivery", "status"])
        assert "put off" not in capsys.readouterr().out
        count(TURNED_AWAY, timezone.now(), timedelta(days=1))
        run(["delivery", "status"])
        assert "from one sender: 1" in capsys.readouterr().out

    def test_is_read_by_programs(self, dan, capsys):
        mail(dan, "unknown", at=timezone.now())
        assert run(["delivery", "status", "--json"]) == 0
        said = json.loads(capsys.readouterr().out)
        assert said["counts"]["unknown"] == 1
        assert said["problems"][0]["domain"] == "parvis.example"
