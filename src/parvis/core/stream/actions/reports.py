"""Asking the owners to look at something, and what came of it."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from parvis.core.people.models import Person
from parvis.lib.refusal import Refusal

from ..models import Publication, Report
from ..reportables import Thing

QUOTED = 2000


class AnsweredAlready(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _(
                "The owners have looked at this and answered you: see your notices. "
                "If something has happened since, write to one of them."
            )
        )


@transaction.atomic
def report(*, publication: Publication, by: Person, words: str, at: datetime) -> Report:
    """Ask the owners to look at a publication one can see; asking again adds to one's words.

    Raises AnsweredAlready.
    """
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
    if not made:
        if found.settled_at is not None:
            raise AnsweredAlready
        if not found.words.endswith(words):
            found.words = Concat(F("words"), Value(f"\n\n{at:%Y-%m-%d %H:%M} UTC\n\n{words}"))
            found.save(update_fields=["words"])
            found.refresh_from_db()
    return found


@transaction.atomic
def report_thing(*, thing: Thing, by: Person, reason: str, words: str, at: datetime) -> tuple[Report, bool]:
    """Ask the owners to look at something else than a publication, and whether that is new; while it waits, one adds to it."""
    rows = Report.objects.unguarded("one's own report")
    found = rows.filter(thing=thing.kind, public_id=thing.public_id, by=by, settled_at=None).first()
    if found is None:
        made = Report.objects.create(
            thing=thing.kind,
            public_id=thing.public_id,
            about=thing.about,
            quoted=thing.called[:QUOTED],
            by=by,
            reason=reason,
            words=words,
            at=at,
        )
        return made, True
    if words and not found.words.endswith(words):
        found.words = f"{found.words}\n\n{at:%Y-%m-%d %H:%M} UTC\n\n{words}".strip()
    found.reason = reason
    found.save(update_fields=["words", "reason"])
    return found, False


def settle(*, report: Report, by: Person, outcome: str, at: datetime) -> Report:
    """Say what came of a report."""
    report.settled_at, report.settled_by, report.outcome = at, by, outcome
    report.save(update_fields=["settled_at", "settled_by", "outcome"])
    return report
