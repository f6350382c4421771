"""`parvis export`: everything held on a person, in open formats."""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from parvis.lib.refusal import Refusal

from .house import open_house
from .options import add_json
from .progress import Progress
from .shape import Command
from .words import _, data, say

if TYPE_CHECKING:
    from parvis.core.people.models import Person


class Unknown(Refusal):
    def __init__(self, words: str) -> None:
        super().__init__(
            _(
                "Nobody here has the address or the id “%(words)s”. Give a confirmed mail address, or a person's id."
            )
            % {"words": words}
        )


def add_arguments(parser: ArgumentParser) -> None:
    """PERSON FILE --json."""
    parser.add_argument(
        "person", metavar=_("PERSON"), help=_("a mail address, or the id in their page's address")
    )
    parser.add_argument("file", metavar=_("FILE"), type=Path, help=_("the .zip file to write"))
    add_json(parser)


def run(arguments: Namespace) -> None:
    """Write a person's copy."""
    open_house()
    from django.utils import timezone  # noqa: PLC0415

    from ..keeping.export import export_to  # noqa: PLC0415

    person = find(arguments.person)
    with Progress(_("Export")) as progress:
        count = export_to(arguments.file.absolute(), person=person, at=timezone.now(), tell=progress.to)
    if arguments.json:
        data({"person": person.public_id, "file": str(arguments.file.absolute()), "files": count})
    else:
        say(_("The copy is in %(file)s. Open its index.html first.") % {"file": arguments.file})


def find(words: str) -> "Person":
    """The person of this confirmed address or public id. Raises Unknown."""
    from parvis.core.people.models import Person  # noqa: PLC0415

    person: Person | None = (
        Person.objects.reached_by(words).first() or Person.objects.filter(public_id=words).first()
    )
    if person is None:
        raise Unknown(words)
    return person


COMMANDS = (
    Command(
        name="export",
        help=_("write everything held on a person into a zip file"),
        add_arguments=add_arguments,
        run=run,
    ),
)
