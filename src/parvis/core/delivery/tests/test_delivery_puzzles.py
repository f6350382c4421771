"""Mails that came back and were not understood: an owner sees a handful, and nothing of what had been sent."""

from datetime import timedelta

import pytest
from django.urls import reverse

from parvis.conftest import AT, make_person
from parvis.core.audiences.models import MEMBERS
from parvis.core.delivery.actions.handing import copy_of
from parvis.core.delivery.inbound import bounce_address
from parvis.core.delivery.links import reading_path
from parvis.core.delivery.models import InboundMail, Mail, Puzzle
from parvis.core.delivery.sorting import forget_inbound

from .posts import DOMAIN, came_back, come_in, written
from .worlds import said

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
ODD = "Hail. The owl saw only the tower.\nIt flew home."


@pytest.fixture(autouse=True)
def mail_in(settings):
    settings.PARVIS_URL = "https://parvis.example"
    settings.PARVIS_MAIL_IN_DOMAIN = DOMAIN


def left(person, number=0, **more):
    return Mail.objects.create(
        kind="publication",
        key=f"try:{person.pk}:{number}",
        person=person,
        state="left",
        queued_at=AT,
        next_try=AT,
        state_at=AT,
        **more,
    )


def comes(mail, text=ODD, at=AT, sender="", **headers):
    headers = {"Subject": "Your owl", **headers}
    come_in(bounce_address(mail), written(text, message_id=f"<{mail.pk}@x>", **headers), sender=sender, at=at)


class TestAMailThatWasNotUnderstood:
    def test_is_kept_with_its_first_lines_for_an_owner(self, bob, as_owner, as_bob):
        comes(left(bob), ODD + "\n" + "\n".join(f"line {number}" for number in range(100)))
        kept = Puzzle.objects.get().text
        assert "Subject: Your owl" in kept
        assert "saw only the tower" in kept
        assert "line 10" in kept
        assert "line 40" not in kept
        page = as_owner.get(reverse("desk-refusals")).content.decode()
        assert "saw only the tower" in page
        assert bob.name in page
        assert as_bob.get(reverse("desk-refusals")).status_code == 404

    @pytest.mark.parametrize(
        ("status", "action"), [("5.1.1", "failed"), ("5.7.1", "failed"), ("4.4.1", "delayed")]
    )
    def test_is_not_one_that_was(self, bob, status, action):
        mail = left(bob)
        come_in(bounce_address(mail), came_back(status, "Blocked", action), sender="")
        assert not Puzzle.objects.exists()

    def test_is_one_that_gives_no_reason(self, bob):
        come_in(bounce_address(left(bob)), came_back("5.0.0", "Nay"), sender="")
        assert Puzzle.objects.count() == 1

    def test_is_no_answer_of_somebody_who_is_away_and_no_letter(self, bob):
        comes(left(bob, 1), Auto_Submitted="auto-replied")
        comes(left(bob, 2), Subject="Automatic reply: hello")
        comes(left(bob, 3), sender="bob@parvis.example")
        assert not Puzzle.objects.exists()

    def test_to_the_postmaster_is_kept_too(self, square, as_owner):
        (row,) = come_in(f"postmaster@{DOMAIN}", written("Your clock is wrong."), sender="a@example.org")
        assert row.kind == "delivery.postmaster"
        assert "Your clock is wrong." in as_owner.get(reverse("desk-refusals")).content.decode()


class TestWhatAnOwnerSees:
    SECRET = "Le trésor est sous le vieux chêne du jardin."

    def held(self, alice, bob, title=""):
        publication = said(alice, self.SECRET, groups=frozenset({MEMBERS}), title=title)
        mail = left(bob, publication=publication)
        copy_of(publication, mail, AT).save()
        return mail

    def kept(self, mail, text, **headers):
        comes(mail, text, **headers)
        return Puzzle.objects.get().text

    @pytest.mark.parametrize(
        "before",
        [
            "--- Below this line is a copy of the message.",
            "Received: from here",
            "Subject: Hello",
            "> quoted",
        ],
    )
    def test_ends_where_our_mail_begins(self, alice, bob, before):
        kept = self.kept(self.held(alice, bob), f"{ODD}\n{before}\n> {self.SECRET}")
        assert "tower" in kept
        assert "trésor" not in kept

    @pytest.mark.parametrize(
        "line", [SECRET, "He wrote: le trésor est sous le vieux, did he?", "le  Trésor est\tsous LE vieux"]
    )
    def test_is_without_our_words_where_nothing_says_that_they_begin(self, alice, bob, line):
        kept = self.kept(self.held(alice, bob), f"{ODD}\n{line}\nYours, the owl").lower()
        assert "tower" in kept
        assert "yours, the owl" in kept
        assert "trésor" not in kept

    @pytest.mark.parametrize("title", ["Trésor", "Le trésor du jardin"])
    def test_is_without_our_title(self, alice, bob, title):
        kept = self.kept(self.held(alice, bob, title), ODD, Subject=f"Could not bring: {title}")
        assert "résor" not in kept

    def test_is_without_a_part_that_returns_it(self, alice, bob):
        mail = self.held(alice, bob)
        raw = "\r\n".join(
            [
                'Content-Type: multipart/mixed; boundary="b"',
                "Message-ID: <x@x>",
                "",
                "--b",
                "Content-Type: text/plain; charset=utf-8",
                "",
                "The owl is lost.",
                "--b",
                "Content-Type: message/rfc822",
                "",
                "Subject: x",
                "",
                "Sous le vieux pont.",
                "--b--",
                "",
            ]
        )
        come_in(bounce_address(mail), raw.encode(), sender="")
        assert "owl is lost" in Puzzle.objects.get().text
        assert "pont" not in Puzzle.objects.get().text

    def test_is_without_addresses_and_keys(self, bob):
        mail = left(bob)
        key, own = reading_path(bob), bounce_address(mail)
        kept = self.kept(mail, f"For bob@parvis.example\nsee https://parvis.example{key} or {own}")
        assert "bob@parvis.example" not in kept
        assert key.rstrip("/").rpartition("/")[2] not in kept
        assert own.partition("@")[0] not in kept


class TestAHandful:
    def test_is_ten_a_week_and_two_about_one_reader(self, bob):
        for number in range(5):
            comes(left(bob, number))
        assert Puzzle.objects.count() == 2
        for number in range(12):
            comes(left(make_person(f"p{number}")))
        assert Puzzle.objects.count() == 10
        comes(left(make_person("later")), at=AT + 8 * DAY)
        assert Puzzle.objects.count() == 11

    def test_leaves_room_for_what_comes_back_when_many_write_to_the_postmaster(self, square, bob):
        for number in range(8):
            come_in(f"postmaster@{DOMAIN}", written("Buy!", message_id=f"<{number}@x>"))
        assert Puzzle.objects.count() == 5
        comes(left(bob))
        assert Puzzle.objects.count() == 6

    def test_is_small_and_kept_for_four_weeks(self, bob):
        comes(left(bob), "\n".join("x" * 900 for _line in range(900)))
        assert len(Puzzle.objects.get().text) < 7_000
        forget_inbound(AT + 27 * DAY)
        assert Puzzle.objects.exists()
        forget_inbound(AT + 29 * DAY)
        assert not Puzzle.objects.exists()
        assert InboundMail.objects.filter(raw=None).exists()
