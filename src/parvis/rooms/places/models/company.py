"""Who was with whom: said by one, and shown to nobody until the other agrees."""

from django.db import models
from django.db.models import Q

from parvis.core.audiences.models import Audience
from parvis.core.people.models import Person
from parvis.core.stream.models import Publication
from parvis.core.stream.seen import SeenModel, SeenQuerySet


class CompanionState(models.TextChoices):
    ASKED = "asked"
    AGREED = "agreed"
    DECLINED = "declined"


class CompanionQuerySet(SeenQuerySet["Companion"]):
    """Reads companions; whom a viewer may be told of, `company` says."""


class Companion(SeenModel):
    """Somebody who is said to have been there too. `audience` is for whom the check-in was when they agreed."""

    publication = models.ForeignKey(Publication, models.CASCADE, related_name="companions")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    state = models.CharField(max_length=10, choices=CompanionState, default=CompanionState.ASKED)
    audience = models.ForeignKey(Audience, models.SET_NULL, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = CompanionQuerySet.as_manager()

    class Meta(SeenModel.Meta):
        constraints = [
            models.UniqueConstraint(name="companion_once", fields=["publication", "person"]),
            models.CheckConstraint(
                name="companion_state_known", condition=Q(state__in=CompanionState.values)
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
