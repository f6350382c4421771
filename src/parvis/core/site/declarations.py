"""What the site floor holds on people, what it may tell them, and what it can be asked to do."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from parvis.core.people.personal import Personal, register

from . import declared_jobs, notices
from .models import Job, OneTimeDoor


def door_export(row: OneTimeDoor) -> dict[str, Any]:
    """When a link that logs them in was made and used; never what opens it."""
    return {"at": row.at, "until": row.until, "used_at": row.used_at}


def job_export(row: Job) -> dict[str, Any]:
    """What they asked for, and how it went."""
    return {
        "id": row.public_id,
        "kind": row.kind,
        "at": row.at,
        "finished_at": row.finished_at,
        "size": row.size,
        "problem": row.problem,
    }


register(
    Personal(model=OneTimeDoor, owner="person", title=_("Links that log you in once"), export=door_export),
    Personal(
        model=Job,
        owner="person",
        title=_("Backups, exports and imports you asked for"),
        erase="anonymise",
        forget=declared_jobs.forget,
        export=job_export,
    ),
)
declared_jobs.declare()
notices.declare()
