"""What a person is called where no link to their page can stand."""

from django.utils.translation import gettext as _

from parvis.core.people.models import Person


def name_of(person: Person) -> str:
    """Their name; whoever has been erased has none, and is “someone who left”."""
    return str(person.name) if person.erased_at is None else _("someone who left")
