"""Asking the machines of others: several at a time, in threads that know nothing of the database."""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from parvis.lib.web import Answer, Unfetched

logger = logging.getLogger(__name__)

AT_ONCE = 6
"""Machines asked at the same time."""
GONE = {404, 410}

type Found[T] = T | Unfetched


def ask_at_once[E, T](
    batch: Sequence[E], ask: Callable[[E], T], *, is_stopping: Callable[[], bool] = lambda: False
) -> Sequence[tuple[E, Found[T]]]:
    """What comes of asking for each, several at a time. When we are to stop, what has not begun is left to others.

    No transaction may be open, and `ask` may not read the database: its threads would each open a line of their own.
    """
    if not batch:
        return []

    def one(errand: E) -> Found[T]:
        try:
            return ask(errand)
        except Unfetched as trouble:
            return trouble
        except Exception:  # what others write must not stop the worker
            logger.exception("Something that another site said could not be read")
            return Unfetched("It could not be read.")

    with ThreadPoolExecutor(AT_ONCE) as threads:
        asked = [(errand, threads.submit(one, errand)) for errand in batch if not is_stopping()]
        return [(errand, future.result()) for errand, future in asked]


def is_busy(answer: Answer) -> bool:
    """Whether it is worth trying again."""
    return answer.status == 429 or answer.status >= 500
