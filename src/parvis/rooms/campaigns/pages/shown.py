"""One campaign as its page shows it to a viewer who may see it: a few statements, however many read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import CharField, F, IntegerField, QuerySet, Value
from django.http import Http404

from parvis.core.audiences.models import PUBLIC
from parvis.core.audiences.rule import Viewer
from parvis.lib.funding.campaigns import CampaignState
from parvis.lib.geo.countries import country_name

from ..models import BudgetLine, Campaign, Milestone, Question, Reward, ShippingRate, Story
from ..models.campaigns import first_said
from ..words import wording
from ..words.naming import Named, named
from ..words.standing import Standing, standing, total

SEEN = "of a campaign already seen"


@dataclass(frozen=True, kw_only=True)
class Text:
    """A part of what a campaign says, and the language in which it is said."""

    language: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A reward as it is offered: amounts and places in words. `left` says how many can still be had, where that is limited."""

    reward: Reward
    title: Text
    holds: Text
    price: str
    left: str
    delivery: str
    postage: Sequence[tuple[str, str]]

    @property
    def is_sold_out(self) -> bool:
        return self.reward.left == 0


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of the budget, or a milestone: an amount in words, and what it is for."""

    amount: str
    said: Text
    is_reached: bool = False


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A campaign on its page, in the language of a reader as far as it is told in it."""

    campaign: Campaign
    story: Story
    language: str
    standing: Standing
    title: Text
    line: Text
    about: Text
    text: Text
    risks: Text
    offers: Sequence[Offer]
    additions: Sequence[Offer]
    budget: Sequence[Line]
    milestones: Sequence[Line]
    questions: Sequence[tuple[Text, Text]]
    named: Named

    @property
    def is_public(self) -> bool:
        return self.campaign.publication.audience_id == PUBLIC

    @property
    def is_draft(self) -> bool:
        return self.campaign.state == CampaignState.DRAFT

    @property
    def only_in(self) -> str:
        """The one language in which it is told, where that is not the reader's."""
        return "" if self.title.language == self.language else self.title.language

    @property
    def was_changed(self) -> bool:
        """Whether what it says is another than at its launch."""
        launched = self.campaign.launched_at
        return launched is not None and self.story.at > launched

    @property
    def goal(self) -> str:
        return wording.brief(self.campaign.goal, self.campaign.currency, self.language)

    @property
    def decided(self) -> str:
        """What the amounts of the list add up to, in minor units."""
        return str(self.campaign.decided_total)


def story_seen(slug: str, viewer: Viewer) -> Story:
    """What the campaign at a slug says now, with the campaign, in one statement. Raises Http404."""
    rows = Story.objects.visible_to(viewer).filter(campaign__slug=slug)
    rows = rows.select_related(
        "campaign__publication__author", "campaign__picture", "campaign__source"
    ).order_by("-number")
    found = rows.first()
    if found is None:
        raise Http404
    return found


def shown(story: Story, language: str, at: datetime) -> Shown:
    """Everything on the page of a campaign that the viewer has been found to see."""
    campaign = story.campaign
    parts = parts_of(campaign)
    offers = [offer(one, campaign, parts, language) for one in offered(campaign)]
    return Shown(
        campaign=campaign,
        story=story,
        language=language,
        standing=standing(campaign, at),
        title=said(story.words, "title", language),
        line=said(story.words, "line", language),
        about=said(story.words, "about", language),
        text=said(story.html, "story", language),
        risks=said(story.html, "risks", language),
        offers=[one for one in offers if not one.reward.is_addon],
        additions=[one for one in offers if one.reward.is_addon],
        budget=[line(one, campaign, language) for one in parts if one.what == "budget"],
        milestones=[line(one, campaign, language) for one in parts if one.what == "milestone"],
        questions=[
            (said(one.words, "question", language), said(one.words, "answer", language))
            for one in parts
            if one.what == "question"
        ],
        named=named(campaign),
    )


def said(words: Any, name: str, language: str) -> Text:
    """A part of what it says, in this language or in the one that it has."""
    code, text = first_said(words, name, language)
    return Text(language=code, words=text)


def simply(words: dict[str, str], language: str) -> Text:
    """The same of words that have one part only."""
    return said({code: {"": text} for code, text in words.items()}, "", language)


@dataclass(frozen=True, kw_only=True)
class Part:
    """A row of one of the lists of a page. Of postage: `place` is the number of its reward, and `country` where it goes."""

    what: str
    words: dict[str, Any]
    amount: int
    place: int
    country: str
    number: int


def parts_of(campaign: Campaign) -> Sequence[Part]:
    """Budget, milestones, questions and postage of a campaign, each in its order: one statement for all of them."""
    rows = (
        listed("budget", BudgetLine.objects.unguarded(SEEN).filter(campaign=campaign), place=F("position")),
        listed("question", Question.objects.unguarded(SEEN).filter(campaign=campaign), place=F("position")),
        listed("milestone", Milestone.objects.unguarded(SEEN).filter(campaign=campaign)),
        listed(
            "postage",
            ShippingRate.objects.unguarded(SEEN).filter(reward__campaign=campaign),
            place=F("reward_id"),
            country=F("country"),
        ),
    )
    found = [
        Part(what=what, words=words, amount=amount, place=place, country=country, number=number)
        for what, words, amount, place, country, number in rows[0].union(*rows[1:], all=True)
    ]
    return sorted(found, key=lambda one: (one.amount if one.what == "milestone" else one.place, one.number))


def listed(
    what: str, rows: QuerySet[Any], *, place: Any = None, country: Any = None
) -> QuerySet[Any, tuple[Any, ...]]:
    """Rows of one list with the same columns as those of the others."""
    names = {field.name for field in rows.model._meta.get_fields()}
    return rows.order_by().values_list(
        Value(what, output_field=CharField()),
        F("words") if "words" in names else F("reward__words"),
        F("amount") if "amount" in names else F("cost") if "cost" in names else Value(0),
        place or Value(0, output_field=IntegerField()),
        country or Value("", output_field=CharField()),
        F("pk"),
    )


def line(part: Part, campaign: Campaign, language: str) -> Line:
    """A line of the budget or a milestone; a milestone is reached by what is promised now."""
    return Line(
        amount=wording.brief(part.amount, campaign.currency, language),
        said=simply(part.words, language),
        is_reached=part.amount <= total(campaign),
    )


def offered(campaign: Campaign) -> Sequence[Reward]:
    """What can be chosen, in its order."""
    return list(Reward.objects.unguarded(SEEN).filter(campaign=campaign).offered())


def offer(reward: Reward, campaign: Campaign, parts: Sequence[Part], language: str) -> Offer:
    """A reward with what it costs to have it sent: to named countries by their names, and then to all others."""
    rates = [(one.country, one.amount) for one in parts if one.what == "postage" and one.place == reward.pk]
    return Offer(
        reward=reward,
        title=said(reward.words, "title", language),
        holds=said(reward.words, "holds", language),
        price=wording.brief(reward.price, campaign.currency, language),
        left=wording.left(reward.left),
        delivery=month_of(reward.delivery_on),
        postage=postage(rates, campaign, language) if reward.is_shipped else (),
    )


def month_of(on: date | None) -> str:
    return wording.month(on) if on is not None else ""


def postage(rates: Sequence[tuple[str, int]], campaign: Campaign, language: str) -> list[tuple[str, str]]:
    """(where to, what it costs), by the names of the countries."""
    named_first = sorted(
        (not code, country_name(code, language) if code else "", cost) for code, cost in rates
    )
    return [
        (name or wording.elsewhere(len(rates) > 1), wording.cost(cost, campaign.currency, language))
        for _is_rest, name, cost in named_first
    ]
