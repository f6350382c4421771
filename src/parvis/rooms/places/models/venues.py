"""Venues: where one can check in; under numbers of our own, whatever else they are called elsewhere."""

from functools import cached_property
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from parvis.core.audiences.rule import Viewer
from parvis.core.people.models import Person, public_id
from parvis.lib.geo.cells import cell_of
from parvis.lib.geo.earth import Point


class VenueState(models.TextChoices):
    OPEN = "open", pgettext_lazy("a venue", "open")
    CLOSED = "closed", pgettext_lazy("a venue", "closed for good")
    HIDDEN = "hidden", pgettext_lazy("a venue", "hidden")


class VenueQuerySet(models.QuerySet["Venue"]):
    """Reads venues; whose page somebody may open, `knowing` says."""

    def standing(self) -> Self:
        """Those in which one can check in: neither merged into another nor taken away."""
        return self.filter(merged_into=None).exclude(state=VenueState.HIDDEN)

    def one_with(self, venue: "Venue") -> Self:
        """A venue, and those that were merged into it."""
        return self.filter(Q(pk=venue.pk) | Q(merged_into=venue))

    def found_by(self, viewer: Viewer) -> Self:
        """Those that are offered to this viewer near by and by name: their own, and those that every member may find."""
        shared = Q(is_shared=True) if viewer.is_member else Q(pk__in=[])
        return self.standing().filter(Q(made_by=viewer.person_id) | shared)


class Venue(models.Model):
    """A place with a name. Latitude and longitude in degrees (WGS 84); `cell` orders them on one line (Morton).

    `radius` is how far it reaches, in metres: a railway station is not a point. `zone` is the clock on its wall.
    `name` is what stands at its door; `name_fr` and `name_en` are others, where they are known.
    `is_shared`: every member may find it. `is_private`: somebody's home or the like; it is never shared, and nobody is
    its mayor. `credited_at` is when whoever made it was rewarded for it. `board_at` is when time, or what has changed, moves
    the square's board of it next. One that was merged leads to the other, and keeps what was written of it: `leads_to` is the
    one it was merged into, `merged_into` the one at the end of the way. `hidden_until`: the owners are to decide before then;
    `is_no_home`: they have. `words_version` is that of its words in the index by which it is found.
    """

    public_id = models.CharField(max_length=20, unique=True, default=public_id, editable=False)
    name = models.CharField(max_length=200)
    name_fr = models.CharField(max_length=200, default="", blank=True)
    name_en = models.CharField(max_length=200, default="", blank=True)
    latitude = models.FloatField()
    longitude = models.FloatField()
    cell = models.BigIntegerField(editable=False)
    radius = models.PositiveIntegerField(default=0)
    zone = models.CharField(max_length=50)
    country = models.CharField(max_length=2, default="", blank=True)
    town = models.PositiveIntegerField(null=True, blank=True)
    category = models.CharField(max_length=60, default="", blank=True)
    tags = models.JSONField(default=list, blank=True)
    street = models.CharField(max_length=200, default="", blank=True)
    is_shared = models.BooleanField(default=False)
    is_private = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=VenueState, default=VenueState.OPEN)
    hidden_until = models.DateTimeField(null=True, blank=True)
    is_no_home = models.BooleanField(default=False)
    has_mayor = models.BooleanField(default=True)
    credited_at = models.DateTimeField(null=True, blank=True, editable=False)
    board_at = models.DateTimeField(null=True, blank=True, editable=False)
    made_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="venues_made")
    made_at = models.DateTimeField()
    leads_to = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="led_here")
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")
    merged_at = models.DateTimeField(null=True, blank=True)
    words_version = models.PositiveSmallIntegerField(default=0, db_default=0)

    objects = VenueQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="venue_state_known", condition=Q(state__in=VenueState.values)),
            models.CheckConstraint(
                name="venue_on_earth",
                condition=Q(latitude__range=(-90, 90), longitude__gte=-180, longitude__lt=180),
            ),
            models.CheckConstraint(
                name="venue_private_is_not_shared", condition=Q(is_private=False) | Q(is_shared=False)
            ),
            models.CheckConstraint(
                name="venue_merged_wholly",
                condition=Q(leads_to=None, merged_into=None, merged_at=None)
                | Q(leads_to__isnull=False, merged_into__isnull=False, merged_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                name="venue_near",
                fields=["cell", "latitude", "longitude", "id"],
                condition=Q(is_shared=True, merged_into=None) & ~Q(state="hidden"),
            ),
            models.Index(name="venue_own", fields=["made_by", "cell"]),
            models.Index(name="venue_board", fields=["board_at"], condition=Q(board_at__isnull=False)),
            models.Index(name="venue_words", fields=["words_version"]),
            models.Index(name="venue_tagged", fields=["-id"], condition=~Q(tags=[])),
            models.Index(
                name="venue_hidden", fields=["hidden_until"], condition=Q(hidden_until__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    def save(self, *args: object, **kwargs: object) -> None:
        self.cell = cell_of(self.point)
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    @property
    def point(self) -> Point:
        return Point(self.latitude, self.longitude)

    def name_in(self, language: str) -> str:
        """What it is called in a language; what stands at its door where nobody knows."""
        return (self.name_fr if language.startswith("fr") else self.name_en) or self.name

    @cached_property
    def one_with_it(self) -> list[int]:
        """Its number and those of the venues that were merged into it, as they were when first asked."""
        return list(Venue.objects.one_with(self).values_list("pk", flat=True))

    def standing(self) -> "Venue":
        """It, or the one into which it was merged."""
        return self.merged_into or self


class VenueProposal(models.Model):
    """A correction that somebody proposes to who keeps a venue; `changes` are those of its columns."""

    venue = models.ForeignKey(Venue, models.CASCADE, related_name="proposals")
    by = models.ForeignKey(Person, models.CASCADE, related_name="+")
    changes = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="venue_proposal_once", fields=["venue", "by"])]

    def __str__(self) -> str:
        return f"#{self.pk}"


class VenueIdentifier(models.Model):
    """What a venue is called elsewhere: `osm` `node/123`, `foursquare` `4b…`, `geonames` `2660646`.

    `digest` tells whether a later file says something else of it than the one that was read last.
    """

    venue = models.ForeignKey(Venue, models.CASCADE, related_name="identifiers")
    origin = models.CharField(max_length=20)
    identifier = models.CharField(max_length=120)
    digest = models.CharField(max_length=32, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="venue_identifier_once", fields=["origin", "identifier"]),
        ]

    def __str__(self) -> str:
        return f"{self.origin} {self.identifier}"
