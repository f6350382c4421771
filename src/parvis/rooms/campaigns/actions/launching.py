"""From an idea to a campaign that runs: begun, told of before it runs, launched once for good; or called off."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from parvis.core.audiences.actions import Expression, audience_for, group_of, link_group
from parvis.core.audiences.models import PUBLIC, Audience, Group
from parvis.core.people.models import Person
from parvis.core.stream import actions as stream
from parvis.core.stream.models import Publication, Source
from parvis.core.stream.pictures import picture_source
from parvis.lib.funding import Deadline, NoSuchLength, after_days, at_local
from parvis.lib.funding.campaigns import BEFORE, CampaignMove, CampaignState
from parvis.lib.markup import from_markdown, plain
from parvis.lib.refusal import Refusal
from parvis.lib.text.slugs import slug as make_slug

from ..models import BACKERS, KIND, SOURCE, BankAccount, Campaign, CardAccount, Story
from .lacking import lacks
from .locking import Clock, held, hold_accounts
from .moving import pass_on

PARTS = ("title", "line", "story", "risks", "about")
"""What a campaign says of itself in each language."""
RESERVED = ("accounts", "bills", "hook", "mine", "new", "paid", "pledge", "statements", "wait", "work")
"""Addresses of other pages, which no campaign has."""


class AfterTheLaunch(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Since its launch, the goal, the currency and the deadline of a campaign stand."))


class Frozen(Refusal):
    def __init__(self) -> None:
        super().__init__(_("The page of a campaign that has ended stays as it was. Write an update instead."))


class Missing(Refusal):
    """What a campaign lacks before it can be launched; `what` are the sentences."""

    def __init__(self, what: list[str]) -> None:
        super().__init__(_("This campaign cannot be launched yet: %(what)s") % {"what": " ".join(what)})
        self.what = what


class WrongLength(Refusal):
    def __init__(self, longest: int) -> None:
        super().__init__(
            _("A campaign runs for one day at least, and for %(days)d at most.") % {"days": longest}
        )


class AlreadyLaunched(Refusal):
    def __init__(self) -> None:
        super().__init__(_("This campaign has been launched already."))


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What stands from the launch on: the goal in minor units, in a currency; for how many `days`, or until a local day and time (`YYYY-MM-DDTHH:MM`) of the zone."""

    goal: int
    currency: str
    zone: str
    days: int | None = None
    ends_on: str = ""
    bank: BankAccount | None = None
    card: CardAccount | None = None


@transaction.atomic
def start_campaign(
    *, author: Person, language: str, title: str, at: datetime, currency: str = "CHF"
) -> Campaign:
    """An idea that only its author sees."""
    publication = stream.begin(kind=KIND, author=author, language=language, at=at)
    slug = free_slug(title)
    source = Source.objects.create(kind=SOURCE, names={language: title}, path=f"/campaigns/{slug}/")
    campaign = Campaign.objects.create(
        publication=publication,
        source=source,
        group=group_of(kind=BACKERS, owner=author, label=title[:80], at=at),
        slug=slug,
        state=CampaignState.DRAFT,
        state_at=at,
        zone=author.zone,
        currency=currency,
    )
    write_story(campaign=campaign, words={language: {"title": title}}, at=at)
    return campaign


def free_slug(title: str) -> str:
    """A slug of the title that no campaign has, and no other page."""
    base = make_slug(title)[:100] or "campaign"
    slug, number = base, 2
    while slug in RESERVED or Campaign.objects.unguarded("a free address").filter(slug=slug).exists():
        slug, number = f"{base}-{number}", number + 1
    return slug


@transaction.atomic
def write_story(*, campaign: Campaign, words: Mapping[str, Mapping[str, str]], at: datetime) -> Story:
    """What a campaign says of itself. After the launch each edit is a version that stays. Raises Frozen."""
    if campaign.has_ended:
        raise Frozen
    written = {
        language: {part: said[part].strip() for part in PARTS if said.get(part, "").strip()}
        for language, said in words.items()
    }
    rows = Story.objects.unguarded("one's own campaign").filter(campaign=campaign)
    last = rows.order_by("-number").first()
    if last is not None and last.words == written:
        return last
    find = picture_source(campaign.publication)
    html = {
        language: {
            part: from_markdown(said[part], picture=find) for part in ("story", "risks") if part in said
        }
        for language, said in written.items()
    }
    if last is None or campaign.launched_at is not None:
        last = Story(campaign=campaign, number=last.number + 1 if last is not None else 1)
    last.at, last.words, last.html = at, written, html
    last.save()
    say_again(campaign, last, at)
    return last


def said_of(story: Story, language: str) -> stream.Said:
    """The words by which the search finds a campaign, in all its languages."""
    texts = [plain(html) for parts in story.html.values() for html in parts.values()] + [
        said.get("line", "") for said in story.words.values()
    ]
    return stream.Said(
        title=story.said("title", language)[1], text="\n\n".join(filter(None, texts)), language=language
    )


def say_again(campaign: Campaign, story: Story, at: datetime) -> None:
    """Have lists, the search and whoever follows it call it by its new words."""
    publication = campaign.publication
    titles = {code: said["title"] for code, said in story.words.items() if said.get("title")}
    Source.objects.filter(pk=campaign.source_id).update(names=titles)
    language = (
        publication.language if publication.language in titles else next(iter(titles), publication.language)
    )
    Group.objects.filter(pk=campaign.group_id).update(label=titles.get(language, "")[:80])
    said = said_of(story, language)
    if publication.published_at is not None:
        stream.edit(publication=publication, said=said, at=at)
        return
    publication.title, publication.text, publication.language = said.title[:400], said.text, said.language
    publication.save(update_fields=["title", "text", "language"])


@transaction.atomic
def set_terms(*, campaign: Campaign, terms: Terms) -> Campaign:
    """What is to stand from the launch on. Raises AfterTheLaunch."""
    hold_accounts(campaign.creator)
    if held(campaign).launched_at is not None:
        raise AfterTheLaunch
    campaign.goal, campaign.currency, campaign.zone = terms.goal, terms.currency, terms.zone
    campaign.days, campaign.ends_on = terms.days, terms.ends_on
    campaign.bank, campaign.card = terms.bank, terms.card
    campaign.save(update_fields=["goal", "currency", "zone", "days", "ends_on", "bank", "card"])
    return campaign


def place(campaign: Campaign, audience: Audience, at: datetime) -> None:
    """Put the page before these readers, as something that comes out now."""
    story = campaign.stories.unguarded("one's own campaign").latest("number")
    publication = campaign.publication
    publication.published_at = None
    campaign.publication = stream.publish(
        publication=publication,
        said=said_of(story, publication.language),
        audience=audience,
        sources=[stream.source_of(publication.author), campaign.source],
        at=at,
    )


@transaction.atomic
def open_preview(*, campaign: Campaign, at: datetime) -> str:
    """Let whoever holds a new link see the draft; the link before it opens nothing any more. The link's secret. Raises AlreadyLaunched."""
    if campaign.state != CampaignState.DRAFT:
        raise AlreadyLaunched
    group, secret = link_group(owner=campaign.creator, label=campaign.publication.title[:80], at=at)
    place(campaign, audience_for(expression=Expression(frozenset({group.pk})), owner=campaign.creator), at)
    return secret


@transaction.atomic
def close_preview(*, campaign: Campaign) -> None:
    """The draft is its author's alone again."""
    if campaign.state != CampaignState.DRAFT:
        raise AlreadyLaunched
    publication: Publication = campaign.publication
    publication.placements.unguarded("one's own draft").delete()
    publication.published_at, publication.audience = None, None
    publication.save(update_fields=["published_at", "audience"])


@transaction.atomic
def announce(*, campaign: Campaign, at: datetime) -> Campaign:
    """Tell everyone what is coming; who wants to be told follows it. Raises Missing and NoSuchMove."""
    campaign = held(campaign)
    if not campaign.publication.title.strip():
        raise Missing([str(_("Give it a title."))])
    pass_on(campaign, CampaignMove.ANNOUNCE, at=at, by=campaign.creator)
    place(campaign, Audience.objects.get(pk=PUBLIC), at)
    return campaign


def deadline_of(campaign: Campaign, launched_at: datetime) -> Deadline:
    """When it would end. Raises WrongLength."""
    try:
        if campaign.ends_on:
            return at_local(launched_at, datetime.fromisoformat(campaign.ends_on), campaign.zone)
        return after_days(launched_at, campaign.days or 0, campaign.zone)
    except NoSuchLength as wrong:
        raise WrongLength(wrong.longest) from None


@transaction.atomic
def launch(*, campaign: Campaign, clock: Clock) -> Campaign:
    """Let it run, until a deadline that is reckoned now and never moves. Raises Missing, WrongLength, AlreadyLaunched."""
    hold_accounts(campaign.creator)
    campaign = held(campaign)
    at = clock()
    if campaign.state not in BEFORE:
        raise AlreadyLaunched
    if found := lacks(campaign):
        raise Missing(found)
    deadline = deadline_of(campaign, at)
    campaign.deadline_at = deadline.at
    pass_on(
        campaign,
        CampaignMove.LAUNCH,
        at=at,
        by=campaign.creator,
        terms=campaign.terms(),
        launched_at=at,
        deadline_at=deadline.at,
    )
    place(campaign, Audience.objects.get(pk=PUBLIC), at)
    return campaign


@transaction.atomic
def cancel(*, campaign: Campaign, by: Person, because: str, clock: Clock) -> Campaign:
    """Call it off, for a reason that everyone reads: nothing is debited. Raises Decided and NoSuchMove."""
    campaign = held(campaign)
    at = campaign.now(clock())
    refuse_after_the_deadline(campaign, at)
    pass_on(campaign, CampaignMove.CANCEL, at=at, by=by, because=because)
    return campaign


class Decided(Refusal):
    def __init__(self) -> None:
        super().__init__(_("The deadline has passed: what was promised by then decides, in a moment."))


def refuse_after_the_deadline(campaign: Campaign, at: datetime) -> None:
    """Raises Decided: whoever is quicker than the clock decides nothing. What was held before it can be called off."""
    if campaign.is_running and campaign.deadline_at is not None and at >= campaign.deadline_at:
        raise Decided


@transaction.atomic
def suspend(*, campaign: Campaign, by: Person, because: str, at: datetime) -> Campaign:
    """Whoever runs the square holds it: no pledges, and the clock closes nothing. Raises Decided and NoSuchMove."""
    campaign = held(campaign)
    refuse_after_the_deadline(campaign, campaign.now(at))
    pass_on(campaign, CampaignMove.SUSPEND, at=at, by=by, because=because)
    return campaign


class OverByNow(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Its deadline has passed meanwhile. It can only be called off."))


@transaction.atomic
def resume(*, campaign: Campaign, by: Person, clock: Clock) -> Campaign:
    """Let it run again until the same deadline. Raises OverByNow and NoSuchMove."""
    campaign = held(campaign)
    at = campaign.now(clock())
    if campaign.deadline_at is not None and at >= campaign.deadline_at:
        raise OverByNow
    pass_on(campaign, CampaignMove.RESUME, at=at, by=by)
    return campaign
