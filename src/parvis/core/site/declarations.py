"""What the site floor holds on people, what it may tell them, and what it can be asked to do."""

from django.utils.translation import gettext_lazy as _

from parvis.core.people.personal import Personal, register

from . import declared_jobs, notices
from .models import Job, OneTimeDoor

register(
    Personal(model=OneTimeDoor, owner="person", title=_("Links that log you in once")),
    Personal(
        model=Job,
        owner="person",
        title=_("Backups, exports and imports you asked for"),
        erase="anonymise",
        forget=declared_jobs.forget,
    ),
)
declared_jobs.declare()
notices.declare()
