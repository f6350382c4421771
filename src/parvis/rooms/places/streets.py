"""The street map of the square: the owner's own file, or, where they allow it and a reader wishes it, openstreetmap.org."""

import json
from pathlib import Path

from django.conf import settings
from django.urls import reverse

from parvis.lib.geo.streets import NotStreets, StreetFile, read_streets


def street_path() -> Path | None:
    """Where PARVIS_STREETS says that the file is; a name without a folder lies in the data folder. None without one."""
    named = settings.PARVIS_STREETS
    return Path(settings.PARVIS_DATA) / named if named else None


def street_file() -> StreetFile | None:
    """The file of street maps; None where there is none that can be used."""
    path = street_path()
    try:
        return read_streets(path) if path is not None else None
    except NotStreets:
        return None


def told_streets() -> str:
    """What a script needs to draw the streets of the file, as JSON; nothing without one."""
    file = street_file()
    if file is None:
        return ""
    box = file.box
    told = {
        "url": reverse("places:streets"),
        "bounds": [[box.south, box.west], [box.north, box.east]],
        "zoom": [file.farthest, file.closest],
        "credit": file.credit,
    }
    return json.dumps(told)


def may_ask_openstreetmap() -> bool:
    """Whether a reader may have streets from openstreetmap.org: the owner allows it, and there is no file."""
    return bool(settings.PARVIS_OPENSTREETMAP) and street_file() is None
