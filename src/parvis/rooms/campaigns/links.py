"""Links that need no login: each opens one pledge, for whoever was sent it by mail."""

from django.http import Http404
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

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
    return reverse("campaigns:own", args=[token_of(pledge)])


def pledge_of(token: str) -> Pledge:
    """The pledge that a link opens. Raises Http404 for what this house has not written."""
    public_id, rest = token[:ID], token[ID:]
    if not rest.isascii() or not constant_time_compare(rest, mark(public_id)):
        raise Http404
    found = Pledge.objects.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found
