"""The mails that leave, line by line: what the standards and the large mailbox providers ask of them."""

import email
import email.policy
import re
from datetime import datetime, timedelta
from email.utils import parseaddr, parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.test import Client

from parvis.conftest import AT, make_person
from parvis.core.delivery import actions
from parvis.core.delivery.models import Mail, Subscription

from .worlds import LATER, outbox, said, sent, theme

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
HOST = "parvis.example"
LONG = "Chronique d’un été très long, où l’on apprend que les oiseaux du parvis sont plus nombreux qu’on ne croyait"


@pytest.fixture(autouse=True)
def known(settings):
    settings.PARVIS_URL = f"https://{HOST}"
    settings.DEFAULT_FROM_EMAIL = "Le parvis d’Alix <parvis@parvis.example>"


@pytest.fixture
def source(alice):
    return theme(fr="Oiseaux d’été & d’hiver", en="Birds")


@pytest.fixture(params=["now", "daily", "weekly"])
def raw(request, alice, source):
    """A mail as it leaves, by each rhythm, about a text with a long title and long words."""
    reader = make_person("zoe", language="fr")
    reader.name = "Zoé Ñandú"
    reader.save()
    actions.subscribe(
        person=reader, source=source, channel="mail", rhythm=request.param, at=AT - timedelta(days=8)
    )
    words = f"Un mot. https://{HOST}/{'x' * 300}/ et {'mot ' * 400}\n.\nUn point seul."
    said(alice, words, sources=[source], title=LONG, language="fr")
    sent(AT + (LATER if request.param == "now" else 8 * DAY))
    (path,) = outbox()
    return path.read_bytes()


@pytest.fixture
def mail(raw):
    return email.message_from_bytes(raw, policy=email.policy.default)


def head(raw: bytes) -> list[bytes]:
    return raw.partition(b"\r\n\r\n")[0].split(b"\r\n")


def fields(raw: bytes) -> list[str]:
    return [line.split(b":")[0].decode() for line in head(raw) if not line.startswith((b" ", b"\t"))]


class TestLines:
    def test_end_as_they_must_and_none_is_too_long(self, raw):
        assert raw.count(b"\r\n") == raw.count(b"\n") == raw.count(b"\r")
        assert raw.endswith(b"\r\n")
        assert max(len(line) for line in raw.split(b"\r\n")) <= 998

    def test_of_the_head_are_ascii_and_short_but_for_what_cannot_be_broken(self, raw):
        for line in head(raw):
            assert line.isascii()
            assert len(line) <= 78 or b" " not in line.split(b":", 1)[-1].strip(), line

    def test_keep_addresses_whole(self, raw, mail):
        for name in ("List-Unsubscribe", "List-Help", "Archived-At", "Message-ID", "List-Archive"):
            if mail[name] is not None:
                assert "=?" not in mail[name]
        one_click = mail["List-Unsubscribe"].split(">")[0].strip("<").encode()
        assert any(one_click in line for line in head(raw)), "on one line"


class TestTheHead:
    def test_has_each_field_once(self, raw):
        named = fields(raw)
        assert sorted(named) == sorted(set(named))
        wanted = {"From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type"}
        assert wanted <= set(named)

    def test_is_from_one_address_of_ours(self, mail):
        name, address = parseaddr(mail["From"])
        assert address == "parvis@parvis.example"
        assert name

    def test_is_to_its_reader_alone(self, mail):
        assert mail["To"].addresses[0].addr_spec.startswith("zo")
        assert mail["To"].addresses[0].display_name == "Zoé Ñandú"
        assert len(mail["To"].addresses) == 1
        assert mail["Cc"] is mail["Bcc"] is None

    def test_has_a_date_and_a_number_of_our_own(self, mail):
        moment = parsedate_to_datetime(mail["Date"])
        assert isinstance(moment, datetime)
        assert moment.tzinfo is not None
        assert re.fullmatch(r"<[A-Za-z0-9]{16,}@parvis\.example>", mail["Message-ID"])

    def test_has_the_fields_of_a_list_once_each(self, mail):
        for name in (
            "List-Id",
            "List-Help",
            "List-Unsubscribe",
            "List-Unsubscribe-Post",
            "List-Subscribe",
            "List-Post",
            "List-Owner",
            "List-Archive",
        ):
            assert len(mail.get_all(name)) == 1, name

    def test_holds_nothing_but_addresses_between_brackets(self, mail):
        for name in ("List-Help", "List-Unsubscribe", "List-Subscribe", "List-Owner", "List-Archive"):
            for one in re.split(r",\s*", mail[name]):
                assert re.fullmatch(r"<(https://parvis\.example/|mailto:)[^<>\s]*>", one), (name, one)
        assert mail["List-Post"] == "NO"

    def test_leaves_with_one_click(self, mail):
        """RFC 8058 §3.1: one HTTPS address, which needs nothing but the POST."""
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        address = mail["List-Unsubscribe"].split(">")[0].strip("<")
        assert address.startswith("https://")
        assert len(urlsplit(address).path.rstrip("/").split("/")[-1]) >= 40, "not to be guessed"
        path = urlsplit(address).path
        browser = Client()
        assert browser.get(path).status_code == browser.head(path).status_code == 200
        assert Subscription.objects.count() == 1, "looking does nothing"
        for _time in range(2):
            answer = browser.post(path, {"List-Unsubscribe": "One-Click"})
            assert (answer.status_code, answer.cookies) == (200, {})
        assert Subscription.objects.count() == 0

    def test_says_that_a_machine_sent_it_and_wants_no_answer_of_one(self, mail):
        assert mail["Auto-Submitted"] == "auto-generated"
        assert mail["Precedence"] == "bulk"
        assert mail["X-Auto-Response-Suppress"] == "OOF, AutoReply"
        for name in ("Disposition-Notification-To", "Return-Receipt-To", "X-Confirm-Reading-To"):
            assert mail[name] is None

    def test_says_in_which_list_it_is(self, mail):
        named = re.fullmatch(r"(?:.* )?<([^<>]*)>", str(mail["List-Id"]))
        assert named is not None
        assert named[1].isascii()
        assert named[1].endswith(f".{HOST}")
        assert len(named[1]) <= 255


class TestTheBody:
    def test_says_the_same_as_text_and_as_html(self, mail):
        assert mail.get_content_type() == "multipart/alternative"
        text, html = list(mail.iter_parts())
        assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
        for part in (text, html):
            assert part.get_content_charset() == "utf-8"
            assert "oiseaux du parvis" in part.get_content()

    def test_fetches_nothing_and_follows_nobody(self, raw):
        html = raw.decode()
        assert not re.search(r"<(img|link|script|iframe|object|embed)\b", html)
        assert "url(" not in html
        assert {urlsplit(one).netloc for one in re.findall(r"href=\"([^\"]+)\"", html)} <= {HOST}


class TestAList:
    def test_keeps_its_name_for_ever(self, alice, bob, source):
        actions.subscribe(person=bob, source=source, channel="mail", rhythm="now", at=AT - DAY)
        said(alice, "Un.", sources=[source])
        (first,) = sent()
        source.names = {"fr": "Autre nom", "en": "Another name"}
        source.save()
        said(alice, "Deux.", sources=[source], at=AT + DAY)
        (second,) = sent(AT + DAY + LATER)
        assert first["List-Id"] != second["List-Id"], "the words follow"
        assert re.findall("<.*>", first["List-Id"]) == re.findall("<.*>", second["List-Id"])

    def test_gives_each_copy_its_own_number_and_way_out(self, alice, bob, charlie, source):
        for person in (bob, charlie):
            actions.subscribe(person=person, source=source, channel="mail", rhythm="now", at=AT - DAY)
        said(alice, "Un.", sources=[source])
        one, other = sent()
        for name in ("Message-ID", "List-Unsubscribe", "To"):
            assert one[name] != other[name]
        assert one["Archived-At"] == other["Archived-At"]

    def test_says_where_the_text_stands(self, alice, bob, source):
        actions.subscribe(person=bob, source=source, channel="mail", rhythm="now", at=AT - DAY)
        said(alice, "Un.", sources=[source])
        (mail,) = sent()
        path = urlsplit(mail["Archived-At"].strip("<>")).path
        assert Client().get(path).status_code == 200


def test_the_outbox_holds_what_would_leave(raw):
    """What lies there is a mail that any program opens."""
    assert Path(outbox()[0]).suffix == ".eml"
    assert Mail.objects.get().state == "kept"
