"""From what happened to the letters that it asks for: read in order, queued once, whatever is interrupted."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from parvis.core.delivery.actions import send_letter
from parvis.core.people.models import Notice, Person
from parvis.lib.funding.campaigns import CampaignMove, Collection, CollectionMove
from parvis.lib.funding.pledges import PledgeMove, PledgeState

from ..actions.settling import began
from ..models import Campaign, Passed, Pledge, PledgeEvent

logger = logging.getLogger(__name__)

BATCH = 200
M = PledgeMove
TO_BACKERS = {
    M.CONFIRM: "campaigns.confirmed",
    M.CHANGE: "campaigns.changed",
    M.WITHDRAW: "campaigns.withdrawn",
    M.REMOVE: "campaigns.removed",
    M.EXPIRE: "campaigns.expired",
    M.VOID: "campaigns.voided",
    M.BILL: "campaigns.billed",
    M.PAY_PART: "campaigns.part-paid",
    M.PAY: "campaigns.paid",
    M.WAIT: "campaigns.processing",
    M.ASK: "campaigns.asks",
    M.DECLINE: "campaigns.declined",
    M.DROP: "campaigns.dropped",
    M.REFUND_PART: "campaigns.refunded",
    M.REFUND: "campaigns.refunded",
}
TO_CREATORS = {
    CampaignMove.LAUNCH: "campaigns.launched",
    CampaignMove.SUCCEED: "campaigns.succeeded",
    CampaignMove.FAIL: "campaigns.failed",
    CampaignMove.CANCEL: "campaigns.canceled",
    CampaignMove.SUSPEND: "campaigns.suspended",
    CampaignMove.RESUME: "campaigns.resumed",
    CollectionMove.CLOSE: "campaigns.closed",
    CollectionMove.UNDO: "campaigns.undone",
}
PLEDGED, TAKEN_BACK, DISPUTED = "campaigns.pledged", "campaigns.taken-back", "campaigns.disputed"
NOTICED = {M.CONFIRM: PLEDGED, M.WITHDRAW: TAKEN_BACK, M.DISPUTE: DISPUTED}
"""What the creator hears of by a notice, as and when they choose."""
REMINDED_EVERY = timedelta(hours=48)
LAST_REMINDER = timedelta(days=6)
OWING = (PledgeState.DECLINED, PledgeState.ACTION_REQUIRED)


class Teller:
    """One worker's part in it."""

    def __init__(
        self,
        *,
        clock: Callable[[], datetime] = timezone.now,
        is_stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        self.clock = clock
        self.is_stopping = is_stopping

    def step(self) -> bool:
        """Queue the letters of a batch of what happened; whether more may wait."""
        at = self.clock()
        passed = list(Passed.objects.filter(told_at=None).order_by("pk").prefetch_related("campaign")[:BATCH])
        events = PledgeEvent.objects.filter(told_at=None).order_by("pk").select_related("pledge__person")
        happened = list(events.prefetch_related("campaign")[:BATCH])
        if passed:
            in_pieces(tell_creators, passed, at)
        if happened:
            in_pieces(tell_backers, happened, at)
        return len(passed) == BATCH or len(happened) == BATCH


def in_pieces[T](tell: Callable[[Sequence[T], datetime], None], rows: Sequence[T], at: datetime) -> None:
    """All of them at once; where that fails each alone, so that one that cannot be told holds up no other."""
    try:
        tell(rows, at)
    except Exception:
        logger.exception("%d letters could not be queued together", len(rows))
        for row in rows:
            try:
                tell([row], at)
            except Exception:
                logger.exception("The letters of row %s could not be queued", getattr(row, "pk", ""))


def watch(alone: bool, is_stopping: Callable[[], bool]) -> Callable[[], bool]:
    """The step of a worker that looks for what happened."""
    return Teller(is_stopping=is_stopping).step


@transaction.atomic
def tell_backers(events: Sequence[PledgeEvent], at: datetime) -> None:
    """Queue what these ask to be written to backers, and note what their creators are told."""
    creators = creators_of({event.campaign_id for event in events})
    for event in events:
        kind = TO_BACKERS.get(PledgeMove(event.move)) if event.move != "start" else None
        person = event.pledge.person
        if kind is not None and person is not None and is_said(event):
            send_letter(
                kind=kind,
                person=person,
                key=str(event.pk),
                about={"event": event.pk, "at": stamp(event)},
                at=at,
            )
        notice = NOTICED.get(PledgeMove(event.move)) if event.move != "start" else None
        if (notice is not None and event.before != PledgeState.STARTED) or notice == PLEDGED:
            about = {"pledge": event.pledge_id, "event": event.pk}
            Notice.objects.create(
                person_id=creators[event.campaign_id], kind=notice, about=about, at=event.at
            )
    PledgeEvent.objects.filter(pk__in=[event.pk for event in events]).update(told_at=at)


def stamp(event: PledgeEvent) -> str:
    return event.at.isoformat()


def is_said(event: PledgeEvent) -> bool:
    """Whether its backer is written of it: what was only started ends without a word, unless somebody meant it."""
    if event.move == PledgeMove.VOID:
        return event.before != PledgeState.STARTED
    return event.move != PledgeMove.WITHDRAW or event.before == PledgeState.ACTIVE


def creators_of(campaigns: set[int]) -> dict[int, int]:
    """Who makes these campaigns, by their numbers."""
    rows = Campaign.objects.unguarded("who is told of their own campaign").filter(pk__in=campaigns)
    return dict(rows.values_list("pk", "publication__author"))


@transaction.atomic
def tell_creators(passed: Sequence[Passed], at: datetime) -> None:
    """Queue what these ask to be written to creators; of a suspension the backers hear as well."""
    creators = Person.objects.in_bulk(set(creators_of({one.campaign_id for one in passed}).values()))
    who = creators_of({one.campaign_id for one in passed})
    for one in passed:
        kind = TO_CREATORS.get(one.move)  # type: ignore[call-overload]
        if kind is not None:
            send_letter(
                kind=kind,
                person=creators[who[one.campaign_id]],
                key=str(one.pk),
                about={"passed": one.pk},
                at=at,
            )
        if one.move == CampaignMove.SUSPEND:
            for pledge in Pledge.objects.filter(campaign=one.campaign_id).counted().select_related("person"):
                assert pledge.person is not None
                send_letter(
                    kind="campaigns.on-hold",
                    person=pledge.person,
                    key=f"{one.pk}:{pledge.pk}",
                    about={"pledge": pledge.pk},
                    at=at,
                )
    Passed.objects.filter(pk__in=[one.pk for one in passed]).update(told_at=at)


def remind_of_debts(at: datetime) -> None:
    """Write once more to whoever could not be debited: every 48 hours, and on the last day (research: campaigns a.3 P11)."""
    grace = Campaign.objects.unguarded("whoever owes is reminded").filter(
        collection__in=[Collection.COLLECTING, Collection.GRACE]
    )
    for campaign in grace:
        since = at - began(campaign)
        turn = min(int(since / REMINDED_EVERY), int(LAST_REMINDER / REMINDED_EVERY))
        if turn < 1:
            continue
        owing = Pledge.objects.filter(campaign=campaign, state__in=OWING, next_try=None)
        for pledge in owing.select_related("person").iterator():
            assert pledge.person is not None
            send_letter(
                kind="campaigns.owing",
                person=pledge.person,
                key=f"{pledge.pk}:{turn}",
                about={"pledge": pledge.pk},
                at=at,
            )
