"""Filters of the pages: amounts, what campaigns and pledges are called in each state, moments by other clocks."""

from datetime import date, datetime

from django import template
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from parvis.core.site.when import day_in_words
from parvis.lib.bills import words as of_bills
from parvis.lib.geo.countries import country_name as name_of_country
from parvis.lib.money import NO_BREAK, format_amount

from ..words import wording
from ..words.making import COLLECTION_STATES, PLEDGE_STATES, STATES

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
def by_clocks_of(moment: datetime, zone: str) -> str:
    """A moment as the clocks of a zone show it, with the place that they stand at."""
    return wording.by_the_clocks_of(zone, moment)


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


@register.filter
def on_day(day: date | None) -> str:
    """A day of the calendar in words; nothing for none."""
    return day_in_words(day) if day is not None else ""


@register.filter
def grouped(account: str) -> str:
    """An IBAN in fours, as it is printed, on one line."""
    return of_bills.grouped(account).replace(" ", NO_BREAK)


@register.filter
def grouped_reference(reference: str) -> str:
    """A reference in the groups that bills print; it may need two lines on a phone."""
    return of_bills.grouped_reference(reference)
