"""A mail is taken whole or not at all, within its limits, and answered once for each recipient."""

import pytest

from parvis.lib.mail.lmtp import Limits, Reply
from parvis.lib.mail.lmtp_data import Incoming

MAIL = b"Subject: Hello\r\n\r\nHello there\r\n"
END = b".\r\n"


class TestAMail:
    def test_is_answered_once_for_each_recipient(self, house):
        client = house.call().begin("good@lists.example", "unknown@lists.example", "full@lists.example")
        assert client.say("RCPT TO:<locked@lists.example>").startswith("451 4.3.0")

        assert client.say("DATA").startswith("354 ")
        client.send(MAIL + END + b"NOOP\r\n")

        assert [reply[:9] for reply in client.replies(3)] == ["250 2.0.0", "552 5.2.2", "250 2.0.0"]
        mail, content = house.taken[0]
        assert mail.recipients == ("good@lists.example", "full@lists.example")
        assert content == MAIL

    def test_comes_with_all_that_was_declared(self, house):
        client = house.call().data(
            "lïst@lists.example", mail="MAIL FROM:<adà@sender.example> SMTPUTF8 BODY=8BITMIME"
        )
        client.send(MAIL + END)
        client.reply()

        mail = house.taken[0][0]
        assert (mail.sender, mail.recipients) == ("adà@sender.example", ("lïst@lists.example",))
        assert mail.utf8
        assert mail.eight_bit
        assert (mail.client, mail.size) == ("mx.example", len(MAIL))

    def test_may_have_no_sender_and_no_declaration(self, house):
        client = house.call().data(mail="MAIL FROM:<>")
        client.send(MAIL + END)
        client.reply()

        mail = house.taken[0][0]
        assert mail.sender == ""
        assert not mail.utf8
        assert not mail.eight_bit

    def test_needs_a_recipient_that_was_accepted(self, house):
        client = house.call().begin("unknown@lists.example")

        assert client.say("DATA").startswith("503 5.5.1")
        assert client.say("RCPT TO:<list@lists.example>").startswith("250 ")
        assert client.say("DATA").startswith("354 ")

    def test_that_was_sent_before_it_was_asked_for_is_not_read_as_commands(self, house):
        client = house.call().begin("unknown@lists.example")

        client.send(b"DATA\r\nRSET\r\nMAIL FROM:<mallory@sender.example>\r\n")

        assert client.rest().startswith("521 5.5.1")

    def test_may_be_empty(self, house):
        client = house.call().data()
        client.send(END)

        assert client.reply().startswith("250 ")
        assert house.contents() == [b""]

    def test_loses_the_dots_that_were_stuffed(self, house):
        client = house.call().data()
        client.send(b"..first\r\n.second\r\n...\r\n..\r\nlast.\r\n.\r\n")

        assert client.reply().startswith("250 ")
        assert house.contents() == [b".first\r\nsecond\r\n..\r\n.\r\nlast.\r\n"]

    def test_may_hold_nul_in_its_body_only(self, house):
        client = house.call().data("one@lists.example", "two@lists.example")
        client.send(b"Subject: a\0b\r\n\r\n" + END)
        assert [reply[:9] for reply in client.replies(2)] == ["554 5.6.0"] * 2

        client.say("MAIL FROM:<>")
        client.say("RCPT TO:<list@lists.example>")
        client.say("DATA")
        client.send(b"Subject: ab\r\n\r\n\0\r\n" + END)
        assert client.reply().startswith("250 ")
        assert house.contents() == [b"Subject: ab\r\n\r\n\0\r\n"]

    def test_that_runs_in_a_circle_is_refused(self, house):
        client = house.call().data()
        client.send(b"Received: by a\r\n" * 50 + b"\r\nReceived: by a\r\n" + END)
        assert client.reply().startswith("250 ")

        client.say("MAIL FROM:<>")
        client.say("RCPT TO:<list@lists.example>")
        client.say("DATA")
        client.send(b"received : by a\r\n" * 51 + b"\r\n" + END)
        assert client.reply().startswith("554 5.4.6")

    @pytest.mark.parametrize("end", [b"", b"\r\n", b"\r\nbody\r\n"])
    @pytest.mark.parametrize(("size", "answer"), [(256 * 1024, "250 "), (256 * 1024 + 1, "552 5.3.4")])
    def test_has_a_header_of_a_bounded_size(self, house, size, answer, end):
        client = house.call().data()
        client.send(b"X: " + b"x" * (size - 5) + b"\r\n" + end + END)

        assert client.reply().startswith(answer)

    def test_begins_with_its_body_if_its_first_line_is_empty(self, narrow):
        client = narrow.call().data()
        client.send(b"\r\n" + b"\0" * 300 + b"\r\n" + END)

        assert client.reply().startswith("250 ")

    def test_has_a_bounded_number_of_recipients(self, narrow):
        client = narrow.call().begin("1@lists.example", "2@lists.example", "3@lists.example")

        assert client.say("RCPT TO:<4@lists.example>").startswith("452 4.5.3")
        assert client.say("DATA").startswith("354 ")
        client.send(MAIL + END)
        assert client.codes(3) == ["250"] * 3

    def test_with_far_too_many_recipients_ends_the_session(self, narrow):
        client = narrow.call().begin("1@lists.example", "2@lists.example", "3@lists.example")

        client.send(b"RCPT TO:<4@lists.example>\r\n" * 5)

        assert client.codes(4) == ["452"] * 4
        assert client.rest().startswith("421 4.7.0")


class TestTheSize:
    def test_is_bounded_when_it_is_announced(self, narrow):
        client = narrow.call().greet()

        assert client.say("MAIL FROM:<ada@sender.example> SIZE=1001").startswith("552 5.3.4")
        assert client.say("MAIL FROM:<ada@sender.example> SIZE=99999999999999999999").startswith("552 5.3.4")
        assert client.say("MAIL FROM:<ada@sender.example> SIZE=1000").startswith("250 ")

    def test_is_bounded_when_the_mail_is_there(self, narrow):
        client = narrow.call().data("one@lists.example", "two@lists.example")

        client.send(b"\r\n" + b"x" * 997 + b"\r\n" + END)

        assert [reply[:9] for reply in client.replies(2)] == ["552 5.3.4"] * 2
        assert not narrow.taken
        assert client.say("MAIL FROM:<ada@sender.example>").startswith("250 ")

    def test_is_counted_without_stuffed_dots(self, narrow):
        client = narrow.call().data()

        client.send(b"\r\n" + b"..\r\n" * 332 + b"\r\n" + END)

        assert client.reply().startswith("250 ")
        assert len(narrow.contents()[0]) == 1000

    def test_decides_whether_a_file_is_written(self, serve, tmp_path):
        kinds = []

        async def take(mail):
            kept = mail.content
            kinds.append(
                (type(kept) is bytes, mail.read(), mail.size, [p.read_bytes() for p in tmp_path.iterdir()])
            )
            return [Reply(250, "2.0.0", "Taken")]

        client = serve(take=take, limits=Limits(memory=100)).call().data()
        small, large = b"\r\n" + b"x" * 96 + b"\r\n", b"\r\n" + b"x" * 97 + b"\r\n"
        client.send(small + END)
        client.reply()
        client.send(b"MAIL FROM:<>\r\nRCPT TO:<list@lists.example>\r\nDATA\r\n")
        client.replies(3)
        client.send(*(large[at : at + 10] for at in range(0, len(large), 10)), END)
        client.reply()

        assert kinds == [(True, small, 100, []), (False, large, 101, [large])]
        assert list(tmp_path.iterdir()) == []

    def test_lets_whoever_takes_a_file_keep_it(self, serve, tmp_path):
        async def take(mail):
            mail.content.rename(tmp_path / "kept")
            return [Reply(250, "2.0.0", "Taken")]

        client = serve(take=take, limits=Limits(memory=10)).call().data()
        client.send(MAIL + END)

        assert client.reply().startswith("250 ")
        assert [path.name for path in tmp_path.iterdir()] == ["kept"]

    def test_beyond_the_limit_is_read_to_its_end(self, narrow):
        client = narrow.call().data()

        client.send(b"\r\n" + b"x" * 300_000 + b"\r\n" + END)

        assert client.reply().startswith("552 5.3.4")
        assert list(narrow.folder.iterdir()) == []

    def test_beyond_the_limit_leaves_nothing_while_more_comes(self, tmp_path):
        incoming = Incoming(tmp_path, Limits(size=1000, memory=100))
        incoming.add(b"\r\n" + b"x" * 500)
        assert len(list(tmp_path.iterdir())) == 1

        incoming.add(b"x" * 500)

        assert list(tmp_path.iterdir()) == []
        incoming.add(b"x" * 500)
        assert incoming.finish() is None
        assert list(tmp_path.iterdir()) == []

    def test_of_a_file_that_cannot_be_written_is_our_fault(self, serve, tmp_path):
        house = serve(folder=tmp_path / "absent", limits=Limits(memory=10))
        client = house.call().data("one@lists.example", "two@lists.example")

        client.send(MAIL + END)

        assert [reply[:9] for reply in client.replies(2)] == ["451 4.3.0"] * 2


class TestChunks:
    def test_are_a_mail_together(self, house):
        client = house.call().begin("good@lists.example", "full@lists.example")

        client.send(b"BDAT 3\r\n.\r\nBDAT 1\r\n\rBDAT 4 last\r\n\n.\r\nNOOP\r\n")

        assert client.codes(5) == ["250", "250", "250", "552", "250"]
        assert house.contents() == [b".\r\n\r\n.\r\n"]

    def test_may_end_with_an_empty_one(self, house):
        client = house.call().begin()

        client.send(b"BDAT 2\r\nabBDAT 0 LAST\r\nNOOP\r\n")

        assert client.codes(3) == ["250"] * 3
        assert house.contents() == [b"ab"]

    def test_are_read_to_their_end_when_they_are_refused(self, house):
        client = house.call().begin("unknown@lists.example")

        client.send(b"BDAT 30 LAST\r\nRCPT TO:<list@lists.example>\r\nNOOP\r\n")

        assert client.codes(2) == ["503", "250"]
        assert house.asked == ["unknown@lists.example"]

    @pytest.mark.parametrize("line", [b"BDAT", b"BDAT x", b"BDAT -1", b"BDAT 1 FIRST", b"BDAT 9999999999999"])
    def test_without_a_size_end_the_session(self, house, line):
        client = house.call().begin()

        client.send(line + b"\r\nRSET\r\n")

        assert client.rest().startswith("521 5.5.4")

    @pytest.mark.parametrize(
        "chunk", [b"BDAT 1 LAST\r\n\r", b"BDAT 1\r\n\rBDAT 1 LAST\r\na", b"BDAT 2 LAST\r\na\n"]
    )
    def test_hold_no_lone_line_ends(self, house, chunk):
        client = house.call().begin()

        client.send(chunk)

        assert client.rest().split("\r\n")[-2].startswith("521 5.5.2")
        assert not house.taken

    def test_are_not_mixed_with_other_ways(self, house):
        client = house.call().begin()

        client.send(b"BDAT 2\r\nab")
        assert client.reply().startswith("250 ")
        assert client.say("DATA").startswith("503 ")
        assert client.say("RCPT TO:<list@lists.example>").startswith("503 ")
        client.send(b"RSET\r\nBDAT 2 LAST\r\nab")
        assert client.codes(2) == ["250", "503"]

    def test_have_the_same_limits(self, narrow):
        client = narrow.call().begin()

        client.send(b"BDAT 501\r\n\r\n" + b"x" * 499 + b"BDAT 500 LAST\r\n" + b"x" * 500 + b"NOOP\r\n")

        assert [reply[:9] for reply in client.replies(3)] == ["250 2.0.0", "552 5.3.4", "250 2.0.0"]
        assert list(narrow.folder.iterdir()) == []
