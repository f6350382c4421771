"""Who knows whom: connections that both wanted, and those one of the two has asked for."""

from django.db import models
from django.db.models import F, Q

from .person import Person


class ConnectionQuerySet(models.QuerySet["Connection"]):
    def of(self, person: Person) -> "ConnectionQuerySet":
        return self.filter(Q(first=person) | Q(second=person))

    def between(self, one: Person, other: Person) -> "ConnectionQuerySet":
        first, second = sorted((one.pk, other.pk))
        return self.filter(first=first, second=second)


class Connection(models.Model):
    """Two people who agreed to know each other; the one with the smaller number stands first."""

    first = models.ForeignKey(Person, models.CASCADE, related_name="+")
    second = models.ForeignKey(Person, models.CASCADE, related_name="+")
    since = models.DateTimeField()

    objects = ConnectionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="connection_once", fields=["first", "second"]),
            models.CheckConstraint(name="connection_in_order", condition=Q(first__lt=F("second"))),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.first_id}–{self.second_id}"

    def other(self, person: Person) -> int:
        """The number of the one who is not `person`."""
        return self.second_id if self.first_id == person.pk else self.first_id


class ConnectionRequestQuerySet(models.QuerySet["ConnectionRequest"]):
    def waiting_for(self, person: Person) -> "ConnectionRequestQuerySet":
        """What this person has been asked and has not answered, by people who are still there."""
        there = self.filter(asked=person, declined_at=None, asker__in=Person.objects.active())
        return there.select_related("asker").order_by("-at")

    def made_by(self, person: Person) -> "ConnectionRequestQuerySet":
        """What this person asked, declined or not, as far as they have not taken it back."""
        return self.filter(asker=person, withdrawn_at=None)


class ConnectionRequest(models.Model):
    """Someone asked to be connected; a silent no keeps the row, so that asking again changes nothing.

    One that was declined and then withdrawn is kept too: it is gone for the one who asked, and its no still holds.
    """

    asker = models.ForeignKey(Person, models.CASCADE, related_name="requests_made")
    asked = models.ForeignKey(Person, models.CASCADE, related_name="requests_received")
    words = models.CharField(max_length=280, default="", blank=True)
    at = models.DateTimeField()
    declined_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = ConnectionRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="request_once", fields=["asker", "asked"]),
            models.CheckConstraint(name="request_between_two", condition=~Q(asker=F("asked"))),
            models.CheckConstraint(
                name="request_kept_for_its_no", condition=Q(withdrawn_at=None) | Q(declined_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.asker_id} → {self.asked_id}"
