"""What a reader chose: for each thing they follow the channel and the rhythm, and for all of them the hour."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parvis.core.people.models import Person, public_id
from parvis.core.stream.models import Follow, Source


class Channel(models.TextChoices):
    WEB = "web", pgettext_lazy("a channel", "here only")
    FEED = "feed", pgettext_lazy("a channel", "a feed of one’s own")
    MAIL = "mail", pgettext_lazy("a channel", "mail")


class Rhythm(models.TextChoices):
    AT_ONCE = "now", pgettext_lazy("a rhythm", "at once")
    DAILY = "daily", pgettext_lazy("a rhythm", "once a day")
    WEEKLY = "weekly", pgettext_lazy("a rhythm", "once a week")


class Subscription(models.Model):
    """How what one follows comes to its reader beside their home page; without a row it comes there alone.

    `languages` are those to be sent, all when empty; `since` is where the next mail begins, in microseconds: what came
    out before it is sent only when it is opened to its reader after `at`, since when it comes by this channel.
    `public_id` stands in the links that end it, which never run out.
    """

    public_id = models.CharField(max_length=20, unique=True, default=public_id, editable=False)
    follow = models.OneToOneField(Follow, models.CASCADE, related_name="subscription")
    channel = models.CharField(max_length=5, choices=Channel)
    rhythm = models.CharField(max_length=7, choices=Rhythm)
    languages = models.JSONField(default=list, blank=True)
    since = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="subscription_channel_known", condition=Q(channel__in=["mail", "feed"])
            ),
            models.CheckConstraint(name="subscription_rhythm_known", condition=Q(rhythm__in=Rhythm.values)),
        ]
        indexes = [models.Index(name="subscription_rhythm", fields=["rhythm", "channel"])]

    def __str__(self) -> str:
        return f"#{self.pk} {self.channel}, {self.rhythm}"


class Reading(models.Model):
    """When a person wants to read, on their own clock: at which hour, and on which day what comes once a week.

    `weekday` counts from Monday, 0. `next_daily_at` and `next_weekly_at` are when the next ones are due. From the hour
    `quiet_from` to the hour `quiet_to`, over midnight too, nothing is sent at once; both are empty when any hour will do.
    """

    person = models.OneToOneField(Person, models.CASCADE, related_name="reading")
    hour = models.PositiveSmallIntegerField(default=7)
    weekday = models.PositiveSmallIntegerField(default=0)
    quiet_from = models.PositiveSmallIntegerField(null=True, blank=True)
    quiet_to = models.PositiveSmallIntegerField(null=True, blank=True)
    paused_until = models.DateTimeField(null=True, blank=True)
    next_daily_at = models.DateTimeField(null=True, blank=True)
    next_weekly_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="reading_hour_of_a_day", condition=Q(hour__lt=24)),
            models.CheckConstraint(name="reading_day_of_a_week", condition=Q(weekday__lt=7)),
            models.CheckConstraint(
                name="reading_quiet_hours",
                condition=Q(quiet_from=None, quiet_to=None)
                | Q(quiet_from__lt=24, quiet_to__lt=24) & ~Q(quiet_from=F("quiet_to")),
            ),
        ]
        indexes = [
            models.Index(name="reading_daily", fields=["next_daily_at"]),
            models.Index(name="reading_weekly", fields=["next_weekly_at"]),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} at {self.hour}"


class Asked(models.Model):
    """Somebody asked that mails go to an address, and whoever reads it has not said yes yet; forgotten after a week.

    What the link of the mail holds is kept only as a hash; so is the address beside the address itself, which goes
    after that week: the count of how often it was written to lasts a month.
    """

    token_hash = models.CharField(max_length=64, unique=True)
    address = models.CharField(max_length=254, default="", blank=True)
    address_hash = models.CharField(max_length=64)
    source = models.ForeignKey(Source, models.CASCADE, related_name="+")
    rhythm = models.CharField(max_length=7, choices=Rhythm)
    languages = models.JSONField(default=list, blank=True)
    language = models.CharField(max_length=10)
    at = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        verbose_name = _("asked for")
        indexes = [models.Index(name="asked_address", fields=["address_hash", "at"])]

    def __str__(self) -> str:
        return f"#{self.pk} for source {self.source_id}"
