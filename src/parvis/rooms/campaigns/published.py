"""The list by which anybody can add up what was promised: amounts without names, and a mark for each by which its backer finds their own."""

from collections.abc import Iterator

from django.utils.crypto import salted_hmac

from parvis.lib.funding.pledges import PledgeState

from .models import Campaign, Pledge

GONE = (PledgeState.WITHDRAWN, PledgeState.REMOVED)
"""What counted once and was taken back before the deadline."""


def mark_of(pledge: str, campaign: str) -> str:
    """What stands for a pledge in the list; whoever knows the pledge's public id cannot make it, nor undo it."""
    return salted_hmac(f"parvis.campaigns.list.{campaign}", pledge, algorithm="sha256").hexdigest()[:12]


def rows_of(campaign: Campaign) -> Iterator[tuple[str, int]]:
    """The marks of all that counts, with their amounts in minor units, in the order of the marks, which says nothing of who came when.

    After the deadline it stays what it was then, whatever becomes of each pledge.
    """
    name = campaign.publication.public_id
    counts = Pledge.objects.filter(campaign=campaign, counted_at__isnull=False).exclude(
        state__in=[*map(str, GONE)]
    )
    rows = counts.values_list("public_id", "amount")
    yield from sorted((mark_of(pledge, name), amount) for pledge, amount in rows.iterator())
