"""How a person wants to be met."""

from django.db import models

from parvis.core.people.models import Person

from .checkins import Precise


class Presence(models.Model):
    """How precisely a person's connections are told that they are near, at most; their check-ins may say less.

    `is_told`: they are told when a connection is near who wants to be told too. `takes_titles`: they may become mayor.
    `is_ranked`: they stand among the others of the week.
    """

    person = models.OneToOneField(Person, models.CASCADE, related_name="+")
    precision = models.CharField(max_length=10, choices=Precise, default=Precise.VENUE)
    is_told = models.BooleanField(default=False)
    takes_titles = models.BooleanField(default=True)
    is_ranked = models.BooleanField(default=True)

    def __str__(self) -> str:
        return f"#{self.person_id}"
