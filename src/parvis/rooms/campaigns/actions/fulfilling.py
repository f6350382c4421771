"""After success: how far it is with what was promised, what was sent to whom, and what has arrived."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from parvis.core.stream import actions as stream
from parvis.lib.funding.pledges import BACKING
from parvis.lib.refusal import Refusal

from ..models import Campaign, Fulfilment, Pledge
from ..readers import Readers, To, audience_of
from .locking import held
from .releasing import refuse_unless_successful
from .telling import News, publish_update, start_update

NOT, UNDER_WAY, LATE, DONE = (
    Fulfilment.NOT_STARTED,
    Fulfilment.IN_PROGRESS,
    Fulfilment.DELAYED,
    Fulfilment.DELIVERED,
)
STEPS: Mapping[str, Collection[str]] = {
    NOT: (UNDER_WAY, LATE, DONE),
    UNDER_WAY: (LATE, DONE),
    LATE: (UNDER_WAY, LATE, DONE),
    DONE: (UNDER_WAY,),
}
"""From where to where it goes; what was called delivered too soon is under way again."""


class NoSuchStep(Refusal):
    def __init__(self) -> None:
        super().__init__(_("It is not there any more. Look at how far it is, and choose again."))


class SayWhy(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Say by which month it is expected now, and why it is late: those who back it read it.")
        )


class NotTheirs(Refusal):
    def __init__(self) -> None:
        super().__init__(_("This can be said once the campaign has succeeded, by those who back it."))


@dataclass(frozen=True, kw_only=True)
class Delay:
    """By which month it is expected now, and why, as those who back it read it."""

    month: date
    title: str
    text: str
    language: str


@transaction.atomic
def set_fulfilment(
    *, campaign: Campaign, step: Fulfilment, at: datetime, delay: Delay | None = None
) -> Campaign:
    """Say how far it is; what is late is told to those who back it, in an update. Raises OnlyAfterSuccess, NoSuchStep, SayWhy."""
    campaign = held(campaign)
    refuse_unless_successful(campaign)
    if step not in STEPS[campaign.fulfilment]:
        raise NoSuchStep
    if step == Fulfilment.DELAYED:
        if delay is None or not delay.text.strip() or delay.month.replace(day=1) < at.date().replace(day=1):
            raise SayWhy
        campaign.expected_on = delay.month.replace(day=1)
        tell_delay(campaign, delay, at)
    campaign.fulfilment, campaign.fulfilment_at = step, at
    campaign.save(update_fields=["fulfilment", "fulfilment_at", "expected_on"])
    return campaign


def tell_delay(campaign: Campaign, delay: Delay, at: datetime) -> None:
    """An update to those who back it."""
    update = start_update(campaign=campaign, at=at)
    publish_update(
        update=update,
        fields={},
        version=stream.version_of(update.publication, None),
        news=News(title=delay.title, source=delay.text, language=delay.language, is_whole=True),
        audience=audience_of(Readers(To.BACKERS), campaign),
        at=at,
    )


@transaction.atomic
def mark_sent(*, campaign: Campaign, pledges: Collection[str], at: datetime | None) -> int:
    """What these pledges (by their public ids) were promised is on its way; None: it is not. How many that changes.

    What has arrived was sent. Raises OnlyAfterSuccess.
    """
    rows = pledges_of(campaign, pledges)
    if at is None:
        return rows.exclude(sent_at=None).update(sent_at=None, arrived_at=None)
    return rows.filter(sent_at=None).update(sent_at=at)


@transaction.atomic
def mark_arrived(*, campaign: Campaign, pledges: Collection[str], at: datetime) -> int:
    """It has arrived; how many that changes. Raises OnlyAfterSuccess."""
    rows = pledges_of(campaign, pledges)
    rows.filter(sent_at=None).update(sent_at=at)
    return rows.filter(arrived_at=None).update(arrived_at=at)


def pledges_of(campaign: Campaign, pledges: Collection[str]) -> QuerySet[Pledge]:
    """Those of these pledges that back this campaign. Raises OnlyAfterSuccess."""
    refuse_unless_successful(held(campaign))
    return Pledge.objects.filter(campaign=campaign, public_id__in=pledges, state__in=[*map(str, BACKING)])


@transaction.atomic
def say_arrived(*, pledge: Pledge, at: datetime) -> Pledge:
    """Its backer has it. Again: no change. Raises NotTheirs, OnlyAfterSuccess."""
    refuse_unless_successful(held(pledge.campaign))
    pledge.refresh_from_db()
    if pledge.state not in BACKING:
        raise NotTheirs
    if pledge.arrived_at is None:
        pledge.sent_at = pledge.sent_at or at
        pledge.arrived_at = at
        pledge.save(update_fields=["sent_at", "arrived_at"])
    return pledge
