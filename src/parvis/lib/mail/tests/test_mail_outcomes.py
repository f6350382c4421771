"""Sending many messages: each has one outcome, and it is true, wherever the relay fails."""

import asyncio

import pytest

from parvis.lib.mail import Message, Outcome, Text
from parvis.lib.mail.fanout import fan_out
from parvis.lib.mail.tests.copies import BODY, message
from parvis.lib.mail.tests.false_relay import CUT, CUT_AFTER, HANG, Act, FalseRelay, Session, failing
from parvis.lib.mail.tests.notebook import Notebook, sent

SIMPLE = (b"8BITMIME", b"SIZE")


@pytest.fixture(params=["pipelining", "step by step"])
def extensions(request: pytest.FixtureRequest) -> tuple[bytes, ...]:
    return (b"PIPELINING", *SIMPLE) if request.param == "pipelining" else SIMPLE


def three(script: object, extensions: tuple[bytes, ...], **over: object) -> tuple[Notebook, FalseRelay]:
    """Three messages over one connection to a relay that follows the script."""
    notebook = Notebook(message(key) for key in (1, 2, 3))
    relay, _ = sent(notebook, FalseRelay(script=script, extensions=extensions), **over)  # type: ignore[arg-type]
    assert relay.wrong == []
    return notebook, relay


class TestAllIsWell:
    def test_every_message_is_taken_once_as_it_is(self, extensions: tuple[bytes, ...]) -> None:
        notebook = Notebook(message(key) for key in range(20))
        relay, why = sent(notebook, FalseRelay(extensions=extensions), connections=3)
        assert why is None
        assert notebook.kinds == dict.fromkeys(range(20), "accepted")
        assert sorted(relay.taken) == sorted(
            (
                f"b+{key}@square.example",
                f"n{key}@there.example",
                b"Subject: number %d\r\n\r\n" % key + BODY.octets,
            )
            for key in range(20)
        )
        assert all(session.steps[-1] == "quit" for session in relay.sessions)

    def test_the_outcome_has_the_words_of_the_relay(self, extensions: tuple[bytes, ...]) -> None:
        script = failing("dot", b"250-2.0.0 Ok:\x1b[31m\r\n250 2.0.0 queued\tas \xc3\xa9 4F\x00\r\n")
        notebook, _ = three(script, extensions)
        outcome = notebook.of(1)
        assert (outcome.code, outcome.status, outcome.step) == (250, "2.0.0", "dot")
        assert outcome.words == "Ok: [31m queued as é 4F"

    def test_nothing_to_send_opens_no_line(self) -> None:
        relay, why = sent(Notebook([]), connections=4)
        assert (relay.sessions, why) == ([], None)

    def test_no_more_lines_are_opened_than_there_are_messages(self) -> None:
        relay, _ = sent(Notebook([message(1)]), connections=4)
        assert len(relay.sessions) == 1

    def test_the_next_message_begins_in_the_write_that_ends_this_one(self) -> None:
        _, relay = three(lambda step, session: None, (b"PIPELINING",))
        chunks = relay.sessions[0].chunks[1:]  # behind EHLO
        assert chunks[0].count(b"\r\n") == 3
        assert [chunk.endswith(b"DATA\r\n") for chunk in chunks] == [True, True, True, False, False]
        assert [b"\r\n.\r\nMAIL FROM:<b+" in chunk for chunk in chunks] == [False, True, True, False, False]
        assert chunks[3].endswith(b"\r\n.\r\n")

    def test_a_relay_that_does_not_pipeline_is_asked_one_thing_at_a_time(self) -> None:
        _, relay = three(lambda step, session: None, SIMPLE)
        assert all(
            chunk.count(b"\r\n") == 1 or chunk.endswith(b"\r\n.\r\n") for chunk in relay.sessions[0].chunks
        )

    def test_what_was_there_before_is_durable_before_a_dot_is_written(
        self, extensions: tuple[bytes, ...]
    ) -> None:
        notebook = Notebook(message(key) for key in range(5))
        seen: list[tuple[int, int]] = []

        def script(step: str, session: Session) -> Act:
            if step == "dot":
                seen.append((len(notebook.dotted), len(notebook.told)))
            return None

        sent(notebook, FalseRelay(script=script, extensions=extensions))
        assert seen == [(1, 0), (2, 1), (3, 2), (4, 3), (5, 4)]

    def test_size_and_eight_bits_are_announced_to_a_relay_that_knows_of_them(self) -> None:
        notebook = Notebook([message(1, b"A: b\r\n\r\n\xc3\xa9\r\n"), message(2, b"A: b\r\n")])
        relay, _ = sent(notebook)
        assert [line for line in relay.sessions[0].commands if line.startswith(b"MAIL")] == [
            b"MAIL FROM:<b+1@square.example> BODY=8BITMIME SIZE=12",
            b"MAIL FROM:<b+2@square.example> SIZE=6",
        ]


class TestRefusedAtAStep:
    @pytest.mark.parametrize("step", ["mail", "rcpt", "data", "dot"])
    @pytest.mark.parametrize(("code", "kind"), [(550, "refused"), (451, "deferred")])
    def test_it_is_that_message_only(
        self, step: str, code: int, kind: str, extensions: tuple[bytes, ...]
    ) -> None:
        reply = b"%d %d.1.1 not so\r\n" % (code, code // 100)
        notebook, relay = three(failing(step, reply, after=1), extensions)
        assert notebook.kinds == {1: "accepted", 2: kind, 3: "accepted"}
        outcome = notebook.of(2)
        assert (outcome.step, outcome.code, outcome.status) == (step, code, f"{code // 100}.1.1")
        assert outcome.words == "not so"
        assert [recipient for _, recipient, _ in relay.taken] == ["n1@there.example", "n3@there.example"]
        assert len(relay.sessions) == 1

    @pytest.mark.parametrize("step", ["mail", "rcpt"])
    def test_a_relay_that_consents_to_nobody_gets_nothing(self, step: str) -> None:
        script = failing(step, b"550 5.1.1 no\r\n", after=1)
        notebook = Notebook(message(key) for key in (1, 2, 3))
        relay, _ = sent(notebook, FalseRelay(script=script, consents_to_nobody=True))
        assert notebook.kinds == {1: "accepted", 2: "refused", 3: "accepted"}
        assert relay.wrong == []
        assert len(relay.sessions) == 1

    @pytest.mark.parametrize("reply", [b"250 Ok\r\n", b"354 hm\r\n"])
    def test_a_relay_that_takes_the_recipient_of_what_it_refused_sends_no_empty_mail(
        self, reply: bytes
    ) -> None:
        def script(step: str, session: Session) -> Act:
            if session.number:
                return None
            return {"mail": b"550 5.7.1 no\r\n", "rcpt": reply}.get(step)

        notebook = Notebook(message(key) for key in (1, 2))
        relay, _ = sent(notebook, FalseRelay(script=script))
        assert notebook.kinds == {1: "refused", 2: "accepted"}
        assert len(relay.taken) == 1

    def test_a_whole_list_of_refusals_is_no_trouble_of_the_line(self, extensions: tuple[bytes, ...]) -> None:
        notebook, relay = three(failing("rcpt", b"550 5.1.1 no\r\n", times=3), extensions)
        assert notebook.kinds == dict.fromkeys((1, 2, 3), "refused")
        assert len(relay.sessions) == 1

    def test_nothing_of_it_is_left_on_the_next_line(self, extensions: tuple[bytes, ...]) -> None:
        def script(step: str, session: Session) -> Act:
            if session.number:
                return None
            return b"550 no\r\n" if step == "rcpt" else CUT if step == "rset" else None

        notebook, relay = three(script, extensions)
        assert notebook.kinds == {1: "refused", 2: "accepted", 3: "accepted"}
        assert "rset" not in relay.sessions[1].steps


class TestLostLine:
    @pytest.mark.parametrize(
        "act", [CUT, CUT_AFTER, b"421 4.3.2 closing\r\n", b"rubbish\r\n", b"199 what\r\n"]
    )
    @pytest.mark.parametrize("step", ["connect", "ehlo", "mail", "rcpt", "data"])
    def test_before_the_dot_nothing_is_lost(self, step: str, act: Act, extensions: tuple[bytes, ...]) -> None:
        for after in (0, 1):
            notebook, relay = three(failing(step, act, after=after), extensions)
            assert notebook.kinds == dict.fromkeys((1, 2, 3), "accepted")
            assert len(relay.taken) == 3

    def test_within_the_content_one_message_is_of_unknown_fate(self, extensions: tuple[bytes, ...]) -> None:
        notebook, relay = three(failing("content", CUT, after=1), extensions)
        assert notebook.kinds in (
            {1: "accepted", 2: "unknown", 3: "accepted"},
            dict.fromkeys((1, 2, 3), "accepted"),  # the cut was seen before the dot was written
        )
        assert len(relay.sessions) == 2

    @pytest.mark.parametrize("act", [CUT, CUT_AFTER, b"rubbish\r\n", b"354 more\r\n"])
    def test_behind_the_dot_one_message_is_of_unknown_fate(
        self, act: Act, extensions: tuple[bytes, ...]
    ) -> None:
        notebook, relay = three(failing("dot", act, after=1), extensions)
        assert notebook.kinds == {1: "accepted", 2: "unknown", 3: "accepted"}
        assert [session.dotted for session in relay.sessions] == [
            ["n1@there.example", "n2@there.example"],
            ["n3@there.example"],
        ]

    def test_by_421_to_a_dot_the_message_is_deferred(self, extensions: tuple[bytes, ...]) -> None:
        notebook, relay = three(failing("dot", b"421 4.3.2 closing\r\n", after=1), extensions)
        assert notebook.kinds == {1: "accepted", 2: "deferred", 3: "accepted"}
        assert notebook.of(2).code == 421
        assert len(relay.sessions) == 2

    def test_a_relay_that_says_421_is_left_also_when_it_lets_the_line_stand(
        self, extensions: tuple[bytes, ...]
    ) -> None:
        def script(step: str, session: Session) -> Act:
            if step == "dot" and not session.number:
                session.writer.write(b"421 4.3.2 closing\r\n")
                return HANG
            return None

        notebook, _ = three(script, extensions)
        assert notebook.kinds == {1: "deferred", 2: "accepted", 3: "accepted"}

    def test_a_relay_that_takes_two_messages_a_line_is_given_all(self, extensions: tuple[bytes, ...]) -> None:
        def script(step: str, session: Session) -> Act:
            return b"421 4.7.0 too many\r\n" if step == "mail" and session.steps.count("mail") > 2 else None

        notebook = Notebook(message(key) for key in range(9))
        relay, why = sent(notebook, FalseRelay(script=script, extensions=extensions))
        assert notebook.kinds == dict.fromkeys(range(9), "accepted")
        assert (len(relay.sessions), why) == (5, None)

    def test_a_line_that_brought_a_refusal_was_not_lost_in_vain(self, extensions: tuple[bytes, ...]) -> None:
        def script(step: str, session: Session) -> Act:
            return b"550 no\r\n" if step == "rcpt" else CUT if step == "rset" else None

        notebook = Notebook(message(key) for key in range(6))
        sent(notebook, FalseRelay(script=script, extensions=extensions), losses=2)
        assert notebook.kinds == dict.fromkeys(range(6), "refused")

    def test_a_message_on_which_every_line_breaks_waits_for_another_day(
        self, extensions: tuple[bytes, ...]
    ) -> None:
        def script(step: str, session: Session) -> Act:
            return CUT if step == "rcpt" and session.commands[-1].startswith(b"RCPT TO:<n2@") else None

        notebook, _ = three(script, extensions)
        assert notebook.kinds == {1: "accepted", 2: "deferred", 3: "accepted"}

    @pytest.mark.parametrize("act", [CUT, b"421 4.3.2 away\r\n", b"554 5.7.1 not you\r\n"])
    def test_a_relay_that_never_greets_is_given_up(self, act: Act) -> None:
        notebook = Notebook(message(key) for key in range(9))
        relay, why = sent(notebook, FalseRelay(script=failing("connect", act, times=99)), connections=2)
        assert why
        assert set(notebook.kinds.values()) == {"deferred"}
        assert len(notebook.kinds) == len(notebook.given) == 2
        assert len(relay.sessions) == (2 if isinstance(act, bytes) and act.startswith(b"554") else 6)

    def test_why_is_told_also_when_all_that_there_was_is_deferred(self) -> None:
        notebook = Notebook([message(1)])
        _, why = sent(
            notebook, FalseRelay(script=failing("connect", b"554 not you\r\n", times=9)), connections=3
        )
        assert notebook.kinds == {1: "deferred"}
        assert why == "the relay answered 554 where 220 was due: 554 not you"

    def test_nobody_at_the_door(self) -> None:
        notebook = Notebook([message(1), message(2)])
        relay, why = sent(notebook, port=1)
        assert why is not None
        assert "cannot be reached" in why
        assert (notebook.kinds, relay.sessions) == ({1: "deferred"}, [])

    def test_where_one_line_is_all_that_a_relay_allows_it_carries_everything(self) -> None:
        def script(step: str, session: Session) -> Act:
            return b"421 4.7.0 one at a time\r\n" if step == "connect" and session.number else None

        notebook = Notebook(message(key) for key in range(30))
        relay, why = sent(notebook, FalseRelay(script=script), connections=4, losses=2)
        assert notebook.kinds == dict.fromkeys(range(30), "accepted")
        assert (len(relay.sessions), why) == (7, None)

    @pytest.mark.parametrize("step", ["connect", "ehlo", "mail", "rcpt", "data"])
    def test_who_does_not_answer_is_left(self, step: str, extensions: tuple[bytes, ...]) -> None:
        notebook, _ = three(failing(step, HANG), extensions, answering=0.05)
        assert notebook.kinds == dict.fromkeys((1, 2, 3), "accepted")

    def test_who_does_not_answer_to_a_dot_leaves_us_without_knowing(
        self, extensions: tuple[bytes, ...]
    ) -> None:
        notebook, _ = three(failing("dot", HANG), extensions, taking=0.05)
        assert notebook.kinds == {1: "unknown", 2: "accepted", 3: "accepted"}
        assert notebook.of(1).words == "the relay did not answer in time"

    def test_a_relay_that_does_not_say_goodbye_is_left_all_the_same(self) -> None:
        notebook, _ = three(failing("quit", CUT), SIMPLE)
        assert notebook.kinds == dict.fromkeys((1, 2, 3), "accepted")

    def test_a_reply_too_many_is_not_taken_for_the_next_one(self, extensions: tuple[bytes, ...]) -> None:
        notebook, relay = three(failing("data", b"354 go\r\n250 2.0.0 taken\r\n"), extensions)
        assert notebook.kinds == dict.fromkeys((1, 2, 3), "accepted")
        assert [recipient for _, recipient, _ in relay.taken] == [
            f"n{key}@there.example" for key in (1, 2, 3)
        ]
        assert len(relay.sessions) == 2


class TestTakenBack:
    def test_what_may_not_leave_is_cancelled(self, extensions: tuple[bytes, ...]) -> None:
        notebook = Notebook((message(key) for key in range(6)), kept_back=[0, 2, 3, 5])
        relay, _ = sent(notebook, FalseRelay(extensions=extensions))
        assert notebook.kinds == {key: "accepted" if key in {1, 4} else "cancelled" for key in range(6)}
        assert [recipient for _, recipient, _ in relay.taken] == ["n1@there.example", "n4@there.example"]
        assert relay.wrong == []
        assert len(relay.sessions) == 1

    def test_it_is_asked_before_data_and_not_before_the_recipient_is_taken(self) -> None:
        notebook = Notebook([message(1), message(2)], kept_back=[1])
        relay, _ = sent(notebook, FalseRelay(extensions=SIMPLE))
        verbs = [line[:4] for line in relay.sessions[0].commands]
        assert verbs == [b"EHLO", b"MAIL", b"RCPT", b"RSET", b"MAIL", b"RCPT", b"DATA", b"QUIT"]


class TestMoreThanAscii:
    EIGHT = b"Subject: x\r\n\r\n\xc3\xa9\r\n"
    SEVEN = (Text(b"Subject: x\r\n\r\n=C3=A9\r\n"),)

    def test_a_relay_that_carries_seven_bits_gets_another_body(self, extensions: tuple[bytes, ...]) -> None:
        notebook = Notebook([message(1, self.EIGHT)])
        notebook.sevenbit = self.SEVEN
        relay, _ = sent(notebook, FalseRelay(extensions=extensions[:-2] or (b"SIZE",)))
        assert relay.taken[0][2] == self.SEVEN[0].octets
        assert notebook.kinds == {1: "accepted"}
        assert notebook.of(1).message is notebook.given[0]

    def test_so_does_one_that_knows_of_no_other_heads(self) -> None:
        notebook = Notebook([message(1, b"Subject: \xc3\xa9\r\n\r\n")])
        notebook.sevenbit = self.SEVEN
        relay, _ = sent(notebook, FalseRelay(extensions=(b"PIPELINING", b"8BITMIME")))
        assert relay.taken[0][2] == self.SEVEN[0].octets

    @pytest.mark.parametrize("other", [None, (Text(EIGHT),)])
    def test_without_one_it_is_refused_in_our_words(self, other: tuple[Text, ...] | None) -> None:
        notebook = Notebook([message(1, self.EIGHT), message(2)])
        notebook.sevenbit = other
        sent(notebook, FalseRelay(extensions=(b"PIPELINING",)))
        assert notebook.kinds == {1: "refused", 2: "accepted"}
        assert (notebook.of(1).code, notebook.of(1).status) == (0, "5.6.3")

    def test_an_address_that_cannot_be_told_is_refused_in_our_words(
        self, extensions: tuple[bytes, ...]
    ) -> None:
        notebook = Notebook(
            [message(1, recipient="zoé@there.example"), message(2), message(3, sender="é@a.example")]
        )
        relay, _ = sent(notebook, FalseRelay(extensions=extensions))
        assert notebook.kinds == {1: "refused", 2: "accepted", 3: "refused"}
        assert (notebook.of(1).code, notebook.of(1).status) == (0, "5.6.7")
        assert "ASCII" in notebook.of(1).words
        assert len(relay.taken) == 1

    def test_it_is_told_to_a_relay_that_knows_of_it(self) -> None:
        notebook = Notebook(
            [message(1, recipient="zoé@there.example"), message(2, b"Subject: \xc3\xa9\r\n\r\n")]
        )
        relay, _ = sent(notebook)
        assert notebook.kinds == {1: "accepted", 2: "accepted"}
        assert relay.taken[0][1] == "zoé@there.example"
        announced = [line for line in relay.sessions[0].commands if line.startswith(b"MAIL")]
        assert all(line.endswith(b" SMTPUTF8") for line in announced)


class Faulty(Notebook):
    """A ledger that fails in one of its answers."""

    def __init__(self, fails: str) -> None:
        super().__init__(message(key) for key in range(8))
        self.fails = fails

    async def before_dot(self, message: Message, previous: Outcome | None, following: Message | None) -> bool:
        if self.fails == "before_dot" and message.key == 3:
            raise RuntimeError("the disk is full")
        return await super().before_dot(message, previous, following)

    async def next_message(self) -> Message | None:
        if self.fails == "next_message" and len(self.given) == 3:
            raise RuntimeError("the disk is full")
        return await super().next_message()

    async def done(self, message: Message, outcome: Outcome) -> None:
        if self.fails == "done" and outcome.kind == "refused":
            raise RuntimeError("the disk is full")
        await super().done(message, outcome)


class TestALedgerThatFails:
    @pytest.mark.parametrize("fails", ["before_dot", "next_message"])
    @pytest.mark.parametrize("connections", [1, 3])
    def test_ends_everything_with_the_truth(
        self, fails: str, connections: int, extensions: tuple[bytes, ...]
    ) -> None:
        notebook, relay = Faulty(fails), FalseRelay(extensions=extensions)
        with pytest.raises(RuntimeError, match="disk"):
            sent(notebook, relay, connections=connections)
        kinds = notebook.kinds
        assert set(kinds) == {one.key for one in notebook.given}
        taken = {int(recipient[1]) for _, recipient, _ in relay.taken}
        assert {key for key, kind in kinds.items() if kind == "accepted"} <= taken
        assert taken <= {key for key, kind in kinds.items() if kind in {"accepted", "unknown"}}

    def test_the_outcomes_that_it_can_keep_are_told(self, extensions: tuple[bytes, ...]) -> None:
        notebook = Faulty("done")
        script = failing("rcpt", b"550 no\r\n", after=2)
        with pytest.raises(RuntimeError, match="disk"):
            sent(notebook, FalseRelay(script=script, extensions=extensions))
        assert notebook.kinds == {0: "accepted", 1: "accepted"}


class TestStopping:
    @pytest.mark.parametrize(
        ("step", "kinds"),
        [
            ("connect", {1: "deferred"}),
            ("mail", {1: "deferred"}),
            ("data", {1: "deferred"}),
            ("dot", {1: "unknown"}),
        ],
    )
    def test_leaves_the_truth(self, step: str, kinds: dict[int, str], extensions: tuple[bytes, ...]) -> None:
        notebook = Notebook(message(key) for key in (1, 2, 3))

        async def send() -> None:
            reached = asyncio.Event()

            def script(now: str, session: Session) -> Act:
                if now != step:
                    return None
                reached.set()
                return HANG

            async with FalseRelay(script=script, extensions=extensions) as relay:
                task = asyncio.create_task(fan_out(relay.at(), notebook))
                await reached.wait()
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task

        asyncio.run(send())
        if 2 in notebook.kinds:
            kinds = kinds | {2: "deferred"}
        assert notebook.kinds == kinds

    def test_an_answer_that_comes_in_time_is_heard(self, extensions: tuple[bytes, ...]) -> None:
        notebook = Notebook(message(key) for key in (1, 2, 3))

        async def send() -> None:
            def script(now: str, session: Session) -> Act:
                if now == "dot":
                    task.cancel()
                return None

            async with FalseRelay(script=script, extensions=extensions) as relay:
                task = asyncio.create_task(fan_out(relay.at(stopping=10), notebook))
                with pytest.raises(asyncio.CancelledError):
                    await task

        asyncio.run(send())
        assert notebook.kinds.pop(1) == "accepted"
        assert set(notebook.kinds.values()) <= {"accepted", "deferred"}

    def test_lets_the_ledger_finish_and_writes_no_dot_behind_it(self, extensions: tuple[bytes, ...]) -> None:
        class Stopping(Notebook):
            async def before_dot(
                self, message: Message, previous: Outcome | None, following: Message | None
            ) -> bool:
                if message.key == 2:
                    task.cancel()
                    for _ in range(10):
                        await asyncio.sleep(0)
                return await super().before_dot(message, previous, following)

        notebook, relay = Stopping(message(key) for key in (1, 2, 3)), FalseRelay(extensions=extensions)
        task: asyncio.Task[str | None]

        async def send() -> None:
            nonlocal task
            async with relay:
                task = asyncio.create_task(fan_out(relay.at(), notebook))
                with pytest.raises(asyncio.CancelledError):
                    await task

        asyncio.run(send())
        assert notebook.dotted == [1, 2]
        assert notebook.kinds.pop(2) == "deferred"
        assert [recipient for _, recipient, _ in relay.taken] == ["n1@there.example"]

    def test_an_outcome_that_cannot_be_kept_does_not_hide_the_others(self) -> None:
        class Failing(Notebook):
            async def done(self, message: Message, outcome: Outcome) -> None:
                if message.key == 1:
                    raise RuntimeError("the disk is full")
                await super().done(message, outcome)

        notebook = Failing(message(key) for key in (1, 2, 3))

        async def send() -> None:
            def script(step: str, session: Session) -> Act:
                if step == "dot":
                    task.cancel()
                    return HANG
                return None

            async with FalseRelay(script=script) as relay:
                task = asyncio.create_task(fan_out(relay.at(), notebook))
                with pytest.raises(asyncio.CancelledError):
                    await task

        asyncio.run(send())
        assert notebook.kinds == {2: "deferred"}

    def test_while_the_last_outcomes_are_told_changes_none(self) -> None:
        class Stopping(Notebook):
            async def done(self, message: Message, outcome: Outcome) -> None:
                asyncio.get_running_loop().call_soon(task.cancel)
                await super().done(message, outcome)

        notebook = Stopping([message(1), message(2)])
        task: asyncio.Task[str | None]

        async def send() -> None:
            nonlocal task
            async with FalseRelay(script=failing("connect", CUT, times=9)) as relay:
                task = asyncio.create_task(fan_out(relay.at(connections=2), notebook))
                with pytest.raises(asyncio.CancelledError):
                    await task

        asyncio.run(send())
        assert notebook.kinds == {1: "deferred", 2: "deferred"}

    def test_a_ledger_that_does_not_come_to_its_end_is_interrupted(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("parvis.lib.mail.fanout.OVERTIME", 0.01)

        class Slow(Notebook):
            async def before_dot(
                self, message: Message, previous: Outcome | None, following: Message | None
            ) -> bool:
                if message.key == 2:
                    asyncio.get_running_loop().call_soon(task.cancel)
                    await asyncio.get_running_loop().create_future()
                return await super().before_dot(message, previous, following)

        notebook = Slow(message(key) for key in (1, 2, 3))
        task: asyncio.Task[str | None]

        async def send() -> None:
            nonlocal task
            async with FalseRelay() as relay:
                task = asyncio.create_task(fan_out(relay.at(), notebook))
                with pytest.raises(asyncio.CancelledError):
                    await task

        asyncio.run(send())
        assert notebook.kinds == {1: "accepted", 2: "deferred", 3: "deferred"}
