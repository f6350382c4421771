"""The square's own board of mayors: who was where for every member to see, and who held which title."""

from typing import Self

from django.db import models
from django.db.models import Exists, Q

from parvis.core.audiences.models import Block
from parvis.core.audiences.rule import Viewer
from parvis.core.people.models import Person
from parvis.core.stream.models import Publication
from parvis.core.stream.seen import SeenModel, SeenQuerySet

from ..game.mayors import Ending
from .venues import Venue


class AttendanceQuerySet(SeenQuerySet["Attendance"]):
    """Reads attendances: every member may see each while it is open, but for those whose doors are shut to its author."""


class Attendance(SeenModel):
    """A check-in that every member may see, from one moment until another, and that was made at the place itself.

    `opens_at` and `ends_at` (None: never) are when members see it; `is_open`: the board has taken it in. `counts`: for
    the title, by what members see of its author (`game.counting`).
    """

    publication = models.OneToOneField(Publication, models.CASCADE, related_name="attendance")
    venue = models.ForeignKey(Venue, models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    day = models.DateField()
    happened_at = models.DateTimeField()
    opens_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    is_open = models.BooleanField(default=False)
    counts = models.BooleanField(default=False)

    objects = AttendanceQuerySet.as_manager()

    class Meta(SeenModel.Meta):
        indexes = [
            models.Index(name="attendance_at", fields=["venue", "day"]),
            models.Index(name="attendance_of", fields=["person", "happened_at"]),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class MayoraltyQuerySet(SeenQuerySet["Mayoralty"]):
    """Reads titles."""

    def visible_to(self, viewer: Viewer) -> Self:
        """All of them, for members who have shut no door and to whom none is shut: they see every check-in that counts.

        The others see no stored title; what they may know is folded of the check-ins that they may see.
        """
        if not viewer.is_member:
            return self.none()
        shut = Exists(Block.objects.filter(person=viewer.person_id))
        return self.unguarded("of check-ins that all members see").filter(~shut)


class Mayoralty(SeenModel):
    """A title on the square's board: what `game.mayors` folds of the attendances at a venue.

    `since` and `until` are days of the venue; `began_at` and `ended_at` the moments, so that a check-in knows whether
    the title was held. `won_by` is the check-in that won it; None when it was inherited.
    """

    venue = models.ForeignKey(Venue, models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=12, default="", blank=True)
    won_by = models.ForeignKey(Publication, models.SET_NULL, null=True, blank=True, related_name="+")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = MayoraltyQuerySet.as_manager()

    class Meta(SeenModel.Meta):
        constraints = [
            models.UniqueConstraint(
                name="mayoralty_one_at_a_time", fields=["venue"], condition=Q(until__isnull=True)
            ),
            models.CheckConstraint(
                name="mayoralty_reason_known", condition=Q(reason__in=["", *(one.value for one in Ending)])
            ),
        ]
        indexes = [
            models.Index(name="mayoralty_of", fields=["person", "began_at"]),
            models.Index(name="mayoralty_at", fields=["venue", "began_at"]),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
