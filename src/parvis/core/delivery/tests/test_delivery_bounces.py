"""Mails that come back: the ledger says so, an address that refuses for long rests, and a provider's wall stops all."""

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.core import mail as outgoing
from django.test import Client
from django.urls import reverse

from parvis.conftest import AT, make_person
from parvis.core.delivery import actions
from parvis.core.delivery.actions.bouncing import bounced, refused
from parvis.core.delivery.actions.breaking import let_through
from parvis.core.delivery.actions.handing import who_gets_mail
from parvis.core.delivery.inbound import bounce_address, known, probe_address
from parvis.core.delivery.links import reading_path
from parvis.core.delivery.models import Bounce, Breaker, Copy, Hold, Mail, Subscription
from parvis.core.delivery.notices import sentences
from parvis.core.delivery.probing import try_again
from parvis.core.people.models import Address, Notice
from parvis.core.stream import actions as stream

from .posts import DOMAIN, came_back, come_in, written
from .worlds import said, theme

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def mail_in(settings):
    settings.PARVIS_URL = "https://parvis.example"
    settings.PARVIS_MAIL_IN_DOMAIN = DOMAIN
    settings.DEFAULT_FROM_EMAIL = "Le parvis <parvis@parvis.example>"


@pytest.fixture
def birds():
    return theme()


@pytest.fixture
def reader(bob, birds):
    actions.subscribe(person=bob, source=birds, channel="mail", rhythm="now", at=AT - 2 * DAY)
    return bob


def left(person, at, number=0):
    """A mail that left at a moment."""
    return Mail.objects.create(
        kind="publication",
        key=f"try:{person.pk}:{at.isoformat()}:{number}",
        person=person,
        state="left",
        queued_at=at,
        next_try=at,
        state_at=at,
    )


def comes_back(mail, status="5.1.1", words="User unknown", after=timedelta(minutes=5)):
    come_in(bounce_address(mail), came_back(status, words), sender="", at=mail.state_at + after)
    mail.refresh_from_db()
    return mail


def held(person):
    return Hold.objects.filter(address__person=person).first()


class TestAMailThatComesBack:
    def test_was_refused_and_so_were_its_copies(self, alice, reader, birds):
        from .worlds import sent

        said(alice, "Une bécasse.", sources=[birds])
        sent()
        Mail.objects.update(state="left")
        Copy.objects.update(state="left")
        mail = comes_back(Mail.objects.get())
        assert (mail.state, mail.problem) == ("refused", "5.1.1 550 5.1.1 User unknown")
        assert Copy.objects.get().state == "refused"
        bounce = Bounce.objects.get()
        assert (bounce.category, bounce.domain) == ("gone", "parvis.example")

    def test_a_second_time_counts_once(self, reader):
        mail = comes_back(left(reader, AT))
        assert bounced(mail=mail, category="gone", status="", words="", at=AT) is None
        assert Bounce.objects.count() == 1

    def test_that_asked_a_copy_back_asked_nobody(self, alice, reader):
        from parvis.core.delivery.actions.handing import copy_of

        publication = said(alice, "Une bécasse.")
        first, asking = left(reader, AT), left(reader, AT, number=1)
        Mail.objects.filter(pk=asking.pk).update(kind="recall", publication=publication)
        copy_of(publication, first, AT).save()
        Copy.objects.update(state="asked", left_at=AT)
        comes_back(asking)
        assert Copy.objects.get().state == "left"

    def test_only_later_is_news_and_no_refusal(self, reader):
        mail = left(reader, AT)
        come_in(bounce_address(mail), came_back("4.4.1", "still trying", action="delayed"), sender="")
        mail.refresh_from_db()
        assert mail.state == "left"
        assert not Bounce.objects.exists()

    def test_as_an_answer_of_somebody_who_is_away_is_no_refusal(self, reader):
        mail = left(reader, AT)
        come_in(bounce_address(mail), written("Absent.", Auto_Submitted="auto-replied"), sender="")
        mail.refresh_from_db()
        assert mail.state == "left"

    @pytest.mark.data
    def test_in_any_of_the_ways_of_the_world_is_known_by_its_token(self, reader, shared_data: Path):
        files = sorted((shared_data / "lists/bounces/data").glob("*.txt"))
        mails = {path: left(reader, AT, number) for number, path in enumerate(files)}
        addresses = {path: bounce_address(mail) for path, mail in mails.items()}
        assert len(set(addresses.values())) == 117
        assert all(known(address).token == mails[path].public_id for path, address in addresses.items())
        for path, address in addresses.items():
            come_in(address, path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"), sender="")
        assert Mail.objects.filter(state="refused").count() == Bounce.objects.count() == 103
        assert set(Bounce.objects.values_list("address__person", flat=True)) == {reader.pk}


class TestAnAddress:
    def test_of_nobody_rests_after_the_second_day(self, reader):
        comes_back(left(reader, AT))
        assert held(reader) is None
        comes_back(left(reader, AT + timedelta(hours=23)))
        assert held(reader) is None
        comes_back(left(reader, AT + timedelta(hours=25)))
        assert held(reader).category == "gone"
        assert not who_gets_mail([reader.pk], AT + 2 * DAY)
        notice = Notice.objects.get(kind="delivery.held")
        assert "bob@parvis.example" in sentences({notice.pk: notice})[notice.pk].text

    def test_of_nobody_does_not_rest_when_one_was_delivered_in_between(self, reader):
        comes_back(left(reader, AT))
        left(reader, AT + DAY)
        comes_back(left(reader, AT + 2 * DAY))
        assert held(reader) is None

    @pytest.mark.parametrize("status", ["5.2.2", "4.4.7"])
    def test_that_is_full_or_slow_rests_after_five_days_of_thirty(self, reader, status):
        for number, day in enumerate((0, 0, 6, 12, 18, 40, 44, 45)):
            comes_back(left(reader, AT + day * DAY, number), status, "Sorry")
        assert held(reader) is None
        comes_back(left(reader, AT + 46 * DAY), status, "Sorry")
        assert held(reader) is not None

    @pytest.mark.parametrize(
        ("status", "words"), [("5.7.1", "blocked"), ("5.3.4", "too big"), ("5.0.0", "no")]
    )
    def test_never_rests_for_what_is_not_its_fault(self, reader, status, words):
        for day in range(40):
            comes_back(left(reader, AT + day * DAY), status, words)
        assert held(reader) is None

    def test_that_another_address_of_the_same_person_refused_goes_on(self, reader, settings):
        old = Address.objects.create(
            person=reader, value="bob@old.example", canonical="bob@old.example", added_at=AT, verified_at=AT
        )
        for day in (0, 2):
            bounced(
                mail=left(reader, AT + day * DAY),
                category="gone",
                status="",
                words="",
                at=AT + day * DAY,
                named=["bob@old.example"],
            )
        assert Hold.objects.get().address == old
        assert who_gets_mail([reader.pk], AT + 3 * DAY)


@pytest.fixture
def hold(reader):
    comes_back(left(reader, AT - 2 * DAY))
    comes_back(left(reader, AT - DAY), words="User bob is gone")
    Hold.objects.update(at=AT, next_probe_at=AT + 3 * DAY)
    return Hold.objects.get()


def probes():
    return [one for one in outgoing.outbox if one.from_email.startswith("probe+")]


class TestAnAddressThatRests:
    def test_is_tried_after_three_days_and_gets_mails_again_when_that_is_not_refused(self, hold, reader):
        try_again(AT + 2 * DAY)
        assert probes() == []
        try_again(AT + 3 * DAY)
        (probe,) = probes()
        assert probe.to == ["bob@parvis.example"]
        assert "User bob is gone" in probe.body
        assert known(probe.from_email).kind == "delivery.probe"
        try_again(AT + 4 * DAY)
        assert held(reader) is not None
        try_again(AT + 5 * DAY)
        assert held(reader) is None
        assert len(probes()) == 1
        assert [one.kind for one in Notice.objects.filter(person=reader)] == ["delivery.released"]

    def test_begins_anew_once_it_is_reached(self, hold, reader):
        try_again(AT + 3 * DAY)
        try_again(AT + 5 * DAY)
        comes_back(left(reader, AT + 6 * DAY))
        assert held(reader) is None

    def test_is_tried_three_times_and_its_mails_end_after_two_months(self, hold, reader):
        for day in (3, 10, 30):
            try_again(AT + day * DAY)
            come_in(probe_address(held(reader)), came_back(words=f"No, {day}"), sender="", at=AT + day * DAY)
        assert len(probes()) == 3
        assert (held(reader).probes, held(reader).next_probe_at) == (3, None)
        assert held(reader).words == "550 5.1.1 No, 30"
        try_again(AT + 59 * DAY)
        assert Subscription.objects.exists()
        try_again(AT + 60 * DAY)
        assert not Subscription.objects.exists()
        assert held(reader).ended_at == AT + 60 * DAY

    def test_is_not_tried_by_a_refusal_that_comes_late(self, hold, reader):
        try_again(AT + 3 * DAY)
        address = probe_address(held(reader))
        come_in(address, came_back(), sender="", at=AT + 3 * DAY)
        come_in(address, came_back(words="again"), sender="", at=AT + 4 * DAY)
        assert held(reader).probes == 1

    def test_shows_its_reader_why_and_takes_their_word(self, hold, reader, as_bob):
        page = as_bob.get("/me/subscriptions/").content.decode()
        assert "User bob is gone" in page
        assert "has refused our mails" in page
        as_bob.post("/me/subscriptions/", {"do": "release"})
        assert held(reader) is None
        assert "has refused our mails" not in as_bob.get("/me/subscriptions/").content.decode()

    def test_shows_it_to_whoever_has_the_link_too_and_to_nobody_else(self, hold, reader, as_alice):
        assert "User bob is gone" in Client().get(reading_path(reader)).content.decode()
        assert "User bob is gone" not in as_alice.get("/me/subscriptions/").content.decode()
        Client().post(reading_path(reader), {"do": "release"})
        assert held(reader) is None


@pytest.fixture
def crowd(square, birds):
    people = [make_person(f"r{number}") for number in range(6)]
    for number, person in enumerate(people):
        where = "big.example" if number < 3 else f"small{number}.example"
        Address.objects.filter(person=person).update(value=f"r@{where}", canonical=f"r{number}@{where}")
        actions.subscribe(person=person, source=birds, channel="mail", rhythm="now", at=AT - DAY)
    return people


WALL = "r@big.example: Mail from you is blocked"


def blocked(mail):
    """Our own relay is told so."""
    Mail.objects.filter(pk=mail.pk).update(state="refused")
    mail.refresh_from_db()
    with time_machine.travel(mail.state_at + timedelta(minutes=5), tick=False):
        refused(mail=mail, code=550, status="5.7.1", words=WALL)
    return mail


def said_blocked(mail):
    """A mail says so, which whoever holds the token can write."""
    return comes_back(mail, "5.7.1", WALL)


def full_house(count, domain="vast.example"):
    """Readers at one provider, with a mail each that has just left."""
    people = [make_person(f"v{number}") for number in range(count)]
    for number, person in enumerate(people):
        where = f"v{number}@{domain}"
        Address.objects.filter(person=person).update(value=where, canonical=where)
    return [left(person, AT) for person in people]


class TestAProviderThatRefusesUs:
    def test_gets_no_more_mail_and_the_owners_are_told_once(self, crowd, owner):
        blocked(left(crowd[0], AT))
        assert not Breaker.objects.exists()
        blocked(left(crowd[1], AT))
        blocked(left(crowd[2], AT))
        breaker = Breaker.objects.get()
        assert breaker.domain == "big.example"
        assert "r@big.example" not in breaker.words
        assert "blocked" in breaker.words
        (notice,) = Notice.objects.filter(kind="delivery.breaker")
        assert notice.person == owner
        assert sentences({notice.pk: notice})[notice.pk].path == reverse("desk-refusals")
        assert not Hold.objects.exists()

    def test_is_no_wall_while_most_mails_get_through(self, crowd, owner):
        for number in range(10):
            left(crowd[0], AT, number)
        for number in (10, 11, 12):
            blocked(left(crowd[0], AT, number))
        assert not Breaker.objects.exists()

    def test_a_publication_that_many_refuse_stops_all_of_them(self, crowd, owner, alice):
        publication = said(alice, "Une bécasse.")
        mails = [left(person, AT, number) for number, person in enumerate(crowd)]
        for mail in mails:
            left(mail.person, AT, number=f"other {mail.pk}")
        Mail.objects.filter(pk__in=[mail.pk for mail in mails]).update(publication=publication)
        for mail in mails[1:]:
            mail.refresh_from_db()
            blocked(mail)
        assert set(Breaker.objects.values_list("domain", flat=True)) == {
            "big.example",
            "small3.example",
            "small4.example",
            "small5.example",
        }

    def test_is_not_stopped_by_reports_that_a_few_people_can_forge(self, crowd, owner):
        for number in range(8):
            for person in crowd[:3]:
                said_blocked(left(person, AT + timedelta(minutes=number), f"{number}"))
        assert Bounce.objects.filter(category="us", domain="big.example").count() == 24
        assert not Breaker.objects.exists()

    def test_is_not_stopped_by_reports_of_one_publication(self, crowd, owner, alice):
        publication = said(alice, "Une bécasse.")
        mails = [left(person, AT, number) for number, person in enumerate(crowd)]
        Mail.objects.update(publication=publication)
        for mail in mails:
            mail.refresh_from_db()
            said_blocked(mail)
        assert not Breaker.objects.exists()

    def test_is_stopped_by_reports_that_concern_many_people_and_most_of_its_readers(self, square, owner):
        mails = full_house(18)
        for mail in mails[:9]:
            said_blocked(mail)
        assert not Breaker.objects.exists()
        said_blocked(mails[9])
        breaker = Breaker.objects.get()
        assert (breaker.domain, breaker.is_own) == ("vast.example", False)
        assert not Hold.objects.exists()

    def test_is_not_stopped_by_reports_that_concern_many_people_among_more(self, square, owner):
        mails = full_house(31)
        for mail in mails[:15]:
            said_blocked(mail)
        assert not Breaker.objects.exists()

    def test_is_not_kept_waiting_by_a_report_on_the_mail_that_tries_when_our_relay_heard_the_refusal(
        self, crowd
    ):
        mails = self.waiting(crowd)
        Breaker.objects.update(is_own=True)
        let_through(mails, AT + DAY)
        Mail.objects.filter(pk=mails[0].pk).update(state="left", state_at=AT + DAY)
        said_blocked(Mail.objects.get(pk=mails[0].pk))
        assert Breaker.objects.get().trials == 0
        try_again(AT + 2 * DAY)
        assert not Breaker.objects.exists()

    def waiting(self, crowd):
        """A mail for each of three people there, and one for another place."""
        Breaker.objects.create(domain="big.example", words="blocked", at=AT, until=AT + DAY)
        mails = [left(person, AT, number) for number, person in enumerate(crowd[:4])]
        Mail.objects.update(state="queued", claimed_by="me")
        return list(Mail.objects.filter(pk__in=[mail.pk for mail in mails]).order_by("pk"))

    def test_waits_while_others_get_their_mails(self, crowd):
        mails = self.waiting(crowd)
        assert list(let_through(mails, AT)) == [mails[3]]
        held_back = Mail.objects.get(pk=mails[0].pk)
        assert (held_back.next_try, held_back.claimed_by, held_back.attempts) == (AT + DAY, "", 0)

    def test_gets_one_mail_after_a_day_and_all_when_that_is_taken(self, crowd):
        mails = self.waiting(crowd)
        assert list(let_through(mails, AT + DAY)) == [mails[0], mails[3]]
        Mail.objects.filter(pk=mails[0].pk).update(state="left", state_at=AT + DAY)
        try_again(AT + DAY + timedelta(hours=1))
        assert Breaker.objects.exists()
        try_again(AT + 2 * DAY)
        assert not Breaker.objects.exists()
        assert Mail.objects.get(pk=mails[1].pk).next_try == AT + 2 * DAY

    def test_that_refuses_that_one_too_waits_twice_as_long(self, crowd):
        mails = self.waiting(crowd)
        let_through(mails, AT + DAY)
        Mail.objects.filter(pk=mails[0].pk).update(state="left", state_at=AT + DAY)
        blocked(Mail.objects.get(pk=mails[0].pk))
        breaker = Breaker.objects.get()
        assert (breaker.trial, breaker.until) == (None, AT + DAY + timedelta(minutes=5) + 2 * DAY)
        try_again(AT + 2 * DAY)
        assert Breaker.objects.exists()

    def test_is_sent_to_again_when_an_owner_says_so(self, crowd, as_owner, as_alice):
        self.waiting(crowd)
        Mail.objects.update(next_try=AT + 900 * DAY)
        breaker = Breaker.objects.get()
        assert as_alice.get(reverse("desk-refusals")).status_code == 404
        assert "big.example" in as_owner.get(reverse("desk-refusals")).content.decode()
        assert "refuses mail from this square" in as_owner.get(reverse("desk")).content.decode()
        as_owner.post(reverse("desk-refusals"), {"resume": breaker.pk})
        assert not Breaker.objects.exists()
        assert Mail.objects.filter(next_try__lt=AT + 900 * DAY).count() == 3


class TestARelayThatRefuses:
    def test_is_judged_by_the_same_rules(self, alice, reader, birds):
        source = stream.source_of(alice)
        assert source is not None
        mail = left(reader, AT)
        Mail.objects.filter(pk=mail.pk).update(state="refused")
        refused(mail=mail, code=550, status="5.2.2", words="Mailbox full")
        bounce = Bounce.objects.get()
        assert (bounce.category, bounce.status) == ("full", "5.2.2")
