"""Badges of the square's own, added by its owners without code."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from parvis.core.people.models import Person

from ..game.loading import bundled, load
from ..models import OwnBadge


@transaction.atomic
def add_badge(*, by: Person, row: Mapping[str, Any], at: datetime) -> OwnBadge:
    """Add a badge; everybody's check-ins are looked at anew for it, by the chore. Raises `BadBadges`."""
    named = dict(row) | {"id": free_slug(str(row.get("name", {}).get("en", "")))}
    load([named])
    return OwnBadge.objects.create(slug=named["id"], row=named, made_by=by, made_at=at)


def drop_badge(*, badge: OwnBadge) -> None:
    """Take a badge away; nobody holds it any more."""
    badge.delete()


def free_slug(name: str) -> str:
    """A name for machines that no badge has."""
    base = slugify(name)[:34].strip("-") or "badge"
    taken = {badge.id for badge in bundled()} | set(OwnBadge.objects.values_list("slug", flat=True))
    names = [base, *(f"{base}-{number}" for number in range(2, len(taken) + 3))]
    return next(name for name in names if name not in taken)
