"""Waiting for a reward that is sold out: told once it can be had again."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from parvis.core.people.actions import guest, verify_address
from parvis.core.people.models import Person
from parvis.core.people.squares import the_square
from parvis.lib.funding.campaigns import CampaignState
from parvis.lib.refusal import Refusal

from ..models import Reward, Waiting


class CanBeHad(Refusal):
    def __init__(self) -> None:
        super().__init__(_("There is one left by now: you can choose it."))


class OfferedNoMore(Refusal):
    def __init__(self) -> None:
        super().__init__(_("This reward is not offered any more, so there is nothing to wait for."))


@transaction.atomic
def wait_for(*, reward: Reward, person: Person, at: datetime) -> Waiting:
    """Tell this person once it can be had again. Asked again: no change, or anew once they were told. Raises CanBeHad, OfferedNoMore."""
    if reward.retired_at is not None or reward.campaign.state != CampaignState.LIVE:
        raise OfferedNoMore
    if reward.left is None or reward.left > 0:
        raise CanBeHad
    waiting, is_new = Waiting.objects.get_or_create(reward=reward, person=person, defaults={"at": at})
    if not is_new and waiting.told_at is not None:
        waiting.at, waiting.told_at = at, None
        waiting.save(update_fields=["at", "told_at"])
    return waiting


@transaction.atomic
def wait_by_mail(*, reward: Reward, address: str, language: str, at: datetime) -> Waiting:
    """The same for whoever has shown that they read this address; they are known here as a guest, if not already. Raises CanBeHad, OfferedNoMore."""
    person: Person | None = Person.objects.active().reached_by(address).first()
    if person is None:
        person = guest(
            name=address.partition("@")[0], address=None, at=at, language=language, zone=the_square().zone
        )
        verify_address(person=person, value=address, at=at)
    return wait_for(reward=reward, person=person, at=at)


def wait_no_more(*, reward: Reward, person: Person) -> None:
    """Tell them nothing."""
    Waiting.objects.filter(reward=reward, person=person).delete()
