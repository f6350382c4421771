"""The house's own pages, the doors that open once, and the work it does out of sight."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from parvis.core.people.models import Person, public_id


class StandingPage(models.Model):
    """A page that always stands: about this square, its legal words, and whatever else the owners write.

    One row for each language it is written in; `html` is made of `source` when it is saved.
    """

    slug = models.SlugField(max_length=60)
    language = models.CharField(max_length=10)
    title = models.CharField(max_length=200)
    source = models.TextField()
    html = models.TextField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="standing_page_once", fields=["slug", "language"])]

    def __str__(self) -> str:
        return f"#{self.pk} {self.slug} ({self.language})"


class OneTimeDoor(models.Model):
    """A link that logs one person in, once; what opens it is kept only as a hash."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="doors")
    token_hash = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField()
    until = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"#{self.pk} for {self.person_id}"


class JobQuerySet(models.QuerySet["Job"]):
    def waiting(self) -> "JobQuerySet":
        """Not finished yet: not begun, under way, or cut off."""
        return self.filter(finished_at=None)

    def newest_first(self) -> "JobQuerySet":
        return self.order_by("-at", "-pk")


class Job(models.Model):
    """Work that somebody asked for and that takes its time: a backup, an export, an import.

    `file` is the name of what it made, in the data folder; `problem` says in a sentence why it stopped.
    `attempts` are its beginnings, `failures` those that ended in an error; in the others the worker was cut off.
    """

    public_id = models.CharField(max_length=20, unique=True, default=public_id, editable=False)
    kind = models.CharField(max_length=40)
    person = models.ForeignKey(Person, models.CASCADE, related_name="jobs")
    arguments = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    failures = models.PositiveSmallIntegerField(default=0, db_default=0)
    next_try = models.DateTimeField()
    locked_until = models.DateTimeField(null=True, blank=True)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)
    result = models.JSONField(default=dict, blank=True)
    file = models.CharField(max_length=200, default="", blank=True)
    size = models.PositiveBigIntegerField(default=0)
    problem = models.TextField(default="", blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        indexes = [
            models.Index(name="job_waiting", fields=["next_try"], condition=models.Q(finished_at=None)),
            models.Index(name="job_of", fields=["person", "kind", "-at"]),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.kind}"


class ChoreRun(models.Model):
    """When a chore of the house was last done, by whom it is being done now, and what went wrong the last time."""

    name = models.CharField(max_length=60, unique=True)
    last_run_at = models.DateTimeField(null=True, blank=True)
    locked_until = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    last_error = models.TextField(default="", blank=True)

    def __str__(self) -> str:
        return f"#{self.pk} {self.name}"
