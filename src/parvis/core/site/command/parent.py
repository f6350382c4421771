"""No orphan: a child process that stops when the one that started it is gone, however that one went."""

import ctypes
import os
import signal
import sys
import threading
import time

PR_SET_PDEATHSIG = 1
LOOK_EVERY = 0.5
GRACE = 2.5


def follow_parent(parent: int, word: signal.Signals = signal.SIGTERM) -> None:
    """Send this process `word` when `parent` is gone, and end it if it has not stopped within the grace.

    Linux tells at once (prctl(2), PR_SET_PDEATHSIG); elsewhere, and as a second rope, a thread looks.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(word))
    threading.Thread(target=watch, args=(parent, word), daemon=True).start()


def watch(parent: int, word: signal.Signals) -> None:
    """Look for the parent now and then."""
    while os.getppid() == parent:
        time.sleep(LOOK_EVERY)
    os.kill(os.getpid(), word)
    time.sleep(GRACE)
    os._exit(1)
