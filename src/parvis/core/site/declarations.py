"""What the site floor holds on people, and what it may tell them."""

from django.utils.translation import gettext_lazy as _

from parvis.core.people.personal import Personal, register

from .models import Job, OneTimeDoor

register(
    Personal(model=OneTimeDoor, owner="person", title=_("links that logged you in once"), erase="delete"),
    Personal(model=Job, owner="person", title=_("exports, backups and imports you asked for"), erase="delete"),
)
