"""Signatures: what another program, dkimpy, makes of them, on any headers and bodies; and that no change passes."""

import base64
import re
from concurrent.futures import ThreadPoolExecutor

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as make_curve_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from parvis.lib.mail.dkim import BITS, SIGNED, Key, Signer, strings

DOMAIN = "parvis.example"
RSA, ED25519 = Key.make("parvis1", "rsa"), Key.make("parvis1e", "ed25519")
BOTH = Signer(DOMAIN, (RSA, ED25519))
RECORDS = {f"{key.name(DOMAIN)}.": key.record for key in BOTH.keys}
MAIL = (
    b"From: Alice <alice@parvis.example>\r\nTo: Bob <bob@example.net>\r\nSubject: Bonjour\r\n"
    b"Date: Thu, 26 Nov 2026 10:00:00 +0000\r\nMessage-ID: <1@parvis.example>\r\n"
    b"List-Unsubscribe: <https://parvis.example/mail/leave/1>\r\n"
    b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n\r\nUne b\xc3\xa9casse.\r\n"
)
AT = 1_795_000_000


def record(name: bytes, timeout: float = 5) -> bytes | None:
    """The DNS of these tests."""
    text = RECORDS.get(name.decode())
    return text.encode() if text else None


def verified(data: bytes) -> list[bool]:
    """What dkimpy makes of the two signatures."""
    found = []
    for number in range(2):
        try:
            found.append(dkim.DKIM(data).verify(idx=number, dnsfunc=record))
        except dkim.DKIMException:
            found.append(False)
    return found


def tags(header: bytes) -> dict[str, str]:
    value = re.sub(r"\s+", "", header.decode().partition(":")[2])
    return dict(tag.split("=", 1) for tag in value.split(";") if tag)


# Names that mails have, in any writing of theirs, and some that no signature covers.
name = st.sampled_from([*SIGNED[1:], "X-Other", "Received"]).flatmap(
    lambda one: st.sampled_from([one, one.lower(), one.upper()])
)
word = st.text("aé €.<>=?:;\t ", min_size=0, max_size=30)
value = st.lists(word, min_size=1, max_size=4).map("\r\n ".join)
line = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\r\n\0"), max_size=40)
spaced = st.lists(st.sampled_from(["", " ", "\t", "a", "  a", "a \t ", ".", "--"]), max_size=5).map("".join)
body = st.lists(line | spaced, max_size=12).map("\r\n".join)


class TestASignature:
    @settings(deadline=None)
    @given(st.lists(st.tuples(name, value), max_size=8), body, st.integers(0, 3))
    def test_is_found_good_whatever_the_headers_and_the_body(self, headers, words, blank):
        # What continues a header must not look like an empty line, here as on the wire.
        lines = [f"{one}: x{text}y" for one, text in headers]
        lines.insert(len(lines) // 2, "From: Alice\r\n <alice@parvis.example>")
        data = ("\r\n".join([*lines, "", words]) + "\r\n" * (blank + 1)).encode()
        assert verified(BOTH.sign(data)) == [True, True]

    @pytest.mark.parametrize("text", [b"", b"\r\n", b"\r\n\r\n", b" \t\r\n", b"a\r\n\t\r\n \r\n"])
    def test_is_good_over_empty_bodies_and_ends_of_spaces(self, text):
        head, empty, _body = MAIL.partition(b"\r\n\r\n")
        assert verified(BOTH.sign(head + empty + text)) == [True, True]

    def test_is_good_without_any_body(self):
        assert verified(BOTH.sign(MAIL.partition(b"\r\n\r\n")[0] + b"\r\n\r\n")) == [True, True]

    def test_survives_what_relays_do_to_white_space(self):
        signed = BOTH.sign(MAIL)
        folded = signed.replace(b"Alice <alice", b"Alice\r\n\t<alice").replace(
            b"casse.\r\n", b"casse. \r\n\r\n"
        )
        assert verified(folded) == [True, True]

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            (b"Bonjour", b"Bonsoir"),
            (b"casse.", b"casses."),
            (b"leave/1", b"leave/2"),
            (b"One-Click", b"Two-Clicks"),
            (b"t=1795000000", b"t=1795000001"),
            (b"s=parvis1", b"s=parvis2"),
            (b"From: Alice", b"From: Mallory <m@example.com>\r\nFrom: Alice"),
            (
                b"From: Alice <alice@parvis.example>",
                b"From: Alice <alice@parvis.example>\r\nFrom: m@example.com",
            ),
        ],
    )
    def test_does_not_survive_a_change(self, old, new):
        signed = BOTH.sign(MAIL, at=AT)
        assert old in signed
        assert verified(signed.replace(old, new)) == [False, False]

    def test_says_what_the_standards_ask_for(self):
        rsa, ed25519 = map(tags, BOTH.signatures(MAIL, at=AT))
        assert (rsa["a"], ed25519["a"]) == ("rsa-sha256", "ed25519-sha256")
        assert (rsa["s"], ed25519["s"]) == ("parvis1", "parvis1e")
        for said in (rsa, ed25519):
            assert (said["v"], said["c"], said["d"], said["t"]) == ("1", "relaxed/relaxed", DOMAIN, str(AT))
            assert "l" not in said
            assert said["h"].split(":") == [
                "From",
                "From",
                "To",
                "Subject",
                "Date",
                "Message-ID",
                "List-Unsubscribe",
                "List-Unsubscribe-Post",
            ]
        assert rsa["bh"] == ed25519["bh"]

    def test_stands_in_lines_that_every_relay_leaves_alone(self):
        signer = Signer("une-association-au-nom-assez-long.parvis.example", BOTH.keys)
        lines = b"".join(signer.signatures(MAIL)).split(b"\r\n")
        assert max(map(len, lines)) <= 78
        assert all(line.startswith((b"DKIM-Signature:", b" ")) for line in lines if line)
        assert all(line.strip() for line in lines[:-1])

    def test_leaves_the_mail_as_it_was(self):
        assert BOTH.sign(MAIL).endswith(MAIL)

    def test_is_made_by_several_threads_with_one_signer(self):
        with ThreadPoolExecutor(4) as threads:
            signed = list(threads.map(BOTH.sign, [MAIL] * 16))
        assert [verified(data) for data in signed] == [[True, True]] * 16


class TestAKey:
    @pytest.mark.parametrize("key", [RSA, ED25519])
    def test_is_read_back_from_its_file(self, key):
        again = Key.read(key.selector, key.pem)
        assert (again.record, again.algorithm) == (key.record, key.algorithm)

    def test_has_the_size_that_verifiers_ask_for(self):
        assert RSA.private.key_size == BITS
        assert len(base64.b64decode(ED25519.public)) == 32

    def test_of_another_kind_is_refused(self):
        pem = make_curve_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        with pytest.raises(ValueError, match="another kind"):
            Key.read("x", pem)

    def test_has_a_record_whose_strings_fit_into_the_dns(self):
        pieces = strings(RSA.record)
        assert "".join(pieces) == RSA.record
        assert max(map(len, pieces)) <= 255
        assert len(pieces) == 2
