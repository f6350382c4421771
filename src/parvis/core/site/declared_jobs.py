"""The work that the house itself can be asked for: a backup of everything, a copy of what is held on a person."""

from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .actions.jobs import discard
from .jobs import JobKind, Made, Progress, register
from .keeping.backup import make_backup
from .keeping.export import export_to
from .models import Job

BACKUP, EXPORT = "site.backup", "site.export"


def back_up(job: Job, progress: Progress) -> Made:
    """Write everything into one file in the folder `backups`."""
    file = f"backups/parvis-{job.at:%Y-%m-%d-%H%M}-{job.public_id[:6]}.tar.gz"
    backup = make_backup(place(file), at=timezone.now(), tell=progress)

    return Made(file, {"files": backup.files})


def copy_for(job: Job, progress: Progress) -> Made:
    """Write a person's own copy into the folder `exports`."""
    file = f"exports/parvis-{job.at:%Y-%m-%d}-{job.public_id}.zip"
    files = export_to(place(file), person=job.person, at=timezone.now(), tell=progress)
    return Made(file, {"files": files})


def place(file: str) -> Path:
    """Where a file of the data folder lies; its folder is there, and closed to others."""
    path = Path(settings.PARVIS_DATA) / file
    path.parent.mkdir(mode=0o700, exist_ok=True)
    return path


def forget(job: Job) -> None:
    """When its person leaves: their copies go with them; a backup stays, for it is everyone's."""
    if job.kind == EXPORT:
        discard(job=job)


def declare() -> None:
    """Make the house's own work known."""
    register(JobKind(name=BACKUP, title=_("Backup"), page="desk-backups", run=back_up))
    register(JobKind(name=EXPORT, title=_("Copy of what is held on you"), page="my-data", run=copy_for))
