"""Finding the bill that a payment is for, as its creator looks for it: by number, name or code."""

from collections.abc import Sequence

from parvis.core.people.models import Person
from parvis.lib.text.search import fold

from ..billing import PAYABLE, due_of
from ..models import BankLine, Campaign, Pledge, Way

MOST = 20


def bills_of(person: Person) -> Sequence[Pledge]:
    """All bills of a person's campaigns that can still be paid."""
    own = Campaign.objects.of(person).values_list("pk", flat=True)
    rows = Pledge.objects.filter(campaign__in=list(own), way=Way.BANK, state__in=PAYABLE)
    return list(rows.order_by("-campaign", "number").prefetch_related("campaign__publication"))


def found_by(asked: str, bills: Sequence[Pledge], line: BankLine) -> list[Pledge]:
    """Those that were asked for; without words, those of which exactly this amount is still to be paid."""
    if not asked:
        return [
            one for one in bills if due_of(one) == line.amount and one.campaign.currency == line.currency
        ][:MOST]
    words = fold(asked).split()
    plain = "".join(asked.split()).upper()
    return [
        one
        for one in bills
        if plain in {str(one.number), one.code, one.reference}
        or all(word in fold(f"{one.name} {one.address}") for word in words)
    ][:MOST]
