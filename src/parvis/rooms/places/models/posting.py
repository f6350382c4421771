"""Programs that post check-ins for a person: what they may do, by a key of which only a hash is kept."""

from django.db import models

from parvis.core.audiences.models import Audience
from parvis.core.people.models import Person, public_id

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
