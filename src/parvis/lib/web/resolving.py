"""Where a name leads, within a time: the resolver of the machine has a patience of its own, and cannot be interrupted."""

import threading
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue

from parvis.lib.web.addresses import Unfetched

type Resolve = Callable[[str, int], Sequence[str]]

MOST_AT_ONCE = 16
"""Questions under way, those included for whose answer nobody waits any more."""
_free = threading.BoundedSemaphore(MOST_AT_ONCE)


def resolved(resolve: Resolve, host: str, port: int, *, within: float) -> Sequence[str]:
    """What `resolve` says, if it does so within so many seconds. Raises Unfetched, and whatever `resolve` raises.

    It is asked in a thread of its own, which is left alone when it takes too long, and never keeps the process alive.
    """
    if not _free.acquire(timeout=within):
        raise Unfetched("Too many names are being looked up.")
    answers: SimpleQueue[Sequence[str] | Exception] = SimpleQueue()

    def ask() -> None:
        try:
            answers.put(resolve(host, port))
        except Exception as error:
            answers.put(error)
        finally:
            _free.release()

    threading.Thread(target=ask, name="resolver", daemon=True).start()
    try:
        answer = answers.get(timeout=within)
    except Empty:
        raise Unfetched("It took too long.") from None
    if isinstance(answer, Exception):
        raise answer
    return answer
