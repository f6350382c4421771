"""The worker: does the chores that are due and the jobs that were asked for, until it is told to stop."""

import logging
import os
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType

from django.db import DatabaseError, close_old_connections
from django.db.models import F
from django.utils import timezone, translation

from parvis.core.delivery.carrying import Carrier
from parvis.core.delivery.envoy import Envoy
from parvis.core.delivery.sorting import Sorter

from .actions.jobs import claim
from .chores import bury_jobs, do_chores, free_all, held
from .jobs import attempt
from .models import Job
from .rooms import all_rooms

logger = logging.getLogger(__name__)

LOOK_FOR_CHORES = 10.0
LOOK_FOR_JOBS = 1.0
LOOK_FOR_MAILS = 2.0
LOOK_FOR_MENTIONS = 5.0
STOPS_WITHIN = 1.5


class Worker:
    """Chores, jobs, mails, and what is said with other sites: each in a thread of its own, so that none holds up another.

    `alone` says that no other worker can be at work on this database: then whatever is claimed was claimed by
    one that was killed, and is taken back at once instead of when its lock runs out.
    """

    def __init__(self, *, alone: bool) -> None:
        self.alone = alone
        self.stopping = threading.Event()
        self.job: Job | None = None

    def run(self) -> None:
        """Until SIGTERM or SIGINT; then what is under way gets a moment to end, and is put back if it does not."""
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, self.heard)
        if self.alone:
            free_all()
        self.carrier = Carrier(alone=self.alone, is_stopping=self.stopping.is_set)
        self.envoy = Envoy(alone=self.alone, is_stopping=self.stopping.is_set)
        steps = (
            (self.do_due_chores, LOOK_FOR_CHORES),
            (self.do_next_job, LOOK_FOR_JOBS),
            (self.carrier.step, LOOK_FOR_MAILS),
            (self.envoy.step, LOOK_FOR_MENTIONS),
            (Sorter().step, LOOK_FOR_MAILS),
            *self.watches(),
        )
        threads = [threading.Thread(target=self.repeat, args=step, daemon=True) for step in steps]
        for thread in threads:
            thread.start()
        self.stopping.wait()
        for thread in threads:
            thread.join(STOPS_WITHIN / len(threads))
        self.put_back()
        # A thread that is still at work cannot be stopped otherwise; its transaction is rolled back.
        os._exit(0)

    def watches(self) -> Iterator[tuple[Callable[[], bool], float]]:
        """What rooms look at all the time, closed or not: money that was promised is owed either way."""
        for room in all_rooms():
            for watch in room.watches:
                yield watch.begin(self.alone, self.stopping.is_set), watch.pause

    def heard(self, number: int, frame: FrameType | None) -> None:
        """Somebody asks us to stop."""
        self.stopping.set()

    def repeat(self, step: Callable[[], bool], pause: float) -> None:
        """Do a step again and again, at once while it finds work, else after a pause in seconds."""
        while not self.stopping.is_set():
            close_old_connections()
            try:
                found = step()
            except DatabaseError:
                logger.exception("The worker could not use the database")
                found = False
            except Exception:
                logger.exception("A step of the worker failed, and is tried again")
                found = False
            if not found:
                self.stopping.wait(pause)

    def do_due_chores(self) -> bool:
        """What is due now."""
        do_chores(timezone.now())
        return False

    def do_next_job(self) -> bool:
        """The next job, in the language of whoever asked for it; False when none waits."""
        bury_jobs(timezone.now())
        job = claim(at=timezone.now())
        if job is None:
            return False
        self.job = job
        with translation.override(job.person.language), held(Job.objects.waiting().filter(pk=job.pk)):
            attempt(job)
        self.job = None
        return True

    def put_back(self) -> None:
        """Leave the job under way to whoever works next; being asked to stop does not count as an attempt."""
        if self.job is not None:
            mine = Job.objects.waiting().filter(pk=self.job.pk, attempts=self.job.attempts)
            mine.update(locked_until=None, attempts=F("attempts") - 1)
