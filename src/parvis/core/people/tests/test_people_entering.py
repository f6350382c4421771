"""Coming in: signing up, proving an address, and telling nobody who else is here."""

import re

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from parvis.core.people.actions import add_address, invite, mirror, suspend, verify_address
from parvis.core.people.actions.joining import forget_unfinished
from parvis.core.people.models import Address, JoinPolicy, Person

PASSWORD = "un lac et deux cygnes"
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"')


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


def sign_up(client: Client, email: str, name: str = "Dora", follow: bool = True):
    words = {"name": name, "email": email, "password1": PASSWORD, "language": "en"}
    return client.post(reverse("account_signup"), words, follow=follow)


def code_in(message) -> str:
    """The code a mail asks to be typed: a line of its own."""
    return next(
        line for line in message.body.splitlines() if re.fullmatch(r"[A-Z0-9]{3,}(-[A-Z0-9]{3,})?", line)
    )


def confirm(client: Client, code: str):
    return client.post(
        reverse("account_email_verification_sent"), {"code": code, "action": "verify"}, follow=True
    )


class TestSignUp:
    def test_makes_a_member_once_the_code_is_typed(self, as_visitor, square):
        sign_up(as_visitor, "dora@parvis.example")
        dora = Person.objects.get(name="Dora")
        assert not dora.is_member
        assert dora not in Person.objects.members()
        confirm(as_visitor, code_in(mail.outbox[-1]))
        dora.refresh_from_db()
        assert dora.is_member
        assert dora.language == "en"
        assert dora.zone == square.zone
        assert as_visitor.get(reverse("settings")).status_code == 200

    def test_keeps_allauths_table_a_mirror_all_along(self, as_visitor):
        sign_up(as_visitor, "dora@parvis.example")
        assert not EmailAddress.objects.exists()
        confirm(as_visitor, code_in(mail.outbox[-1]))
        row = EmailAddress.objects.get()
        assert (row.email, row.verified, row.primary) == ("dora@parvis.example", True, True)
        assert Address.objects.get(canonical="dora@parvis.example").is_primary

    def test_over_and_over_never_leaves_a_row_that_stands_before_the_owner(self, square):
        for _time in range(7):
            sign_up(Client(), "dora@parvis.example", name="Mallory")
            assert not EmailAddress.objects.filter(email="dora@parvis.example").exists()

    def test_over_and_over_is_answered_alike_for_known_and_unknown_addresses(self, known):
        def answers(email: str) -> list[tuple[int, str]]:
            given = [sign_up(Client(), email, follow=False) for _time in range(7)]
            return [(answer.status_code, answer.get("Location", "")) for answer in given]

        with time_machine.travel(timezone.now(), tick=False):
            stranger = answers("stranger@parvis.example")
            cache.clear()
            assert answers("alice@parvis.example") == stranger

    @pytest.mark.parametrize("breaks", ["limit", "mail", "row"])
    def test_by_another_gives_them_nothing_of_the_owners(self, breaks, monkeypatch, as_visitor):
        """However the mail of a sign-up fails, a code mailed later to the owner does not open the other's account."""
        mallory = Client(raise_request_exception=False)
        with monkeypatch.context() as patched:
            if breaks == "limit":
                flows = "allauth.account.internal.flows.email_verification"
                patched.setattr(f"{flows}.consume_email_verification_rate_limit", lambda *a, **o: False)
            if breaks == "mail":
                patched.setattr("parvis.core.people.mails.send", lambda *a, **o: 1 / 0)
            sign_up(mallory, "dora@parvis.example", name="Mallory", follow=False)
        other = Person.objects.get(name="Mallory")
        if breaks == "row":  # as a crash between two statements would leave it
            EmailAddress.objects.create(user=other, email="dora@parvis.example", primary=True, verified=False)
        cache.clear()
        mail.outbox.clear()
        as_visitor.post(reverse("account_request_login_code"), {"email": "dora@parvis.example"})
        if breaks == "row":
            code = code_in(mail.outbox[-1])
            as_visitor.post(reverse("account_confirm_login_code"), {"code": code}, follow=True)
        else:
            assert reverse("account_signup") in mail.outbox[-1].body
        assert as_visitor.get(reverse("settings")).status_code == 302
        assert not EmailAddress.objects.exists()
        sign_up(as_visitor, "dora@parvis.example", name="Dora")
        confirm(as_visitor, code_in(mail.outbox[-1]))
        assert Person.objects.reached_by("dora@parvis.example").get().name == "Dora"
        login = {"login": "dora@parvis.example", "password": PASSWORD}
        Client().post(reverse("account_login"), login)
        other.refresh_from_db()
        assert other.last_login is None

    def test_with_the_address_of_a_suspended_account_tells_its_owner_so(self, known):
        suspend(person=known, because="", at=timezone.now())
        sign_up(Client(), "alice@parvis.example")
        Client().post(reverse("account_request_login_code"), {"email": "alice@parvis.example"})
        assert len(mail.outbox) == 2
        for letter in mail.outbox:
            assert "suspen" in letter.subject
            assert reverse("account_signup") not in letter.body

    def test_with_a_wrong_code_gives_nothing(self, as_visitor):
        sign_up(as_visitor, "dora@parvis.example")
        confirm(as_visitor, "AAAA-AAAA")
        assert not Person.objects.get(name="Dora").is_member
        assert as_visitor.get(reverse("settings")).status_code == 302

    def test_is_closed_without_an_invitation(self, as_visitor, square):
        square.join = JoinPolicy.INVITATION
        square.save()
        sign_up(as_visitor, "dora@parvis.example")
        assert not Person.objects.exists()

    def test_is_open_to_whoever_was_invited_and_once(self, as_visitor, owner, square):
        square.join = JoinPolicy.INVITATION
        square.save()
        invitation, code = invite(by=owner, square=square, role="author", at=timezone.now())
        as_visitor.post(reverse("invited", args=[code]))
        sign_up(as_visitor, "dora@parvis.example")
        confirm(as_visitor, code_in(mail.outbox[-1]))
        dora = Person.objects.get(name="Dora")
        assert dora.role == "author"
        invitation.refresh_from_db()
        assert invitation.used_by == dora
        second = Client()
        second.post(reverse("invited", args=[code]))
        sign_up(second, "eve@parvis.example", "Eve")
        assert not Person.objects.filter(name="Eve").exists()

    def test_lets_in_the_first_of_two_with_one_invitation(self, owner, square):
        square.join = JoinPolicy.INVITATION
        square.save()
        _invitation, code = invite(by=owner, square=square, at=timezone.now())
        clients = [Client(), Client()]
        for number, client in enumerate(clients):
            client.post(reverse("invited", args=[code]))
            sign_up(client, f"guest{number}@parvis.example", f"Guest {number}")
        codes = [code_in(message) for message in mail.outbox[-2:]]
        for client, typed in zip(clients, codes, strict=True):
            confirm(client, typed)
        roles = (
            Person.objects.filter(name__startswith="Guest").order_by("name").values_list("role", flat=True)
        )
        assert list(roles) == ["member", "guest"]

    def test_drops_what_was_never_finished(self, as_visitor, alice, at):
        from datetime import timedelta

        from parvis.core.people.actions import guest

        sign_up(as_visitor, "dora@parvis.example")
        commenter = guest(name="Old reader", address="old@reader.example", at=at)
        forget_unfinished(at=timezone.now() + timedelta(days=2))
        assert set(Person.objects.all()) == {alice, commenter}


class TestUnverifiedAddresses:
    """An address that nobody proved claims nothing and stands in nobody's way."""

    def test_of_mine_by_another_do_not_keep_me_out(self, as_charlie, charlie, as_visitor):
        as_charlie.post(reverse("addresses"), {"email": "dora@parvis.example"})
        sign_up(as_visitor, "dora@parvis.example")
        confirm(as_visitor, code_in(mail.outbox[-1]))
        dora = Person.objects.get(name="Dora")
        assert dora.is_member
        assert Person.objects.reached_by("dora@parvis.example").get() == dora

    def test_signed_up_by_another_do_not_hand_me_their_account(self, as_visitor):
        thief = Client()
        sign_up(thief, "dora@parvis.example", "Thief")
        as_visitor.post(reverse("account_request_login_code"), {"email": "dora@parvis.example"})
        assert "Aucun compte" in mail.outbox[-1].body
        with pytest.raises(StopIteration):
            code_in(mail.outbox[-1])
        thief.post(reverse("account_login"), {"login": "dora@parvis.example", "password": PASSWORD})
        assert thief.get(reverse("settings")).status_code == 302

    def test_may_be_held_by_two_and_proved_by_one(self, bob, charlie, at):
        from parvis.core.people.actions import AddressInUse

        for person in (bob, charlie):
            add_address(person=person, value="Shared@Parvis.example", at=at)
        verify_address(person=bob, value="shared@parvis.example", at=at)
        with pytest.raises(AddressInUse):
            verify_address(person=charlie, value="shared@parvis.example", at=at)

    def test_proved_by_another_meanwhile_are_refused(self, as_charlie, charlie, bob, at):
        as_charlie.post(reverse("addresses"), {"email": "late@parvis.example"})
        code = code_in(mail.outbox[-1])
        verify_address(person=bob, value="late@parvis.example", at=at)
        confirm(as_charlie, code)
        assert Address.objects.get(person=charlie, canonical="late@parvis.example").verified_at is None
        assert not EmailAddress.objects.filter(user=charlie, email="late@parvis.example").exists()

    def test_are_added_by_a_mailed_code(self, as_charlie, charlie):
        as_charlie.post(reverse("addresses"), {"email": "Second@Parvis.example"})
        confirm(as_charlie, code_in(mail.outbox[-1]))
        second = Address.objects.get(person=charlie, canonical="second@parvis.example")
        assert second.verified_at is not None
        assert not second.is_primary
        assert EmailAddress.objects.filter(user=charlie).count() == 2


class TestEnumeration:
    """Known and unknown addresses get the same answers, byte for byte, up to the form's token."""

    def same(self, one, other):
        for mine, theirs in ((one, other),):
            assert mine.status_code == theirs.status_code
            assert mine.redirect_chain == theirs.redirect_chain
            assert TOKEN.sub(b"", mine.content.replace(b"alice@", b"x@")) == TOKEN.sub(
                b"", theirs.content.replace(b"nobod@", b"x@")
            )

    def both(self, name, words, field="email"):
        answers = []
        for address in ("alice@parvis.example", "nobod@parvis.example"):
            cache.clear()
            answers.append(Client().post(reverse(name), words | {field: address}, follow=True))
        return answers

    def test_at_sign_up(self, known):
        before = len(mail.outbox)
        one, other = self.both("account_signup", {"name": "Dora", "password1": PASSWORD, "language": "en"})
        self.same(one, other)
        assert [sent.to for sent in mail.outbox[before:]] == [
            ["alice@parvis.example"],
            ["nobod@parvis.example"],
        ]
        assert "already" in mail.outbox[before].body
        assert Person.objects.reached_by("alice@parvis.example").get() == known

    def test_at_log_in(self, known):
        self.same(*self.both("account_login", {"password": "wrong but long"}, "login"))

    def test_at_a_code_by_mail(self, known):
        before = len(mail.outbox)
        self.same(*self.both("account_request_login_code", {}))
        assert len(mail.outbox) == before + 2

    def test_at_a_new_password(self, known):
        before = len(mail.outbox)
        self.same(*self.both("account_reset_password", {}))
        assert len(mail.outbox) == before + 2

    def test_after_a_wrong_code(self, known):
        answers = []
        for address in ("alice@parvis.example", "nobod@parvis.example"):
            cache.clear()
            client = Client()
            sign_up(client, address)
            answers.append(confirm(client, "AAAA-AAAA"))
        self.same(*answers)

    def test_when_adding_an_address(self, known, as_charlie, as_bob):
        before = len(mail.outbox)
        one = as_charlie.post(reverse("addresses"), {"email": "alice@parvis.example"}, follow=True)
        other = as_charlie.post(reverse("addresses"), {"email": "nobod@parvis.example"}, follow=True)
        self.same(one, other)
        assert [sent.to for sent in mail.outbox[before:]] == [
            ["alice@parvis.example"],
            ["nobod@parvis.example"],
        ]
        assert not re.search(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$", mail.outbox[before].body, re.MULTILINE)


class TestMails:
    @pytest.mark.parametrize("language", ["en", "fr"])
    def test_speak_the_language_of_their_reader(self, language, known, as_visitor):
        known.language = language
        known.save()
        as_visitor.post(reverse("account_request_login_code"), {"email": "alice@parvis.example"})
        assert mail.outbox[-1].extra_headers["Content-Language"] == language

    def test_log_one_in_by_code(self, known, as_visitor):
        as_visitor.post(reverse("account_request_login_code"), {"email": "alice@parvis.example"})
        as_visitor.post(reverse("account_confirm_login_code"), {"code": code_in(mail.outbox[-1])})
        assert as_visitor.get(reverse("settings")).status_code == 200


class TestTheLinkForANewPassword:
    def test_names_nobody_by_their_number(self, as_visitor, charlie):
        charlie.set_password(PASSWORD)
        charlie.save()
        mirror(charlie)
        as_visitor.post(reverse("account_reset_password"), {"email": "charlie@parvis.example"})
        link = re.search(r"https?://[^/]+(/account/password/reset/key/\S+)", mail.outbox[-1].body)
        assert link is not None
        assert link[1].startswith(f"/account/password/reset/key/{charlie.public_id}-")

        page = as_visitor.get(link[1], follow=True)
        here = page.redirect_chain[-1][0]
        word = "quite another sentence"
        as_visitor.post(here, {"password1": word, "password2": word})

        charlie.refresh_from_db()
        assert charlie.check_password(word)

    def test_of_nobody_leads_nowhere(self, as_visitor):
        page = as_visitor.get("/account/password/reset/key/1-abc/")
        assert page.status_code == 200
        assert "form" not in page.context or page.context.get("token_fail")
