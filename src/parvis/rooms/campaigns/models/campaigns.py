"""Campaigns: what somebody wants to make, what it costs, until when, and how it stands."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from parvis.core.audiences.models import Group
from parvis.core.people.models import Person
from parvis.core.stream.models import Attachment, Publication, Source
from parvis.core.stream.seen import SeenModel, SeenQuerySet
from parvis.lib.funding.campaigns import BEFORE, ENDED, RUNNING, CampaignState, Collection, Release

from .accounts import BankAccount, CardAccount

KIND = "campaigns.campaign"
"""What its publications are called."""
BACKERS = "campaigns.backers"
"""What the groups of its backers are called."""
HAVE_REWARD = "campaigns.reward"
"""What the groups of those are called who have one of its rewards."""
SOURCE = "campaigns.campaign"
"""What one follows to hear of it."""


class Fulfilment(models.TextChoices):
    """How far it is with what was promised."""

    NOT_STARTED = "not-started", pgettext_lazy("rewards", "not begun")
    IN_PROGRESS = "in-progress", pgettext_lazy("rewards", "under way")
    DELAYED = "delayed", pgettext_lazy("rewards", "late")
    DELIVERED = "delivered", pgettext_lazy("rewards", "delivered")


class CampaignQuerySet(SeenQuerySet["Campaign"]):
    """Reads campaigns; only `visible_to` shows them to anyone."""

    def of(self, person: Person) -> Self:
        """This person's own, for their own eyes."""
        return self.unguarded("one's own campaigns").filter(publication__author=person)

    def past_their_deadline(self, now: datetime) -> Self:
        """Those that are to be closed, the earliest deadline first."""
        running = self.unguarded("the clock closes each of them").filter(state__in=RUNNING)
        return running.filter(deadline_at__lte=now).order_by("deadline_at", "pk")


class Campaign(SeenModel):
    """What somebody wants to make, and what it costs. The goal, its currency, the zone and the deadline never change after the launch.

    Amounts are minor units of `currency`. `pledged` and `backers` count what is promised; from the deadline on they stand still. `collected`
    is what has come of it, less nothing; `returned` what went back. `days` or `ends_on` say how long it is to run, until its launch makes
    `deadline_at` of them: the first moment at which it is too late. `seen_at` is the latest moment that was seen near the
    deadline, so that a clock that is put back opens nothing again. `decided_digest` is that of the list that decided. `expected_on` is the
    first day of the month in which what is late is expected.
    """

    publication = models.OneToOneField(Publication, models.CASCADE, related_name="campaign")
    source = models.OneToOneField(Source, models.PROTECT, related_name="campaign")
    group = models.OneToOneField(Group, models.PROTECT, related_name="campaign")
    slug = models.CharField(max_length=120, unique=True)
    picture = models.ForeignKey(Attachment, models.SET_NULL, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=10, choices=[(one, one) for one in CampaignState], default="draft")
    state_at = models.DateTimeField()
    because = models.TextField(default="", blank=True)
    goal = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3, default="CHF")
    zone = models.CharField(max_length=50, default="Europe/Zurich")
    days = models.PositiveSmallIntegerField(null=True, blank=True, default=30)
    ends_on = models.CharField(max_length=16, default="", blank=True)
    launched_at = models.DateTimeField(null=True, blank=True)
    deadline_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    bank = models.ForeignKey(BankAccount, models.PROTECT, null=True, blank=True, related_name="campaigns")
    card = models.ForeignKey(CardAccount, models.PROTECT, null=True, blank=True, related_name="campaigns")
    pledged = models.BigIntegerField(default=0)
    backers = models.PositiveIntegerField(default=0)
    last_number = models.PositiveIntegerField(default=0)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_total = models.BigIntegerField(null=True, blank=True)
    decided_backers = models.PositiveIntegerField(null=True, blank=True)
    decided_digest = models.CharField(max_length=64, default="", blank=True)
    collection = models.CharField(max_length=10, choices=[(one, one) for one in Collection], default="none")
    collection_at = models.DateTimeField(null=True, blank=True)
    collected = models.BigIntegerField(default=0)
    returned = models.BigIntegerField(default=0)
    fulfilment = models.CharField(max_length=11, choices=Fulfilment, default=Fulfilment.NOT_STARTED)
    fulfilment_at = models.DateTimeField(null=True, blank=True)
    expected_on = models.DateField(null=True, blank=True)
    release = models.CharField(max_length=7, choices=[(one, one) for one in Release], default="none")
    release_at = models.DateTimeField(null=True, blank=True)

    objects = CampaignQuerySet.as_manager()

    class Meta(SeenModel.Meta):
        constraints = [
            models.CheckConstraint(
                name="campaign_state_known", condition=Q(state__in=[one.value for one in CampaignState])
            ),
            models.CheckConstraint(name="campaign_amounts", condition=Q(goal__gte=0, pledged__gte=0)),
            models.CheckConstraint(
                name="campaign_launched_whole",
                condition=Q(launched_at=None, state__in=[*map(str, BEFORE)])
                | Q(goal__gt=0, deadline_at__gt=F("launched_at")),
            ),
            models.CheckConstraint(
                name="campaign_successful_by_its_goal",
                condition=~Q(state="successful") | Q(decided_total__gte=F("goal")),
            ),
            models.CheckConstraint(
                name="campaign_failed_by_its_goal",
                condition=~Q(state="failed") | Q(decided_total__lt=F("goal")),
            ),
            models.CheckConstraint(
                name="campaign_collects_what_succeeded",
                condition=Q(collection="none") | Q(state="successful"),
            ),
            models.CheckConstraint(
                name="campaign_gives_back_what_came",
                condition=Q(returned__gte=0, returned__lte=F("collected")),
            ),
        ]
        indexes = [
            models.Index(
                name="campaign_running", fields=["deadline_at"], condition=Q(state__in=[*map(str, RUNNING)])
            ),
            models.Index(
                name="campaign_collecting",
                fields=["collection", "collection_at"],
                condition=Q(collection__in=["collecting", "grace"]),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.slug}"

    def get_absolute_url(self) -> str:
        return self.publication.get_absolute_url()

    @property
    def creator(self) -> Person:
        return self.publication.author

    @property
    def has_ended(self) -> bool:
        return self.state in ENDED

    @property
    def is_running(self) -> bool:
        return self.state in RUNNING

    def terms(self) -> str:
        """What stands since the launch, as it was written down then."""
        deadline = self.deadline_at.astimezone(UTC).isoformat() if self.deadline_at is not None else ""
        return f"{self.goal} {self.currency} {self.zone} {deadline}"

    def now(self, at: datetime) -> datetime:
        """This moment, or the latest that was seen near the deadline, should the clock have been put back."""
        return at if self.seen_at is None else max(at, self.seen_at)


class StoryQuerySet(SeenQuerySet["Story"]):
    """Reads stories; only `visible_to` shows them to anyone."""

    paths = ("campaign__publication",)


class Story(SeenModel):
    """What a campaign says of itself, in each of its languages; each edit after the launch is a version of its own, and the last one stays.

    `words` holds, by language, `title`, `line` (what it is, in a sentence), `story`, `risks` and `about` (who makes it), as they were written;
    `html` what `story` and `risks` became.
    """

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="stories")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    words = models.JSONField(default=dict)
    html = models.JSONField(default=dict)

    objects = StoryQuerySet.as_manager()

    class Meta(SeenModel.Meta):
        constraints = [models.UniqueConstraint(name="story_numbered_once", fields=["campaign", "number"])]

    def __str__(self) -> str:
        return f"#{self.pk} of {self.campaign_id}"

    def said(self, name: str, language: str) -> tuple[str, str]:
        """(language, words) of one of its parts, in this language, or else in the one that it has."""
        return first_said(self.words, name, language)


def first_said(words: Mapping[str, Mapping[str, str]], name: str, language: str) -> tuple[str, str]:
    """(language, words) of a part that may be written in several languages; this one first."""
    for code in [language, *words]:
        if text := words.get(code, {}).get(name):
            return code, text
    return language, ""


class Passed(models.Model):
    """Something that happened to a campaign: a row that is never changed, but for when the letters that it asks for were queued."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="passed")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    move = models.CharField(max_length=20)
    before = models.CharField(max_length=10)
    after = models.CharField(max_length=10)
    pledged = models.BigIntegerField()
    because = models.TextField(default="", blank=True)
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="passed_numbered_once", fields=["campaign", "number"])]
        indexes = [models.Index(name="passed_untold", fields=["id"], condition=Q(told_at=None))]

    def __str__(self) -> str:
        return f"#{self.pk} {self.move}"
