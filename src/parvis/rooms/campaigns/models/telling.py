"""What a campaign tells while and after it runs: budget, questions, milestones, updates, the survey, the finished work."""

from django.db import models
from django.db.models import Q

from parvis.core.people.models import public_id
from parvis.core.stream.models import Publication
from parvis.core.stream.seen import SeenModel, SeenQuerySet

from .campaigns import Campaign, first_said
from .pledges import Pledge
from .rewards import Reward

UPDATE = "campaigns.update"
"""What publications of its updates are called."""
WORK = "campaigns.work"
"""What publications of the finished work are called."""


class OfCampaignQuerySet[M: models.Model](SeenQuerySet[M]):
    """Rows that whoever sees their campaign may read."""

    paths = ("campaign__publication",)


class BudgetLine(SeenModel):
    """A part of what it costs, in minor units, with `words` by language."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="budget")
    words = models.JSONField(default=dict)
    amount = models.BigIntegerField()
    position = models.PositiveSmallIntegerField(default=0)

    objects = OfCampaignQuerySet["BudgetLine"].as_manager()

    class Meta(SeenModel.Meta):
        constraints = [models.CheckConstraint(name="budget_amount", condition=Q(amount__gt=0))]

    def __str__(self) -> str:
        return f"#{self.pk} of {self.campaign_id}"

    def said(self, language: str) -> str:
        return str(self.words.get(language) or next(iter(self.words.values()), ""))


class Question(SeenModel):
    """A question that is often asked, and its answer; `words` holds both by language."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="questions")
    words = models.JSONField(default=dict)
    position = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField()

    objects = OfCampaignQuerySet["Question"].as_manager()

    class Meta(SeenModel.Meta): ...

    def __str__(self) -> str:
        return f"#{self.pk} of {self.campaign_id}"

    def said(self, name: str, language: str) -> str:
        """The `question` or the `answer`."""
        return first_said(self.words, name, language)[1]


class Milestone(SeenModel):
    """An amount beyond the goal, and what it makes possible; it decides nothing."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="milestones")
    amount = models.BigIntegerField()
    words = models.JSONField(default=dict)
    reached_at = models.DateTimeField(null=True, blank=True)

    objects = OfCampaignQuerySet["Milestone"].as_manager()

    class Meta(SeenModel.Meta):
        constraints = [
            models.UniqueConstraint(name="milestone_once", fields=["campaign", "amount"]),
            models.CheckConstraint(name="milestone_amount", condition=Q(amount__gt=0)),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} of {self.campaign_id}"

    def said(self, language: str) -> str:
        return str(self.words.get(language) or next(iter(self.words.values()), ""))


class UpdateQuerySet(SeenQuerySet["Update"]):
    """Reads updates; only `visible_to` shows them to anyone."""

    paths = ("publication", "campaign__publication")


class Update(SeenModel):
    """News of a campaign, for everyone, for its backers, or for those of some of its rewards; numbered from 1 as they come out."""

    publication = models.OneToOneField(Publication, models.CASCADE, related_name="campaign_update")
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="updates")
    number = models.PositiveIntegerField(null=True, blank=True)
    source = models.TextField(default="", blank=True)
    html = models.TextField(default="", blank=True)

    objects = UpdateQuerySet.as_manager()

    class Meta(SeenModel.Meta):
        constraints = [models.UniqueConstraint(name="update_numbered_once", fields=["campaign", "number"])]

    def __str__(self) -> str:
        return f"#{self.pk} {self.number} of {self.campaign_id}"


class WorkQuerySet(SeenQuerySet["Work"]):
    """Reads finished works; only `visible_to` shows them to anyone."""


class Work(SeenModel):
    """The finished work, given to the backers and then to everyone under a licence; its files hang on its publication.

    `licence` is one of `licences.LICENCES`; for one's own words these stand under `terms`.
    """

    publication = models.OneToOneField(Publication, models.CASCADE, related_name="campaign_work")
    campaign = models.OneToOneField(Campaign, models.CASCADE, related_name="work")
    licence = models.CharField(max_length=40)
    terms = models.TextField(default="", blank=True)
    source = models.TextField(default="", blank=True)
    html = models.TextField(default="", blank=True)

    objects = WorkQuerySet.as_manager()

    class Meta(SeenModel.Meta): ...

    def __str__(self) -> str:
        return f"#{self.pk} of {self.campaign_id}"


class Survey(models.Model):
    """What a creator asks the backers of a reward (None: all of them) once the campaign has succeeded.

    `questions` is a list of `{"name", "words": {language: text}, "choices": [{language: text}, …]}`, without choices for one that is
    answered in words; whether the postal address is asked is `asks_address`. After `locked_at` no answer changes.
    """

    public_id = models.CharField(max_length=20, unique=True, default=public_id, editable=False)
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="surveys")
    reward = models.ForeignKey(Reward, models.CASCADE, null=True, blank=True, related_name="surveys")
    questions = models.JSONField(default=list)
    asks_address = models.BooleanField(default=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    locked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="survey_once_a_reward", fields=["campaign", "reward"], condition=Q(reward__isnull=False)
            ),
            models.UniqueConstraint(
                name="survey_once_for_all", fields=["campaign"], condition=Q(reward=None)
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} of {self.campaign_id}"


class Answer(models.Model):
    """What a backer answered, and where their reward is to go; the address is forgotten some time after it arrived."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="answers")
    pledge = models.ForeignKey(Pledge, models.CASCADE, related_name="answers")
    answers = models.JSONField(default=dict)
    postal = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="answer_once", fields=["survey", "pledge"])]

    def __str__(self) -> str:
        return f"#{self.pk}"
