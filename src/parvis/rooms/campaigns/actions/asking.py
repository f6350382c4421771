"""What the backers are asked once a campaign has succeeded: written, opened, answered, locked; addresses are forgotten again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from parvis.lib.funding.campaigns import CampaignState
from parvis.lib.funding.pledges import BACKING
from parvis.lib.refusal import Refusal

from ..models import Answer, Campaign, Fulfilment, Pledge, Reward, Survey
from ..questions import MOST, Asked, as_kept, asked_by
from .locking import held
from .releasing import refuse_unless_successful
from .rewards import taken_by

KEPT_FOR = timedelta(days=60)
"""How long an address is kept after what was sent has arrived."""


class OpenAlready(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Those who back it answer already: what they are asked stays as it is."))


class NothingAsked(Refusal):
    def __init__(self) -> None:
        super().__init__(_("This asks nothing yet. Write a question, or ask for the address."))


class TooManyQuestions(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Ask %(most)d questions at most: few people answer more.") % {"most": MOST})


class NotAsked(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Nothing is asked of this pledge now."))


class Locked(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _(
                "The answers are locked: what you chose is being made or sent. Write to who makes the campaign if something has changed."
            )
        )


class Incomplete(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Without a name, a street or a box, and a town, nothing arrives. Complete the address.")
        )


@dataclass(frozen=True, kw_only=True)
class Postal:
    """Where something is sent; `country` in letters (ISO 3166)."""

    name: str
    street: str
    more: str = ""
    postal_code: str
    town: str
    country: str

    def lines(self) -> dict[str, str]:
        return {
            "name": self.name,
            "street": self.street,
            "more": self.more,
            "postal_code": self.postal_code,
            "town": self.town,
            "country": self.country,
        }


@transaction.atomic
def keep_survey(
    *,
    campaign: Campaign,
    reward: Reward | None,
    questions: Sequence[Asked],
    asks_address: bool,
    open_at: datetime | None,
) -> Survey:
    """Write a survey, and open it if there is a moment for that; both or nothing. Raises what these raise."""
    survey = write_survey(campaign=campaign, reward=reward, questions=questions, asks_address=asks_address)
    return open_survey(survey=survey, at=open_at) if open_at is not None else survey


@transaction.atomic
def write_survey(
    *, campaign: Campaign, reward: Reward | None, questions: Sequence[Asked], asks_address: bool
) -> Survey:
    """What those who have a reward are asked, or all (None). Raises OpenAlready, TooManyQuestions."""
    if len(questions) > MOST:
        raise TooManyQuestions
    campaign = held(campaign)
    survey = Survey.objects.filter(campaign=campaign, reward=reward).first() or Survey(
        campaign=campaign, reward=reward
    )
    if survey.opened_at is not None:
        raise OpenAlready
    survey.questions, survey.asks_address = as_kept(questions), asks_address
    survey.save()
    return survey


@transaction.atomic
def open_survey(*, survey: Survey, at: datetime) -> Survey:
    """Have it answered from now on. Raises OnlyAfterSuccess, NothingAsked."""
    campaign = held(survey.campaign)
    refuse_unless_successful(campaign)
    survey.refresh_from_db()
    if not survey.questions and not survey.asks_address:
        raise NothingAsked
    if survey.opened_at is None:
        survey.opened_at = at
        survey.save(update_fields=["opened_at"])
    return survey


def lock_survey(*, survey: Survey, at: datetime | None) -> None:
    """No answer changes from now on; None lets them change again."""
    survey.locked_at = at
    survey.save(update_fields=["locked_at"])


def surveys_for(pledge: Pledge) -> Sequence[Survey]:
    """What the backer of a pledge is asked now: of all, and of what they have."""
    if pledge.state not in BACKING or pledge.campaign.state != CampaignState.SUCCESSFUL:
        return []
    rows = Survey.objects.filter(
        Q(reward=None) | Q(reward__in=list(taken_by(pledge))), campaign=pledge.campaign
    )
    return list(rows.exclude(opened_at=None).order_by("reward_id", "pk"))


@transaction.atomic
def answer_surveys(
    *, pledge: Pledge, answers: Mapping[str, str], postal: Postal | None, at: datetime
) -> Sequence[Answer]:
    """Answer all that is asked of a pledge; what is locked stays as it was answered.

    `answers` are by the name of the question behind that of its survey (`name_of`). Raises NotAsked, Locked, Incomplete.
    """
    held(pledge.campaign)
    pledge.refresh_from_db()
    surveys = surveys_for(pledge)
    if not surveys:
        raise NotAsked
    still_open = [one for one in surveys if one.locked_at is None]
    if not still_open:
        raise Locked
    if any(one.asks_address for one in still_open) and not is_complete(postal):
        raise Incomplete
    return [
        Answer.objects.update_or_create(
            survey=survey,
            pledge=pledge,
            defaults={
                "answers": said_of(survey, answers),
                "postal": postal.lines() if survey.asks_address and postal is not None else {},
                "at": at,
            },
        )[0]
        for survey in still_open
    ]


def is_complete(postal: Postal | None) -> bool:
    return postal is not None and all([postal.name, postal.street, postal.town, postal.country])


def name_of(survey: Survey, question: Asked) -> str:
    """What the answer to a question is called in a form that asks several surveys."""
    return f"{survey.public_id}-{question.name}"


def said_of(survey: Survey, answers: Mapping[str, str]) -> dict[str, str]:
    """The answers to one survey; of a choice, only what is offered."""
    found = {}
    for question in asked_by(survey):
        answer = answers.get(name_of(survey, question), "").strip()
        if not question.choices or answer in dict(question.offered("")):
            found[question.name] = answer
    return found


def forget_addresses(at: datetime) -> None:
    """A chore: forget addresses sixty days after what was sent there arrived, or after its backer backs it no more."""
    before = at - KEPT_FOR
    delivered = Campaign.objects.unguarded("what is delivered needs no address").filter(
        fulfilment=Fulfilment.DELIVERED, fulfilment_at__lte=before
    )
    gone = Q(pledge__state_at__lte=before) & ~Q(pledge__state__in=[*map(str, BACKING)])
    due = Q(pledge__arrived_at__lte=before) | gone | Q(pledge__campaign__in=delivered.values("pk"))
    Answer.objects.filter(
        pk__in=list(Answer.objects.filter(due).exclude(postal={}).values_list("pk", flat=True))
    ).update(postal={})
