"""What the worker does from time to time: the house's own chores, and how any chore is claimed, done and noted."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from parvis.core.delivery.actions import forget_asked, note_unanswered
from parvis.core.delivery.actions.announcing import notice_changes as notice_announced
from parvis.core.delivery.actions.connecting import forget_accounts
from parvis.core.delivery.actions.outward import notice_changes
from parvis.core.delivery.probing import try_again
from parvis.core.delivery.sorting import forget_inbound
from parvis.core.people.models import Invitation, Tries
from parvis.core.stream.actions.indexing import index_anew
from parvis.lib.refusal import Refusal

from .actions.jobs import discard, give_up
from .models import ChoreRun, Job, OneTimeDoor
from .rooms import Chore, all_rooms

logger = logging.getLogger(__name__)

LOCKED_FOR = timedelta(minutes=2)
AGAIN_AFTER_FAILURE = timedelta(minutes=5)
BEAT_EVERY = 30.0
DEATHS = 3
INVITATIONS_KEPT = timedelta(days=365)
RESULTS_KEPT = timedelta(days=7)


def forget_sessions(at: datetime) -> None:
    """Sessions that have run out."""
    Session.objects.filter(expire_date__lt=at).delete()


def forget_doors(at: datetime) -> None:
    """One-time links and invitations that have been of no use for long."""
    OneTimeDoor.objects.filter(until__lt=at).delete()
    Invitation.objects.filter(until__lt=at - INVITATIONS_KEPT, used_at=None).delete()


def cull_cache(at: datetime) -> None:
    """Cache rows that have run out; the cache itself only looks when it is full."""
    table = getattr(cache, "_table", "")
    if table:
        with connection.cursor() as cursor:
            quoted = connection.ops.quote_name(table)
            moment = connection.ops.adapt_datetimefield_value(at)
            cursor.execute(f"DELETE FROM {quoted} WHERE expires < %s", [moment])


def forget_tries(at: datetime) -> None:
    """Counts of tries that begin anew."""
    Tries.objects.filter(until__lt=at).delete()


def forget_jobs(at: datetime) -> None:
    """Finished work of a week ago, with the files it made."""
    for job in Job.objects.filter(finished_at__lt=at - RESULTS_KEPT):
        discard(job=job)


def forget_parts(at: datetime) -> None:
    """Half-written files left in the backups and exports by a process that was killed a day ago or more."""
    limit = (at - timedelta(days=1)).timestamp()
    for folder in ("backups", "exports"):
        for part in Path(settings.PARVIS_DATA, folder).glob(".*.part"):
            if part.stat().st_mtime < limit:
                part.unlink(missing_ok=True)


def renew_index(at: datetime) -> None:
    """The index of words, a part each time, after a new version of Parvis has learnt to read words in another way."""
    index_anew()


HOUSE = (
    Chore(name="site.sessions", every=timedelta(hours=6), run=forget_sessions),
    Chore(name="site.doors", every=timedelta(hours=12), run=forget_doors),
    Chore(name="site.cache", every=timedelta(hours=1), run=cull_cache),
    Chore(name="site.tries", every=timedelta(hours=1), run=forget_tries),
    Chore(name="site.jobs", every=timedelta(hours=6), run=forget_jobs),
    Chore(name="site.parts", every=timedelta(hours=24), run=forget_parts),
    Chore(name="delivery.asked", every=timedelta(hours=12), run=forget_asked),
    Chore(name="delivery.told", every=timedelta(minutes=1), run=notice_changes),
    Chore(name="delivery.accounts", every=timedelta(hours=1), run=forget_accounts),
    Chore(name="delivery.announced", every=timedelta(minutes=1), run=notice_announced),
    Chore(name="delivery.unanswered", every=timedelta(hours=12), run=note_unanswered),
    Chore(name="delivery.inbound", every=timedelta(hours=6), run=forget_inbound),
    Chore(name="delivery.again", every=timedelta(hours=1), run=try_again),
    Chore(name="site.words", every=timedelta(minutes=1), run=renew_index),
)


def all_chores() -> Iterator[Chore]:
    """The house's chores, then each room's."""
    yield from HOUSE
    for room in all_rooms():
        yield from room.chores


def do_chores(at: datetime) -> int:
    """Do every chore that is due and that nobody else is doing; how many were done."""
    runs = {run.name: run for run in ChoreRun.objects.all()}
    done = 0
    for chore in all_chores():
        run = runs.get(chore.name) or ChoreRun.objects.get_or_create(name=chore.name)[0]
        if is_due(chore, run, at) and claim(run, at):
            do(chore, run, at)
            done += 1
    return done


def soon(name: str) -> None:
    """Have a chore done at the next look, however lately it was done."""
    ChoreRun.objects.filter(name=name).update(last_run_at=None)


def is_due(chore: Chore, run: ChoreRun, at: datetime) -> bool:
    """Whether it is time again; after a failure sooner than the chore's own rhythm, never more often."""
    if run.locked_until is not None and run.locked_until > at:
        return False
    pause = min(chore.every, AGAIN_AFTER_FAILURE) if run.failures else chore.every
    return run.last_run_at is None or run.last_run_at + pause <= at


def claim(run: ChoreRun, at: datetime) -> bool:
    """Take a chore for oneself; False when another worker was quicker."""
    free = ChoreRun.objects.filter(Q(locked_until=None) | Q(locked_until__lte=at), pk=run.pk)
    return bool(free.filter(last_run_at=run.last_run_at).update(locked_until=at + LOCKED_FOR))


def do(chore: Chore, run: ChoreRun, at: datetime) -> None:
    """Do it, and note how it went, in words an owner can read."""
    mine = ChoreRun.objects.filter(pk=run.pk)
    try:
        with held(mine.exclude(locked_until=None)):
            chore.run(at)
    except Exception as error:
        logger.exception("Chore %s stopped", chore.name)
        words = str(error) if isinstance(error, Refusal) else f"{type(error).__name__}: {error}"
        mine.update(last_run_at=at, locked_until=None, failures=F("failures") + 1, last_error=words[:1000])
    else:
        mine.update(last_run_at=at, locked_until=None, failures=0, last_error="")


@contextmanager
def held(rows: QuerySet[Any]) -> Iterator[None]:
    """Keep a claim alive while the block runs: every half minute the lock of `rows` is put further off."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(BEAT_EVERY):
            rows.update(locked_until=timezone.now() + LOCKED_FOR)
        connection.close()

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def free_all() -> None:
    """Take back what a killed worker had claimed. Only for one who knows that no other worker lives."""
    Job.objects.waiting().exclude(locked_until=None).update(locked_until=None)
    ChoreRun.objects.exclude(locked_until=None).update(locked_until=None)


def bury_jobs(at: datetime) -> None:
    """Give up work during which a worker died three times."""
    cut_off = Job.objects.waiting().filter(
        Q(locked_until=None) | Q(locked_until__lte=at), attempts__gte=F("failures") + DEATHS
    )
    for job in cut_off:
        if cut_off.filter(pk=job.pk).update(locked_until=at + LOCKED_FOR):
            words = _(
                "This was begun %(times)d times and cut off each time, so it is not tried again. "
                "The server may be short of memory; its log says more."
            )
            give_up(job=job, problem=words % {"times": job.attempts - job.failures}, at=at)
