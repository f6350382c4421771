"""What the state of a pledge means, in words to its backer."""

from datetime import datetime

from django.utils.translation import gettext as _

from parvis.lib.funding.pledges import PledgeState
from parvis.lib.money import NO_BREAK

from ..models import Campaign, Pledge, Way
from . import wording

S = PledgeState


def heading(pledge: Pledge) -> str:
    """The state in a few words."""
    words = {
        S.STARTED: _("One step is missing"),
        S.EXPIRED: _("This pledge was not finished"),
        S.ACTIVE: _("Your pledge counts"),
        S.WITHDRAWN: _("You have taken this pledge back"),
        S.REMOVED: _("This pledge was declined"),
        S.VOIDED: _("Nothing was debited"),
        S.BILLED: _("Your bill waits"),
        S.PART_PAID: _("Part of your bill is paid"),
        S.COLLECTING: _("Your card is being debited"),
        S.PROCESSING: _("Your payment is on its way"),
        S.ACTION_REQUIRED: _("Your bank wants your yes"),
        S.DECLINED: _("Your card was declined"),
        S.COLLECTED: _("Your pledge is paid"),
        S.PART_REFUNDED: _("Part of it went back to you"),
        S.REFUNDED: _("It went back to you"),
        S.DISPUTED: _("You have disputed this payment"),
        S.CHARGED_BACK: _("Your bank took it back"),
        S.DROPPED: _("This pledge was not paid"),
    }
    return words[S(pledge.state)]


def sentences(pledge: Pledge, campaign: Campaign, now: datetime) -> list[str]:
    """What that means, and what there is to do."""
    state = S(pledge.state)
    if state == S.STARTED:
        return started(pledge, now)
    if state == S.ACTIVE:
        return active(pledge, campaign, now)
    if state in {S.BILLED, S.PART_PAID}:
        return billed(pledge, campaign)
    return [fixed(pledge, campaign, state)]


def started(pledge: Pledge, now: datetime) -> list[str]:
    """One that holds its reward for some minutes."""
    if pledge.address_proved_at is None:
        found = [_("Say that it is you: then it counts.")]
        if pledge.way == Way.CARD:
            found = [_("Say that it is you, then leave a card: then it counts.")]
    else:
        found = [_("Leave a card: then it counts. Nothing is debited now.")]
    if pledge.held_until is not None and pledge.held_until > now:
        until = {"time": wording.clock(pledge.held_until)}
        return [*found, _("Until %(time)s what you chose is kept for you.") % until]
    return [*found, _("The time for which it was kept for you is over; it may still go through.")]


def active(pledge: Pledge, campaign: Campaign, now: datetime) -> list[str]:
    """One that counts."""
    about = {"amount": money(pledge.amount, campaign), "name": campaign.creator.name, "when": ""}
    if campaign.deadline_at is not None:
        about["when"] = wording.by_the_clock_of(campaign.zone, campaign.deadline_at, now)
    if campaign.decided_at is not None:
        return [_("The goal is reached. The bill or the debit follows within minutes.")]
    if pledge.way == Way.BANK:
        how = _("You get a bill of %(amount)s after %(when)s, if the goal is reached by then.") % about
    else:
        how = (
            _("Your card is debited %(amount)s once, on %(when)s at the earliest, if the goal is reached.")
            % about
        )
    return [how, _("Nothing was debited. If the goal is missed, nothing ever is.")]


def billed(pledge: Pledge, campaign: Campaign) -> list[str]:
    """One of which the bill waits."""
    about = {
        "open": money(pledge.amount - pledge.received, campaign),
        "received": money(pledge.received, campaign),
        "day": wording.date_of(pledge.due_on),
    }
    if pledge.state == S.PART_PAID:
        return [_("%(received)s has come; %(open)s is still to be paid by %(day)s.") % about]
    return [_("The goal is reached. Please pay %(open)s by %(day)s.") % about]


def fixed(pledge: Pledge, campaign: Campaign, state: PledgeState) -> str:
    """What is the same for all that are in a state."""
    about = {
        "amount": money(pledge.amount, campaign),
        "returned": money(pledge.returned, campaign),
        "name": campaign.creator.name,
    }
    words = {
        S.EXPIRED: _(
            "It was not finished in time, so it holds nothing and counts for nothing. Nothing was debited."
        ),
        S.WITHDRAWN: _("It counts no more, and nothing is debited."),
        S.REMOVED: _("Who makes the campaign has declined it. It counts no more, and nothing is debited."),
        S.VOIDED: _("The campaign came to nothing, so nothing is debited."),
        S.COLLECTING: _("The goal is reached, and %(amount)s is being debited."),
        S.PROCESSING: _("The goal is reached. Your bank takes some days for %(amount)s."),
        S.ACTION_REQUIRED: _("The goal is reached. Your bank asks you to confirm %(amount)s; do it below."),
        S.DECLINED: _("The goal is reached, but %(amount)s could not be debited. Leave another card below."),
        S.COLLECTED: _("%(amount)s has come. %(name)s thanks you."),
        S.PART_REFUNDED: _("%(returned)s of %(amount)s went back to you."),
        S.REFUNDED: _("%(returned)s went back to you."),
        S.DISPUTED: _("Your bank asks %(name)s about %(amount)s. It decides."),
        S.CHARGED_BACK: _("Your bank decided that %(amount)s goes back to you."),
        S.DROPPED: _(
            "It was not paid in time, and is waited for no more. If you still want to pay, write to %(name)s."
        ),
    }
    return words[state] % about


def money(amount: int, campaign: Campaign) -> str:
    return wording.brief(amount, campaign.currency, wording.here()).replace(" ", NO_BREAK)
