"""Who left a browser open is asked once more before anything important; who has just logged in is not."""

import re
import time

import pytest
from allauth.usersessions.models import UserSession
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from parvis.conftest import left_open, logged_in, make_person
from parvis.core.people.actions import add_address, mirror
from parvis.core.people.models import Address
from parvis.core.site.doors import one_time_link

pytestmark = pytest.mark.django_db
LONG_AGO = 3600


@pytest.fixture
def dora(square):
    """A member who has no password: she logs in by mailed codes."""
    person = make_person("dora")
    person.set_unusable_password()
    person.save()
    mirror(person)
    return person


@pytest.fixture
def as_dora(dora):
    return left_open(logged_in(dora))


def entered(person) -> Client:
    """A browser in which this person came in by a door."""
    client = Client()
    client.post(one_time_link(person, timezone.now()))
    return client


IMPORTANT = [
    ("addresses", {"email": "new@parvis.example"}),
    ("address-verify", {"address": "spare@parvis.example"}),
    ("address-primary", {"address": "spare@parvis.example"}),
    ("address-remove", {"address": "spare@parvis.example"}),
    ("my-data", {}),
    ("usersessions_list", {}),
]
LOOKED_AT = ["leave", "account_set_password", "mfa_activate_totp", "mfa_add_webauthn"]


def asked(answer) -> bool:
    return answer.status_code == 302 and "/reauthenticate/" in answer["Location"]


class TestWhoLeftABrowserOpen:
    @pytest.mark.parametrize(("name", "words"), IMPORTANT)
    def test_is_asked_before_what_is_important(self, name, words, as_dora, dora, at):
        add_address(person=dora, value="spare@parvis.example", at=at)

        assert asked(as_dora.post(reverse(name), words))
        assert not Address.objects.filter(value="new@parvis.example").exists()
        assert Address.objects.filter(value="spare@parvis.example").exists()
        assert not mail.outbox

    @pytest.mark.parametrize("name", LOOKED_AT)
    def test_is_asked_before_pages_that_change_the_keys(self, name, as_dora):
        assert asked(as_dora.get(reverse(name)))

    @pytest.mark.parametrize("name", ["addresses", "my-data", "usersessions_list", "settings"])
    def test_reads_on_unasked(self, name, as_dora):
        assert as_dora.get(reverse(name)).status_code == 200

    def test_proves_it_with_a_mailed_code_and_goes_on_where_they_were(self, as_dora, dora, at):
        add_address(person=dora, value="spare@parvis.example", at=at)
        page = as_dora.post(reverse("address-remove"), {"address": "spare@parvis.example"})["Location"]
        assert page.startswith(reverse("reauthenticate-by-code"))
        assert b"dora@parvis.example" in as_dora.get(page).content
        assert not mail.outbox

        page = as_dora.post(page, {"do": "send"})["Location"]
        (message,) = mail.outbox
        assert message.to == ["dora@parvis.example"]
        code = message.subject.split()[0]
        as_dora.post(page, {"code": code.lower().replace("-", " "), "next": reverse("address-remove")})

        assert not Address.objects.filter(value="spare@parvis.example").exists()
        assert as_dora.get(reverse("leave")).status_code == 200

    def test_proves_nothing_with_another_code_nor_with_the_right_one_after_many(self, as_dora):
        page = as_dora.get(reverse("leave"))["Location"]
        as_dora.post(page, {"do": "send"})
        code = mail.outbox[-1].subject.split()[0]

        answers = [as_dora.post(page, {"code": "AAA-AAA"}).status_code for _time in range(5)]
        assert answers == [200] * 5
        as_dora.post(page, {"code": code})
        assert asked(as_dora.get(reverse("leave")))

    def test_uses_a_code_once(self, as_dora):
        page = as_dora.get(reverse("leave"))["Location"]
        as_dora.post(page, {"do": "send"})
        code = mail.outbox[-1].subject.split()[0]
        as_dora.post(page, {"code": code})
        left_open(as_dora)

        as_dora.post(page, {"code": code})
        assert asked(as_dora.get(reverse("leave")))

    def test_proves_it_with_a_password_when_there_is_one(self, dora):
        dora.set_password("a long enough word")
        dora.save()
        client = left_open(logged_in(dora))
        page = client.post(reverse("addresses"), {"email": "new@parvis.example"})["Location"]
        assert page.startswith(reverse("account_reauthenticate"))
        assert reverse("reauthenticate-by-code") in client.get(page).content.decode()

        client.post(page, {"password": "a long enough word", "next": reverse("addresses")})
        assert Address.objects.filter(value="new@parvis.example").exists()

    def test_is_asked_for_no_password_that_never_was(self, charlie):
        assert charlie.password == ""
        page = left_open(logged_in(charlie)).get(reverse("leave"))["Location"]

        assert page.startswith(reverse("reauthenticate-by-code"))


class TestWhoHasJustLoggedIn:
    @pytest.mark.parametrize("name", LOOKED_AT)
    def test_is_not_asked(self, name, dora):
        assert not asked(logged_in(dora).get(reverse(name)))

    def test_is_not_asked_after_a_code_by_mail_either(self, dora, as_visitor):
        as_visitor.post(reverse("account_request_login_code"), {"email": "dora@parvis.example"})
        code = mail.outbox[-1].subject.split()[0]
        as_visitor.post(reverse("account_confirm_login_code"), {"code": code})

        assert not asked(as_visitor.get(reverse("leave")))


class TestWhereIAmLoggedIn:
    def test_has_a_button_that_logs_one_browser_out(self, charlie):
        here, there, elsewhere = (entered(charlie) for _browser in range(3))
        page = here.get(reverse("usersessions_list")).content.decode()
        names = re.findall(r'name="session" value="(\w+)"', page)
        assert len(names) == 2

        here.post(reverse("usersessions_list"), {"session": names[0]})

        open_now = [client.get(reverse("settings")).status_code for client in (here, there, elsewhere)]
        assert sorted(open_now) == [200, 200, 302]
        assert open_now[0] == 200

    def test_ends_all_others_at_once(self, charlie):
        here, there = entered(charlie), entered(charlie)
        here.post(reverse("usersessions_list"))

        assert [client.get(reverse("settings")).status_code for client in (here, there)] == [200, 302]

    def test_ends_nobody_elses(self, charlie, bob):
        theirs = entered(bob)
        client, spare = entered(bob), entered(charlie)
        name = re.findall(
            r'name="session" value="(\w+)"', client.get(reverse("usersessions_list")).content.decode()
        )[0]

        assert spare.post(reverse("usersessions_list"), {"session": name}).status_code == 404
        assert theirs.get(reverse("settings")).status_code == 200

    def test_names_no_key_and_no_number(self, charlie):
        here, _there = entered(charlie), entered(charlie)
        page = here.get(reverse("usersessions_list")).content.decode()

        assert not any(row.session_key in page for row in UserSession.objects.all())

    def test_knows_when_each_was_last_used_within_five_minutes(self, charlie):
        client = entered(charlie)
        session = client.session
        session["used_at"] = int(time.time()) - 301
        session.save()
        UserSession.objects.update(last_seen_at="2026-01-01T00:00:00Z")

        client.get(reverse("settings"))
        first = UserSession.objects.get().last_seen_at
        client.get(reverse("settings"))

        assert time.time() - first.timestamp() < LONG_AGO
        assert UserSession.objects.get().last_seen_at == first

    def test_says_now_of_the_browser_that_looks(self, charlie):
        here, _there = entered(charlie), entered(charlie)
        UserSession.objects.update(last_seen_at="2026-01-01T00:00:00Z")

        lines = here.get(reverse("usersessions_list")).content.decode().split("last seen: ")[1:]

        assert sorted(line.startswith("now") for line in lines) == [False, True]
