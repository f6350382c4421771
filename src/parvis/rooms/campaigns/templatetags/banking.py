"""Filters of the pages of bills and payments."""

from datetime import date

from django import template
from django.utils.translation import get_language

from parvis.core.site.when import day_in_words
from parvis.lib.bills.words import grouped, grouped_reference
from parvis.lib.money import format_amount

register = template.Library()
register.filter("grouped", grouped)
register.filter("grouped_reference", grouped_reference)


@register.filter
def amount(minor_units: int, currency: str) -> str:
    """An amount as whoever reads the page writes it: 1 200,50 CHF."""
    return format_amount(minor_units, currency, get_language() or "en")


@register.filter
def on_day(day: date | None) -> str:
    """A day of the calendar in words; nothing for none."""
    return day_in_words(day) if day is not None else ""
