"""How what a person is told reaches them: what they chose for each kind of notice, and which mail took it along."""

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from parvis.core.people.models import Notice, Person
from parvis.core.stream.models import Publication

from .mails import Mail


class Way(models.TextChoices):
    WEB = "web", pgettext_lazy("a notice", "here only")
    NOW = "now", pgettext_lazy("a notice", "by mail, at once")
    DIGEST = "digest", pgettext_lazy("a notice", "in the digest")
    NEVER = "never", pgettext_lazy("a notice", "never")


BY_MAIL = (Way.NOW, Way.DIGEST)


class NoticeChoice(models.Model):
    """How one kind of notice comes to a person, where they want it otherwise than is usual.

    The choice without a kind stands for all those they said nothing of: whoever ended all mails has one.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="notice_choices")
    kind = models.CharField(max_length=50, default="", blank=True)
    way = models.CharField(max_length=6, choices=Way)

    class Meta:
        constraints = [
            models.CheckConstraint(name="notice_way_known", condition=Q(way__in=Way.values)),
            models.UniqueConstraint(name="notice_choice_once_a_kind", fields=["person", "kind"]),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.kind or 'all'}: {self.way}"


class Telling(models.Model):
    """A notice that has been handed over: how it is to come, and the mail that takes it along, once there is one."""

    notice = models.OneToOneField(Notice, models.CASCADE, related_name="telling")
    way = models.CharField(max_length=6, choices=Way)
    mail = models.ForeignKey(Mail, models.SET_NULL, null=True, blank=True, related_name="tellings")

    class Meta:
        constraints = [models.CheckConstraint(name="telling_way_known", condition=Q(way__in=Way.values))]
        indexes = [models.Index(name="telling_waiting", fields=["way"], condition=Q(mail=None, way="now"))]

    def __str__(self) -> str:
        return f"#{self.pk} of {self.notice_id}, {self.way}"


class LookedThrough(models.Model):
    """How far a publication has been looked through for people it mentions: up to which revision."""

    publication = models.OneToOneField(Publication, models.CASCADE, related_name="+")
    revision = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"#{self.pk} of {self.publication_id}, revision {self.revision}"
