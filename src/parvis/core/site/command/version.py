"""`parvis version`: what runs here."""

import platform
import sqlite3
from argparse import Namespace

from .house import this_version
from .options import add_json
from .shape import Command
from .words import _, data, say


def run(arguments: Namespace) -> None:
    """Say the versions of Parvis and of what it stands on."""
    import django  # noqa: PLC0415

    versions = {
        "parvis": this_version(),
        "python": platform.python_version(),
        "django": django.get_version(),
        "sqlite": sqlite3.sqlite_version,
    }
    if arguments.json:
        data(versions)
    else:
        say("  ".join(f"{name} {number}" for name, number in versions.items()))


COMMANDS = (
    Command(
        name="version",
        help=_("the versions of Parvis and of what it stands on"),
        add_arguments=add_json,
        run=run,
    ),
)
