"""Check-ins: what others see of one, and what is its author's alone."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from parvis.core.people.models import Person
from parvis.core.stream.models import Publication
from parvis.core.stream.seen import SeenModel, SeenQuerySet

from .venues import Venue

KIND = "places.checkin"
"""What its publications are called."""


class Mode(models.TextChoices):
    HERE = "here", pgettext_lazy("a check-in", "I am here")
    WAS_HERE = "was", pgettext_lazy("a check-in", "I was here")
    FROM_AFAR = "afar", pgettext_lazy("a check-in", "from afar")


class Precise(models.TextChoices):
    """How precisely a check-in says where."""

    VENUE = "venue", pgettext_lazy("where", "the place itself")
    QUARTER = "quarter", pgettext_lazy("where", "the part of town")
    TOWN = "town", pgettext_lazy("where", "the town")
    COUNTRY = "country", pgettext_lazy("where", "the country")
    NOWHERE = "nowhere", pgettext_lazy("where", "somewhere")


class CheckinQuerySet(SeenQuerySet["Checkin"]):
    """Reads check-ins; only `visible_to` shows them to anyone."""


class Checkin(SeenModel):
    """What those for whom a check-in is may know of it, and no more; the rest is in `Whereabouts`.

    `venue` is there only where the place itself is said; `name` is what it was called then, and stands alone for a home. `latitude` and `longitude` are as coarse as `precision`
    allows (`lib.geo.precision`), absent for `nowhere`. `day` is the date on the clock of the venue, until four in the
    morning that of the evening before.
    """

    publication = models.OneToOneField(Publication, models.CASCADE, related_name="checkin")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    venue = models.ForeignKey(Venue, models.SET_NULL, null=True, blank=True, related_name="checkins")
    name = models.CharField(max_length=200, default="", blank=True)
    precision = models.CharField(max_length=10, choices=Precise, default=Precise.VENUE)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    town = models.PositiveIntegerField(null=True, blank=True)
    country = models.CharField(max_length=2, default="", blank=True)
    mode = models.CharField(max_length=10, choices=Mode, default=Mode.HERE)
    zone = models.CharField(max_length=50)
    day = models.DateField()
    happened_at = models.DateTimeField()
    source = models.TextField(default="", blank=True)
    html = models.TextField(default="", blank=True)

    objects = CheckinQuerySet.as_manager()

    class Meta(SeenModel.Meta):
        constraints = [
            models.CheckConstraint(name="checkin_mode_known", condition=Q(mode__in=Mode.values)),
            models.CheckConstraint(
                name="checkin_says_no_more",
                condition=Q(precision="venue") | Q(venue=None),
            ),
            models.CheckConstraint(
                name="checkin_nowhere_is_nowhere",
                condition=~Q(precision="nowhere") | Q(latitude=None, longitude=None, town=None, country=""),
            ),
        ]
        indexes = [
            models.Index(name="checkin_at_venue", fields=["venue", "-happened_at"]),
            models.Index(name="checkin_of_person", fields=["person", "-happened_at"]),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class Evidence(models.TextChoices):
    """What the browser's position said; it is thrown away after thirty days."""

    NONE = "none"
    NEAR = "near"
    FAR = "far"


class WhereaboutsQuerySet(SeenQuerySet["Whereabouts"]):
    """Reads records; each is its author's alone."""

    def of(self, person: Person) -> Self:
        """This person's own, for their own eyes."""
        return self.unguarded("one's own record").filter(person=person)


class Whereabouts(SeenModel):
    """Where its author really was, for them alone; also of what was brought from elsewhere.

    `name` is what the venue was called then. `is_played`: its author's tally counts it. `is_until_gone`: others are told
    when its author says that they have left; no other check-in says it, for who sees that one may be others. `external_id` is the check-in's own name where it
    came from, and `venue_there` that of its venue.
    """

    publication = models.OneToOneField(Publication, models.CASCADE, related_name="whereabouts")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    venue = models.ForeignKey(Venue, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=200, default="", blank=True)
    happened_at = models.DateTimeField()
    day = models.DateField()
    mode = models.CharField(max_length=10, choices=Mode, default=Mode.HERE)
    is_off_grid = models.BooleanField(default=False)
    is_late = models.BooleanField(default=False)
    evidence = models.CharField(max_length=5, choices=Evidence, default=Evidence.NONE)
    evidence_until = models.DateTimeField(null=True, blank=True)
    is_played = models.BooleanField(default=False)
    is_until_gone = models.BooleanField(default=False)
    origin = models.CharField(max_length=20, default="", blank=True)
    external_id = models.CharField(max_length=120, default="", blank=True)
    venue_there = models.CharField(max_length=120, default="", blank=True)

    objects = WhereaboutsQuerySet.as_manager()

    class Meta(SeenModel.Meta):
        constraints = [
            models.UniqueConstraint(
                name="whereabouts_brought_once",
                fields=["person", "origin", "external_id"],
                condition=~Q(origin=""),
            ),
            models.CheckConstraint(
                name="whereabouts_evidence_known", condition=Q(evidence__in=Evidence.values)
            ),
        ]
        indexes = [
            models.Index(name="whereabouts_of_person", fields=["person", "-happened_at"]),
            models.Index(name="whereabouts_at_venue", fields=["person", "venue"]),
            models.Index(
                name="whereabouts_unplayed",
                fields=["person"],
                condition=Q(is_played=False, venue__isnull=False),
            ),
            models.Index(
                name="whereabouts_evidence",
                fields=["evidence_until"],
                condition=Q(evidence_until__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
