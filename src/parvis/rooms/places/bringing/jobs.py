"""The work behind the page of imports: bringing a file, and taking an import back."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from parvis.core.site.jobs import JobKind, Made, Progress
from parvis.core.site.models import Job
from parvis.core.site.sent import drop, place
from parvis.lib.refusal import Refusal

from ..models import Import
from .running import bring
from .undoing import undo

BRING, UNDO = "places.bring", "places.undo"


def bring_file(job: Job, progress: Progress) -> Made:
    """Bring a file; it is deleted at once after that, for it says where somebody was."""
    name = job.arguments["file"]
    try:
        import_of = bring(
            place(name), person=job.person, at=timezone.now(), called=job.arguments["called"], tell=progress
        )
    except Refusal:
        drop(name)
        raise
    drop(name)
    return Made(result={"import": import_of.public_id})


def take_back(job: Job, progress: Progress) -> Made:
    """Take an import back."""
    import_of = Import.objects.get(public_id=job.arguments["import"], person=job.person)
    count = undo(import_of=import_of, at=timezone.now(), tell=progress)
    return Made(result={"import": import_of.public_id, "erased": count})


JOBS = (
    JobKind(name=BRING, title=_("Import of check-ins"), page="places:import", run=bring_file),
    JobKind(name=UNDO, title=_("An import of check-ins, taken back"), page="places:import", run=take_back),
)
