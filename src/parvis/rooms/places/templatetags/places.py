"""Filters of the places."""

from django import template
from django.utils.formats import number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ..models import Venue

register = template.Library()

NEAR_ENOUGH = 1_000


@register.filter
def metres(value: float) -> str:
    """A distance in words: to ten metres, from a kilometre on to a tenth of one."""
    if value < NEAR_ENOUGH:
        return _("%(count)s m") % {"count": number_format(round(value, -1) or 10, 0)}
    return _("%(count)s km") % {"count": number_format(value / NEAR_ENOUGH, 1 if value < 10_000 else 0)}


@register.filter
def called(venue: Venue) -> str:
    """What a venue is called in the language of the page."""
    return venue.name_in(get_language() or "")
