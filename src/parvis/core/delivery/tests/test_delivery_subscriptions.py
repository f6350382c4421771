"""Asking for mails with an account or with nothing but an address, changing how they come, leaving with one click."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail as django_mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from parvis.conftest import AT
from parvis.core.delivery import actions
from parvis.core.delivery.actions import AskedTooOften
from parvis.core.delivery.actions.subscribing import next_daily, next_weekly
from parvis.core.delivery.form_times import FormTime
from parvis.core.delivery.links import leaving_path, reading_path
from parvis.core.delivery.models import Asked, Mail, Reading, Subscription
from parvis.core.people.models import Address, Person, Role
from parvis.core.stream import actions as stream
from parvis.core.stream.models import Follow

from .worlds import said, sent, theme

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def known(settings):
    settings.PARVIS_URL = "https://parvis.example"


@pytest.fixture
def birds(alice):
    source = theme()
    said(alice, "Une bécasse.", sources=[source], at=AT - timedelta(hours=1))
    return source


def subscribed(person, source, rhythm="weekly", **more):
    actions.subscribe(person=person, source=source, channel="mail", rhythm=rhythm, at=AT, **more)
    return Subscription.objects.get(follow__person=person, follow__source=source)


def sources_on(path):
    """The page of what one follows, as far as the sources go."""
    return Client().get(path).content.decode().partition('id="notices"')[0]


def ask_for(source, *, client=None, since=timedelta(seconds=10), drawn=None, **fields):
    """Fill in the form that was drawn some time ago, and send it."""
    mark = FormTime("ask", source.public_id).mark(timezone.now() - since) if drawn is None else drawn
    typed = {"email": "zoe@reader.example", "rhythm": "weekly", "language": "en", "drawn": mark, **fields}
    return (client or Client()).post(reverse("subscription-ask", args=[source.public_id]), typed)


class TestAsking:
    def test_goes_from_the_form_to_the_mail_to_the_button(self, birds):
        visitor = Client()
        page = visitor.get(reverse("subscription-ask", args=[birds.public_id]))
        assert page.status_code == 200

        ask_for(birds, client=visitor)
        asked = django_mail.outbox[0]
        assert asked.to == ["zoe@reader.example"]
        link = re.search(r"https://parvis.example(/mail/yes/\S+)", asked.body)[1]
        assert visitor.get(link).status_code == 200
        assert not Subscription.objects.exists(), "a program that only looks begins nothing"

        reader = Client(enforce_csrf_checks=True)
        reader.post(link, headers={"Origin": "null"})
        assert not reader.cookies
        subscription = Subscription.objects.get()
        person = subscription.follow.person
        assert (person.role, subscription.rhythm) == ("guest", "weekly")
        assert Person.objects.reached_by("zoe@reader.example").get() == person
        assert visitor.post(link).status_code == 410

    def test_confirmation_holds_nothing_that_the_asker_typed(self, birds):
        ask_for(birds, email="BUY.now@reader.example", language="fr", website="")
        sent = django_mail.outbox[0]
        assert "BUY" not in sent.body + sent.subject
        assert sent.extra_headers["Auto-Submitted"].startswith("auto-")

    def test_gives_a_known_person_what_they_asked_and_no_second_self(self, birds, bob, at):
        token = actions.ask(address="Bob@parvis.example", source=birds, rhythm="now", language="fr", at=at)
        actions.confirm(asked=actions.asked_by(token, at), at=at)
        assert Subscription.objects.get().follow.person == bob
        assert Person.objects.filter(addresses__canonical="bob@parvis.example").count() == 1

    def test_answers_alike_whoever_has_the_address(self, birds, bob):
        pages = [
            ask_for(birds, email=address, language="fr")
            for address in ("bob@parvis.example", "new@parvis.example", "bob@parvis.example")
        ]
        bodies = {re.sub(rb"(bob|new)@parvis.example", b"", answer.content) for answer in pages}
        assert len(bodies) == 1
        assert len(django_mail.outbox) == 2, "the same address is written to once a day"

    def test_machines_that_fill_every_field_ask_for_nothing(self, birds):
        ask_for(birds, website="x")
        assert django_mail.outbox == []

    @pytest.mark.parametrize("drawn", ["", "nonsense", "1785535200.x:forged", None])
    def test_machines_that_never_saw_the_form_ask_for_nothing(self, birds, drawn):
        other = FormTime("ask", "of another source").mark(timezone.now() - timedelta(minutes=1))
        page = ask_for(birds, drawn=other if drawn is None else drawn).content.decode()
        assert "Demandez encore une fois" in page
        assert django_mail.outbox == []

    def test_faster_than_anybody_reads_asks_for_nothing_until_some_seconds_later(self, birds):
        visitor, at = Client(), timezone.now()
        with time_machine.travel(at, tick=False):
            page = visitor.get(reverse("subscription-ask", args=[birds.public_id])).content.decode()
            drawn = re.search(r'name="drawn" value="([^"]+)"', page)[1]
        with time_machine.travel(at + timedelta(seconds=2), tick=False):
            page = ask_for(birds, client=visitor, drawn=drawn).content.decode()
        assert "Attendez trois secondes" in page
        assert drawn in page, "the same form can be sent again"
        assert django_mail.outbox == []
        with time_machine.travel(at + timedelta(seconds=5), tick=False):
            ask_for(birds, client=visitor, drawn=drawn)
        assert len(django_mail.outbox) == 1

    def test_by_a_form_that_was_open_for_a_day_is_asked_again(self, birds):
        page = ask_for(birds, since=timedelta(hours=25)).content.decode()
        assert "Demandez encore une fois" in page
        assert django_mail.outbox == []
        drawn = re.search(r'name="drawn" value="([^"]+)"', page)[1]
        with time_machine.travel(timezone.now() + timedelta(seconds=4), tick=False):
            ask_for(birds, drawn=drawn)
        assert len(django_mail.outbox) == 1

    def test_by_one_form_asks_once(self, birds):
        drawn = FormTime("ask", birds.public_id).mark(timezone.now() - timedelta(minutes=1))
        for name in ("anne", "paul"):
            page = ask_for(birds, drawn=drawn, email=f"{name}@reader.example").content.decode()
        assert "Demandez encore une fois" in page
        assert [one.to for one in django_mail.outbox] == [["anne@reader.example"]]

    def test_with_a_mistake_in_the_address_leaves_the_form_good(self, birds):
        drawn = FormTime("ask", birds.public_id).mark(timezone.now() - timedelta(minutes=1))
        assert drawn in ask_for(birds, drawn=drawn, email="no address").content.decode()
        ask_for(birds, drawn=drawn)
        assert len(django_mail.outbox) == 1

    @pytest.mark.parametrize(
        "networks",
        [
            [f"192.0.2.{n}" for n in range(7)],
            [f"2001:db8:0:1:{n:x}::1" for n in range(7)],
        ],
    )
    def test_is_limited_by_network(self, birds, networks):
        statuses = [
            ask_for(birds, client=Client(REMOTE_ADDR=address), email=f"a{n}@reader.example").status_code
            for n, address in enumerate(networks)
        ]
        assert statuses == [200] * 5 + [429] * 2
        assert ask_for(birds, client=Client(REMOTE_ADDR="198.51.100.1")).status_code == 200

    def test_again_with_other_wishes_takes_them_over_once_confirmed(self, birds):
        first = actions.ask(
            address="z@reader.example", source=birds, rhythm="weekly", languages=["fr"], language="fr", at=AT
        )
        actions.confirm(asked=actions.asked_by(first, AT), at=AT)
        later = AT + timedelta(days=2)
        visitor = Client()
        form = visitor.get(reverse("subscription-ask", args=[birds.public_id])).content.decode()
        assert 'name="languages" value="en"' in form
        again = actions.ask(
            address="Z@reader.example",
            source=birds,
            rhythm="daily",
            languages=["en"],
            language="en",
            at=later,
        )
        subscription = Subscription.objects.get()
        assert (subscription.rhythm, subscription.languages) == ("weekly", ["fr"]), "not before the yes"
        with time_machine.travel(later, tick=False):
            page = visitor.get(reverse("subscription-confirm", args=[again])).content.decode()
        assert "Only in English." in page
        actions.confirm(asked=actions.asked_by(again, later), at=later)
        subscription = Subscription.objects.select_related("follow__person").get()
        assert (subscription.rhythm, subscription.languages) == ("daily", ["en"])
        assert subscription.follow.person.language == "en"
        assert Reading.objects.get().next_daily_at is not None

    def test_leaves_a_member_the_language_of_their_settings(self, birds, bob):
        token = actions.ask(
            address="bob@parvis.example", source=birds, rhythm="now", languages=["fr"], language="fr", at=AT
        )
        actions.confirm(asked=actions.asked_by(token, AT), at=AT)
        bob.refresh_from_db()
        assert bob.language == "en"
        assert Subscription.objects.get().languages == ["fr"]

    def test_keeps_the_languages_that_were_ticked(self, birds):
        ask_for(birds, email="z@reader.example", languages=["fr"])
        assert Asked.objects.get().languages == ["fr"]

    def test_is_limited_by_address_to_three_a_month(self, birds):
        tokens = [
            actions.ask(
                address="zoe@reader.example",
                source=birds,
                rhythm="weekly",
                language="fr",
                at=AT + timedelta(days=2 * n),
            )
            for n in range(5)
        ]
        assert [bool(token) for token in tokens] == [True, True, True, False, False]

    def test_is_limited_for_all_askers_together(self, birds):
        def ask(number: int) -> str:
            address = f"a{number}@reader.example"
            return actions.ask(address=address, source=birds, rhythm="weekly", language="fr", at=AT)

        for number in range(20):
            ask(number)
        with pytest.raises(AskedTooOften):
            ask(20)
        assert Asked.objects.count() == 20

    def test_forgets_the_address_of_whoever_said_nothing(self, birds):
        actions.ask(address="zoe@reader.example", source=birds, rhythm="weekly", language="fr", at=AT)
        actions.forget_asked(AT + timedelta(days=8))
        row = Asked.objects.get()
        assert row.address == ""
        assert "zoe" not in row.address_hash
        actions.forget_asked(AT + timedelta(days=31))
        assert not Asked.objects.exists()

    def test_a_source_without_anything_public_is_absent(self, alice):
        hidden, empty = theme("Secret"), theme("Vide")
        said(alice, "Pour les membres.", groups=frozenset({2}), sources=[hidden])
        answers = [
            Client().get(reverse("subscription-ask", args=[name])).status_code
            for name in (hidden.public_id, empty.public_id, "x" * 20)
        ]
        assert answers == [404, 404, 404]


class TestThePage:
    def test_shows_what_one_follows_and_changes_how_it_comes(self, birds, bob, as_bob):
        stream.follow(person=bob, source=birds, at=AT)
        page = as_bob.get(reverse("subscriptions")).content.decode()
        assert "Birds" in page
        assert "Alice" in page
        name = birds.public_id
        as_bob.post(
            reverse("subscriptions"),
            {"do": f"way:{name}", f"{name}-way": "mail-daily", f"{name}-languages": ["fr"]},
        )
        subscription = Subscription.objects.get()
        assert (subscription.channel, subscription.rhythm, subscription.languages) == (
            "mail",
            "daily",
            ["fr"],
        )
        as_bob.post(reverse("subscriptions"), {"do": f"way:{name}", f"{name}-way": "web"})
        assert not Subscription.objects.exists()
        assert Follow.objects.filter(person=bob, source=birds).exists()

    def test_holds_any_set_of_languages(self, birds, bob, as_bob, square):
        square.languages = ["fr", "en", "de"]
        square.save()
        stream.follow(person=bob, source=birds, at=AT)
        name = birds.public_id

        def chosen(*languages):
            as_bob.post(
                reverse("subscriptions"),
                {"do": f"way:{name}", f"{name}-way": "mail-now", f"{name}-languages": languages},
            )
            return Subscription.objects.get().languages

        assert chosen("fr", "de") == ["fr", "de"]
        page = as_bob.get(reverse("subscriptions")).content.decode()
        assert page.count(f'name="{name}-languages"') == 3
        assert page.count(" checked") == 2
        assert "by mail, at once, only in French and German" in page
        assert chosen() == []
        assert chosen("fr", "en", "de") == [], "all of them: those that come to the square later, too"
        chosen("fr", "xx")
        assert Subscription.objects.get().languages == []

    def test_keeps_in_sight_what_is_wrong(self, birds, bob, as_bob):
        stream.follow(person=bob, source=birds, at=AT)
        name = birds.public_id
        page = as_bob.post(reverse("subscriptions"), {"do": f"way:{name}", f"{name}-way": "pigeon"})
        shown = page.content.decode()
        assert '<details class="fold" open>' in shown
        assert 'class="error"' in shown

    def test_changes_nothing_of_others(self, birds, bob, charlie, as_charlie):
        subscribed(bob, birds)
        name = birds.public_id
        as_charlie.post(reverse("subscriptions"), {"do": f"stop:{name}"})
        as_charlie.post(reverse("subscriptions"), {"do": "leave-all"})
        assert Subscription.objects.filter(follow__person=bob).exists()

    def test_opens_by_the_link_of_a_mail_and_shows_nothing_else(self, birds, bob):
        subscribed(bob, birds)
        holder = Client()
        page = holder.get(reading_path(bob))
        assert page.status_code == 200
        assert "bob@parvis.example" in page.content.decode()
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert not holder.cookies
        holder.post(reading_path(bob), {"do": "leave-all"})
        assert not Subscription.objects.exists()
        assert holder.get("/me/subscriptions/").status_code == 302

    def test_gives_a_guest_the_clock_and_the_language_of_their_mails(self, birds, bob):
        bob.role = Role.GUEST
        bob.save()
        subscribed(bob, birds)
        holder = Client()
        said = {"hour": "8", "weekday": "0", "zone": "Asia/Tokyo", "language": "fr"}
        page = holder.post(reading_path(bob), {"do": "hours", **said})
        bob.refresh_from_db()
        assert (bob.zone, bob.language) == ("Asia/Tokyo", "fr")
        assert page.headers["Content-Language"] == "fr"
        assert Reading.objects.get(person=bob).hour == 8

    def test_offers_a_guest_no_page_that_they_do_not_have(self, birds, bob):
        Follow.objects.filter(person=bob).delete()
        subscribed(bob, birds)
        assert '<option value="web"' in sources_on(reading_path(bob))
        bob.role = Role.GUEST
        bob.save()
        name = birds.public_id
        assert '<option value="web"' not in sources_on(reading_path(bob))
        Client().post(reading_path(bob), {"do": f"way:{name}", f"{name}-way": "web"})
        assert Subscription.objects.exists()

    def test_changes_nothing_of_a_member_but_their_mails(self, birds, bob):
        subscribed(bob, birds)
        before = bob.zone, bob.language
        said = {"hour": "8", "weekday": "0", "zone": "Asia/Tokyo", "language": "fr"}
        Client().post(reading_path(bob), {"do": "hours", **said})
        bob.refresh_from_db()
        assert (bob.zone, bob.language) == before

    @pytest.mark.parametrize("ending", ["zz/", "/", "é/"])
    def test_is_absent_for_a_link_that_this_house_did_not_write(self, bob, ending):
        assert Client().get(reading_path(bob)[:-4] + ending).status_code == 404

    def test_one_link_does_not_open_what_another_does(self, birds, bob):
        leave = leaving_path(subscribed(bob, birds))
        assert Client().get(leave.replace("/leave/", "/")).status_code == 404

    def test_pauses_until_a_day_and_begins_again(self, birds, bob, as_bob):
        subscribed(bob, birds)
        day = (datetime.now(UTC) + timedelta(days=5)).date()
        as_bob.post(reverse("subscriptions"), {"do": "pause", "pause-until": day.isoformat()})
        assert Reading.objects.get(person=bob).paused_until.date() == day
        assert b"Send again" in as_bob.get(reverse("subscriptions")).content
        as_bob.post(reverse("subscriptions"), {"do": "resume"})
        assert Reading.objects.get(person=bob).paused_until is None

    def test_says_what_is_wrong_with_a_pause(self, birds, bob, as_bob):
        subscribed(bob, birds)
        page = as_bob.post(reverse("subscriptions"), {"do": "pause", "pause-until": "2020-01-01"})
        assert b"Choose a day to come." in page.content

    def test_names_nobody_behind_a_shut_door(self, alice, bob, as_bob):
        stream.follow_person(person=bob, other=alice, at=AT)
        alice.suspended_at = AT
        alice.save()
        assert b"Alice" not in as_bob.get(reverse("subscriptions")).content


class TestLeaving:
    def test_a_look_changes_nothing_and_a_post_ends_it(self, birds, bob):
        link = leaving_path(subscribed(bob, birds))
        program = Client(enforce_csrf_checks=True)
        assert program.get(link).status_code == 200
        assert program.head(link).status_code in {200, 405}
        assert Subscription.objects.exists()
        answer = program.post(link, {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert not program.cookies
        assert not Subscription.objects.exists()
        assert Follow.objects.filter(person=bob, source=birds).exists(), "a member goes on reading at home"

    @pytest.mark.parametrize(
        ("body", "kind"),
        [
            ("List-Unsubscribe=One-Click", "application/x-www-form-urlencoded"),
            ("", "application/x-www-form-urlencoded"),
            (
                '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n',
                "multipart/form-data; boundary=b",
            ),
        ],
    )
    def test_takes_what_mail_programs_post(self, birds, bob, body, kind):
        link = leaving_path(subscribed(bob, birds))
        assert Client(enforce_csrf_checks=True).post(link, body, content_type=kind).status_code == 200
        assert not Subscription.objects.exists()

    def test_of_a_digest_that_left_before_it_had_a_link_of_its_own_ends_them_all(self, birds, bob):
        subscribed(bob, birds)
        program = Client(enforce_csrf_checks=True)
        answer = program.post(reading_path(bob), {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert not Subscription.objects.exists()

    def test_works_again_and_for_ever(self, birds, bob):
        link = leaving_path(subscribed(bob, birds))
        for _time in range(3):
            assert Client().post(link).status_code == 200

    def test_of_a_guest_leaves_nothing_to_follow(self, birds):
        token = actions.ask(address="z@reader.example", source=birds, rhythm="now", language="fr", at=AT)
        subscription = actions.confirm(asked=actions.asked_by(token, AT), at=AT)
        Client().post(leaving_path(subscription))
        assert not Follow.objects.filter(source=birds).exists()

    def test_stops_what_already_waits(self, birds, alice, bob):
        subscription = subscribed(bob, birds, rhythm="now")
        said(alice, "Une grive.", sources=[birds], at=AT)
        actions.hand_over(AT + timedelta(minutes=2))
        assert Mail.objects.get().state == "queued"
        actions.leave(subscription=subscription, at=AT)
        assert Mail.objects.get().state == "cancelled"

    def test_following_no_more_ends_the_mails(self, birds, bob):
        subscribed(bob, birds)
        stream.unfollow(person=bob, source=birds)
        assert not Subscription.objects.exists()


class TestHours:
    @pytest.mark.parametrize(
        ("zone", "hour", "after", "due"),
        [
            ("UTC", 7, datetime(2026, 11, 22, 6, 59, tzinfo=UTC), datetime(2026, 11, 22, 7, 0, tzinfo=UTC)),
            ("UTC", 7, datetime(2026, 11, 22, 7, 0, tzinfo=UTC), datetime(2026, 11, 23, 7, 0, tzinfo=UTC)),
            (
                "Asia/Tokyo",
                7,
                datetime(2026, 11, 22, 0, 0, tzinfo=UTC),
                datetime(2026, 11, 22, 22, 0, tzinfo=UTC),
            ),
            # the clocks go forward that night in Geneva
            (
                "Europe/Zurich",
                7,
                datetime(2026, 3, 28, 12, 0, tzinfo=UTC),
                datetime(2026, 3, 29, 5, 0, tzinfo=UTC),
            ),
        ],
    )
    def test_are_those_of_the_reader(self, bob, zone, hour, after, due):
        bob.zone = zone
        assert next_daily(Reading(person=bob, hour=hour), bob, after) == due

    def test_of_a_week_come_on_the_day(self, bob):
        bob.zone = "UTC"
        reading = Reading(person=bob, hour=7, weekday=0)
        sunday = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
        assert next_weekly(reading, bob, sunday) == datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
        assert next_weekly(reading, bob, datetime(2026, 11, 23, 7, 0, tzinfo=UTC)) == datetime(
            2026, 11, 30, 7, 0, tzinfo=UTC
        )

    def test_on_another_clock_move_the_next_digest(self, birds, bob, as_bob):
        subscribed(bob, birds, rhythm="daily")
        assert Reading.objects.get(person=bob).next_daily_at.astimezone(UTC).hour == 7
        as_bob.post(reverse("preferences"), {"language": "en", "zone": "Asia/Tokyo", "theme": ""})
        bob.refresh_from_db()
        assert bob.zone == "Asia/Tokyo"
        due = Reading.objects.get(person=bob).next_daily_at
        assert due.astimezone(UTC).hour == 22
        assert datetime.now(UTC) < due <= datetime.now(UTC) + timedelta(days=1)

    def test_on_another_clock_bring_two_digests_in_a_day_when_both_are_due(self, alice, birds, bob):
        subscribed(bob, birds, rhythm="daily")
        said(alice, "Une grive.", sources=[birds], at=AT)
        assert len(sent(AT + timedelta(hours=21))) == 1  # the 23rd at 7 in UTC
        bob.zone = "Asia/Tokyo"
        bob.save()
        actions.clock_changed(bob, AT + timedelta(hours=22))
        said(alice, "Une bécasse.", sources=[birds], at=AT + timedelta(hours=23))
        assert len(sent(AT + timedelta(hours=37))) == 1  # the 24th at 7 in Tokyo, the 23rd in UTC

    def test_on_another_clock_plan_nothing_for_whoever_gets_nothing(self, bob):
        actions.clock_changed(bob, AT)
        assert not Reading.objects.exists()

    def test_that_change_move_the_next_digest(self, birds, bob):
        subscribed(bob, birds, rhythm="daily")
        actions.set_hours(person=bob, hour=18, weekday=2, at=AT)
        assert Reading.objects.get(person=bob).next_daily_at == datetime(2026, 11, 22, 18, 0, tzinfo=UTC)


def test_addresses_are_confirmed_by_saying_yes(birds):
    token = actions.ask(address="zoe@reader.example", source=birds, rhythm="now", language="fr", at=AT)
    actions.confirm(asked=actions.asked_by(token, AT), at=AT)
    assert Address.objects.get(canonical="zoe@reader.example").verified_at == AT
