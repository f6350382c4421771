"""What a mail looks like on the wire, read back by the standard library and line by line."""

import email
import email.policy
from email.header import decode_header, make_header
from email.utils import getaddresses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.lib.mail.letter import Enclosure, folded, letter, person, words

LONG = "https://parvis.example/mail/leave/" + "x" * 180


def written(subject: str = "Bonjour", text: str = "Des mots.", html: str = "<p>Des mots.</p>") -> bytes:
    headers = [
        ("From", person("Zoé d’Été", "zoe@parvis.example")),
        ("Subject", words(subject)),
        ("List-Unsubscribe", f"<{LONG}>"),
    ]
    return letter(headers, text=text, html=html, boundary="b" * 24)


class TestLetter:
    @given(
        st.text(st.characters(blacklist_categories=["Cs"]), max_size=300),
        st.text(st.characters(blacklist_categories=["Cs"]), max_size=2_000),
    )
    def test_has_nothing_but_whole_short_lines(self, subject, text):
        data = written(subject, text, f"<p>{'é' * 3000}</p>")
        assert b"\r" not in data.replace(b"\r\n", b"")
        assert b"\n" not in data.replace(b"\r\n", b"")
        assert all(len(line) <= 998 for line in data.split(b"\r\n"))

    @given(st.text(st.characters(blacklist_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=200))
    def test_gives_the_words_of_its_headers_back(self, subject):
        read = email.message_from_bytes(written(subject))
        assert str(make_header(decode_header(read["Subject"]))).split() == subject.split()

    def test_keeps_a_long_address_whole_on_one_line(self):
        assert f"<{LONG}>".encode() in written()

    def test_says_the_same_as_text_and_as_html(self):
        read = email.message_from_bytes(written(), policy=email.policy.default)
        parts = [part.get_content_type() for part in read.iter_parts()]
        assert parts == ["text/plain", "text/html"]
        assert read.get_body(("plain",)).get_content().split() == ["Des", "mots."]
        assert read.get_body(("html",)).get_content().strip() == "<p>Des mots.</p>"

    def test_lets_no_line_of_words_become_a_header(self):
        read = email.message_from_bytes(written("Un\r\nBcc: eve@evil.example"))
        assert read["Bcc"] is None

    def test_wraps_text_and_leaves_addresses_whole(self):
        data = written(text="mot " * 60 + LONG).decode()
        assert LONG in data.split("List-Unsubscribe")[1].split("text/html")[0]
        assert all(len(line) <= 78 or LONG in line for line in data.split("text/plain")[1].split("\r\n"))


NAMES = st.text(
    st.characters(blacklist_categories=["Cs", "Cc", "Cf", "Co", "Cn", "Zl", "Zp", "Zs"]), min_size=1
)


class TestEnclosures:
    @given(NAMES.filter(lambda name: len(name.encode()) <= 200), st.binary(max_size=3_000))
    def test_come_out_as_they_went_in(self, name, data):
        one = Enclosure(name=name, content_type="application/pdf", data=data)
        two = Enclosure(name="a b.csv", content_type="text/csv", data=b"a\r\n")
        made = letter([], text="Des mots.", html="<p>Des mots.</p>", boundary="b" * 24, enclosures=[one, two])
        assert all(len(line) <= 998 for line in made.split(b"\r\n"))
        assert b"\n" not in made.replace(b"\r\n", b"")
        read = email.message_from_bytes(made, policy=email.policy.default)
        words, *files = read.iter_parts()
        assert [part.get_content_type() for part in words.iter_parts()] == ["text/plain", "text/html"]
        assert [file.get_payload(decode=True) for file in files] == [data, b"a\r\n"]
        assert [file.get_content_type() for file in files] == ["application/pdf", "text/csv"]
        assert [file.get_filename() for file in files] == [name, "a b.csv"]

    @pytest.mark.parametrize("name", ["", "a\r\nb.pdf", "a\0.pdf", "é" * 101])
    def test_have_a_name_that_a_header_can_hold(self, name):
        with pytest.raises(ValueError, match="name"):
            Enclosure(name=name, content_type="application/pdf", data=b"")

    @pytest.mark.parametrize("kind", ["", "pdf", "text/csv; charset=utf-8", "a/b\r\nc"])
    def test_are_of_a_kind_that_a_header_can_hold(self, kind):
        with pytest.raises(ValueError, match="kind"):
            Enclosure(name="a.pdf", content_type=kind, data=b"")


class TestPerson:
    @given(st.text(st.characters(blacklist_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=100))
    def test_is_one_mailbox_whatever_the_name(self, name):
        read = email.message_from_string(f"From: {person(name, 'zoe@parvis.example')}\n\n")
        assert [address for _name, address in getaddresses([read["From"]])] == ["zoe@parvis.example"]

    def test_quotes_what_would_be_read_otherwise(self):
        assert person("Doe, Jane", "jane@parvis.example") == '"Doe, Jane" <jane@parvis.example>'


class TestFolded:
    def test_breaks_between_two_addresses_and_never_inside(self):
        lines = folded("List-Unsubscribe", f"<{LONG}>, <mailto:leave@parvis.example>").split("\r\n")
        assert lines == [f"List-Unsubscribe: <{LONG}>,", " <mailto:leave@parvis.example>"]
