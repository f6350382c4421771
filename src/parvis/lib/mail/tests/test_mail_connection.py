"""The way to a relay: greeting, protection and login, and the bounds of what a relay may say."""

import asyncio
import socket
import ssl
from base64 import b64encode
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from parvis.lib.mail import Connection, LineLost, Relay, Unfit
from parvis.lib.mail.line import MOST_WORDS, Reply
from parvis.lib.mail.tests.copies import message
from parvis.lib.mail.tests.false_relay import CUT, HANG, Act, FalseRelay, Session, failing
from parvis.lib.mail.tests.notebook import Notebook, sent


def opened(relay: FalseRelay, **over: object) -> Connection:
    """A connection that was opened and left. Raises what opening raises."""

    async def go() -> Connection:
        async with asyncio.timeout(20), relay:
            connection = await Connection.open(relay.at(**over))
            await connection.quit()
            return connection

    return asyncio.run(go())


def with_connection[T](relay: FalseRelay, do: Callable[[Connection], Awaitable[T]], **over: object) -> T:
    async def go() -> T:
        async with asyncio.timeout(20), relay:
            connection = await Connection.open(relay.at(**over))
            try:
                return await do(connection)
            finally:
                await connection.line.close()

    return asyncio.run(go())


class TestGreeting:
    def test_learns_what_the_relay_can_do(self) -> None:
        offered = (b"PIPELINING", b"size 1000", b"8bitMIME", b"AUTH PLAIN LOGIN", b"X-ODD")
        extensions = opened(FalseRelay(extensions=offered)).extensions
        assert extensions == {
            "PIPELINING": "",
            "SIZE": "1000",
            "8BITMIME": "",
            "AUTH": "PLAIN LOGIN",
            "X-ODD": "",
        }

    def test_says_helo_to_a_relay_that_knows_no_ehlo(self) -> None:
        relay = FalseRelay(script=failing("ehlo", b"502 5.5.1 what?\r\n"))
        connection = opened(relay)
        assert connection.extensions == {}
        assert relay.sessions[0].commands == [b"EHLO square.example", b"HELO square.example", b"QUIT"]

    def test_a_greeting_may_have_many_lines(self) -> None:
        opened(FalseRelay(script=failing("connect", b"220-relay\r\n220-welcomes\r\n220 you\r\n")))

    def test_a_greeting_that_comes_in_pieces_is_put_together(self) -> None:
        relay = FalseRelay()

        def script(step: str, session: Session) -> Act:
            if step == "connect":
                session.writer.write(b"220-rel")
            return b"ay\r\n220\r\n" if step == "connect" else None

        relay.script = script
        opened(relay)

    def test_small_writes_are_not_held_back(self) -> None:
        async def no_delay(connection: Connection) -> int:
            transport = connection.line._transport
            assert transport
            return transport.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)

        assert with_connection(FalseRelay(), no_delay)

    @pytest.mark.parametrize(
        ("greeting", "fault"),
        [
            (b"554 5.7.1 not you\r\n", Unfit),
            (b"421 4.3.2 later\r\n", LineLost),
            (b"451 later\r\n", LineLost),
            (b"250 hm\r\n", LineLost),
        ],
    )
    def test_tells_what_will_not_change_from_what_may(self, greeting: bytes, fault: type[LineLost]) -> None:
        with pytest.raises(LineLost, match=greeting[:3].decode()) as caught:
            opened(FalseRelay(script=failing("connect", greeting)))
        assert type(caught.value) is fault


class TestBounds:
    @pytest.mark.parametrize(
        "flood",
        [
            b"2" * 2000,
            b"220 " + b"x" * 2000 + b"\r\n",
            b"x" * 300_000,
            b"220-again\r\n" * 101,
            b"220-again\r\n" * 30_000,
            b"220 hello\r\n" * 30_000,
        ],
    )
    def test_a_relay_that_talks_without_end_is_left(self, flood: bytes) -> None:
        with pytest.raises(LineLost):
            opened(FalseRelay(script=failing("connect", flood)))

    def test_what_nobody_reads_is_not_kept(self) -> None:
        async def flood(connection: Connection) -> None:
            connection.line.data_received(b"250 hello\r\n" * 10_000)
            with pytest.raises(LineLost, match="more than was asked"):
                await connection.line.reply(1)
            connection.line.data_received(b"250 hello\r\n")
            assert not connection.line._unread

        with_connection(FalseRelay(), flood)

    @pytest.mark.parametrize(
        "rubbish",
        [
            b"hello\r\n",
            b"\r\n",
            b"22 hello\r\n",
            b"2200 hello\r\n",
            b"120 hello\r\n",
            b"620 hello\r\n",
            b"220_hello\r\n",
            b"220-a\r\n250 b\r\n",
            b"\xb2\xb2\xb0 hello\r\n",
            b"HTTP/1.1 400 Bad Request\r\n",
        ],
    )
    def test_what_is_no_reply_ends_the_line(self, rubbish: bytes) -> None:
        with pytest.raises(LineLost, match="does not answer as one"):
            opened(FalseRelay(script=failing("connect", rubbish)))

    @pytest.mark.parametrize("step", ["connect", "ehlo"])
    def test_patience_has_an_end(self, step: str) -> None:
        with pytest.raises(LineLost, match="in time"):
            opened(FalseRelay(script=failing(step, HANG)), answering=0.05)

    def test_a_reply_that_drips_is_not_waited_for_line_by_line(self) -> None:
        def script(step: str, session: Session) -> Act:
            if step == "connect":
                drip(session)
                return HANG
            return None

        def drip(session: Session) -> None:
            session.writer.write(b"220-drip\r\n")
            asyncio.get_running_loop().call_later(0.01, partial(drip, session))

        with pytest.raises(LineLost, match="in time"):
            opened(FalseRelay(script=script), answering=0.1)

    def test_a_relay_that_closes_at_once_is_left(self) -> None:
        with pytest.raises(LineLost, match=r"closed|broke"):
            opened(FalseRelay(script=failing("connect", CUT)))


class TestReply:
    def test_words_are_one_line_without_control_characters(self) -> None:
        reply = Reply(550, (b"5.1.1 no\x07 such\x1b[0m", b"5.1.1 user\t\xff\xe2\x80\xae here"))
        assert (reply.status, reply.words) == ("5.1.1", "no such [0m user � here")

    def test_words_have_an_end(self) -> None:
        assert len(Reply(550, (b"x" * 1000,) * 100).words) == MOST_WORDS

    def test_a_status_of_another_class_is_none(self) -> None:
        reply = Reply(550, (b"2.0.0 never",))
        assert (reply.status, reply.words) == ("", "2.0.0 never")

    @pytest.mark.parametrize("line", [b"", b"5.1", b"5.1.1.1 x", b"5.1.1x", b"v5.1.1"])
    def test_without_a_status_it_has_none(self, line: bytes) -> None:
        assert Reply(550, (line,)).status == ""


class TestRelay:
    @pytest.mark.parametrize(
        "over",
        [
            {"helo": "a b"},
            {"helo": "a\r\nRSET"},
            {"helo": ""},
            {"helo": "é.example"},
            {"tls": "perhaps"},
            {"username": "a\0b"},
            {"password": "a\0b"},
            {"connections": 0},
        ],
    )
    def test_what_would_say_more_than_a_name_is_refused(self, over: dict[str, object]) -> None:
        plain: dict[str, object] = {"host": "relay.example", "port": 25, "helo": "square.example"}
        with pytest.raises(ValueError, match=r"name|protected|login|connection"):
            Relay(**plain | over)  # type: ignore[arg-type]

    def test_its_password_is_not_shown(self) -> None:
        relay = Relay(host="relay.example", port=25, helo="square.example", username="u", password="hush")
        assert "hush" not in repr(relay)


class TestLogin:
    def test_plain_is_taken_where_both_are_offered(self) -> None:
        relay = FalseRelay(extensions=(b"AUTH LOGIN PLAIN",))
        opened(relay, username="zoé", password="s p")
        assert relay.sessions[0].commands[1] == b"AUTH PLAIN " + b64encode("\0zoé\0s p".encode())

    def test_login_is_taken_where_it_is_all_there_is(self) -> None:
        relay = FalseRelay(extensions=(b"AUTH CRAM-MD5 LOGIN",))
        opened(relay, username="zoe", password="s p")
        assert relay.sessions[0].commands[1:4] == [b"AUTH LOGIN", b64encode(b"zoe"), b64encode(b"s p")]

    def test_no_login_that_is_known(self) -> None:
        with pytest.raises(Unfit, match="no login"):
            opened(FalseRelay(extensions=(b"AUTH CRAM-MD5",)), username="zoe", password="s p")

    @pytest.mark.parametrize(("code", "fault"), [(b"535", Unfit), (b"454", LineLost)])
    def test_a_wrong_password_is_not_tried_again(self, code: bytes, fault: type[LineLost]) -> None:
        notebook = Notebook([message(1), message(2)])
        script = failing("auth", code + b" no\r\n", times=9)
        relay, why = sent(
            notebook, FalseRelay(script=script, extensions=(b"AUTH PLAIN",)), username="zoe", password="hush"
        )
        assert len(relay.sessions) == (1 if fault is Unfit else 3)
        assert why is not None
        assert code.decode() in why
        assert "hush" not in why
        assert notebook.kinds == {1: "deferred"}


@pytest.fixture(scope="module")
def certificates(
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[str], tuple[ssl.SSLContext, ssl.SSLContext]]:
    """For a name: what a relay shows that has signed for itself, and what trusts it."""

    def make(name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        now = datetime.now(UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )
        pem = certificate.public_bytes(serialization.Encoding.PEM)
        secret = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        file: Path = tmp_path_factory.mktemp("certificate") / "relay.pem"
        file.write_bytes(secret + pem)
        shown = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        shown.load_cert_chain(file)
        return shown, ssl.create_default_context(cadata=pem.decode())

    return make


type Certificates = Callable[[str], tuple[ssl.SSLContext, ssl.SSLContext]]
AFTER = (b"STARTTLS", b"PIPELINING", b"AUTH PLAIN")


class TestProtection:
    @pytest.mark.parametrize("tls", ["yes", "starttls"])
    def test_mail_goes_over_a_protected_line(self, tls: str, certificates: Certificates) -> None:
        shown, trust = certificates("localhost")
        names: list[str | None] = []
        shown.sni_callback = lambda _, name, __: names.append(name)
        relay = FalseRelay(trust=shown, is_tls=tls == "yes", extensions=AFTER)
        notebook = Notebook(message(key) for key in range(5))
        _, why = sent(
            notebook, relay, host="localhost", tls=tls, trust=trust, username="zoe", password="hush"
        )
        assert why is None
        assert notebook.kinds == dict.fromkeys(range(5), "accepted")
        assert names == ["localhost"]
        steps = [step for step in relay.sessions[0].steps if step in {"ehlo", "starttls", "auth", "quit"}]
        assert steps == (
            ["ehlo", "auth", "quit"] if tls == "yes" else ["ehlo", "starttls", "ehlo", "auth", "quit"]
        )

    @pytest.mark.parametrize("tls", ["yes", "starttls"])
    @pytest.mark.parametrize("name", ["localhost", "elsewhere.example"])
    def test_a_certificate_that_is_not_the_relays_is_not_taken(
        self, tls: str, name: str, certificates: Certificates
    ) -> None:
        shown, trust = certificates(name)
        if name == "localhost":
            trust = ssl.create_default_context()  # which knows nothing of this one
        relay = FalseRelay(trust=shown, is_tls=tls == "yes", extensions=AFTER)
        notebook = Notebook([message(1)])
        _, why = sent(
            notebook, relay, host="localhost", tls=tls, trust=trust, username="zoe", password="hush"
        )
        assert why is not None
        assert "certificate" in why
        assert notebook.kinds == {1: "deferred"}
        assert not any(b"AUTH" in command for session in relay.sessions for command in session.commands)

    def test_a_relay_that_offers_none_hears_no_password(self) -> None:
        relay = FalseRelay(extensions=(b"AUTH PLAIN",))
        with pytest.raises(Unfit, match="no protection"):
            opened(relay, tls="starttls", username="zoe", password="hush")
        assert relay.sessions[0].commands == [b"EHLO square.example"]

    @pytest.mark.parametrize(("code", "fault"), [(b"454", LineLost), (b"554", Unfit), (b"250", LineLost)])
    def test_a_relay_that_does_not_consent_hears_no_password(
        self, code: bytes, fault: type[LineLost]
    ) -> None:
        relay = FalseRelay(script=failing("starttls", code + b" no\r\n"), extensions=AFTER)
        with pytest.raises(LineLost, match="220 was due") as caught:
            opened(relay, tls="starttls", username="zoe", password="hush")
        assert type(caught.value) is fault
        assert relay.sessions[0].commands == [b"EHLO square.example", b"STARTTLS"]

    @pytest.mark.parametrize("injected", [b"250 AUTH PLAIN\r\n", b"2", b"250-a\r\n"])
    def test_what_is_said_in_the_clear_behind_the_consent_is_not_taken(
        self, injected: bytes, certificates: Certificates
    ) -> None:
        shown, trust = certificates("localhost")
        script = failing("starttls", b"220 2.0.0 Ready\r\n" + injected)
        relay = FalseRelay(trust=shown, script=script, extensions=AFTER)
        with pytest.raises(LineLost, match="out of turn"):
            opened(relay, host="localhost", tls="starttls", trust=trust)

    def test_what_was_offered_in_the_clear_is_forgotten(self, certificates: Certificates) -> None:
        shown, trust = certificates("localhost")
        script = failing("ehlo", b"250-relay.example\r\n250-STARTTLS\r\n250 X-CLEAR\r\n")
        relay = FalseRelay(trust=shown, script=script, extensions=(b"PIPELINING",))
        connection = opened(relay, host="localhost", tls="starttls", trust=trust)
        assert connection.extensions == {"PIPELINING": ""}

    @pytest.mark.parametrize("tls", ["yes", "starttls"])
    def test_a_relay_that_speaks_no_tls_is_left(self, tls: str) -> None:
        def script(step: str, session: Session) -> Act:
            if step == "starttls":
                session.writer.write(b"220 2.0.0 Ready\r\n")
                asyncio.get_running_loop().call_later(0.01, session.writer.write, b"250 no TLS here\r\n")
                return HANG
            return None

        with pytest.raises(LineLost, match=r"reached|protected"):
            opened(FalseRelay(script=script, extensions=AFTER), host="localhost", tls=tls)

    def test_a_relay_that_never_shakes_hands_is_left(self) -> None:
        def script(step: str, session: Session) -> Act:
            if step == "starttls":
                session.writer.write(b"220 2.0.0 Ready\r\n")
                return HANG
            return None

        with pytest.raises(LineLost, match="protected"):
            opened(
                FalseRelay(script=script, extensions=AFTER), host="localhost", tls="starttls", connecting=1
            )
        with pytest.raises(LineLost, match="in time"):
            opened(FalseRelay(script=failing("connect", HANG)), host="localhost", tls="yes", connecting=0.05)
