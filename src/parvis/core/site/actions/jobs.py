"""Work that somebody asks for and the worker does: asked, claimed by a conditional UPDATE, carried to its end."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from parvis.core.people.models import Notice, Person

from ..models import Job

LOCKED_FOR = timedelta(minutes=10)
TRY_AGAIN_AFTER = (timedelta(seconds=30), timedelta(minutes=5))


@transaction.atomic
def ask(*, kind: str, person: Person, at: datetime, arguments: Mapping[str, object] | None = None) -> Job:
    """Ask for a piece of work; asking twice for the same while it waits is asking once."""
    wanted = dict(arguments or {})
    waiting = Job.objects.waiting().filter(kind=kind, person=person, arguments=wanted).first()
    return waiting or Job.objects.create(kind=kind, person=person, arguments=wanted, at=at, next_try=at)


def claim(*, at: datetime) -> Job | None:
    """Take the next piece of work for oneself, for ten minutes; one that was cut off comes back by itself."""
    free = Job.objects.waiting().filter(Q(locked_until=None) | Q(locked_until__lte=at), next_try__lte=at)
    for job in free.order_by("next_try", "pk")[:5]:
        mine = free.filter(pk=job.pk, attempts=job.attempts)
        if mine.update(locked_until=at + LOCKED_FOR, attempts=F("attempts") + 1):
            job.refresh_from_db()
            return job
    return None


def note_progress(*, job: Job, done: int, total: int, at: datetime) -> None:
    """How far the work has come; keeps it for oneself for another ten minutes."""
    Job.objects.filter(pk=job.pk).update(done=done, total=total, locked_until=at + LOCKED_FOR)


@transaction.atomic
def finish(*, job: Job, at: datetime, file: str = "", result: Mapping[str, object] | None = None) -> Job:
    """The work is done: say so, with what it made (a path within the data folder)."""
    job.finished_at, job.locked_until, job.file, job.result = at, None, file, dict(result or {})
    job.size = (Path(settings.PARVIS_DATA) / file).stat().st_size if file else 0
    job.save(update_fields=["finished_at", "locked_until", "file", "result", "size"])
    Notice.objects.create(person=job.person, kind="site.job", about={"job": job.pk}, at=at)
    return job


@transaction.atomic
def give_up(*, job: Job, problem: str, at: datetime) -> Job:
    """The work cannot be done; `problem` says why, to whoever asked for it."""
    job.finished_at, job.locked_until, job.problem = at, None, problem
    job.save(update_fields=["finished_at", "locked_until", "problem"])
    Notice.objects.create(person=job.person, kind="site.job", about={"job": job.pk}, at=at)
    return job


def try_again(*, job: Job, at: datetime) -> bool:
    """Put the work back for later after an error; False when it has had enough of them."""
    if job.failures >= len(TRY_AGAIN_AFTER):
        return False
    wait = TRY_AGAIN_AFTER[job.failures]
    Job.objects.filter(pk=job.pk).update(locked_until=None, next_try=at + wait, failures=F("failures") + 1)
    return True


def discard(*, job: Job) -> None:
    """Forget a piece of work, and delete the file it made."""
    file = Path(settings.PARVIS_DATA) / job.file if job.file else None
    job.delete()
    if file is not None:
        transaction.on_commit(lambda: file.unlink(missing_ok=True))
