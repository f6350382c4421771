"""A copy of a mail: what SMTP cannot carry, or what would be more than an address, is never made."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.lib.mail.message import Text, check_address
from parvis.lib.mail.tests.copies import message


class TestText:
    @pytest.mark.parametrize(
        "octets",
        [
            b"a\nb\r\n",
            b"a\rb\r\n",
            b"a\n",
            b"a\r",
            b"\n\r",
            b"a\r\r\n",
            b"a\r\n.\n",
            b"a\0b\r\n",
            b"no end",
            b"a" * 999 + b"\r\n",
            b"short\r\n" + b"a" * 999 + b"\r\nshort\r\n",
        ],
    )
    def test_refuses_what_smtp_cannot_carry(self, octets: bytes) -> None:
        with pytest.raises(ValueError, match="mail"):
            Text(octets)

    @pytest.mark.parametrize("octets", [b"", b"\r\n", b"a" * 998 + b"\r\n", "é\r\n".encode()])
    def test_takes_what_it_can(self, octets: bytes) -> None:
        assert Text(octets).octets == octets

    @given(st.lists(st.text(".aé", max_size=4)))
    def test_every_line_that_begins_with_a_dot_has_one_more(self, lines: list[str]) -> None:
        octets = "".join(line + "\r\n" for line in lines).encode()
        stuffed = Text(octets).stuffed
        assert b"\r\n.\r\n" not in b"\r\n" + stuffed
        unstuffed = [line.removeprefix(b".") for line in stuffed.split(b"\r\n")]
        assert b"\r\n".join(unstuffed) == octets


class TestAddresses:
    @pytest.mark.parametrize(
        "address",
        [
            "a@b.example>\r\nRCPT TO:<c@d.example",
            "a@b.example\r\n",
            "a@b.example\n",
            "a b@c.example",
            "a@b.example ",
            "<a@b.example>",
            "a@b.example> SIZE=1",
            "a\0@b.example",
            "a\u2028@b.example",
            "a\u00a0@b.example",
            "a\x85@b.example",
            "a\t@b.example",
            "\ud800@b.example",
            "nobody",
            "@b.example",
            "a@",
            "",
            "a" * 250 + "@b.example",
        ],
    )
    def test_refuses_what_is_more_or_less_than_one_address(self, address: str) -> None:
        with pytest.raises(ValueError, match="address"):
            message(1, recipient=address)
        if address:
            with pytest.raises(ValueError, match="address"):
                message(1, sender=address)

    def test_takes_ordinary_ones_and_a_sender_to_whom_nothing_returns(self) -> None:
        for address in ("a@b.example", "b+x=y.example@lists.example", "zoé@é.example", "a@[127.0.0.1]"):
            assert message(1, sender=address, recipient=address).sender == address
        assert message(1, sender="").sender == ""

    @given(st.text(max_size=30))
    def test_a_command_stays_one_command(self, local: str) -> None:
        try:
            check_address(local + "@b.example")
        except ValueError:
            return
        command = f"RCPT TO:<{local}@b.example>".encode()
        assert len(command.splitlines()) == 1
        assert command.count(b">") == command.count(b"<") == 1


class TestMessage:
    def test_counts_its_octets_without_the_dots_that_are_added(self) -> None:
        assert message(1, b"a: b\r\n", b"\r\n.\r\n").size == 11

    @pytest.mark.parametrize(
        ("parts", "answer"),
        [
            (["Subject: e\r\n", "\r\né\r\n"], False),
            (["Subject: e\r\n\r\né\r\n"], False),
            (["Subject: e\r\n\r\n", "é\r\n"], False),
            (["Subject: é\r\n\r\n", "e\r\n"], True),
            (["Subject: e\r\n", "To: é\r\n\r\ne\r\n"], True),
            (["Subject: é\r\n"], True),
            (["Subject: e\r\n\r\n", "e\r\n"], False),
        ],
    )
    def test_knows_whether_its_head_is_more_than_ascii(self, parts: list[str], answer: bool) -> None:
        assert message(1, *[part.encode() for part in parts]).has_8bit_head is answer
