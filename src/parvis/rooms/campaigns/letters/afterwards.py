"""What is written to people of what waits for them: a reward that can be had again, a question, something on its way."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from parvis.core.delivery.actions import send_letter
from parvis.core.delivery.links import whole
from parvis.core.delivery.models import Mail
from parvis.core.delivery.room_letters import Written
from parvis.lib.funding.campaigns import CampaignState
from parvis.lib.funding.pledges import BACKING

from ..actions.asking import surveys_for
from ..links import pledge_path
from ..models import Pledge, Reward, Survey, Waiting
from .to_backers import written
from .words import page, title

RECENT = timedelta(days=3)
"""For how long after it happened something is still written of; who comes later reads it on the page."""
A_DAY = timedelta(days=1)
AT_A_TIME = 500


@transaction.atomic
def tell_who_waits(at: datetime) -> None:
    """Write to as many as there are rewards again, who has waited longest first. The next ones hear a day later, if it is still there."""
    waiting = Waiting.objects.filter(told_at=None, person__erased_at=None).select_related("person")
    numbers = set(waiting.values_list("reward", flat=True))
    free = Counter[int]()
    for reward in Reward.objects.unguarded("who waits for it is told").filter(
        pk__in=numbers, retired_at=None, campaign__state=CampaignState.LIVE
    ):
        free[reward.pk] = reward.left if reward.left is not None else AT_A_TIME
    free.subtract(
        Waiting.objects.filter(told_at__gt=at - A_DAY, reward__in=free).values_list("reward", flat=True)
    )
    for one in waiting.order_by("at", "pk"):
        if free[one.reward_id] <= 0:
            continue
        free[one.reward_id] -= 1
        send_letter(
            kind="campaigns.free",
            person=one.person,
            key=f"{one.pk}:{one.at.isoformat()}",
            about={"waiting": one.pk},
            at=at,
        )
        Waiting.objects.filter(pk=one.pk).update(told_at=at)


def free_again(mail: Mail, at: datetime) -> Written | None:
    """It can be had again, and nobody holds it for them."""
    rows = Waiting.objects.select_related("person").prefetch_related("reward__campaign__publication")
    one = rows.filter(pk=mail.about["waiting"], person=mail.person).first()
    if one is None or one.reward.left == 0 or one.reward.campaign.state != CampaignState.LIVE:
        return None
    values = {"reward": one.reward.said("title", mail.person.language), "title": title(one.reward.campaign)}
    return written(
        _("“%(reward)s” can be had again") % values,
        [
            _(
                "Of “%(title)s”, the reward “%(reward)s” can be had again. It is not held for you: the first who chooses it has it."
            )
            % values
        ],
        url=whole(f"{one.reward.campaign.get_absolute_url()}pledge/?reward={one.reward.public_id}"),
        button=_("Choose it"),
    )


def ask_backers(at: datetime) -> None:
    """Write to those whom a survey asks something, once each."""
    for survey in Survey.objects.filter(opened_at__gt=at - RECENT, locked_at=None):
        asked = Pledge.objects.filter(campaign=survey.campaign_id, state__in=[*map(str, BACKING)])
        asked = asked.exclude(answers__survey=survey).select_related("person").prefetch_related("items")
        for pledge in not_written(asked.iterator(chunk_size=AT_A_TIME), "campaigns.survey", f"{survey.pk}:"):
            if survey in surveys_for(pledge) and pledge.person is not None:
                key = f"{survey.pk}:{pledge.pk}"
                send_letter(
                    kind="campaigns.survey", person=pledge.person, key=key, about={"pledge": pledge.pk}, at=at
                )


def not_written(pledges: Iterable[Pledge], kind: str, prefix: str) -> Iterable[Pledge]:
    """Those of these pledges of which no such letter was queued."""
    known = set(
        Mail.objects.filter(letter=kind, key__startswith=f"letter:{kind}:{prefix}").values_list(
            "key", flat=True
        )
    )
    return (one for one in pledges if f"letter:{kind}:{prefix}{one.pk}" not in known)


def survey(pledge: Pledge) -> Written | None:
    if not surveys_for(pledge):
        return None
    values = {"title": title(pledge.campaign), "name": pledge.campaign.creator.name}
    return written(
        _("“%(title)s”: a few questions for your reward") % values,
        [
            _("%(name)s, who makes “%(title)s”, needs a few answers before your reward can leave.") % values,
            _(
                "You can change them until they are gathered. An address is read by %(name)s alone, and is forgotten sixty days after your reward has arrived."
            )
            % values,
        ],
        url=whole(f"{pledge_path(pledge)}survey/"),
        button=_("Answer"),
    )


def tell_sent(at: datetime) -> None:
    """Write to those whose reward is on its way."""
    sent = Pledge.objects.filter(sent_at__gt=at - RECENT, arrived_at=None).select_related("person")
    for pledge in not_written(sent.iterator(chunk_size=AT_A_TIME), "campaigns.sent", ""):
        if pledge.person is not None:
            send_letter(
                kind="campaigns.sent",
                person=pledge.person,
                key=str(pledge.pk),
                about={"pledge": pledge.pk},
                at=at,
            )


def sent(pledge: Pledge) -> Written | None:
    if pledge.sent_at is None or pledge.arrived_at is not None:
        return None
    values = {"title": title(pledge.campaign)}
    return written(
        _("“%(title)s”: your reward is on its way") % values,
        [
            _("What you were promised for “%(title)s” has been sent. Say on your page when it has arrived.")
            % values
        ],
        url=page(pledge),
        button=_("Your pledge"),
    )
