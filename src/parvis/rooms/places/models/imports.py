"""What was brought from elsewhere: which import, which check-ins, and what venues were called there."""

from django.db import models

from parvis.core.people.models import Person, public_id
from parvis.core.stream.models import Publication

from .venues import Venue


class Import(models.Model):
    """One time that a person brought check-ins; `report` tells them what came of it."""

    public_id = models.CharField(max_length=20, unique=True, default=public_id, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    called = models.CharField(max_length=200)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    report = models.JSONField(default=dict, blank=True)

    class Meta:
        indexes = [models.Index(name="places_import_of", fields=["person", "-began_at"])]

    def __str__(self) -> str:
        return f"#{self.pk}"


class ImportItem(models.Model):
    """A check-in that was brought, by its name where it came from.

    The line stays when its author deletes the check-in, so that it does not come back; it goes when the import is
    undone. `digest` tells whether a later file says something else; `revision`, whether it was changed here since.
    `placing` is what says where it was, where no file does.
    """

    import_of = models.ForeignKey(Import, models.CASCADE, related_name="items")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    origin = models.CharField(max_length=20)
    external_id = models.CharField(max_length=120)
    publication = models.ForeignKey(Publication, models.SET_NULL, null=True, blank=True, related_name="+")
    digest = models.CharField(max_length=32)
    revision = models.PositiveIntegerField(default=0)
    placing = models.ForeignKey(
        "Placing", models.SET_NULL, null=True, blank=True, related_name="items", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="places_import_item_once", fields=["person", "origin", "external_id"]
            ),
        ]
        indexes = [
            models.Index(
                name="places_import_item_placed",
                fields=["placing"],
                condition=models.Q(placing__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class ImportVenue(models.Model):
    """A venue of a person's own that an import made, and what it was called there.

    Not a `VenueIdentifier`: that is one for all, and would tell others that somebody was there.
    """

    import_of = models.ForeignKey(Import, models.CASCADE, related_name="venues")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    origin = models.CharField(max_length=20)
    identifier = models.CharField(max_length=120)
    venue = models.ForeignKey(Venue, models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="places_import_venue_once",
                fields=["person", "origin", "identifier"],
                condition=~models.Q(identifier=""),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class Placing(models.Model):
    """Where a person says that a venue is of which their files know the name alone; later files are told it too.

    `identifier` is what it is called by `origin`; where it has none, `name` stands for it. `is_made`: the venue was made
    for this, and goes with it. `days` are those of its check-ins, by public id, that were others on another clock before.
    """

    public_id = models.CharField(max_length=20, unique=True, default=public_id, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    origin = models.CharField(max_length=20)
    identifier = models.CharField(max_length=120, default="", blank=True)
    name = models.CharField(max_length=200)
    venue = models.ForeignKey(Venue, models.CASCADE, related_name="+")
    is_made = models.BooleanField(default=False)
    days = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="places_placing_once",
                fields=["person", "origin", "identifier"],
                condition=~models.Q(identifier=""),
            ),
            models.UniqueConstraint(
                name="places_placing_once_by_name",
                fields=["person", "origin", "name"],
                condition=models.Q(identifier=""),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
