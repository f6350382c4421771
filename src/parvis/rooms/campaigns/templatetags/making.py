"""Filters of a creator's pages: amounts, what campaigns and pledges are called in each state, moments by other clocks."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django import template
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from parvis.lib.geo.countries import country_name as name_of_country
from parvis.lib.money import format_amount

from .. import wording
from ..making_words import COLLECTION_STATES, PLEDGE_STATES, STATES

register = template.Library()


@register.filter
def money(amount: int, currency: str) -> str:
    """An amount of minor units for a column of them: 1 200,50 CHF."""
    return format_amount(amount, currency, get_language() or "en")


@register.filter
def spoken(amount: int, currency: str) -> str:
    """An amount in a sentence: 6 120 francs."""
    return wording.spoken(amount, currency, get_language() or "en")


@register.filter
def figures(amount: int, currency: str) -> str:
    """The same where the currency was named before: 9 000."""
    return wording.number(amount, currency, get_language() or "en")


@register.filter
def state_name(state: str) -> str:
    """What a campaign is called in a state."""
    return str(STATES.get(state, state))


@register.filter
def collection_name(state: str) -> str:
    """What a collection is called in a state."""
    return str(COLLECTION_STATES.get(state, state))


@register.filter
def pledge_state(state: str) -> str:
    """What a pledge is called in a state."""
    return str(PLEDGE_STATES.get(state, state))


@register.filter
def grouped(account: str) -> str:
    """An IBAN in fours, as it is printed."""
    return "\u00a0".join(account[start : start + 4] for start in range(0, len(account), 4))


@register.filter
def by_clocks_of(moment: datetime, zone: str) -> str:
    """A moment as the clocks of a zone show it, with the place that they stand at."""
    with timezone.override(ZoneInfo(zone)):
        return f"{wording.on_the_clock(moment, year=True)}, {wording.clock_of(zone)}"


@register.filter
def country_name(code: str) -> str:
    """A country in the language of the page; "" is every other one."""
    if not code:
        return _("everywhere else")
    return name_of_country(code, get_language() or "en")


@register.filter
def said_in(row: object, part: str) -> str:
    """A part of what is said in several languages, in that of the page or another one."""
    said = getattr(row, "said")  # noqa: B009
    language = get_language() or "en"
    found = said(part, language) if part else said(language)
    return str(found[1]) if isinstance(found, tuple) else str(found)
