"""What a campaign explains beside its story: what it costs, what is often asked, what more would make possible."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from parvis.lib.refusal import Refusal

from ..models import BudgetLine, Campaign, Milestone, Question
from .launching import Frozen
from .locking import held


class BudgetStands(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Since its launch, what a campaign costs stands. Tell what has changed in an update.")
        )


class WordsNeeded(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Say what it is, in one language at least."))


class HalfAnAnswer(Refusal):
    def __init__(self) -> None:
        super().__init__(_("A question needs its answer in the same language, and an answer its question."))


class NotBeyond(Refusal):
    def __init__(self) -> None:
        super().__init__(_("A milestone lies beyond the goal. Choose a higher amount."))


class SameMilestone(Refusal):
    def __init__(self) -> None:
        super().__init__(_("There is a milestone at this amount already. Change that one."))


class WasReached(Refusal):
    def __init__(self) -> None:
        super().__init__(_("This milestone was reached: what you said of it stands."))


def cleaned(words: Mapping[str, str]) -> dict[str, str]:
    """What is said in each language in which something is. Raises WordsNeeded."""
    found = {language: said.strip() for language, said in words.items() if said.strip()}
    if not found:
        raise WordsNeeded
    return found


def to_change(campaign: Campaign) -> Campaign:
    """The campaign, held, while its page can change. Raises Frozen."""
    campaign = held(campaign)
    if campaign.has_ended:
        raise Frozen
    return campaign


def to_reckon(campaign: Campaign) -> Campaign:
    """The campaign, held, while it can still say otherwise what it costs. Raises BudgetStands."""
    campaign = held(campaign)
    if campaign.launched_at is not None:
        raise BudgetStands
    return campaign


@transaction.atomic
def add_line(
    *, campaign: Campaign, words: Mapping[str, str], amount: int, position: int | None = None
) -> BudgetLine:
    """One more part of what it costs, at the end or where it stood. Raises BudgetStands, WordsNeeded."""
    campaign = to_reckon(campaign)
    if position is None:
        rows = BudgetLine.objects.unguarded("one's own campaign").filter(campaign=campaign)
        position = (rows.aggregate(last=Max("position"))["last"] or 0) + 1
    return BudgetLine.objects.create(
        campaign=campaign, words=cleaned(words), amount=amount, position=position
    )


@transaction.atomic
def change_line(*, line: BudgetLine, words: Mapping[str, str], amount: int) -> None:
    """Raises BudgetStands, WordsNeeded."""
    to_reckon(line.campaign)
    line.words, line.amount = cleaned(words), amount
    line.save(update_fields=["words", "amount"])


@transaction.atomic
def remove_line(*, line: BudgetLine) -> None:
    """Raises BudgetStands."""
    to_reckon(line.campaign)
    line.delete()


def answered(words: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """Questions with their answers, by language. Raises WordsNeeded, HalfAnAnswer."""
    found = {}
    for language, said in words.items():
        question, answer = said.get("question", "").strip(), said.get("answer", "").strip()
        if bool(question) != bool(answer):
            raise HalfAnAnswer
        if question:
            found[language] = {"question": question, "answer": answer}
    if not found:
        raise WordsNeeded
    return found


@transaction.atomic
def add_question(
    *, campaign: Campaign, words: Mapping[str, Mapping[str, str]], at: datetime, position: int | None = None
) -> Question:
    """Raises Frozen, WordsNeeded, HalfAnAnswer."""
    campaign = to_change(campaign)
    if position is None:
        rows = Question.objects.unguarded("one's own campaign").filter(campaign=campaign)
        position = (rows.aggregate(last=Max("position"))["last"] or 0) + 1
    return Question.objects.create(campaign=campaign, words=answered(words), position=position, at=at)


@transaction.atomic
def change_question(*, question: Question, words: Mapping[str, Mapping[str, str]], at: datetime) -> None:
    """Raises Frozen, WordsNeeded, HalfAnAnswer."""
    to_change(question.campaign)
    question.words, question.at = answered(words), at
    question.save(update_fields=["words", "at"])


@transaction.atomic
def remove_question(*, question: Question) -> None:
    """Raises Frozen."""
    to_change(question.campaign)
    question.delete()


@transaction.atomic
def add_milestone(*, campaign: Campaign, words: Mapping[str, str], amount: int, at: datetime) -> Milestone:
    """What more would make possible; it decides nothing. Raises Frozen, WordsNeeded, NotBeyond, SameMilestone."""
    campaign = to_change(campaign)
    refuse_amount(campaign, amount)
    is_reached = campaign.launched_at is not None and campaign.pledged >= amount
    return Milestone.objects.create(
        campaign=campaign, words=cleaned(words), amount=amount, reached_at=at if is_reached else None
    )


def refuse_amount(campaign: Campaign, amount: int, *, but: int = 0) -> None:
    """Raises NotBeyond, SameMilestone."""
    if amount <= campaign.goal:
        raise NotBeyond
    rows = Milestone.objects.unguarded("one's own campaign").filter(campaign=campaign, amount=amount)
    if rows.exclude(pk=but).exists():
        raise SameMilestone


@transaction.atomic
def change_milestone(*, milestone: Milestone, words: Mapping[str, str], amount: int, at: datetime) -> None:
    """Raises Frozen, WasReached, WordsNeeded, NotBeyond, SameMilestone."""
    campaign = to_change(milestone.campaign)
    milestone.refresh_from_db()
    if milestone.reached_at is not None:
        raise WasReached
    refuse_amount(campaign, amount, but=milestone.pk)
    milestone.words, milestone.amount = cleaned(words), amount
    if campaign.launched_at is not None and campaign.pledged >= amount:
        milestone.reached_at = at
    milestone.save(update_fields=["words", "amount", "reached_at"])


@transaction.atomic
def remove_milestone(*, milestone: Milestone) -> None:
    """Raises Frozen, WasReached."""
    to_change(milestone.campaign)
    milestone.refresh_from_db()
    if milestone.reached_at is not None:
        raise WasReached
    milestone.delete()
