"""What must hold for the maps to have streets, asked each time Django starts."""

from collections.abc import Iterable
from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parvis.lib.geo.streets import NotStreets, Trouble, read_streets

from .streets import street_path

STREETS = "parvis.E005"
WHY = {
    Trouble.ABSENT: gettext_lazy("PARVIS_STREETS names %(path)s, which is not there, or cannot be read."),
    Trouble.OTHER: gettext_lazy("PARVIS_STREETS names %(path)s, which is no PMTiles file."),
    Trouble.OLD: gettext_lazy("PARVIS_STREETS names %(path)s, a PMTiles file of another version than 3."),
    Trouble.PICTURES: gettext_lazy(
        "PARVIS_STREETS names %(path)s, which holds pictures and not vector tiles."
    ),
    Trouble.PACKED: gettext_lazy(
        "PARVIS_STREETS names %(path)s, which is packed as browsers cannot read it."
    ),
    Trouble.CUT: gettext_lazy("PARVIS_STREETS names %(path)s, which ends before its last tile."),
}


@register("parvis")
def streets_can_be_read(app_configs: Any, **kwargs: Any) -> Iterable[CheckMessage]:
    """PARVIS_STREETS is empty, or names a file of vector tiles that browsers can draw."""
    path = street_path()
    if path is None:
        return
    try:
        read_streets(path)
    except NotStreets as refusal:
        yield Error(
            WHY[refusal.trouble] % {"path": path},
            hint=_(
                "Bring a whole file of vector tiles, such as an extract of Protomaps, or leave PARVIS_STREETS empty."
            ),
            id=STREETS,
        )
