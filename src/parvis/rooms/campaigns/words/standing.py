"""How a campaign stands, in words: what is promised of how much, by how many, until when, and what came of it."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from parvis.lib.funding.campaigns import BEFORE, CampaignState, Collection

from ..models import Campaign
from . import wording
from .wording import here


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A campaign at a moment, said in the language of that moment; amounts are minor units.

    `promised` says what is promised, `outcome` what became of it, `until` how long it still runs, `whose_clock` by
    which clock that is told and `own_clock` the same by the reader's, where it shows another time. `lines` tell more. `is_running`: it takes pledges now.
    """

    campaign: Campaign
    promised: str
    outcome: str = ""
    until: str = ""
    whose_clock: str = ""
    own_clock: str = ""
    lines: tuple[str, ...] = ()
    is_running: bool = False

    @property
    def filled(self) -> int:
        """How far the bar is filled: what is promised, as far as the goal."""
        return min(total(self.campaign), self.campaign.goal)

    @property
    def has_bar(self) -> bool:
        return self.campaign.goal > 0 and self.campaign.state not in BEFORE

    @property
    def changes(self) -> bool:
        """Whether it may be another in a moment."""
        return self.campaign.is_running


def total(campaign: Campaign) -> int:
    """What is promised, or was when it was decided."""
    return campaign.pledged if campaign.decided_total is None else campaign.decided_total


def standing(campaign: Campaign, at: datetime) -> Standing:
    """How it stands at this moment; only its own row is read."""
    at = campaign.now(at)
    state = CampaignState(campaign.state)
    promised = promised_words(campaign)
    if state == CampaignState.LIVE and campaign.deadline_at is not None and at < campaign.deadline_at:
        return running(campaign, promised, at)
    outcome, lines = told_of(campaign, state)
    return Standing(campaign=campaign, promised=promised, outcome=outcome, lines=lines)


def running(campaign: Campaign, promised: str, at: datetime) -> Standing:
    """One that takes pledges."""
    assert campaign.deadline_at is not None
    day = wording.by_the_clock_of(campaign.zone, campaign.deadline_at, at)
    left = wording.remains(campaign.deadline_at, at)
    own = wording.by_own_clock(campaign.zone, campaign.deadline_at, at)
    is_reached = campaign.pledged >= campaign.goal
    return Standing(
        campaign=campaign,
        promised=promised,
        outcome=_("The goal is reached; what is promised now comes on top.") if is_reached else "",
        until=wording.ended(_("%(left)s, until %(day)s.") % {"left": left, "day": day}),
        whose_clock=wording.clock_of(campaign.zone),
        own_clock=wording.ended(_("By your clock: %(day)s.") % {"day": own}) if own else "",
        lines=(_("Nothing is debited before the goal is reached, nor before the deadline."),),
        is_running=True,
    )


def promised_words(campaign: Campaign) -> str:
    """6 120 francs promised of 9 000, by 143 people."""
    amount, currency, language = total(campaign), campaign.currency, here()
    if campaign.goal <= 0:
        return ""
    goal = {"goal": wording.spoken(campaign.goal, currency, language)}
    if campaign.state in BEFORE:
        return _("The goal is %(goal)s.") % goal
    if not amount:
        said = (
            _("Nothing was promised, of %(goal)s.")
            if campaign.has_ended
            else _("Nothing is promised yet, of %(goal)s.")
        )
        return said % goal
    count = campaign.backers if campaign.decided_backers is None else campaign.decided_backers
    return ngettext(
        "%(pledged)s promised of %(goal)s, by %(count)s person.",
        "%(pledged)s promised of %(goal)s, by %(count)s people.",
        count,
    ) % {
        "pledged": wording.spoken(amount, currency, language),
        "goal": wording.number(campaign.goal, currency, language),
        "count": wording.counted(count),
    }


def told_of(campaign: Campaign, state: CampaignState) -> tuple[str, tuple[str, ...]]:
    """What a state that takes no pledges means for whoever reads the page: a sentence, and more of them."""
    nothing = (_("Nothing was debited."),)
    ended_at = campaign.deadline_at if campaign.decided_at is not None else None
    on = {"day": wording.day(ended_at or campaign.state_at)}
    if state in BEFORE:
        return _("It has not begun yet: nothing can be promised so far."), ()
    if state == CampaignState.SUCCESSFUL:
        return _("It has succeeded, on %(day)s.") % on, tuple(collected_words(campaign))
    if state == CampaignState.FAILED:
        return _("It did not reach its goal by %(day)s.") % on, nothing
    if state == CampaignState.CANCELED:
        return _("It was called off on %(day)s.") % on, nothing
    if state == CampaignState.SUSPENDED:
        held = _("Nothing is debited while it is held. Its deadline stays what it was.")
        return _("It is held for now by those who run this square: it takes no pledges."), (held,)
    finishing = _("Pledges that were begun in time are being finished; within 15 minutes it is decided.")
    return _("The deadline has passed."), (finishing,)


def collected_words(campaign: Campaign) -> list[str]:
    """How much of what was promised has come, and what went back."""
    currency, language = campaign.currency, here()
    came, promised = (
        wording.spoken(campaign.collected, currency, language),
        wording.number(total(campaign), currency, language),
    )
    if campaign.collection == Collection.UNDONE:
        return [_("Too little of it came, and all was given back.")]
    if campaign.collection == Collection.CLOSED:
        said = [_("%(came)s came, of %(promised)s that were promised.")]
    else:
        said = [_("%(came)s have come so far, of %(promised)s that were promised; it is being collected.")]
    said = [one % {"came": came, "promised": promised} for one in said]
    if campaign.returned:
        back = wording.spoken(campaign.returned, currency, language)
        said.append(_("%(back)s of it went back.") % {"back": back})
    return said
