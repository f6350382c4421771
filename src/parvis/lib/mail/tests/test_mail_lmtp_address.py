"""Addresses of the envelope are read by the grammar of RFC 5321 and RFC 6531, and nothing else is taken for one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parvis.lib.mail.lmtp_address import AddressError, read_path

local, domain = "l" * 64, ".".join(["d" * 63] * 2 + ["d" * 61])  # 64 + 1 + 189 = 254 octets


class TestReadPath:
    @pytest.mark.parametrize(
        ("text", "address"),
        [
            ("<ada@sender.example>", "ada@sender.example"),
            ("<Ada.B+c=d/e@Sender.Example>", "Ada.B+c=d/e@Sender.Example"),
            ("<!#$%&'*+-/=?^_`{|}~@x.example>", "!#$%&'*+-/=?^_`{|}~@x.example"),
            ('<"ada b"@x.example>', '"ada b"@x.example'),
            ('<"ada"@x.example>', "ada@x.example"),
            (r'<"a\d\a"@x.example>', "ada@x.example"),
            (r'<"a\"b\\c"@x.example>', r'"a\"b\\c"@x.example'),
            ('<"a>b<@c"@x.example>', '"a>b<@c"@x.example'),
            ('<""@x.example>', '""@x.example'),
            ("<@a.example,@b.example:ada@x.example>", "ada@x.example"),
            ("<@a.example:ada@x.example>", "ada@x.example"),
            ("<ada@[192.0.2.1]>", "ada@[192.0.2.1]"),
            ("<ada@[IPv6:2001:db8::1]>", "ada@[IPv6:2001:db8::1]"),
            ("<ada@localhost>", "ada@localhost"),
            ("<ada@mail_out.x.example>", "ada@mail_out.x.example"),
            ("<postmaster>", "postmaster"),
            ("<PostMaster>", "PostMaster"),
            (f"<{local}@{domain}>", f"{local}@{domain}"),
        ],
    )
    def test_reads_addresses(self, text, address):
        assert read_path(text) == (address, "")
        assert read_path(text + " SIZE=3>") == (address, " SIZE=3>")

    @pytest.mark.parametrize(
        "text",
        [
            "", "<", "<>", "ada@x.example", "<ada@x.example", "ada@x.example>", " <ada@x.example>", "<ada>", "<@x.example>",
            "<ada@>", "<a b@x.example>", "<ada @x.example>", "<ada@x .example>", "<.ada@x.example>", "<ada.@x.example>",
            "<a..b@x.example>", "<a@b@x.example>", "<a,b@x.example>", "<a:b@x.example>", "<(a)b@x.example>", '<"a"b@x.example>',
            '<"a@x.example>', '<"a"b"@x.example>', "<a\\b@x.example>", "<ada@x..example>", "<ada@.example>", "<ada@x.example.>",
            "<ada@-x.example>", "<ada@x-.example>", "<ada@x!.example>", "<ada@[192.0.2.256]>", "<ada@[192.0.2]>", "<ada@[]>",
            "<ada@[IPv6:::g]>", "<ada@[IPv6:fe80::1%eth0]>", "<ada@[x400:y]>", "<ada@[192.0.2.1>", "<<ada@x.example>>",
            "<@a.example ada@x.example>", "<a.example:ada@x.example>", "<@a.example,b.example:ada@x.example>",
            "<@-a.example:ada@x.example>", "<@a.example:postmaster>", "<ada@x.example\t>", '<"a\tb"@x.example>', "<a\x7f@x.example>",
            f"<{local}l@x.example>", f"<{local}@d{domain}>", f"<ada@{'d' * 64}.example>", f"<ada@{'d.' * 127}dd>",
        ],
    )  # fmt: skip
    def test_refuses_what_is_none(self, text):
        with pytest.raises(AddressError) as refusal:
            read_path(text)
        assert not refusal.value.foreign

    def test_lets_a_sender_be_nobody(self):
        assert read_path("<> SIZE=3", null=True) == ("", " SIZE=3")
        with pytest.raises(AddressError):
            read_path("<postmaster>", null=True)

    @pytest.mark.parametrize(
        "text", ["<adà@x.example>", "<ada@exämple.example>", '<"à b"@x.example>', "<用户@例子.example>"]
    )
    def test_goes_beyond_ascii_only_when_that_was_declared(self, text):
        assert read_path(text, utf8=True) == (text[1:-1], "")
        with pytest.raises(AddressError) as refusal:
            read_path(text)
        assert refusal.value.foreign

    @pytest.mark.parametrize(
        "letter",
        ["\u0085", "\u2028", "\u2029", "\u202e", "\u200b", "\ufeff", "\ud800", "\U000e0001", "\u00a0"],
    )
    def test_refuses_what_cannot_be_seen(self, letter):
        for text in (f"<a{letter}b@x.example>", f"<a@x{letter}y.example>", f'<"a{letter}b"@x.example>'):
            with pytest.raises(AddressError):
                read_path(text, utf8=True)

    def test_keeps_joiners_of_words(self):
        assert read_path("<می\u200cخواهم@x.example>", utf8=True)[0] == "می\u200cخواهم@x.example"

    def test_counts_octets(self):
        assert read_path(f"<{'é' * 32}@x.example>", utf8=True)
        with pytest.raises(AddressError):
            read_path(f"<{'é' * 32}e@x.example>", utf8=True)

    @settings(deadline=None)
    @given(st.text(alphabet='<>@"\\.,:[]ab1é \u2028-', max_size=40), st.booleans(), st.booleans())
    def test_raises_nothing_of_its_own_and_reads_what_it_gave(self, text, utf8, null):
        for given_text in (
            text,
            f"<{text}>",
            f"<{text}@x.example>",
            f'<"{text}"@x.example>',
            f"<a@{text}>",
            f"<a@[{text}]>",
        ):
            try:
                address, rest = read_path(given_text, utf8=utf8, null=null)
            except AddressError:
                continue
            assert given_text.endswith(rest)
            assert read_path(f"<{address}>", utf8=utf8, null=null) == (address, "")
            assert len(address.encode()) <= 254
            assert len(f"{address}x".splitlines()) == 1

    @settings(deadline=None)
    @given(st.text(), st.booleans())
    def test_raises_nothing_of_its_own_whatever_is_said(self, text, utf8):
        with pytest.raises(AddressError):
            read_path(f"a{text}", utf8=utf8)

    @pytest.mark.parametrize(
        "text",
        ["<" + '"' * 2000, "<" + "\\" * 2000, "<@" + "a,@" * 660, '<"' + "\\a" * 999, "<" + "a." * 999],
    )
    def test_takes_no_time_over_long_nonsense(self, text):
        for _ in range(100):
            with pytest.raises(AddressError):
                read_path(text)
