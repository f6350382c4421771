"""The kinds of letters of this room."""

from django.utils.translation import gettext_lazy as _

from parvis.core.delivery.room_letters import LetterKind

from . import afterwards, to_backers, to_creators
from .to_backers import by_event, by_pledge
from .to_creators import by_passed

PLEDGE, CAMPAIGN = _("Your pledges"), _("Your campaigns")
OF_EVENTS = {
    "confirmed": to_backers.confirmed,
    "changed": to_backers.changed,
    "withdrawn": to_backers.withdrawn,
    "removed": to_backers.removed,
    "expired": to_backers.expired,
    "voided": to_backers.voided,
    "billed": to_backers.billed,
    "part-paid": to_backers.part_paid,
    "paid": to_backers.paid,
    "processing": to_backers.processing,
    "asks": to_backers.asks,
    "declined": to_backers.declined,
    "dropped": to_backers.dropped,
    "refunded": to_backers.refunded,
}
OF_PLEDGES = {
    "reminded": to_backers.reminded,
    "owing": to_backers.owing,
    "on-hold": to_backers.on_hold,
    "survey": afterwards.survey,
    "sent": afterwards.sent,
}
OF_CAMPAIGNS = {
    "launched": to_creators.launched,
    "succeeded": to_creators.succeeded,
    "failed": to_creators.failed,
    "canceled": to_creators.canceled,
    "suspended": to_creators.suspended,
    "resumed": to_creators.resumed,
    "closed": to_creators.closed,
    "undone": to_creators.undone,
}
LETTERS = (
    LetterKind(name="campaigns.free", title=_("Rewards that you wait for"), write=afterwards.free_again),
    *(
        LetterKind(name=f"campaigns.{name}", title=PLEDGE, write=by_event(say))
        for name, say in OF_EVENTS.items()
    ),
    *(
        LetterKind(name=f"campaigns.{name}", title=PLEDGE, write=by_pledge(say))
        for name, say in OF_PLEDGES.items()
    ),
    *(
        LetterKind(name=f"campaigns.{name}", title=CAMPAIGN, write=by_passed(say))
        for name, say in OF_CAMPAIGNS.items()
    ),
)
