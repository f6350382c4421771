"""The work behind the page of imports: looking at a file, and bringing it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from parvis.core.site.jobs import JobKind, Made, Progress
from parvis.core.site.models import Job

from .foreseeing import foresee
from .keeping import place
from .ledger import Skipped
from .report import Report, shared
from .running import Wishes, bring

LOOK, BRING = "journal.look", "journal.bring"
EXAMPLES = 8


def look(job: Job, progress: Progress) -> Made:
    """Read a file and tell what is in it; nothing is written."""
    wishes = Wishes(media=uploads_of(job))
    forecast = foresee(place(job.arguments["file"]), wishes=wishes, at=timezone.now(), tell=progress)
    authors = [{"login": login, "name": name, "posts": posts} for login, name, posts in forecast.authors]
    return Made(result=figures(forecast.report) | {"authors": authors, "languages": forecast.languages})


def bring_file(job: Job, progress: Progress) -> Made:
    """Bring a file as its sender chose."""
    chosen = {login: job.person for login in job.arguments.get("mine", [])}
    wishes = Wishes(by=job.person, chosen=chosen, media=uploads_of(job))
    report = bring(place(job.arguments["file"]), wishes=wishes, at=timezone.now(), tell=progress)
    return Made(result=figures(report))


def uploads_of(job: Job) -> Path | None:
    """The zip that was sent along with the export."""
    name = job.arguments.get("uploads", "")
    return place(name) if name else None


def figures(report: Report) -> dict[str, Any]:
    """A report as a job keeps it: codes and numbers; its sentences are made when it is shown."""
    return {
        "source": report.source,
        "title": report.title,
        "in_file": dict(report.in_file),
        "here": dict(report.here),
        "created": dict(report.created),
        "changed": dict(report.changed),
        "skipped": groups(report.skipped),
        "remarks": groups(report.remarks),
        "problems": [list(pair) for pair in report.problems[:100]],
    }


def groups(rows: Sequence[Skipped]) -> list[dict[str, Any]]:
    """The rows by reason, the most frequent first, with some of the items."""
    found: dict[str, list[Skipped]] = {}
    for row in rows:
        found.setdefault(row.reason, []).append(row)
    return [group(reason, some) for reason, some in sorted(found.items(), key=lambda pair: -len(pair[1]))]


def group(reason: str, rows: Sequence[Skipped]) -> dict[str, Any]:
    """How often a reason came, some of what it is about and how much more, and some of the items."""
    details, more = shared(rows, EXAMPLES)
    items = [row.item for row in rows[:EXAMPLES]]
    return {"reason": reason, "count": len(rows), "details": details, "more": more, "items": items}


JOBS = (
    JobKind(name=LOOK, title=_("A look at a WordPress file"), page="journal:import", run=look),
    JobKind(name=BRING, title=_("Import from WordPress"), page="journal:import", run=bring_file),
)
