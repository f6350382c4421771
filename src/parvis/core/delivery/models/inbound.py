"""Mail that comes in: the addresses that belong to somebody, and each mail as it was taken."""

from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import Q

from parvis.core.people.models import Person

FOLDER = "mail-in"


class InboundAddress(models.Model):
    """An address of this square at which mail is taken: what stands before the @, in lower case, and whose it is.

    `kind` is one of the register (`inbound.Inbound`); `about` holds the numbers that it needs. With `has_extensions`
    mail to `local+anything` comes here too.
    """

    local = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=40)
    has_extensions = models.BooleanField(default=False)
    person = models.ForeignKey(
        Person, models.CASCADE, null=True, blank=True, related_name="inbound_addresses"
    )
    about = models.JSONField(default=dict, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="inbound_address_said", condition=~Q(local=""))]

    def __str__(self) -> str:
        return f"#{self.pk} {self.kind}"


class InboundState(models.TextChoices):
    WAITING = "waiting"
    DONE = "done"
    DROPPED = "dropped"
    STUCK = "stuck"


class InboundMail(models.Model):
    """One mail to one address of ours, on the disk before its sender was told so.

    `sender` is the envelope's; `token` is the public id that the address held, and `extension` what stood behind the
    address of a room. `key` keeps the same mail from coming in twice. Its octets are in `raw`, or in a file of the data
    folder named after `key`; both go some days after it was dealt with. `answer` names the short answer that is owed
    for it, `person` whom.
    """

    key = models.CharField(max_length=64, unique=True)
    recipient = models.CharField(max_length=254)
    sender = models.CharField(max_length=254, default="", blank=True)
    kind = models.CharField(max_length=40)
    token = models.CharField(max_length=20, default="", blank=True)
    extension = models.CharField(max_length=64, default="", blank=True)
    address = models.ForeignKey(InboundAddress, models.SET_NULL, null=True, blank=True, related_name="mails")
    message_id = models.CharField(max_length=255, default="", blank=True)
    size = models.PositiveIntegerField()
    raw = models.BinaryField(null=True, blank=True)
    is_file = models.BooleanField(default=False)
    at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=InboundState, default=InboundState.WAITING)
    state_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try = models.DateTimeField()
    locked_until = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=500, default="", blank=True)
    person = models.ForeignKey(Person, models.CASCADE, null=True, blank=True, related_name="+")
    words = models.CharField(max_length=500, default="", blank=True)
    answer = models.CharField(max_length=20, default="", blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="inbound_mail_state_known", condition=Q(state__in=InboundState.values)
            )
        ]
        indexes = [
            models.Index(name="inbound_waiting", fields=["next_try"], condition=Q(state="waiting")),
            models.Index(
                name="inbound_unanswered", fields=["state_at"], condition=~Q(answer="") & Q(answered_at=None)
            ),
            models.Index(name="inbound_known", fields=["recipient", "message_id"]),
            models.Index(name="inbound_of_person", fields=["person", "answered_at"]),
            models.Index(name="inbound_of_token", fields=["kind", "token", "at"]),
            models.Index(name="inbound_of_sender", fields=["sender", "at"]),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.kind}, {self.state}"

    @property
    def path(self) -> Path:
        """Where its octets lie when they are in a file."""
        return Path(settings.PARVIS_DATA) / FOLDER / f"{self.key}.eml"

    def octets(self) -> bytes:
        """The mail as it came. Raises FileNotFoundError when they are gone."""
        if self.is_file:
            return self.path.read_bytes()
        if self.raw is None:
            raise FileNotFoundError(self.key)
        return bytes(self.raw)
