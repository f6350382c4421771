"""`parvis serve`, and its parts alone: `parvis web`, `parvis worker` and `parvis lmtp`, for several machines."""

import gc
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path

from . import lmtp
from .house import build_house, collect_static_files, data_folder, make_folder, note_version, this_version
from .lock import the_lock
from .shape import Command
from .supervisor import Part, Supervisor
from .web import Place, answers, free, place, serve_web
from .words import _, say, warn

SELDOM = (
    20_000,
    20,
    20,
)  # what a page makes is freed by counting; to look for cycles is a twentieth of its time
BIND = "127.0.0.1:8000"


def add_bind(parser: ArgumentParser) -> None:
    """--bind."""
    parser.add_argument(
        "--bind",
        metavar=_("ADDRESS"),
        type=str,
        default=BIND,
        help=_("where to listen: an address and a port (%(default)s)"),
    )


def serve(arguments: Namespace) -> None:
    """Everything, in one command: the folder, the database, the web, the worker, and mail in where it is wanted."""
    where = place(arguments.bind)
    make_folder(data_folder())
    with the_lock(data_folder()):
        where = free(where)
        tell_upgrade(build_house())
        run_house(where, [web_part(where), worker_part(), *lmtp_parts()], greeting(where))


def web(arguments: Namespace) -> None:
    """The web alone, beside others on the same database."""
    where = place(arguments.bind)
    make_folder(data_folder())
    with the_lock(data_folder(), alone=False):
        where = free(where)
        tell_upgrade(build_house())
        run_house(where, [web_part(where)], greeting(where))


def worker(arguments: Namespace) -> None:
    """The worker alone, beside others on the same database."""
    make_folder(data_folder())
    with the_lock(data_folder(), alone=False):
        build_house()
        say(_("The worker runs. Ctrl-C stops it."))
        run_house(None, [worker_part(alone=False)], None)


def mail_in(arguments: Namespace) -> None:
    """The listener for mail that comes in alone, beside others on the same database."""
    make_folder(data_folder())
    with the_lock(data_folder(), alone=False):
        build_house()
        parts = lmtp_parts()
        if not parts:
            raise lmtp.NoMailIn
        say(_("Mail is taken in. Ctrl-C stops it."))
        run_house(None, parts, None)


def run_house(where: Place | None, parts: list[Part], greet: Callable[[], None] | None) -> None:
    """Run these parts until told to stop; `greet` once the web answers."""
    from django.db import connections  # noqa: PLC0415

    tell_faults()
    if where is not None:
        collect_static_files()
        warm_up()
    # Nothing that is open here may be used on both sides of a fork.
    connections.close_all()
    collect_seldom()
    Supervisor(parts, ready=readiness(where, greet) if where and greet else None).run()


def collect_seldom() -> None:
    """Leave what is loaded to the end of the process: to look through it for garbage takes longer than a page."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*SELDOM)


def warm_up() -> None:
    """Load what the web processes will need, once, before they are forked."""
    import granian  # noqa: F401, PLC0415
    from django.urls import get_resolver  # noqa: PLC0415

    get_resolver().url_patterns  # noqa: B018


def readiness(where: Place, greet: Callable[[], None]) -> Callable[[], bool]:
    """Asks whether the web answers, and greets when it does."""

    def ready() -> bool:
        if not answers(where):
            return False
        greet()
        return True

    return ready


def web_part(where: Place) -> Part:
    """The web processes, in as many copies as the owner wants."""

    def run() -> None:
        from django.conf import settings  # noqa: PLC0415

        serve_web(where, settings.PARVIS_WEB_WORKERS)

    return Part("web", run)


def worker_part(*, alone: bool = True) -> Part:
    """The worker. Under the folder's lock, and with its own database in the folder, it is the only one."""

    def run() -> None:
        from django.conf import settings  # noqa: PLC0415

        from ..worker import Worker  # noqa: PLC0415

        Worker(alone=alone and not settings.PARVIS_DATABASE_URL).run()

    return Part("worker", run)


def lmtp_parts() -> list[Part]:
    """The listener for mail that comes in, where the owner has said which domain's. Raises NoSuchDoor, DoorTaken."""
    from django.conf import settings  # noqa: PLC0415

    if not settings.PARVIS_MAIL_IN_DOMAIN:
        return []
    at = lmtp.free(lmtp.door(settings.PARVIS_LMTP, data_folder()))

    def run() -> None:
        lmtp.take_mail_in(at)

    return [Part("lmtp", run)]


def greeting(where: Place) -> Callable[[], None]:
    """Says where the house is, and how its owner gets in when nobody is owner yet."""

    def greet() -> None:
        from django.conf import settings  # noqa: PLC0415
        from django.db import connections  # noqa: PLC0415

        from ..setup import setup_code  # noqa: PLC0415

        code = setup_code(settings.PARVIS_DATA)
        connections.close_all()
        base = settings.PARVIS_URL or where.url
        say(
            _("Parvis is open at %(address)s/ (listening on %(place)s). Ctrl-C stops it.")
            % {"address": base, "place": where}
        )
        if code:
            say(
                _("Nobody runs this square yet. Set it up here: %(address)s")
                % {"address": f"{base}{setup_path(code)}"}
            )

    return greet


def setup_path(code: str) -> str:
    """The page of the set-up, with its code filled in."""
    from django.urls import reverse  # noqa: PLC0415

    return reverse("setup-by-code", args=[code])


def tell_upgrade(data: Path) -> None:
    """Say that another version runs than last time."""
    before = note_version(data)
    if before:
        words = _("Parvis has gone from version %(before)s to %(now)s; CHANGELOG.md says what changed.")
        say(words % {"before": before, "now": this_version()})


def tell_faults() -> None:
    """Say which settings cannot do what they are for; the house opens all the same."""
    from django.core.checks import run_checks  # noqa: PLC0415

    for fault in run_checks(tags=["parvis"]):
        warn(f"{fault.msg} {fault.hint or ''}".rstrip())


COMMANDS = (
    Command(
        name="serve",
        help=_("run the whole square: one command makes, migrates and serves it"),
        add_arguments=add_bind,
        run=serve,
    ),
    Command(
        name="web",
        help=_("run the web alone, for several machines on one PostgreSQL"),
        add_arguments=add_bind,
        run=web,
    ),
    Command(
        name="worker", help=_("run the worker alone, for several machines on one PostgreSQL"), run=worker
    ),
    Command(
        name="lmtp",
        help=_("take mail in and nothing else, for several machines on one PostgreSQL"),
        run=mail_in,
    ),
)
