"""Mail as a mail server hands it in: on the disk before the 250, once however often it comes."""

import os
import smtplib
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from secrets import token_hex

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from parvis.conftest import AT
from parvis.core.delivery import actions
from parvis.core.delivery.inbound import known, leave_address, leave_all_address
from parvis.core.delivery.intake import turned_away
from parvis.core.delivery.models import InboundAddress, InboundMail, Subscription
from parvis.core.delivery.sorting import forget_inbound

from .posts import DOMAIN, come_in, listener, written
from .worlds import theme

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture(autouse=True)
def mail_in(settings):
    settings.PARVIS_URL = "https://parvis.example"
    settings.PARVIS_MAIL_IN_DOMAIN = DOMAIN


@pytest.fixture
def address(bob):
    actions.subscribe(person=bob, source=theme(), channel="mail", rhythm="now", at=AT - timedelta(days=1))
    return leave_address(Subscription.objects.get())


@pytest.fixture
def port():
    with listener() as port:
        yield port


def client(port):
    return smtplib.LMTP("127.0.0.1", port)


class TestAMail:
    def test_is_a_row_when_it_is_answered(self, port, address):
        raw = written("stop\n.\n..dots", message_id="<1@example.org>")
        with client(port) as line:
            assert line.sendmail("anne@example.org", [address], raw) == {}
        row = InboundMail.objects.get()
        assert bytes(row.raw) == raw
        assert (row.kind, row.sender, row.recipient) == ("delivery.leave", "anne@example.org", address)
        assert (row.message_id, row.state, row.is_file) == ("<1@example.org>", "waiting", False)

    def test_that_comes_twice_is_one_row_and_taken_both_times(self, port, address):
        for hop in ("first", "second"):
            raw = f"Received: by {hop}\r\n".encode() + written("stop")
            with client(port) as line:
                assert line.sendmail("anne@example.org", [address], raw) == {}
        assert InboundMail.objects.count() == 1

    def test_for_several_is_a_row_for_each(self, port, address, bob):
        with client(port) as line:
            line.sendmail("anne@example.org", [address, leave_all_address(bob)], written("stop"))
            assert line.getreply() == (250, b"2.0.0 Kept")  # LMTP answers once for each (RFC 2033 §4.2)
        assert {row.kind for row in InboundMail.objects.all()} == {"delivery.leave", "delivery.leave-all"}

    def test_for_nobody_is_refused_at_once(self, port, address):
        with client(port) as line:
            line.ehlo()
            line.mail("anne@example.org")
            assert line.rcpt(address)[0] == 250
            for unknown in (f"nobody@{DOMAIN}", "nobody@elsewhere.example", address[:-4] + "xxxx"):
                assert line.rcpt(unknown) == (550, b"5.1.1 Nobody here has this address")

    def test_is_put_off_and_not_refused_while_the_database_does_not_answer(self, port, address, monkeypatch):
        def fails(*_arguments):
            raise OperationalError("database is locked")

        monkeypatch.setattr("parvis.core.delivery.intake.known", fails)
        with client(port) as line:
            line.ehlo()
            line.mail("anne@example.org")
            assert line.rcpt(f"nobody@{DOMAIN}")[0] == 451
        monkeypatch.undo()
        monkeypatch.setattr("parvis.core.delivery.intake.keep", fails)
        with client(port) as line, pytest.raises(smtplib.SMTPDataError) as refusal:
            line.sendmail("anne@example.org", [address], written("stop"))
        assert refusal.value.smtp_code == 451
        monkeypatch.undo()
        with client(port) as line:
            assert line.sendmail("anne@example.org", [address], written("stop")) == {}
        assert InboundMail.objects.count() == 1

    def test_with_nonsense_in_its_headers_is_taken(self, port, address):
        raw = b"Message-ID: \xff\xfe<\xe9@x>\r\nFrom: \xc3\r\n\r\nstop \x00 here\r\n"
        with client(port) as line:
            assert line.sendmail("anne@example.org", [address], raw) == {}
        assert InboundMail.objects.count() == 1

    def test_that_is_large_lies_in_a_file_where_there_is_one_folder(self, port, address):
        raw = written("x" * 70 + "\n" * 2 + ("y" * 70 + "\n") * 6_000)
        with client(port) as line:
            assert line.sendmail("anne@example.org", [address], raw) == {}
        row = InboundMail.objects.get()
        assert row.is_file == (connection.vendor == "sqlite")
        assert row.octets() == raw
        if row.is_file:
            assert row.path.stat().st_mode & 0o777 == 0o600
            InboundMail.objects.update(state="done")
            forget_inbound(row.at + timedelta(days=8))
            assert not row.path.exists()

    def test_of_many_at_once_are_all_kept(self, port, address):
        def send(number):
            with client(port) as line:
                for part in range(5):
                    line.sendmail(
                        "a@example.org", [address], written("stop", message_id=f"<{number}.{part}@x>")
                    )

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(send, range(8)))
        assert InboundMail.objects.count() == 40

    def test_that_cannot_be_kept_holds_up_no_other(self, port, address, monkeypatch):
        from parvis.core.delivery import intake

        keep, began, go_on = intake.keep, threading.Event(), threading.Event()

        def slow_then_picky(mails, found):
            if not began.is_set():
                began.set()
                go_on.wait(20)
            if any(b"poison" in mail.read() for mail in mails):
                raise OperationalError("this one")
            keep(mails, found)

        monkeypatch.setattr(intake, "keep", slow_then_picky)

        def send(words):
            try:
                with client(port) as line:
                    line.sendmail("a@example.org", [address], written(words, message_id=f"<{words}@x>"))
            except smtplib.SMTPDataError as refusal:
                return refusal.smtp_code
            return 250

        with ThreadPoolExecutor(4) as pool:
            first = pool.submit(send, "first")
            assert began.wait(20)
            others = [pool.submit(send, words) for words in ("poison", "second", "third")]
            go_on.set()
            assert first.result(20) == 250
            assert [one.result(20) for one in others] == [451, 250, 250]


class TestTwoWorkers:
    def test_do_not_deal_with_the_same_mail(self, address):
        from parvis.core.delivery.sorting import claim

        come_in(address, written("stop", message_id="<0@x>"))
        from parvis.core.delivery.intake import keep
        from parvis.lib.mail import lmtp

        raw = written("stop", message_id="<1@x>")
        keep([lmtp.Mail("a@example.org", (address,), raw, len(raw), False, True, "x")], {})
        InboundMail.objects.filter(state="waiting").update(next_try=AT)
        assert len(claim(AT)) == 1
        assert claim(AT) == []


class TestTooMuchMail:
    """Whoever holds a token could fill the disk with it."""

    def keep(self, address, count, sender="anne@example.org", at=None):
        known_as = known(address)
        moment = at or timezone.now()
        InboundMail.objects.bulk_create(
            InboundMail(
                key=token_hex(),
                recipient=address,
                sender=sender,
                kind=known_as.kind,
                token=known_as.token,
                size=1,
                raw=b"x",
                at=moment,
                state="done",
                state_at=moment,
                next_try=moment,
            )
            for number in range(count)
        )

    def answered(self, port, address, sender="anne@example.org"):
        with client(port) as line:
            line.ehlo()
            line.mail(sender)
            return line.rcpt(address)

    def test_to_one_token_is_put_off_and_counted(self, port, address, bob):
        self.keep(address, 49)
        assert self.answered(port, address)[0] == 250
        self.keep(address, 1, sender="other@example.org")
        assert self.answered(port, address)[0] == 451
        assert self.answered(port, address.upper())[0] == 451
        assert self.answered(port, leave_all_address(bob))[0] == 250
        assert turned_away(timezone.now()) == 2

    def test_from_one_sender_is_put_off_whatever_the_token(self, port, address, bob):
        self.keep(leave_all_address(bob), 300)
        assert self.answered(port, address)[0] == 451
        assert self.answered(port, address, sender="paul@example.org")[0] == 250
        assert self.answered(port, address, sender="")[0] == 250

    def test_of_yesterday_does_not_count(self, port, address):
        self.keep(address, 400, at=timezone.now() - timedelta(hours=25))
        assert self.answered(port, address)[0] == 250

    def test_is_no_business_of_ours_at_the_address_of_a_room(self, port, square, monkeypatch):
        row = InboundAddress.objects.create(local="birds", kind="delivery.leave", made_at=AT)
        self.keep(f"birds@{DOMAIN}", 400)
        InboundMail.objects.update(address=row)
        assert self.answered(port, f"birds@{DOMAIN}")[0] == 250


class TestAFileThatWasBegun:
    def test_is_swept_after_an_hour_and_what_is_durable_is_not(self, address, settings):
        folder = Path(settings.PARVIS_DATA) / "mail-in"
        folder.mkdir(parents=True, exist_ok=True)
        old, young = folder / "old.part", folder / "young.part"
        for path in (old, young):
            path.write_bytes(b"half")
        (row,) = come_in(address, written("stop"))
        InboundMail.objects.filter(pk=row.pk).update(is_file=True, raw=None, state="stuck")
        row.path.write_bytes(b"whole")
        now = timezone.now()
        for path in (old, row.path):
            os.utime(path, times=((now - timedelta(days=3)).timestamp(),) * 2)
        forget_inbound(now)
        assert (old.exists(), young.exists(), row.path.exists()) == (False, True, True)

    def test_is_swept_when_the_listener_starts(self, settings):
        folder = Path(settings.PARVIS_DATA) / "mail-in"
        folder.mkdir(parents=True, exist_ok=True)
        old = folder / "old.part"
        old.write_bytes(b"half")
        os.utime(old, times=(1, 1))
        with listener():
            assert not old.exists()
