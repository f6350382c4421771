"""Questions of many connections, answered together by the one thread that speaks to the database."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

TURNS = 8
"""Turns of the loop in which others can join, since what they wait for is often there already; some microseconds each."""


class Together[Q, A]:
    """Collects what is asked while an answer is being found, and asks for all of it at once.

    `answer` gets the questions in the order in which they came, and gives an answer to each; when it raises, all who
    asked get the exception.
    """

    def __init__(self, answer: Callable[[Sequence[Q]], Sequence[A]], thread: ThreadPoolExecutor) -> None:
        self.answer = answer
        self.thread = thread
        self.waiting: list[tuple[Q, asyncio.Future[A]]] = []
        self.task: asyncio.Task[None] | None = None

    async def ask(self, question: Q) -> A:
        future: asyncio.Future[A] = asyncio.get_running_loop().create_future()
        self.waiting.append((question, future))
        if self.task is None or self.task.done():
            self.task = asyncio.create_task(self.find())
        return await future

    async def find(self) -> None:
        """Until nobody waits for an answer."""
        while self.waiting:
            for _turn in range(TURNS):
                await asyncio.sleep(0)
            some, self.waiting = self.waiting, []
            questions = [question for question, _future in some]
            try:
                answers = await asyncio.get_running_loop().run_in_executor(
                    self.thread, self.answer, questions
                )
            except BaseException as error:
                fail([future for _question, future in some], error)
                if not isinstance(error, Exception):
                    fail([future for _question, future in self.waiting], error)
                    raise
                continue
            for (_question, future), answer in zip(some, answers, strict=True):
                if not future.done():
                    future.set_result(answer)


def fail[A](futures: Sequence[asyncio.Future[A]], error: BaseException) -> None:
    """Let those who wait know that there is no answer."""
    for future in futures:
        if not future.done():
            future.set_exception(error if isinstance(error, Exception) else RuntimeError(str(error)))
