"""The forms at the door say each thing once, in the house's own words."""

from email.utils import parseaddr

import pytest
from django.core import mail
from django.core.cache import cache
from django.urls import reverse

pytestmark = pytest.mark.django_db


class TestTheDoor:
    @pytest.mark.parametrize(
        "name", ["account_login", "account_request_login_code", "account_reset_password", "account_signup"]
    )
    def test_has_one_word_for_an_address_and_writes_nothing_into_its_fields(
        self, as_visitor, open_square, name
    ):
        page = as_visitor.get(reverse(name), headers={"Accept-Language": "fr"}).content.decode()
        assert "Adresse mail" in page
        assert "Courriel" not in page
        assert "e-mail" not in page
        main = page[page.index("<main") :]
        assert "placeholder" not in main

    def test_keeps_the_fields_of_a_changed_password_empty(self, as_alice, alice):
        alice.set_password("un lac et deux cygnes")
        alice.save()
        as_alice.force_login(alice)
        page = as_alice.get(reverse("account_change_password")).content.decode()
        assert "placeholder" not in page[page.index("<main") :]


class TestTheMailToAnUnknownAddress:
    @pytest.mark.parametrize(
        ("join", "words", "leads"),
        [
            ("open", "this is the page", True),
            ("invitation", "ask somebody who is here for an invitation", False),
            ("closed", "Nobody new can join for now", False),
        ],
    )
    @pytest.mark.parametrize(
        ("name", "field"), [("account_request_login_code", "email"), ("account_reset_password", "email")]
    )
    def test_leads_only_where_one_may_join(self, as_visitor, square, join, words, leads, name, field):
        square.join, square.language = join, "en"
        square.save()
        cache.clear()
        as_visitor.post(reverse(name), {field: "nobody@parvis.example"})
        (message,) = mail.outbox
        domain = parseaddr(message.from_email)[1].rpartition("@")[2]
        assert message.message()["Message-ID"].endswith(f"@{domain}>"), "not the machine’s name"
        assert words in message.body
        assert (reverse("account_signup") in message.body) is leads


@pytest.fixture
def open_square(square):
    """A square that anyone may join."""
    square.join = "open"
    square.save()
    return square
