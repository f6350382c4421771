"""The register of what the worker does when asked, and how it does it."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.translation import gettext as _

from parvis.lib.refusal import Refusal

from .actions.jobs import finish, give_up, note_progress, try_again
from .models import Job

logger = logging.getLogger(__name__)

type Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Made:
    """What a piece of work left behind: a file, by its path within the data folder, and figures."""

    file: str = ""
    result: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class JobKind:
    """A kind of work; `run` may be cut off at any line and started again, and raises a Refusal to give up.

    `page` names the view that shows what came of it.
    """

    name: str
    title: object
    page: str
    run: Callable[[Job, Progress], Made]


JOBS: dict[str, JobKind] = {}


def register(kind: JobKind) -> None:
    """Make a kind of work known; the same name twice is a mistake in the code."""
    if kind.name in JOBS:
        raise ValueError(f"{kind.name} is registered twice")
    JOBS[kind.name] = kind


def titled(jobs: Iterable[Job]) -> list[tuple[Job, object]]:
    """Pieces of work with the names of their kinds; those of a room that is gone by the kind itself."""
    return [(job, JOBS[job.kind].title if job.kind in JOBS else job.kind) for job in jobs]


def attempt(job: Job) -> None:
    """Do this work, and say how it ended."""
    try:
        made = JOBS[job.kind].run(job, progress_of(job))
    except Refusal as refusal:
        give_up(job=job, problem=str(refusal), at=timezone.now())
    except Exception:
        logger.exception("Job %s of kind %s stopped", job.pk, job.kind)
        if not try_again(job=job, at=timezone.now()):
            problem = _(
                "Something broke here while doing this. What was done until then stays, and you can begin again;"
                " the server's log says what happened."
            )
            give_up(job=job, problem=problem, at=timezone.now())
    else:
        finish(job=job, file=made.file, result=made.result, at=timezone.now())


def progress_of(job: Job) -> Progress:
    """What the work calls to say how far it has come."""

    def tell(done: int, total: int) -> None:
        note_progress(job=job, done=done, total=total, at=timezone.now())

    return tell
