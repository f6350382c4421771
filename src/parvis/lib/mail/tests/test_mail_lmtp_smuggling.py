"""No mail hides in another: only CR LF dot CR LF ends one, and lone line ends are refused (SMTP smuggling, December 2023)."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parvis.lib.mail.lmtp_data import Dots
from parvis.lib.mail.lmtp_model import Ended

SECOND = b"MAIL FROM:<mallory@sender.example>\r\nRCPT TO:<victim@lists.example>\r\nDATA\r\nSmuggled\r\n.\r\n"
FALSE_ENDS = [
    b"\n.\n", b"\n.\r\n", b"\r.\r", b"\r\n.\r", b"\r\n.\n", b"\r.\r\n", b"\r.\n", b"\n.\r", b"\n\n.\r\n", b"\r\r\n.\r\n",
    b"\r\n\r.\r\n", b"\r\n.\r\r\n", b"\r\n\n.\r\n", b"\n", b"\r",
]  # fmt: skip
pieces = st.lists(
    st.sampled_from([b"\r\n", b"\r", b"\n", b".", b"\0", b"a", b"\r\n.", b"\r\n..", b"NOOP"])
).map(b"".join)
cuts = st.lists(st.integers(1, 5), max_size=80)
together = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def sliced(octets, sizes):
    """The octets in slices of these sizes, the rest at once."""
    at = 0
    for size in sizes:
        yield octets[at : at + size]
        at += size
    yield octets[at:]


def model(octets):
    """What a stream after DATA means, told octet by octet: the mail (None if refused) and the rest (None if it goes on)."""
    mail, line = b"", b""
    for at, octet in enumerate(octets):
        line += bytes([octet])
        last = line[-2:]
        if (last[-1:] == b"\n" and last != b"\r\n") or (
            len(last) == 2 and last[0:1] == b"\r" and last != b"\r\n"
        ):
            return None, None
        if last == b"\r\n":
            if line == b".\r\n":
                return mail, octets[at + 1 :]
            mail += line.removeprefix(b".")
            line = b""
    return mail, None


class TestAFalseEnd:
    @pytest.mark.parametrize("end", FALSE_ENDS)
    @pytest.mark.parametrize("is_split", [False, True])
    def test_is_refused_and_ends_the_session(self, house, end, is_split):
        client = house.call().data("one@lists.example", "two@lists.example")
        stream = b"Subject: Hello\r\n\r\nFirst" + end + SECOND

        client.send(*(sliced(stream, [1] * 50) if is_split else [stream]))

        assert re.fullmatch(r"(521 5\.5\.2 [^\r\n]*\r\n){2}", client.rest())
        assert house.taken == []
        assert house.asked == ["one@lists.example", "two@lists.example"]

    @pytest.mark.parametrize("end", FALSE_ENDS)
    def test_is_refused_at_the_beginning_of_a_mail(self, house, end):
        client = house.call().data()

        client.send(end.removeprefix(b"\r\n") + b"a\r\n" + SECOND)

        assert client.rest().startswith("521 5.5.2")
        assert house.taken == []

    def test_waits_in_vain(self, house):
        client = house.call().data()

        client.send(b"First\r\n.\r")
        client.send(b"\n")

        assert client.reply().startswith("250 ")
        assert house.contents() == [b"First\r\n"]

    def test_is_refused_while_the_client_still_writes(self, house):
        client = house.call().data()

        client.send(b"First\n.\n", *[b"x" * 65536] * 100, b"\r\n.\r\n")

        assert client.rest().startswith("521 5.5.2")

    def test_is_refused_beyond_the_limit_of_the_size_too(self, narrow):
        client = narrow.call().data()

        client.send(b"\r\n" + b"x" * 2000 + b"\n.\n" + SECOND)

        assert client.rest().startswith("521 5.5.2")


class TestACommand:
    @pytest.mark.parametrize(
        "line",
        [b"NOOP\n", b"NO\rOP\r\n", b"NOOP\r\r\n", b"\n", b"RCPT TO:<a@b.example>\nRCPT TO:<c@d.example>\r\n"],
    )
    def test_holds_no_lone_line_end(self, house, line):
        client = house.call().begin()

        client.send(line + b"NOOP\r\n")

        assert client.rest().startswith("521 5.5.2")
        assert house.asked == ["list@lists.example"]

    @pytest.mark.parametrize(
        "address",
        [
            "a\u2028b@lists.example",
            "a\u0085b@lists.example",
            "a\u202eb@lists.example",
            "a\x1bb@lists.example",
        ],
    )
    def test_holds_no_hidden_line_end_in_an_address(self, house, address):
        client = house.call().begin(mail="MAIL FROM:<ada@sender.example> SMTPUTF8")

        assert client.say(f"RCPT TO:<{address}>").startswith("501 5.1.3")


class TestAnyOctets:
    @settings(deadline=None)
    @given(pieces, cuts)
    def test_mean_the_same_however_they_are_sliced(self, octets, sizes):
        expected, rest = model(octets + b"\r\n.\r\nNOOP\r\n")
        dots, got = Dots(), b""
        try:
            for piece in sliced(octets + b"\r\n.\r\nNOOP\r\n", sizes):
                if dots.rest is None:
                    got += dots.feed(piece)
                else:
                    dots.rest += piece
        except Ended:
            assert expected is None
        else:
            assert (got, dots.rest) == (expected, rest)

    @together
    @given(body=pieces, sizes=cuts)
    def test_arrive_as_they_were_sent_or_the_session_is_refused(self, house, body, sizes):
        """Stuffed as a client does it, so that only the end ends it."""
        house.taken.clear()
        house.asked.clear()
        mail = b"\r\n" + body + b"\r\n"
        stuffed = re.sub(rb"(?m)^\.", b"..", mail)
        is_sound = not re.search(rb"\r(?!\n)|(?<!\r)\n", mail)
        client = house.call().data()

        client.send(*sliced(stuffed + b".\r\n" + SECOND + b"QUIT\r\n", sizes))
        said = client.rest()
        client.close()

        if is_sound:
            assert [line[:3] for line in said.split("\r\n")] == ["250", "250", "250", "354", "250", "221", ""]
            assert house.contents() == [mail, b"Smuggled\r\n"]
        else:
            assert said.startswith("521 5.5.2")
            assert house.contents() == []
            assert house.asked == ["list@lists.example"]

    @together
    @given(body=pieces, sizes=cuts)
    def test_are_read_as_commands_only_behind_a_true_end(self, house, body, sizes):
        """Not stuffed: what the body means is what the model says, and the rest are commands."""
        house.taken.clear()
        house.asked.clear()
        octets = b"\r\n" + body + b"\r\n.\r\n"
        mail, rest = model(octets)
        client = house.call().data()

        client.send(*sliced(octets + SECOND + b"QUIT\r\n", sizes))
        said = client.rest()
        client.close()

        if mail is None:
            assert said.startswith("521 5.5.2")
            assert house.contents() == []
        else:
            assert said.startswith("250 ")
            assert house.contents()[0] == mail
            if not rest:
                assert house.contents() == [mail, b"Smuggled\r\n"]
