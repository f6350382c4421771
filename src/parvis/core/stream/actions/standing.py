"""Standing rules: "older than a year: only me", for what is out already and for what comes."""

from datetime import datetime

from django.db import transaction

from parvis.core.audiences.models import Audience
from parvis.core.people.models import Person

from ..models import Publication, StandingRule
from .publishing import narrowing, placements, sources_of


@transaction.atomic
def set_standing_rule(
    *, person: Person, kind: str, after_days: int, audience: Audience | None, at: datetime
) -> StandingRule:
    """Keep what this person publishes (of a kind, or all) from all but `audience` (None: only them) with time."""
    rule, _made = StandingRule.objects.update_or_create(
        person=person, kind=kind, defaults={"after_days": after_days, "audience": audience, "at": at}
    )
    apply_standing_rule(person=person)
    return rule


@transaction.atomic
def drop_standing_rule(*, rule: StandingRule) -> None:
    """Let things stay as wide as they were published."""
    person = rule.person
    rule.delete()
    apply_standing_rule(person=person)


def apply_standing_rule(*, person: Person) -> None:
    """Place anew all that a person has published."""
    mine = Publication.objects.unguarded("all that is one's own").filter(author=person, deleted_at=None)
    for publication in (
        mine.exclude(published_at=None).exclude(kind="stream.comment").select_related("audience").iterator()
    ):
        sources = sources_of(publication)
        publication.placements.unguarded("one's own placements").delete()
        publication.placements.bulk_create(placements(publication, sources, narrowing(publication)))
