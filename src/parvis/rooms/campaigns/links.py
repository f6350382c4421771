"""Links that need no login: each opens one pledge, for whoever was sent it by mail."""

from django.http import Http404
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from parvis.core.delivery.links import whole

from .models import Pledge

ID, OF_A_MARK = 20, 40  # characters


def mark(public_id: str) -> str:
    """What makes the public id of a pledge a key: 160 bits that only this house can write."""
    return salted_hmac("parvis.campaigns.pledge", public_id, algorithm="sha256").hexdigest()[:OF_A_MARK]


def token_of(pledge: Pledge) -> str:
    """What opens a pledge, for the addresses of its pages."""
    return pledge.public_id + mark(pledge.public_id)


def pledge_path(pledge: Pledge) -> str:
    """The page on which its backer reads how it stands, changes it and takes it back."""
    return f"{reverse('campaigns:home')}pledge/{token_of(pledge)}/"


def card_path(pledge: Pledge) -> str:
    """Where a card is left for it, or another one instead."""
    return f"{pledge_path(pledge)}card/"


def card_back_path(pledge: Pledge) -> str:
    """Where its backer comes back to from the provider's page."""
    return f"{pledge_path(pledge)}card/back/"


def bill_path(pledge: Pledge) -> str:
    """The page of its bill."""
    return f"{pledge_path(pledge)}bill/"


def paid_path(pledge: Pledge) -> str:
    """Where its backer comes back to from their bank."""
    return f"{pledge_path(pledge)}pay/back/"


def outside(path: str) -> str:
    """Where a provider sends somebody back to: on this machine while the square does not know its own address."""
    return whole(path) or f"http://localhost{path}"


def pledge_of(token: str) -> Pledge:
    """The pledge that a link opens. Raises Http404 for what this house has not written."""
    public_id, rest = token[:ID], token[ID:]
    if not rest.isascii() or not constant_time_compare(rest, mark(public_id)):
        raise Http404
    found = Pledge.objects.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found
