"""`parvis places import`: brings check-ins from elsewhere, for one person alone."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from parvis.core.people.models import Person
from parvis.core.site.command.options import add_json
from parvis.core.site.command.progress import Progress
from parvis.core.site.command.shape import Command
from parvis.core.site.command.words import data, say
from parvis.lib.refusal import Refusal

from .report import Report, told
from .running import bring

SHOWN = 5


class NobodyHere(Refusal):
    def __init__(self, address: str) -> None:
        super().__init__(
            gettext_lazy(
                "Nobody here has confirmed the address “%(address)s”. Give that of someone who takes part."
            )
            % {"address": address}
        )


def add_arguments(parser: ArgumentParser) -> None:
    """FILE --person ADDRESS [--json]."""
    parser.add_argument(
        "file",
        metavar=_("FILE"),
        type=Path,
        help=_(
            "an export of Swarm, Google’s Timeline, GPX, KML, OwnTracks or GeoJSON; a zip or a folder too"
        ),
    )
    parser.add_argument(
        "--person", metavar=_("ADDRESS"), required=True, help=_("whose check-ins they are, by mail address")
    )
    add_json(parser)


def run(arguments: Namespace) -> None:
    """Bring the file, and report. Raises NobodyHere, and what `bring` raises."""
    person = Person.objects.active().reached_by(arguments.person).first()
    if person is None or not person.is_member:
        raise NobodyHere(arguments.person)
    report = Report()
    with Progress(_("Import")) as progress:

        def tell(done: int, total: int) -> None:
            progress.to(100 * done // max(total, 1), 100, "%")

        bring(arguments.file, person=person, at=timezone.now(), tell=tell, report=report)
    if arguments.json:
        data(report.as_json())
    else:
        tell_report(report)


def tell_report(report: Report) -> None:
    """The report, for someone who reads it on a terminal."""
    say(counted(report.created, report.changed))
    kept = told(report.as_kept())
    for title, groups in ((_("Left out:"), kept["skipped"]), (_("Worth knowing:"), kept["remarks"])):
        if groups:
            say(title)
        for group in groups:
            some = [item for item in group["items_named"][:SHOWN] if item]
            names = ", ".join(f"“{item}”" for item in some) + ("…" if group["count"] > len(some) > 0 else "")
            say(f"  {group['count']:>6} × {group['words']} {names}".rstrip())


def counted(created: int, changed: int) -> str:
    """How many check-ins came, and how many are told anew."""
    came = ngettext("%(count)d check-in was brought.", "%(count)d check-ins were brought.", created)
    again = ngettext("%(count)d was changed.", "%(count)d were changed.", changed)
    return f"{came % {'count': created}} {again % {'count': changed}}"


COMMANDS = (
    Command(
        name="import",
        help=gettext_lazy("bring check-ins from Swarm, Google’s Timeline, GPX, KML, OwnTracks or GeoJSON"),
        add_arguments=add_arguments,
        run=run,
    ),
)
