"""What one may do here, and how often one may try."""

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.urls import reverse

from parvis.core.people.actions import mirror

PASSWORD = "un lac et deux cygnes"


@pytest.fixture(autouse=True)
def counted_from_nothing(db):
    """Rate limits begin anew with each test."""
    cache.clear()


@pytest.fixture
def known(alice):
    """Alice, who can log in with her address and a password."""
    alice.set_password(PASSWORD)
    alice.save()
    mirror(alice)
    return alice


class TestRoles:
    def test_act_at_once(self, as_charlie, charlie):
        from parvis.core.people.actions import change_role

        assert as_charlie.get(reverse("people")).status_code == 200
        change_role(person=charlie, role="guest")
        assert as_charlie.get(reverse("people")).status_code == 404

    def test_never_leave_the_square_without_an_owner(self, owner, at):
        from parvis.core.people.actions import LastOwner, change_role, suspend

        with pytest.raises(LastOwner):
            change_role(person=owner, role="member")
        with pytest.raises(LastOwner):
            suspend(person=owner, because="", at=at)

    def test_suspension_puts_one_out_at_once_and_reinstating_does_not_log_in(self, as_charlie, charlie, at):
        from parvis.core.people.actions import reinstate, suspend

        assert as_charlie.get(reverse("settings")).status_code == 200
        suspend(person=charlie, because="spam", at=at)
        assert as_charlie.get(reverse("settings")).status_code == 302
        reinstate(person=charlie)
        charlie.refresh_from_db()
        assert charlie.is_member

    def test_a_suspended_person_cannot_log_in(self, known, as_visitor, at):
        from parvis.core.people.actions import suspend

        assert EmailAddress.objects.filter(user=known, verified=True).exists()
        suspend(person=known, because="spam", at=at)
        as_visitor.post(reverse("account_login"), {"login": "alice@parvis.example", "password": PASSWORD})
        assert as_visitor.get(reverse("settings")).status_code == 302


class TestLimits:
    def test_count_each_person_and_each_visitor_apart(self, rf, charlie, bob):
        from parvis.core.people.limits import allow

        def asking(person, address="192.0.2.1"):
            request = rf.get("/", REMOTE_ADDR=address)
            request.person = request.user = person
            return request

        assert [allow("x", "2/h", asking(charlie)) for _ in range(3)] == [True, True, False]
        assert allow("x", "2/h", asking(bob))
        assert [allow("x", "1/h", asking(None)) for _ in range(2)] == [True, False]
        assert allow("x", "1/h", asking(None, "192.0.2.2"))

    def test_count_what_is_tried_whoever_tries(self, rf):
        from parvis.core.people.limits import allow

        def asking(address):
            request = rf.get("/", REMOTE_ADDR=address)
            request.person = None
            return request

        assert allow("unlock", "1/h/key", asking("192.0.2.1"), key="group 7")
        assert not allow("unlock", "1/h/key", asking("192.0.2.2"), key="group 7")
        assert allow("unlock", "1/h/key", asking("192.0.2.2"), key="group 8")

    def test_answer_429(self, as_charlie):
        for _ in range(10):
            as_charlie.post(reverse("addresses"), {"email": "bad"})
        for number in range(10):
            as_charlie.post(reverse("addresses"), {"email": f"n{number}@parvis.example"})
        refused = as_charlie.post(reverse("addresses"), {"email": "last@parvis.example"})
        assert refused.status_code == 429
        assert 3500 < int(refused["Retry-After"]) <= 3600
        assert "Wait a little" in refused.content.decode()

    def test_of_the_door_say_when_to_come_back_too(self, as_visitor, square):
        words = {"login": "x@parvis.example", "password": "y"}
        cache.clear()
        answers = [as_visitor.post(reverse("account_login"), words) for _ in range(31)]
        cache.clear()
        assert answers[-1].status_code == 429
        assert answers[-1]["Retry-After"] == "60"
