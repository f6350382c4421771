"""Asking the owners to look at something, and what came of it."""

from datetime import datetime

from django.db import transaction

from parvis.core.people.models import Person

from ..models import Publication, Report

QUOTED = 2000


@transaction.atomic
def report(*, publication: Publication, by: Person, words: str, at: datetime) -> Report:
    """Ask the owners to look at a publication one can see; asking again replaces one's words."""
    found, made = Report.objects.unguarded("one's own report").get_or_create(
        publication=publication,
        by=by,
        defaults={
            "about": publication.author,
            "words": words,
            "quoted": f"{publication.title}\n\n{publication.text}".strip()[:QUOTED],
            "at": at,
        },
    )
    if not made and found.settled_at is None:
        found.words = words
        found.save(update_fields=["words"])
    return found


def settle(*, report: Report, by: Person, outcome: str, at: datetime) -> Report:
    """Say what came of a report."""
    report.settled_at, report.settled_by, report.outcome = at, by, outcome
    report.save(update_fields=["settled_at", "settled_by", "outcome"])
    return report
