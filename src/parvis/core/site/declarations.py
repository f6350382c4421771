"""What the site floor holds on people, and what it may tell them."""

from django.utils.translation import gettext_lazy as _

from parvis.core.people.personal import Personal, register

from . import notices
from .models import Job, OneTimeDoor

register(
    Personal(model=OneTimeDoor, owner="person", title=_("Links that log you in once")),
    Personal(model=Job, owner="person", title=_("Backups, exports and imports you asked for")),
)
notices.declare()
