"""Mail that comes in to our own addresses: leaving by mail, and answers that become comments."""

import email
import email.policy
from datetime import timedelta

import pytest
from django.core import mail as outgoing
from django.db import DataError
from django.db.utils import IntegrityError

from parvis.conftest import AT, make_person
from parvis.core.audiences import actions as audiences
from parvis.core.delivery import actions
from parvis.core.delivery.inbound import (
    Inbound,
    Taken,
    bounce_address,
    known,
    leave_address,
    leave_all_address,
    leave_digest_address,
    register,
    reply_address,
)
from parvis.core.delivery.models import InboundAddress, InboundMail, Mail, Subscription
from parvis.core.delivery.sorting import answer_some, forget_inbound
from parvis.core.people.models import Notice
from parvis.core.stream import actions as stream
from parvis.core.stream.models import Comment

from .posts import DOMAIN, come_in, written
from .worlds import LATER, said, sent, text, theme

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def mail_in(settings):
    settings.PARVIS_URL = "https://parvis.example"
    settings.PARVIS_MAIL_IN_DOMAIN = DOMAIN
    settings.DEFAULT_FROM_EMAIL = "Le parvis <parvis@parvis.example>"


@pytest.fixture
def birds():
    return theme()


@pytest.fixture
def subscription(bob, birds):
    actions.subscribe(person=bob, source=birds, channel="mail", rhythm="now", at=AT - timedelta(days=1))
    return Subscription.objects.get()


def answers(at=AT):
    """The short answers that leave now."""
    before = len(outgoing.outbox)
    answer_some(at)
    some = outgoing.outbox[before:]
    assert all(one.from_email == "" for one in some)  # nobody: no answer ever comes back
    octets = [one.message().as_bytes() for one in some]
    return [email.message_from_bytes(one, policy=email.policy.default) for one in octets]


class TestAnAddress:
    def test_with_a_token_is_known_in_any_case_and_with_either_delimiter(self, subscription, bob):
        address = leave_address(subscription)
        assert len(address.partition("@")[0]) <= 64
        assert known(address.upper()).token == subscription.public_id
        assert known(address.replace("+", "-")).token == subscription.public_id
        assert known(leave_all_address(bob)).token == bob.public_id

    def test_with_one_that_nobody_here_wrote_is_not(self, subscription, bob):
        local, _at, domain = leave_address(subscription).partition("@")
        assert known(f"{local[:-1]}{'a' if local[-1] != 'a' else 'b'}@{domain}") is None
        assert known(local.replace("leave", "bounces") + f"@{domain}") is None
        assert known(f"leave+{bob.public_id}{'a' * 24}@{domain}") is None
        assert known(f"{local}@elsewhere.example") is None
        assert known(f"leave@{domain}") is None
        assert known(f"anybody@{domain}") is None

    def test_is_none_while_no_mail_comes_in(self, subscription, settings):
        address = leave_address(subscription)
        settings.PARVIS_MAIL_IN_DOMAIN = ""
        assert leave_address(subscription) == ""
        assert known(address) is None

    def test_of_a_row_is_taken_with_what_stands_behind_it(self, square, monkeypatch):
        monkeypatch.setattr("parvis.core.delivery.inbound.INBOUND", {})
        taken = []
        register(Inbound(name="try.list", take=lambda mail, received, at: taken.append(mail) or Taken()))
        row = InboundAddress.objects.create(local="birds", kind="try.list", has_extensions=True, made_at=AT)
        assert known(f"Birds@{DOMAIN}").address == row
        assert known(f"birds+help@{DOMAIN}").extension == "help"
        assert known(f"birdsong@{DOMAIN}") is None
        row.has_extensions = False
        row.save()
        assert known(f"birds+help@{DOMAIN}") is None
        monkeypatch.setattr("parvis.core.delivery.sorting.INBOUND", {"try.list": register_of("try.list")})
        come_in(f"birds@{DOMAIN}", written("Hello"))
        assert [mail.address for mail in taken] == [row]

    def test_of_a_row_belongs_to_one(self, square):
        InboundAddress.objects.create(local="birds", kind="try.list", made_at=AT)
        with pytest.raises(IntegrityError):
            InboundAddress.objects.create(local="birds", kind="try.list", made_at=AT)

    def test_of_an_unknown_kind_is_not_taken(self, square):
        InboundAddress.objects.create(local="birds", kind="a.closed.room", made_at=AT)
        assert known(f"birds@{DOMAIN}") is None


def register_of(name):
    from parvis.core.delivery.inbound import INBOUND

    return INBOUND[name]


class TestMailsThatLeave:
    def test_can_be_left_by_mail_too_and_come_back_to_an_address_of_their_own(
        self, subscription, alice, birds, settings
    ):
        said(alice, "Une bécasse.", sources=[birds])
        (mail,) = sent()
        link, by_mail = mail["List-Unsubscribe"].split(", ")
        assert link.startswith("<https://parvis.example/mail/leave/")
        assert by_mail == f"<mailto:{leave_address(subscription)}>"
        assert mail["Reply-To"] is None
        assert known(bounce_address(Mail.objects.get())).kind == "delivery.bounce"

    def test_as_a_digest_are_left_as_that_digest(self, bob, alice, birds):
        actions.subscribe(person=bob, source=birds, channel="mail", rhythm="daily", at=AT - timedelta(days=1))
        said(alice, "Une bécasse.", sources=[birds])
        (mail,) = sent(AT + timedelta(days=1))
        assert mail["List-Unsubscribe"].endswith(f"<mailto:{leave_digest_address(bob, 'daily')}>")

    def test_are_as_before_while_no_mail_comes_in(self, subscription, alice, birds, settings):
        settings.PARVIS_MAIL_IN_DOMAIN = ""
        said(alice, "Une bécasse.", sources=[birds])
        (mail,) = sent()
        assert "mailto" not in mail["List-Unsubscribe"]
        assert bounce_address(Mail.objects.get()) == ""

    def test_tell_the_relay_their_own_sender(self, subscription, alice, birds):
        from parvis.core.delivery.actions.handing import hand_over
        from parvis.core.delivery.letters import letter_for

        said(alice, "Une bécasse.", sources=[birds])
        hand_over(AT + LATER)
        mail = Mail.objects.get()
        assert letter_for(mail, AT + LATER).sender == bounce_address(mail)


class TestLeavingByMail:
    def test_ends_the_source_at_once_and_says_so_in_a_line(self, subscription, bob):
        (row,) = come_in(leave_address(subscription), written("stop", message_id="<stop@example.org>"))
        assert row.state == "done"
        assert not Subscription.objects.exists()
        (answer,) = answers()
        assert "Birds" in answer["Subject"]
        assert answer["To"] == "bob@parvis.example"
        assert answer["From"] == "Le parvis <parvis@parvis.example>"
        assert answer["Auto-Submitted"] == "auto-replied"
        assert answer["In-Reply-To"] == answer["References"] == "<stop@example.org>"

    @pytest.mark.parametrize("ended", ["daily", "weekly"])
    def test_of_a_digest_ends_what_came_in_it(self, bob, birds, ended):
        stones = theme("Pierres", "Stones")
        for source, rhythm in ((birds, "daily"), (stones, "weekly")):
            actions.subscribe(person=bob, source=source, channel="mail", rhythm=rhythm, at=AT)
        (row,) = come_in(leave_digest_address(bob, ended), written("stop"))
        assert row.state == "done"
        assert not Subscription.objects.filter(rhythm=ended).exists()
        assert Subscription.objects.count() == 1
        (answer,) = answers()
        assert "No more digest" in answer["Subject"]
        (row,) = come_in(leave_digest_address(bob, ended), written("stop", message_id="<2@x>"))
        assert row.state == "dropped"

    def test_of_everything_ends_everything(self, subscription, bob):
        come_in(leave_all_address(bob), written(""))
        assert not Subscription.objects.exists()
        assert len(answers()) == 1

    def test_twice_changes_and_answers_nothing_more(self, subscription):
        address = leave_address(subscription)
        come_in(address, written("stop", message_id="<1@x>"))
        answers()
        (row,) = come_in(address, written("stop", message_id="<2@x>"))
        assert row.state == "dropped"
        assert answers() == []

    @pytest.mark.parametrize(
        ("sender", "headers"),
        [
            ("", {}),
            ("anne@example.org", {"Auto_Submitted": "auto-replied"}),
            ("anne@example.org", {"Precedence": "bulk"}),
        ],
    )
    def test_by_a_machine_works_and_is_not_answered(self, subscription, sender, headers):
        come_in(leave_address(subscription), written("stop", **headers), sender=sender)
        assert not Subscription.objects.exists()
        assert answers() == []

    def test_is_answered_once_a_day_of_a_kind(self, subscription, bob, birds):
        come_in(leave_address(subscription), written("stop", message_id="<1@x>"))
        assert len(answers()) == 1
        actions.subscribe(person=bob, source=birds, channel="mail", rhythm="now", at=AT)
        come_in(leave_address(Subscription.objects.get()), written("stop", message_id="<2@x>"))
        assert answers() == []


@pytest.fixture
def notice(alice, bob):
    """alice is told that bob answered her."""
    status = said(alice, "Une bécasse.", title="")
    stream.answer(subject=status, author=bob, source="Where?", at=AT)
    return Notice.objects.get(person=alice)


ANSWER = """In the *wood*.

Le 22/11/2026 à 10:03, Le parvis a écrit :
> bob answered you.
"""


class TestAnAnswerByMail:
    def test_becomes_an_answer_under_the_comment_by_that_person(self, notice, alice, bob):
        (row,) = come_in(reply_address(notice), written(ANSWER, "Alice@parvis.example"))
        assert (row.state, row.problem, row.answer) == ("done", "", "")
        made = Comment.objects.unguarded("test").get(publication__author=alice)
        assert made.source == "In the *wood*."
        assert made.parent.publication.author == bob
        assert made.publication.audience_id == 1
        assert Notice.objects.filter(person=bob, kind="stream.comment").exists()

    def test_is_asked_for_by_the_mail_that_tells_of_the_comment_which_says_where_it_is_published(
        self, notice, alice
    ):
        from parvis.core.delivery.actions.noticing import choose_ways

        choose_ways(person=alice, ways={"stream.comment": "now"}, at=AT)
        (mail,) = sent()
        assert mail["Reply-To"] == reply_address(notice)
        assert "what you write is published under it" in text(mail)
        come_in(mail["Reply-To"], written(ANSWER, "alice@parvis.example"))
        assert Comment.objects.unguarded("test").filter(publication__author=alice).count() == 1

    def test_that_comes_twice_is_written_once(self, notice, alice):
        come_in(reply_address(notice), written(ANSWER, "alice@parvis.example"))
        assert come_in(reply_address(notice), written(ANSWER, "alice@parvis.example")) == []
        come_in(reply_address(notice), written(ANSWER + "\n-- \nA footer on the way", "alice@parvis.example"))
        assert Comment.objects.unguarded("test").filter(publication__author=alice).count() == 1

    def test_needs_both_the_token_and_the_person(self, notice, alice, bob):
        for author in ("bob@parvis.example", "eve@example.net"):
            come_in(reply_address(notice), written(ANSWER, author, f"<{author}>"))
        assert Comment.objects.unguarded("test").count() == 1
        told = answers()
        assert [one["To"] for one in told] == ["alice@parvis.example"] * 2
        assert "eve@example.net" in told[1].get_content()

    def test_has_an_address_of_its_own_for_each_who_is_told(self, notice, alice, bob):
        address = reply_address(notice)
        assert known(address).kind == "delivery.reply"
        other = make_person("dora")
        forged = reply_address(Notice(person=other, kind="stream.comment", about=notice.about))
        assert forged != address
        assert known(forged) is None

    def test_that_is_no_longer_allowed_is_told_to_its_writer(self, notice, alice, bob):
        subject = Comment.objects.unguarded("test").get().publication.under
        stream.close_comments(publication=subject, at=AT)
        (row,) = come_in(reply_address(notice), written(ANSWER, "alice@parvis.example"))
        assert row.answer == "reply-refused"
        (told,) = answers()
        assert "Comments are closed here." in told.get_content()
        assert Comment.objects.unguarded("test").count() == 1

    def test_across_a_shut_door_is_refused(self, notice, alice, bob):
        audiences.block(by=bob, person=alice, at=AT)
        come_in(reply_address(notice), written(ANSWER, "alice@parvis.example"))
        assert Comment.objects.unguarded("test").count() == 1
        (told,) = answers()
        assert "Comments are closed here." in told.get_content()

    def test_to_what_was_taken_back_is_refused(self, notice, alice, bob):
        stream.withdraw_comment(comment=Comment.objects.unguarded("test").get(), by=bob, at=AT)
        come_in(reply_address(notice), written(ANSWER, "alice@parvis.example"))
        assert len(answers()) == 1

    def test_by_a_machine_is_dropped_without_a_word(self, notice):
        (row,) = come_in(
            reply_address(notice), written("Absente.", "alice@parvis.example", Auto_Submitted="auto-replied")
        )
        assert row.state == "dropped"
        assert answers() == []

    def test_publishes_no_key_that_stands_in_it(self, notice, alice, subscription):
        link = "https://parvis.example/mail/" + "a1" * 10 + "0f" * 20 + "/"
        come_in(reply_address(notice), written(f"Look: {link}", "alice@parvis.example"))
        made = Comment.objects.unguarded("test").get(publication__author=alice)
        assert made.source == "Look: https://parvis.example/mail/…/"

    def test_without_a_word_is_told_so(self, notice):
        come_in(reply_address(notice), written("\n", "alice@parvis.example"))
        (told,) = answers()
        assert "nothing here yet" in told.get_content()

    def test_has_no_address_while_no_mail_comes_in_or_for_what_cannot_be_answered(self, notice, settings):
        assert reply_address(Notice(person=notice.person, kind="people.asked", about={"person": 1})) == ""
        settings.PARVIS_MAIL_IN_DOMAIN = ""
        assert reply_address(notice) == ""


class TestTheSettings:
    @pytest.mark.parametrize(
        ("domain", "delimiter", "faults"),
        [("", "+", 0), (DOMAIN, "-", 0), ("no domain", "+", 1), ("@x", "+", 1), (DOMAIN, "=", 1)],
    )
    def test_that_cannot_be_read_are_told(self, settings, domain, delimiter, faults):
        from django.core.checks import run_checks

        settings.PARVIS_MAIL_IN_DOMAIN, settings.PARVIS_MAIL_IN_DELIMITER = domain, delimiter
        assert len([one for one in run_checks(tags=["parvis"]) if one.id == "parvis.E004"]) == faults


class TestWhatIsKept:
    def test_are_the_octets_for_a_week_and_the_row_for_a_month(self, subscription):
        come_in(leave_address(subscription), written("stop"))
        at = AT + timedelta(days=6)
        forget_inbound(at)
        assert bytes(InboundMail.objects.get().raw).startswith(b"From:")
        forget_inbound(at + timedelta(days=2))
        assert InboundMail.objects.get().raw is None
        InboundMail.objects.update(at=AT)
        forget_inbound(AT + timedelta(days=31))
        assert not InboundMail.objects.exists()

    def test_is_what_could_not_be_dealt_with_and_it_is_tried_again(self, subscription, monkeypatch):
        from parvis.core.delivery.inbound import INBOUND

        def broken(mail, received, at):
            actions.leave(subscription=subscription, at=at)
            raise ValueError("a mistake")

        monkeypatch.setitem(
            INBOUND, "delivery.leave", Inbound(name="delivery.leave", word="leave", take=broken)
        )
        (row,) = come_in(leave_address(subscription), written("stop"))
        assert (row.state, row.problem) == ("waiting", "ValueError: a mistake")
        assert row.next_try > AT
        assert Subscription.objects.exists()

    def test_whose_words_the_database_does_not_take_waits_longer_each_time(self, subscription, monkeypatch):
        from parvis.core.delivery.inbound import INBOUND, Inbound

        def broken(mail, received, at):
            raise DataError("a NUL")

        monkeypatch.setitem(
            INBOUND, "delivery.leave", Inbound(name="delivery.leave", word="leave", take=broken)
        )
        (row,) = come_in(leave_address(subscription), written("stop"))
        assert (row.state, row.problem) == ("waiting", "DataError: a NUL")
        assert row.next_try > AT

    def test_is_what_nobody_could_deal_with_for_its_words_and_the_owners_are_told(
        self, subscription, as_owner
    ):
        come_in(leave_address(subscription), written("stop"))
        InboundMail.objects.update(state="stuck")
        forget_inbound(AT + timedelta(days=90))
        assert InboundMail.objects.get().raw is not None
        assert "1 mail that came in could not be dealt with" in as_owner.get("/desk/").content.decode()
