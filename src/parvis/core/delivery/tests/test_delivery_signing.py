"""The keys of a square, and the signatures on whatever leaves it."""

import stat
import tarfile
from pathlib import Path

import dkim
import pytest
from django.core.mail import EmailMessage

from parvis.conftest import AT
from parvis.core.delivery import actions
from parvis.core.delivery.actions.handing import hand_over
from parvis.core.delivery.actions.sending import claim
from parvis.core.delivery.carrying import Carrier, relay_of
from parvis.core.delivery.relay import RelayAddress
from parvis.core.delivery.signing import (
    NoSelector,
    as_in_dns,
    mail_domain,
    make_keys,
    signed,
    signer,
    unreadable_keys,
)
from parvis.core.site.keeping.backup import make_backup
from parvis.core.site.keeping.findings import findings
from parvis.core.stream import actions as stream

from .sink import sink
from .worlds import LATER, outbox, said

MAIL = b"From: a@asso.example\r\nTo: b@example.net\r\n\r\nBonjour\r\n"


@pytest.fixture
def home(settings, tmp_path):
    settings.PARVIS_DATA = tmp_path
    settings.DEFAULT_FROM_EMAIL = "L’asso <parvis@Asso.Example>"
    return tmp_path


@pytest.fixture
def keys(home):
    return make_keys("parvis1")


def verified(data, keys, domain="asso.example"):
    """What dkimpy says of each signature of a mail, with these keys in its DNS."""
    records = {f"{key.name(domain)}.": key.record.encode() for key in keys}
    count = data.count(b"DKIM-Signature:")
    return [
        dkim.DKIM(data).verify(idx=number, dnsfunc=lambda name, timeout=5: records.get(name.decode()))
        for number in range(count)
    ]


class TestTheKeys:
    def test_are_made_once_and_open_to_nobody_else(self, home):
        first = make_keys("parvis1")
        again = make_keys("parvis1")
        assert [key.record for key in first] == [key.record for key in again]
        assert [(key.selector, key.algorithm) for key in first] == [
            ("parvis1", "rsa"),
            ("parvis1e", "ed25519"),
        ]
        files = sorted((home / "dkim").iterdir())
        assert [path.name for path in files] == ["parvis1.pem", "parvis1e.pem"]
        assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
        assert stat.S_IMODE((home / "dkim").stat().st_mode) == 0o700

    def test_one_that_is_lost_is_made_anew_and_the_other_stays(self, keys, home):
        (home / "dkim" / "parvis1e.pem").unlink()
        rsa, ed25519 = make_keys("parvis1")
        assert rsa.record == keys[0].record
        assert ed25519.record != keys[1].record

    @pytest.mark.parametrize("selector", ["", "../x", "a.b", "Été", "a b", "-a", "x" * 40])
    def test_have_names_that_can_stand_in_the_dns(self, home, selector):
        with pytest.raises(NoSelector):
            make_keys(selector)
        assert not (home / "dkim").exists()

    def test_of_another_name_sign_once_the_setting_says_so(self, keys, settings):
        new = make_keys("parvis2")
        assert verified(signed(MAIL), keys) == [True, True]
        settings.PARVIS_DKIM_SELECTOR = "parvis2"
        assert verified(signed(MAIL), new) == [True, True]

    def test_that_cannot_be_read_stop_no_mail_and_are_told(self, keys, home, square):
        (home / "dkim" / "parvis1.pem").write_text("nonsense")
        assert verified(signed(MAIL), keys) == [True]
        assert [path.name for path in unreadable_keys()] == ["parvis1.pem"]
        (home / "dkim" / "parvis1e.pem").write_text("nonsense")
        assert signed(MAIL) == MAIL

    @pytest.mark.django_db
    def test_go_into_the_backup(self, keys, home, square, settings):
        make_backup(home / "b.tar.gz", at=AT)
        with tarfile.open(home / "b.tar.gz") as backup:
            assert {"dkim/parvis1.pem", "dkim/parvis1e.pem"} <= set(backup.getnames())

    @pytest.mark.django_db
    def test_in_an_open_folder_are_told_by_the_check(self, keys, home, square):
        (home / "dkim").chmod(0o755)
        assert any("dkim" in finding.words for finding in findings(AT) if finding.state == "wrong")


class TestTheDomain:
    @pytest.mark.parametrize(
        ("written", "name"),
        [
            ("Asso.Example", "asso.example"),
            ("été.example.", "xn--t-9fab.example"),
            ("localhost", ""),
            ("", ""),
            ("a..b", ""),
            ("a b.example", ""),
            ("x" * 64 + ".example", ""),
        ],
    )
    def test_is_written_as_in_the_dns(self, written, name):
        assert as_in_dns(written) == name

    def test_is_that_of_the_sender(self, home, settings):
        assert mail_domain() == "asso.example"
        settings.DEFAULT_FROM_EMAIL = "Parvis <parvis@localhost>"
        assert mail_domain() == ""

    def test_without_one_or_without_keys_nothing_is_signed(self, home, settings):
        assert signer() is None
        make_keys("parvis1")
        assert signer() is not None
        settings.DEFAULT_FROM_EMAIL = "Parvis <parvis@localhost>"
        assert signed(MAIL) == MAIL


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
class TestWhatLeaves:
    @pytest.fixture
    def relay(self, settings, keys):
        with sink() as server:
            settings.PARVIS_URL = "https://asso.example"
            settings.PARVIS_MAIL_URL = server.url
            yield server

    def send_one(self, alice, bob):
        source = stream.source_of(alice)
        actions.subscribe(person=bob, source=source, channel="mail", rhythm="now", at=AT)
        said(alice, "Une bécasse traverse l’allée.\n.\nEt un point.  \n\n\n", sources=[source])
        carrier = Carrier(alone=True, clock=lambda: AT + LATER)
        hand_over(AT + LATER)
        batch = claim(worker=carrier.name, at=AT + LATER, limit=100)
        carrier.send(batch, relay_of(RelayAddress.read(self.url)))

    def test_from_the_worker_is_signed(self, alice, bob, relay, keys):
        self.url = relay.url
        self.send_one(alice, bob)
        ((_sender, _recipient, data),) = relay.taken
        assert verified(data, keys) == [True, True]
        covered = data.partition(b"h=")[2].partition(b";")[0].replace(b"\r\n ", b"").split(b":")
        assert {b"List-Unsubscribe", b"List-Unsubscribe-Post", b"Message-ID", b"List-Id"} <= set(covered)

    def test_to_a_relay_that_carries_ascii_alone_is_signed_as_it_is_sent(self, alice, bob, relay, keys):
        self.url = relay.url
        relay.extensions.remove("8BITMIME")
        self.send_one(alice, bob)
        ((_sender, _recipient, data),) = relay.taken
        assert data.isascii()
        assert verified(data, keys) == [True, True]

    def test_from_an_account_is_signed(self, alice, relay, keys, settings):
        settings.MAILERS = {"default": {"BACKEND": "parvis.core.delivery.mail.Relay"}}
        body = "Voici votre code, Zoé : 1234\n" + "https://asso.example/" + "x" * 1200 + "\n"
        message = EmailMessage("Votre code d’accès", body, None, ["Zoé <z@example.net>"])
        message.send()
        ((_sender, _recipient, data),) = relay.taken
        assert verified(data, keys) == [True, True]

    def test_into_the_outbox_waits_unsigned(self, home, settings, keys):
        settings.MAILERS = {"default": {"BACKEND": "parvis.core.delivery.mail.Outbox"}}
        EmailMessage("Bonjour", "…", None, ["b@example.net"]).send()
        (path,) = outbox()
        assert b"DKIM-Signature" not in Path(path).read_bytes()
