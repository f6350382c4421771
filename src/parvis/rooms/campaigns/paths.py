"""Where things about a pledge are done that other parts of the room do."""

from django.urls import NoReverseMatch, reverse

from .links import pledge_path, token_of
from .models import Pledge


def card_path(pledge: Pledge) -> str:
    """Where a card is left for a pledge, or another one instead."""
    return f"{pledge_path(pledge)}card/"


def bill_path(pledge: Pledge) -> str:
    """Its bill; empty where this house writes none."""
    try:
        return reverse("campaigns:bill", args=[token_of(pledge)])
    except NoReverseMatch:
        return ""
