"""Taking rewards and giving them back: one statement each, so that the last one is taken once."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from parvis.lib.refusal import Refusal

from ..models import Pledge, Reward


class SoldOut(Refusal):
    def __init__(self, reward: Reward, title: str) -> None:
        super().__init__(
            _(
                "“%(title)s” has just been taken by someone else. Choose another one, or ask to be told when it can be had again."
            )
            % {"title": title}
        )
        self.reward = reward


def taken_by(pledge: Pledge) -> Counter[int]:
    """How many of which rewards a pledge holds."""
    found = Counter({item.reward_id: item.quantity for item in pledge.items.all()})
    if pledge.reward_id is not None:
        found[pledge.reward_id] += 1
    return found


def take(wanted: Mapping[int, int], rewards: Mapping[int, Reward], language: str) -> None:
    """Take so many of each. Raises SoldOut, and then the transaction must not go through."""
    for number, quantity in sorted(wanted.items()):
        free = Reward.objects.filter(Q(limit=None) | Q(limit__gte=F("taken") + quantity), pk=number)
        if not free.update(taken=F("taken") + quantity):
            raise SoldOut(rewards[number], rewards[number].said("title", language))


def give_back(held: Mapping[int, int]) -> None:
    """Let others have them."""
    for number, quantity in sorted(held.items()):
        Reward.objects.filter(pk=number).update(taken=F("taken") - quantity)


def retire(*, reward: Reward, at: datetime) -> None:
    """Nobody can choose it any more; who has it keeps it."""
    reward.retired_at = at
    reward.save(update_fields=["retired_at"])
