"""`parvis places import-osm`: brings venues for all members from an extract of OpenStreetMap."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from parvis.core.site.command.options import add_json
from parvis.core.site.command.shape import Command
from parvis.core.site.command.words import data, say
from parvis.lib.geo.earth import BadPoint, Box
from parvis.lib.refusal import Refusal

from .openstreetmap import gather


class NoArea(Refusal):
    def __init__(self, words: str) -> None:
        super().__init__(
            gettext_lazy(
                "“%(area)s” is no area. Write west, south, east and north in degrees: 6.0,46.1,6.3,46.3."
            )
            % {"area": words}
        )


def add_arguments(parser: ArgumentParser) -> None:
    """FILE [--area W,S,E,N] [--json]."""
    parser.add_argument(
        "file", metavar=_("FILE"), type=Path, help=_("an extract of OpenStreetMap, such as FILE.osm.pbf")
    )
    parser.add_argument(
        "--area",
        metavar=_("W,S,E,N"),
        default="",
        help=_("only what lies in this box of degrees: west, south, east, north"),
    )
    add_json(parser)


def box_of(words: str) -> Box | None:
    """The box that these words name; None for none. Raises NoArea."""
    if not words:
        return None
    try:
        west, south, east, north = (float(part) for part in words.split(","))
        return Box(south, west, north, east)
    except (ValueError, BadPoint):
        raise NoArea(words) from None


def run(arguments: Namespace) -> None:
    """Bring them, and say how many. Raises NoArea, and what `gather` raises."""
    area = box_of(arguments.area)
    counts = gather(arguments.file, at=timezone.now(), area=area)
    if arguments.json:
        data(dict(counts))
        return
    came = ngettext("%(count)d place was brought.", "%(count)d places were brought.", counts["created"])
    again = ngettext("%(count)d was changed.", "%(count)d were changed.", counts["changed"])
    same = ngettext("%(count)d was here already.", "%(count)d were here already.", counts["same"])
    parts = ((came, "created"), (again, "changed"), (same, "same"))
    say(" ".join(words % {"count": counts[name]} for words, name in parts))


COMMANDS = (
    Command(
        name="import-osm",
        help=gettext_lazy("bring places for all members from an extract of OpenStreetMap"),
        add_arguments=add_arguments,
        run=run,
    ),
)
