"""`parvis demo`: a populated sample square in a folder that is thrown away, served until it is stopped."""

import os
import shutil
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from pathlib import Path

from parvis.lib.refusal import Refusal

from .house import build_house
from .lock import the_lock
from .serve import BIND, run_house, web_part, worker_part
from .shape import Command
from .web import Place, PlaceTaken, free, place
from .words import _, say

OF_A_REAL_HOUSE = (
    "PARVIS_URL",
    "PARVIS_DATABASE_URL",
    "PARVIS_MAIL_URL",
    "PARVIS_MAIL_IN_DOMAIN",
    "PARVIS_WEBSUB_HUB",
    "PARVIS_MAIL_FROM",
    "PARVIS_BEHIND_PROXY",
)


class KeepsNothing(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("“parvis demo” keeps nothing, so it takes no --data. To keep a square, use “parvis serve”.")
        )


def add_arguments(parser: ArgumentParser) -> None:
    """--bind; without it, the usual port or any that is free."""
    parser.add_argument(
        "--bind", metavar=_("ADDRESS"), default="", help=_("where to listen (127.0.0.1:8000, or a free port)")
    )


def run(arguments: Namespace) -> None:
    """Furnish the square and serve it; the folder goes when the command ends."""
    if getattr(arguments, "data", None):
        raise KeepsNothing
    where = chosen(arguments.bind)
    for name in OF_A_REAL_HOUSE:
        os.environ.pop(name, None)
    folder = Path(tempfile.mkdtemp(prefix="parvis-demo-"))
    os.environ["PARVIS_DATA"] = str(folder)
    try:
        with the_lock(folder):
            build_house()
            logins = furnish()
            run_house(where, [web_part(where), worker_part()], welcome(where, logins))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def chosen(bind: str) -> Place:
    """Where to listen. Raises NoSuchPlace, PlaceTaken."""
    try:
        return free(place(bind or BIND))
    except PlaceTaken:
        if bind:
            raise
        return free(place("127.0.0.1:0"))


def furnish() -> Sequence[tuple[str, str, str]]:
    """Bring the people in; names, addresses and passwords of three of them."""
    from django.utils import timezone  # noqa: PLC0415

    from ..demo.loader import load  # noqa: PLC0415

    say(_("The sample square is being furnished…"))
    return [(login.name, login.address, login.password) for login in load(timezone.now())]


def welcome(where: Place, logins: Sequence[tuple[str, str, str]]) -> Callable[[], None]:
    """Says where it is, and who can be tried."""

    def greet() -> None:
        say(
            _("The sample square is open at %(address)s/. Ctrl-C closes it and throws it away.")
            % {"address": where.url}
        )
        say(_("Log in as one of these; each sees other things:"))
        for name, address, password in logins:
            say(f"  {name:<16} {address:<26} {password}")

    return greet


COMMANDS = (
    Command(
        name="demo",
        help=_("a populated sample square in a throw-away folder"),
        add_arguments=add_arguments,
        run=run,
    ),
)
