"""Failed logins: a stranger cannot keep anyone out, and guessing stays bounded."""

import pytest
from django.test import Client

from parvis.core.people import adapter
from parvis.core.people.actions import mirror

PASSWORD = "a sentence of alice"


@pytest.fixture
def enter(alice):
    """A try to log in as alice from a network: whether it let her in."""
    alice.set_password(PASSWORD)
    alice.save()
    mirror(alice)

    def attempt(password, network):
        sent = {"login": "alice@parvis.example", "password": password}
        answer = Client(REMOTE_ADDR=network).post("/account/login/", sent)
        return answer.status_code == 302

    return attempt


class TestFailedLogins:
    def test_of_a_stranger_do_not_keep_their_owner_out(self, enter):
        assert not any([enter("wrong but long", "192.0.2.1") for _try in range(7)])

        assert enter(PASSWORD, "198.51.100.7")

    def test_end_for_a_while_from_the_network_they_come_from(self, enter):
        assert not any([enter("wrong but long", "192.0.2.1") for _try in range(5)])

        assert not enter(PASSWORD, "192.0.2.1")

    def test_are_bounded_from_all_networks_together(self, enter, monkeypatch):
        monkeypatch.setattr(adapter, "ALL_TRIES", 6)
        assert not any([enter("wrong but long", f"192.0.2.{one}") for one in range(6)])

        assert not enter(PASSWORD, "198.51.100.7")

    def test_do_not_count_those_that_succeed(self, enter, monkeypatch):
        monkeypatch.setattr(adapter, "ALL_TRIES", 3)
        assert all([enter(PASSWORD, f"192.0.2.{one}") for one in range(5)])
