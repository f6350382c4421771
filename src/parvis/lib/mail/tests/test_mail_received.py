"""A mail that came in is read whatever it holds."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.lib.mail.bounces import read_bounce
from parvis.lib.mail.received import Received
from parvis.lib.mail.replies import own_words


def mail(head: str, body: str = "Hello\r\n") -> Received:
    return Received(
        f"{head}\r\n\r\n{body}".replace("\r\n", "\n").replace("\n", "\r\n").encode(), "anne@example.org"
    )


class TestHeaders:
    def test_are_read_in_words(self):
        read = mail(
            "Subject: =?utf-8?q?R=C3=A9union?= du\n jeudi\nMessage-ID: <a@b>\nReferences: <x@y> <z@y>"
        )
        assert read.header("Subject") == "Réunion du jeudi"
        assert read.message_id == "<a@b>"
        assert read.references == ["<x@y>", "<z@y>", "<a@b>"]

    @pytest.mark.parametrize(
        ("line", "author"),
        [
            ("From: Anne <anne@example.org>", "anne@example.org"),
            ('From: "anne@example.org" <eve@example.net>', "eve@example.net"),
            ("From: anne@example.org, eve@example.net", ""),
            ("From: anne@example.org\nFrom: eve@example.net", ""),
            ("From: Anne", ""),
            ("Subject: nothing", ""),
        ],
    )
    def test_name_one_author_or_none(self, line: str, author: str):
        assert mail(line).author == author


class TestAMachine:
    @pytest.mark.parametrize(
        "line",
        [
            "Auto-Submitted: auto-replied (vacation)",
            "X-Auto-Response-Suppress: DR, All",
            "Precedence: auto_reply",
            "List-Id: <a.b>",
            "X-Autoreply: yes",
            "From: MAILER-DAEMON@example.org",
            "From: no-reply@example.org",
            "Subject: Réponse automatique : Réunion",
            "Subject: Out of Office: Meeting",
            "Subject: =?utf-8?q?Absence_du_bureau?=",
            "Content-Type: multipart/report; boundary=x",
        ],
    )
    def test_is_known_by_what_it_says(self, line: str):
        assert mail(line).is_automatic

    @pytest.mark.parametrize(
        "line", ["Auto-Submitted: no", "Subject: Re: Réponse", "From: Abe <abe@example.org>"]
    )
    def test_is_not_seen_in_a_person(self, line: str):
        assert not mail(line).is_automatic

    def test_is_whoever_has_no_sender(self):
        assert Received(b"Subject: Hello\r\n\r\nHello\r\n", "").is_automatic


class TestWords:
    def test_are_the_plain_part(self):
        read = mail(
            'Content-Type: multipart/alternative; boundary="b"',
            "--b\nContent-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\n"
            "Une b=E9casse.\n--b\nContent-Type: text/html\n\n<p>Autre</p>\n--b--\n",
        )
        assert read.text.strip() == "Une bécasse."

    def test_of_html_alone_are_plain_and_their_quotations_marked(self):
        read = mail(
            "Content-Type: text/html; charset=utf-8",
            "<div>Oui, jeudi.</div><div><br></div><div>Anne &amp; Paul</div><div>Le 12 nov. 2026 à 10:03, Paul a écrit :</div>"
            "<blockquote><p>Est-ce que<br>cela tient ?</p></blockquote><script>alert(1)</script>",
        )
        assert read.text == (
            "Oui, jeudi.\n\nAnne & Paul\nLe 12 nov. 2026 à 10:03, Paul a écrit :\n> Est-ce que\n> cela tient ?\n"
        )
        assert own_words(read.text) == "Oui, jeudi.\n\nAnne & Paul"

    def test_that_were_broken_to_fit_are_whole_again(self):
        read = mail(
            "Content-Type: text/plain; format=flowed",
            "A long line that \ngoes on \nhere.\nAnother.\n> quoted \n> too\n-- \nAnne\n",
        )
        assert read.text == "A long line that goes on here.\nAnother.\n> quoted\n> too\n-- \nAnne\n"

    def test_of_an_unknown_charset_are_read_all_the_same(self):
        assert mail("Content-Type: text/plain; charset=x-nonsense", "Une bécasse\n").text == "Une bécasse\n"

    @given(st.binary(max_size=2_000))
    def test_of_anything_can_be_asked(self, octets: bytes):
        for raw in (octets, b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" + octets):
            read = Received(raw, "")
            assert "\0" not in read.text + read.header("Subject") + read.message_id
            read_bounce(read)
            own_words(read.text)
            assert isinstance(read.author + "".join(read.references), str)

    def test_of_a_mail_nested_without_end_can_be_asked(self):
        deep = b"".join(
            b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(3_000)
        )
        read = Received(deep + b"\r\nHello\r\n", "")
        assert read.text is not None
        read_bounce(read)


class TestWhatIsLongOnPurpose:
    """Read without a limit, most of these take minutes, or more memory than a machine has."""

    @pytest.mark.parametrize(
        ("head", "body"),
        [
            ('Content-Type: text/plain; a="' + ";" * 200_000, "Hello"),
            ('Content-Type: multipart/mixed; a="' + ";" * 200_000, "Hello"),
            ("Subject: " + "=?a?q?" * 100_000, "Hello"),
            ("Content-Type: text/plain; charset=punycode", "-" + "qxchzbmt" * 60_000),
            ("Content-Type: text/html", "<blockquote>a" * 20_000),
            ("Content-Type: text/plain; format=flowed", "a \n" * 200_000),
            ("Subject: x", "le " + "1 " * 50_000),
            ("Subject: x", "a@" * 5_000),
            ("Subject: x", "On 1 b wrote:\n" * 20_000 + "> x\nz"),
            ("Subject: x", "user message account " * 40_000),
        ],
    )
    def test_is_read_within_a_moment(self, head, body):
        began = time.process_time()

        read = mail(f"From: anne@example.org\n{head}", body)
        assert read.is_automatic in {True, False}
        assert len(own_words(read.text)) < 3_000_000
        read_bounce(Received(read.raw, ""))

        assert time.process_time() - began < 5

    def test_holds_nothing_that_a_database_refuses(self):
        read = mail("Content-Type: text/plain; charset=utf-7", "No\0 such +2AA- user")
        assert read.text.encode() == b"No such ? user"

    def test_keeps_so_much_of_a_header_as_anybody_means(self):
        assert len(mail("Subject: " + "a" * 50_000).header("Subject")) == 20_000

    def test_flowed_lines_are_whole_as_before(self):
        read = mail("Content-Type: text/plain; format=flowed; delsp=yes", "One  \n two\n-- \nthree \n")
        assert read.text.startswith("One two\n-- \nthree")
