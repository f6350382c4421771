"""Ways to pay that are not needed any more: each is written down, so that the provider is asked to forget it until it has."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from parvis.lib.funding.campaigns import Collection

from ..models import Campaign, Detachment, Pledge
from .locking import held


def let_go(methods: Iterable[tuple[Pledge, str]], *, at: datetime) -> None:
    """Have these methods of these pledges forgotten. What is written down already stays as it is."""
    wanted = [(pledge, method) for pledge, method in methods if method]
    if not wanted:
        return
    numbers = {pledge.campaign_id for pledge, _method in wanted}
    rows = Campaign.objects.unguarded("whose account keeps it").filter(pk__in=numbers)
    accounts = dict(rows.values_list("pk", "card_id"))
    Detachment.objects.bulk_create(
        [
            Detachment(
                pledge=pledge, account_id=accounts[pledge.campaign_id], method=method, at=at, next_try=at
            )
            for pledge, method in wanted
            if accounts[pledge.campaign_id] is not None
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def let_go_of_closed(*, campaign: Campaign, most: int, at: datetime) -> int:
    """Once a collection is closed, nothing of it is debited any more: its ways to pay are forgotten; of how many pledges."""
    campaign = held(campaign)
    if campaign.collection not in {Collection.CLOSED, Collection.UNDONE}:
        return 0
    rows = list(Pledge.objects.filter(campaign=campaign).exclude(method="").order_by("pk")[:most])
    let_go([(pledge, pledge.method) for pledge in rows], at=at)
    Pledge.objects.filter(pk__in=[pledge.pk for pledge in rows]).update(method="")
    return len(rows)
