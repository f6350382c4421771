"""The list of backers for a spreadsheet: one line each, that no program takes for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from parvis.lib.funding.pledges import BACKING
from parvis.lib.geo.countries import country_name
from parvis.lib.money import plain

from .models import Answer, Campaign, Pledge, Survey
from .questions import asked_by

BOM = "\ufeff"
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What makes spreadsheets reckon instead of showing (OWASP: CSV injection)."""


def backers_csv(campaign: Campaign, language: str) -> str:
    """Everyone who backs a campaign, with what they have, gave and answered; separated as spreadsheets of this language expect."""
    surveys = list(
        Survey.objects.filter(campaign=campaign).exclude(opened_at=None).order_by("reward_id", "pk")
    )
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";" if language == "fr" else ",", lineterminator="\r\n")
    writer.writerow(safe(head(surveys, language)))
    for pledge in pledges_of(campaign):
        writer.writerow(safe(line(pledge, campaign, surveys, language)))
    return BOM + out.getvalue()


def safe(cells: Iterable[str]) -> Sequence[str]:
    """Cells that are shown as they are."""
    return [f"'{cell}" if cell.startswith(FORMULAS) else cell for cell in cells]


def pledges_of(campaign: Campaign) -> Sequence[Pledge]:
    rows = Pledge.objects.filter(campaign=campaign, state__in=[*map(str, BACKING)]).order_by("number")
    return list(rows.prefetch_related("reward", "items__reward", "answers"))


def head(surveys: Sequence[Survey], language: str) -> Sequence[str]:
    fixed = [
        _("Number"),
        _("Name"),
        _("Mail"),
        _("Language"),
        _("Reward"),
        _("Additions"),
        _("Amount"),
        _("Currency"),
        _("Country"),
        _("State"),
        _("Shown"),
        _("Sent on"),
        _("Arrived on"),
    ]
    asked = [question.said(language) for survey in surveys for question in asked_by(survey)]
    return [
        *fixed,
        *asked,
        _("Addressee"),
        _("Street"),
        _("Further"),
        _("Postal code"),
        _("Town"),
        _("Country"),
    ]


def line(pledge: Pledge, campaign: Campaign, surveys: Sequence[Survey], language: str) -> Sequence[str]:
    answers = {answer.survey_id: answer for answer in pledge.answers.all()}
    items = [f"{item.quantity} × {item.reward.said('title', language)}" for item in pledge.items.all()]
    said = [
        question.answered(answers[survey.pk].answers.get(question.name, ""), language)
        if survey.pk in answers
        else ""
        for survey in surveys
        for question in asked_by(survey)
    ]
    postal = address_of(answers.values())
    return [
        str(pledge.number),
        pledge.name,
        pledge.address,
        pledge.language,
        pledge.reward.said("title", language) if pledge.reward is not None else "",
        ", ".join(items),
        plain(pledge.amount, campaign.currency),
        campaign.currency,
        country_name(pledge.country, language) if pledge.country else "",
        pledge.state,
        pledge.shown,
        f"{pledge.sent_at:%Y-%m-%d}" if pledge.sent_at else "",
        f"{pledge.arrived_at:%Y-%m-%d}" if pledge.arrived_at else "",
        *said,
        *(str(postal.get(name, "")) for name in ("name", "street", "more", "postal_code", "town")),
        country_name(postal["country"], language) if postal.get("country") else "",
    ]


def address_of(answers: Iterable[Answer]) -> dict[str, str]:
    """The address that was given last; nothing once it is forgotten."""
    given = [answer for answer in answers if answer.postal]
    return max(given, key=lambda answer: answer.at).postal if given else {}
