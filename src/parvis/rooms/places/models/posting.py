"""Programs that post check-ins for a person: what they may do, by a key of which only a hash is kept, and what they name."""

from typing import Self

from django.db import models
from django.db.models import Q

from parvis.core.audiences.models import Audience
from parvis.core.delivery.models.errands import Errand
from parvis.core.people.models import Person, public_id
from parvis.core.stream.models import Publication
from parvis.core.stream.seen import SeenModel, SeenQuerySet

from .imports import Import


class PostingKey(models.Model):
    """Lets one program bring check-ins of one person, and read or change what it brought; nothing else.

    `client` is the address of the program, empty for a key that its person copied by hand. What it brings is for `audience`; for
    the person alone when that is None. All that comes by it is one import.
    """

    public_id = models.CharField(max_length=20, unique=True, default=public_id, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    name = models.CharField(max_length=100)
    client = models.CharField(max_length=500, default="", blank=True)
    scope = models.CharField(max_length=100)
    token_hash = models.CharField(max_length=64, unique=True)
    audience = models.ForeignKey(Audience, models.SET_NULL, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    import_of = models.ForeignKey(Import, models.SET_NULL, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return f"#{self.pk}"


class PostingGrant(models.Model):
    """What a person has just allowed a program, until it comes for its key: for ten minutes, and once."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    code_hash = models.CharField(max_length=64, unique=True)
    client = models.CharField(max_length=500)
    redirect = models.CharField(max_length=1000)
    challenge = models.CharField(max_length=128, default="", blank=True)
    scope = models.CharField(max_length=100, default="", blank=True)
    audience = models.ForeignKey(Audience, models.SET_NULL, null=True, blank=True, related_name="+")
    until = models.DateTimeField()

    class Meta:
        indexes = [models.Index(name="places_grant_until", fields=["until"])]

    def __str__(self) -> str:
        return f"#{self.pk}"


class NotFetched(models.TextChoices):
    """Why a picture did not come."""

    GONE = "gone"  # nothing stands there
    CLOSED = "closed"  # its site gives it to nobody, or not to us
    NO_PICTURE = "no-picture"
    UNSHOWABLE = "unshowable"  # a picture, but damaged or of too many pixels
    TOO_LARGE = "too-large"
    NOT_ASKED = "not-asked"  # an address that is never asked
    SILENT = "silent"  # nobody answers, or not in time
    BUSY = "busy"  # its site cannot give it now
    OURS = "ours"  # it could not be kept here


class PictureElsewhereQuerySet(SeenQuerySet["PictureElsewhere"]):
    """Reads pictures elsewhere; each is its author's alone."""

    def of(self, person: Person) -> Self:
        """This person's own, for their own eyes."""
        return self.unguarded("pictures of one's own check-ins").filter(person=person)

    def to_come(self) -> Self:
        return self.exclude(due_at=None)

    def missing(self) -> Self:
        """Those that did not come, and are not asked for any more."""
        return self.exclude(problem="")


class PictureElsewhere(SeenModel, Errand):
    """A picture of a check-in that a program named by its address: it is fetched once, or kept here why not, for its author alone.

    `words` are what it shows; `position` is its place among the pictures of the check-in. The row stays when the picture
    has come (`fetched_at`), so that it is not fetched again, whatever becomes of it here. `status` is what its site answered last,
    where that is why it did not come.
    """

    publication = models.ForeignKey(Publication, models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    url = models.CharField(max_length=2000)
    words = models.CharField(max_length=1000, default="", blank=True)
    position = models.PositiveIntegerField()
    fetched_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=20, choices=NotFetched, default="", blank=True)
    status = models.PositiveSmallIntegerField(null=True, blank=True)

    objects = PictureElsewhereQuerySet.as_manager()

    class Meta(SeenModel.Meta):
        constraints = [
            models.UniqueConstraint(name="places_picture_once", fields=["publication", "url"]),
            models.CheckConstraint(
                name="places_picture_problem_known", condition=Q(problem__in=["", *NotFetched.values])
            ),
            models.CheckConstraint(
                name="places_picture_to_come_or_here_or_missing",
                condition=Q(due_at__isnull=False, fetched_at=None, problem="")
                | Q(due_at=None, fetched_at__isnull=False, problem="")
                | (Q(due_at=None, fetched_at=None) & ~Q(problem="")),
            ),
        ]
        indexes = [
            models.Index(name="places_picture_due", fields=["due_at"], condition=~Q(due_at=None)),
            models.Index(name="places_picture_missing", fields=["person"], condition=~Q(problem="")),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} of {self.publication_id}"
