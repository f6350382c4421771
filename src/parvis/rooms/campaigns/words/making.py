"""What the states of campaigns and pledges are called on the pages of who makes them."""

from collections.abc import Mapping

from django.utils.translation import pgettext_lazy

STATES: Mapping[str, object] = {
    "draft": pgettext_lazy("a campaign", "draft"),
    "announced": pgettext_lazy("a campaign", "announced"),
    "live": pgettext_lazy("a campaign", "running"),
    "waiting": pgettext_lazy("a campaign", "being counted"),
    "successful": pgettext_lazy("a campaign", "successful"),
    "failed": pgettext_lazy("a campaign", "below its goal"),
    "canceled": pgettext_lazy("a campaign", "called off"),
    "suspended": pgettext_lazy("a campaign", "held"),
}
COLLECTION_STATES: Mapping[str, object] = {
    "none": pgettext_lazy("a collection", "not begun"),
    "collecting": pgettext_lazy("a collection", "cards are being debited, bills are being sent"),
    "grace": pgettext_lazy("a collection", "some still have to pay"),
    "closed": pgettext_lazy("a collection", "closed"),
    "undone": pgettext_lazy("a collection", "everything goes back"),
}
PLEDGE_STATES: Mapping[str, object] = {
    "started": pgettext_lazy("a pledge", "begun"),
    "expired": pgettext_lazy("a pledge", "not finished"),
    "active": pgettext_lazy("a pledge", "counts"),
    "withdrawn": pgettext_lazy("a pledge", "taken back"),
    "removed": pgettext_lazy("a pledge", "declined by you"),
    "voided": pgettext_lazy("a pledge", "came to nothing"),
    "billed": pgettext_lazy("a pledge", "bill sent"),
    "part-paid": pgettext_lazy("a pledge", "paid in part"),
    "collecting": pgettext_lazy("a pledge", "being debited"),
    "processing": pgettext_lazy("a pledge", "at the bank"),
    "action-required": pgettext_lazy("a pledge", "their bank asks them"),
    "declined": pgettext_lazy("a pledge", "card declined"),
    "collected": pgettext_lazy("a pledge", "paid"),
    "part-refunded": pgettext_lazy("a pledge", "given back in part"),
    "refunded": pgettext_lazy("a pledge", "given back"),
    "disputed": pgettext_lazy("a pledge", "disputed"),
    "charged-back": pgettext_lazy("a pledge", "taken back by their bank"),
    "dropped": pgettext_lazy("a pledge", "never paid"),
}
