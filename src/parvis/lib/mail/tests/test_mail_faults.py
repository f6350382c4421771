"""Whatever goes wrong and whenever one stops: every message has exactly one outcome, and it is true."""

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from random import Random

from hypothesis import event, given, settings
from hypothesis import strategies as st

from parvis.lib.mail import Message, fan_out
from parvis.lib.mail.tests.copies import message
from parvis.lib.mail.tests.false_relay import CUT, CUT_AFTER, Act, FalseRelay, Session
from parvis.lib.mail.tests.notebook import Notebook

BOUNDS = settings(max_examples=250, deadline=None, derandomize=True)
WRONG: list[Act] = [
    CUT,
    CUT_AFTER,
    b"451 4.3.0 later\r\n",
    b"550-5.1.1 never\r\n550 5.1.1 ever\r\n",
    b"421 4.3.2 closing\r\n",
    b"rubbish\r\n",
    b"354 go on\r\n",
    b"250 2.0.0 fine\r\n",
]
LINES = [b".", b"..", b".a", b"a", b"", b"a" * 998, b"QUIT", b"\r\n.\r\n"]


@dataclass(frozen=True)
class Course:
    """How one sending goes; `chance` is that of a wrong reply at each step, and `at_dots` that of one to a dot."""

    seed: int
    messages: int
    connections: int
    chance: float
    at_dots: float
    pipelines: bool
    consents_to_nobody: bool
    losses: int
    stop_at: int = 0  # the step of either side at which one stops; 0: at none


def courses(stop_at: st.SearchStrategy[int]) -> st.SearchStrategy[Course]:
    return st.builds(
        Course,
        seed=st.integers(0, 1 << 32),
        messages=st.integers(1, 12),
        connections=st.integers(1, 3),
        chance=st.sampled_from([0.0, 0.02, 0.1, 0.3]),
        at_dots=st.sampled_from([0.0, 0.2, 0.5]),
        pipelines=st.booleans(),
        consents_to_nobody=st.booleans(),
        losses=st.integers(1, 4),
        stop_at=stop_at,
    )


def run(course: Course) -> tuple[Notebook, FalseRelay]:
    """Send messages by this course."""
    random = Random(course.seed)
    keys = range(course.messages)
    contents = [b"".join(random.choice(LINES) + b"\r\n" for _ in range(random.randrange(6))) for _ in keys]
    notebook = Notebook(
        (message(key, b"Subject: number %d\r\n\r\n" % key, content) for key, content in enumerate(contents)),
        kept_back=[key for key in keys if random.random() < 0.1],
    )

    def script(step: str, session: Session) -> Act:
        return (
            random.choice(WRONG)
            if random.random() < (course.at_dots if step == "dot" else course.chance)
            else None
        )

    relay = FalseRelay(
        script=script,
        extensions=(b"PIPELINING",) if course.pipelines else (b"SIZE",),
        consents_to_nobody=course.consents_to_nobody,
    )

    async def send() -> None:
        async with asyncio.timeout(20), relay:
            how = relay.at(connections=course.connections, losses=course.losses, taking=1, answering=1)
            task = asyncio.create_task(fan_out(how, notebook))
            relay.every_step = notebook.every_step = stopping(task, course.stop_at)
            with suppress(asyncio.CancelledError):
                await task

    asyncio.run(send())
    return notebook, relay


def stopping(task: asyncio.Task[str | None], at: int) -> Callable[[], None]:
    """Counts the steps of both sides, and cancels at one of them."""
    steps = 0

    def step() -> None:
        nonlocal steps
        steps += 1
        if steps == at:
            task.cancel()

    return step


def hold_to_the_truth(notebook: Notebook, relay: FalseRelay) -> None:
    kinds = notebook.kinds
    assert set(kinds) == {one.key for one in notebook.given}
    assert relay.wrong == []

    # What was taken was taken once, whole, and with our knowledge or our doubt.
    by_recipient = {one.recipient: one for one in notebook.given}
    taken = Counter(recipient for _, recipient, _ in relay.taken)
    assert set(taken.values()) <= {1}
    for sender, recipient, content in relay.taken:
        one = by_recipient[recipient]
        assert sender == one.sender
        assert content == b"".join(text.octets for text in one.content)
        assert kinds[one.key] in {"accepted", "unknown"}
    for one in notebook.given:
        if kinds[one.key] == "accepted":
            assert taken[one.recipient] == 1
        if kinds[one.key] in {"accepted", "unknown"}:
            assert one.key in notebook.dotted
            assert one.key in notebook.allowed

    # No content goes out twice, and the doubt is about one message a line at the most, the last one of it.
    doubtful = [one for one in notebook.given if kinds[one.key] == "unknown"]
    for one in notebook.given:
        assert len([session for session in relay.sessions if has_content(session, one)]) <= 1
    for session in relay.sessions:
        assert len([one for one in doubtful if has_content(session, one)]) <= 1
        assert not {one.recipient for one in doubtful} & set(session.dotted[:-1])
    assert len(doubtful) <= len([session for session in relay.sessions if "quit" not in session.steps])
    for kind in set(kinds.values()):
        event(kind)


def has_content(session: Session, one: Message) -> bool:
    return one.content[0].octets in b"".join(session.chunks)


@BOUNDS
@given(courses(st.just(0)))
def test_every_outcome_is_true_whatever_the_relay_does(course: Course) -> None:
    hold_to_the_truth(*run(course))


@BOUNDS
@given(courses(st.integers(1, 120)))
def test_every_outcome_is_true_whenever_one_stops(course: Course) -> None:
    hold_to_the_truth(*run(course))
