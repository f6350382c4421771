"""What a person says of themselves, and how the square speaks to them."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from parvis.lib import pictures
from parvis.lib.refusal import Refusal

from ..clocks import plan_anew
from ..models import Person
from ..models.person import Link

HEAVIEST = 10 * 2**20


class NotAPortrait(Refusal):
    """The sentence comes from the reader of pictures."""


def update_profile(
    *, person: Person, name: str, about: Mapping[str, str], links: Sequence[Link], is_listed: bool
) -> Person:
    """What stands on a person's page. `is_listed`: visitors may find the page too."""
    person.name = name
    person.about = {code: text for code, text in about.items() if text}
    person.links = list(links)
    person.is_listed = is_listed
    person.save(update_fields=["name", "about", "links", "is_listed"])
    return person


@transaction.atomic
def change_settings(*, person: Person, language: str, zone: str, theme: str, at: datetime) -> Person:
    """The language, the clock and the light in which the square is shown to them."""
    has_another_clock = person.zone != zone
    person.language, person.zone, person.theme = language, zone, theme
    person.save(update_fields=["language", "zone", "theme"])
    if has_another_clock:
        plan_anew(person, at)
    return person


def portrait_file(person: Person) -> str:
    """The name of a portrait in the media store."""
    return f"portraits/{person.portrait}.webp"


@transaction.atomic
def change_portrait(*, person: Person, data: bytes) -> Person:
    """Keep a small copy of the picture, without anything else the file said. Raises NotAPortrait."""
    try:
        pictures.inspect(data, max_bytes=HEAVIEST)
        _width, small = next(pictures.renditions(data))
    except pictures.NotAPicture as error:
        raise NotAPortrait(_(error.message) % error.values) from None
    old = portrait_file(person) if person.portrait else ""
    person.portrait = secrets.token_hex(16)
    default_storage.save(portrait_file(person), ContentFile(small))
    person.save(update_fields=["portrait"])
    if old:
        transaction.on_commit(lambda: default_storage.delete(old))
    return person


@transaction.atomic
def remove_portrait(*, person: Person) -> Person:
    """Take the portrait away, and its file."""
    if person.portrait:
        old = portrait_file(person)
        person.portrait = ""
        person.save(update_fields=["portrait"])
        transaction.on_commit(lambda: default_storage.delete(old))
    return person
