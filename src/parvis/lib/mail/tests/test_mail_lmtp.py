"""Mail is taken in by the book: one reply for each recipient, limits kept, nothing of ours is the sender's fault (RFC 2033)."""

import asyncio
import re
import smtplib
from email.message import EmailMessage

import pytest

from parvis.lib.mail.lmtp import Reply, Seconds

MAIL = b"Subject: Hello\r\n\r\nHello there\r\n"
END = b".\r\n"


class TestASession:
    def test_begins_with_a_greeting_and_lists_what_is_known(self, house):
        client = house.call()

        assert client.reply() == "220 parvis.example LMTP"
        client.send(b"LHLO mx.example\r\nQUIT\r\n")
        lines = client.rest().split("\r\n")
        assert lines[:-2] == [
            "250-parvis.example",
            "250-PIPELINING",
            "250-8BITMIME",
            "250-SMTPUTF8",
            "250-ENHANCEDSTATUSCODES",
            "250-CHUNKING",
            f"250 SIZE {25 * 1024 * 1024}",
        ]
        assert lines[-2].startswith("221 2.0.0")

    @pytest.mark.parametrize("line", ["HELO mx.example", "EHLO mx.example"])
    def test_is_no_smtp(self, house, line):
        client = house.call()
        client.reply()

        assert client.say(line).startswith("500 ")
        assert client.say("MAIL FROM:<ada@sender.example>").startswith("503 5.5.1")

    @pytest.mark.parametrize(
        ("line", "answer"),
        [
            ("RSET", "250 2.0.0"),
            ("rset", "250 2.0.0"),
            ("NOOP", "250 2.0.0"),
            ("NOOP whatever", "250 2.0.0"),
            ("VRFY ada", "252 2.0.0"),
            ("EXPN list", "500 5.5.2"),
            ("STARTTLS", "500 5.5.2"),
            ("AUTH PLAIN AGEAYg==", "500 5.5.2"),
            ("", "500 5.5.2"),
            ("LHLO", "501 5.5.4"),
            ("LHLO two names", "501 5.5.4"),
            ("RSET now", "501 5.5.4"),
            ("QUIT now", "501 5.5.4"),
            ("RCPT TO:<list@lists.example>", "503 5.5.1"),
            ("DATA", "503 5.5.1"),
            ("BDAT 0 LAST", "503 5.5.1"),
            ("MAIL", "501 5.5.4"),
            ("MAIL FROM:ada@sender.example", "501 5.1.7"),
            ("MAIL FROM:<ada>", "501 5.1.7"),
            ("MAIL FROM:<ada@sender.example>SIZE=1", "501 5.5.4"),
            ("MAIL FROM:<ada@sender.example> SIZE=many", "501 5.5.4"),
            ("MAIL FROM:<ada@sender.example> SIZE=1 SIZE=1", "501 5.5.4"),
            ("MAIL FROM:<ada@sender.example> BODY=BINARYMIME", "501 5.5.4"),
            ("MAIL FROM:<ada@sender.example> SMTPUTF8=yes", "501 5.5.4"),
            ("MAIL FROM:<ada@sender.example> RET=FULL", "555 5.5.4"),
            ("MAIL FROM:<ada@sender.example> =", "501 5.5.4"),
            ("MAIL FROM:<adà@sender.example>", "553 5.6.7"),
            ("MAIL FROM:<adà@sender.example> SMTPUTF8", "250 2.1.0"),
            ("mail from: <ada@sender.example>  size=12 body=8bitmime ", "250 2.1.0"),
            ("MAIL FROM:<>", "250 2.1.0"),
        ],
    )
    def test_answers_each_command(self, house, line, answer):
        assert house.call().greet().say(line).startswith(answer)

    @pytest.mark.parametrize(
        ("line", "answer"),
        [
            ("RCPT TO:<>", "501 5.1.3"),
            ("RCPT TO:<lïst@lists.example>", "553 5.6.7"),
            ("RCPT TO:<list@lists.example> NOTIFY=NEVER", "555 5.5.4"),
            ("RCPT TO:<Postmaster>", "250 2.1.5"),
            ("RCPT FROM:<list@lists.example>", "501 5.5.4"),
            ("MAIL FROM:<ada@sender.example>", "503 5.5.1"),
            ("DATA", "503 5.5.1"),
        ],
    )
    def test_answers_each_command_in_a_mail(self, house, line, answer):
        client = house.call().greet()
        client.say("MAIL FROM:<ada@sender.example>")

        assert client.say(line).startswith(answer)

    def test_forgets_a_mail_when_told_to(self, house):
        client = house.call().begin()

        client.say("RSET")

        assert client.say("DATA").startswith("503 ")
        assert client.say("MAIL FROM:<ada@sender.example>").startswith("250 ")
        client.say("LHLO mx.example")
        assert client.say("RCPT TO:<list@lists.example>").startswith("503 ")

    def test_takes_many_commands_at_once(self, house):
        client = house.call().greet()

        client.send(
            b"MAIL FROM:<a@sender.example>\r\nRCPT TO:<one@lists.example>\r\nRCPT TO:<unknown@lists.example>\r\n"
            b"RCPT TO:<two@lists.example>\r\nDATA\r\n"
        )
        assert client.codes(5) == ["250", "250", "550", "250", "354"]
        client.send(MAIL + END + b"MAIL FROM:<b@sender.example>\r\nNOOP\r\nQUIT\r\n")
        assert client.codes(6) == ["250", "250", "250", "250", "221", ""]

    def test_refuses_nul_and_unknown_letters(self, house):
        client = house.call().greet()

        client.send(b"NOOP \0\r\nNOOP \xff\r\n")

        assert client.codes(2) == ["500", "500"]

    def test_ends_with_a_line_that_is_too_long(self, house):
        client = house.call().greet()
        client.send(b"NOOP " + b"x" * 1993 + b"\r\n")
        assert client.reply().startswith("250 ")

        client.send(b"NOOP " + b"x" * 1994 + b"\r\n")

        assert client.rest().startswith("521 5.5.6")

    def test_ends_with_a_line_that_never_ends(self, house):
        client = house.call().greet()

        client.send(b"x" * 2001)

        assert client.rest().startswith("521 5.5.6")

    def test_ends_with_too_many_errors(self, house):
        client = house.call().greet()

        client.send(b"WHAT\r\n" * 21 + b"NOOP\r\n")

        assert client.codes(21) == ["500"] * 21
        assert client.rest().startswith("421 4.7.0")

    def test_does_not_count_recipients_that_are_unknown_here_as_errors(self, house):
        client = house.call().begin(*["unknown@lists.example"] * 30)

        assert client.say("NOOP").startswith("250 ")

    @pytest.mark.parametrize("step", ["command", "session"])
    def test_ends_when_nothing_is_said(self, serve, step):
        client = serve(seconds=Seconds(**{step: 0.01})).call()

        assert client.rest().split("\r\n")[-2].startswith("421 4.4.2")

    def test_ends_when_a_mail_stops(self, serve):
        house = serve(seconds=Seconds(data=0.01))
        client = house.call().data("one@lists.example", "two@lists.example")

        client.send(b"Subject: He")

        assert re.fullmatch(r"421 4\.4\.2 [^\r\n]*\r\n", client.rest())
        assert not house.taken

    def test_is_one_of_a_number(self, narrow):
        here = [narrow.call().greet() for _ in range(2)]

        assert narrow.call().rest().startswith("421 4.3.2")

        here[0].say("QUIT")
        here[0].close()
        here[1].say("QUIT")
        here[1].close()
        narrow.quiet()
        narrow.call().greet()


class TestOurOwnFaults:
    def test_never_refuse_a_recipient(self, serve):
        async def recipient(address, session):
            raise LookupError("a bug")

        client = serve(recipient=recipient).call().begin("list@lists.example")

        assert client.say("RCPT TO:<list@lists.example>").startswith("451 4.3.0")

    @pytest.mark.parametrize("answers", [None, [], [Reply(250, "2.0.0", "Taken")] * 3])
    def test_never_refuse_a_mail(self, serve, answers):
        async def take(mail):
            if answers is None:
                raise LookupError("a bug")
            return answers

        client = serve(take=take).call().data("one@lists.example", "two@lists.example")
        client.send(MAIL + END + b"NOOP\r\n")

        assert [reply[:9] for reply in client.replies(3)] == ["451 4.3.0"] * 2 + ["250 2.0.0"]

    def test_do_not_last_for_ever(self, serve):
        async def never(*_):
            await asyncio.Event().wait()

        seconds = Seconds(recipient=0.01, take=0.01)
        assert serve(recipient=never, seconds=seconds).call().begin().say("DATA").startswith("503 ")
        client = serve(take=never, seconds=seconds).call().data()
        client.send(MAIL + END)
        assert client.reply().startswith("451 4.3.0")

    def test_hear_what_the_client_has_said(self, serve):
        seen = []

        async def recipient(address, session):
            seen.append((session.client, session.sender, list(session.recipients), session.utf8))
            return Reply(250, "2.1.5", "OK")

        serve(recipient=recipient).call().begin("one@lists.example", "two@lists.example")

        assert seen == [
            ("mx.example", "ada@sender.example", [], False),
            ("mx.example", "ada@sender.example", ["one@lists.example"], False),
        ]


class TestTheStandardLibrary:
    def mail(self, text: str) -> EmailMessage:
        mail = EmailMessage()
        mail["Subject"] = "Hello"
        mail["From"] = "ada@sender.example"
        mail["To"] = "list@lists.example"
        mail.set_content(text)
        return mail

    def test_hands_a_mail_in_on_the_loopback(self, house):
        with smtplib.LMTP("127.0.0.1", house.server.port) as client:
            refused = client.send_message(self.mail(".dot\n..dots\n" + "x" * 300_000))

        assert refused == {}
        content = house.contents()[0]
        assert content.startswith(b"Subject: Hello\r\n")
        assert b"\r\n.dot\r\n..dots\r\n" in content

    def test_hands_a_mail_in_at_a_unix_socket(self, serve, place):
        house = serve(place / "s")
        with smtplib.LMTP(str(place / "s")) as client:
            refused = client.send_message(
                self.mail("Hello"), to_addrs=["good@lists.example", "unknown@lists.example"]
            )

        assert {address: code for address, (code, _) in refused.items()} == {"unknown@lists.example": 550}
        assert house.taken[0][0].recipients == ("good@lists.example",)

    def test_hears_why_a_mail_with_lone_line_ends_is_refused(self, house):
        with smtplib.LMTP("127.0.0.1", house.server.port) as client:
            with pytest.raises(smtplib.SMTPDataError, match="521"):
                client.sendmail("ada@sender.example", "list@lists.example", b"Subject: Hello\n\nHello\n")
            client.close()


class TestAReply:
    def test_is_one_line_of_ascii(self):
        assert Reply(550, "5.1.1", "Nô\r\n250 yes").line() == b"550 5.1.1 N???250 yes\r\n"
        assert len(Reply(550, "5.1.1", "x" * 9999).line()) <= 512

    @pytest.mark.parametrize(
        ("code", "status"), [(354, ""), (150, ""), (600, ""), (250, "5.1.1"), (550, "2.0.0")]
    )
    def test_is_a_yes_a_later_or_a_no(self, code, status):
        with pytest.raises(ValueError, match=r"code|accepts"):
            Reply(code, status, "?")
