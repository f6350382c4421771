"""What the game has come to: tallies, awards and badges. All of it can be made anew from the check-ins."""

from django.db import models

from parvis.core.people.models import Person
from parvis.core.stream.models import Publication
from parvis.core.stream.seen import SeenModel, SeenQuerySet

from .venues import Venue


class Tally(models.Model):
    """Where a person stands in the game, counting all their check-ins; for them alone. `state` is a `game.state.State`."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="+")
    state = models.JSONField()

    def __str__(self) -> str:
        return f"#{self.pk}"


class VenueTally(models.Model):
    """What a tally keeps of one venue: a `game.state.VenueRecord`."""

    tally = models.ForeignKey(Tally, models.CASCADE, related_name="venues")
    venue = models.ForeignKey(Venue, models.CASCADE, related_name="+")
    record = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(name="venue_tally_once", fields=["tally", "venue"])]

    def __str__(self) -> str:
        return f"#{self.pk}"


class AwardQuerySet(SeenQuerySet["Award"]):
    """Reads points; each is for the author of its check-in alone."""


class Award(SeenModel):
    """Points that a check-in brought its author, and by which rule; or, without points, why it brought none.

    `number` is what the rule counted.
    """

    publication = models.ForeignKey(Publication, models.CASCADE, related_name="+")
    rule = models.CharField(max_length=20)
    points = models.SmallIntegerField()
    number = models.PositiveIntegerField(default=0)

    objects = AwardQuerySet.as_manager()

    def __str__(self) -> str:
        return f"#{self.pk}"


class BadgeWonQuerySet(SeenQuerySet["BadgeWon"]):
    """Reads badges; each is for whoever won it alone."""


class BadgeWon(SeenModel):
    """A badge, or a level of one, and the check-in that brought it."""

    tally = models.ForeignKey(Tally, models.CASCADE, related_name="badges")
    publication = models.ForeignKey(Publication, models.CASCADE, related_name="+")
    badge = models.CharField(max_length=40)
    level = models.PositiveSmallIntegerField(default=1)

    objects = BadgeWonQuerySet.as_manager()

    class Meta(SeenModel.Meta):
        constraints = [
            models.UniqueConstraint(name="badge_won_once", fields=["tally", "badge", "level"]),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
