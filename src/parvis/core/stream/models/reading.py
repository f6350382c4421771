"""What one can follow, the streams it is made of, and the rules that narrow it with time."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from parvis.core.audiences.models import Audience
from parvis.core.people.models import Person, public_id


class SourceKind(models.TextChoices):
    """The sources that the house knows by itself; rooms add their own kinds."""

    PERSON = "person", _("a person")
    COMMENTS = "comments", _("comments")


class Source(models.Model):
    """What one follows: a person, a theme, later a list or a campaign. Following never opens anything."""

    public_id = models.CharField(max_length=20, unique=True, default=public_id, editable=False)
    kind = models.CharField(max_length=30)
    person = models.ForeignKey(Person, models.CASCADE, null=True, blank=True, related_name="sources")
    names = models.JSONField(default=dict, blank=True)
    path = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="source_one_of_a_person", fields=["person"], condition=Q(kind="person")
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.kind}"

    def name_in(self, language: str) -> str:
        """Its name in this language, or in the one it has."""
        return str(self.names.get(language) or next(iter(self.names.values()), ""))

    def called(self, language: str) -> str:
        """What readers of this language call it: a person by their name, a theme by its own."""
        return self.person.name if self.person is not None else self.name_in(language)


class Stream(models.Model):
    """All that one author placed in one source for one audience."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="streams")
    audience = models.ForeignKey(Audience, models.PROTECT, related_name="streams")
    author = models.ForeignKey(Person, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(name="stream_once", fields=["source", "audience", "author"])]
        indexes = [
            models.Index(name="stream_audience", fields=["audience", "source"]),
            models.Index(name="stream_by_source", fields=["source", "audience", "author", "id"]),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} source {self.source_id}, audience {self.audience_id}"


class Follow(models.Model):
    """A person reads a source at home; it is a choice of reading, and grants nothing."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="follows")
    source = models.ForeignKey(Source, models.CASCADE, related_name="followers")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="follow_once", fields=["person", "source"])]
        indexes = [models.Index(name="follow_in_turn", fields=["source", "id"])]

    def __str__(self) -> str:
        return f"#{self.pk} {self.person_id} follows {self.source_id}"


class StandingRule(models.Model):
    """A wish kept for all that a person publishes of a kind: after so many days, only these people."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="standing_rules")
    kind = models.CharField(max_length=50, default="", blank=True)
    after_days = models.PositiveIntegerField()
    audience = models.ForeignKey(Audience, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="standing_rule_once", fields=["person", "kind"])]

    def __str__(self) -> str:
        return f"#{self.pk} after {self.after_days} days"
