"""Reads what was typed after `parvis`, finds the subcommand, and turns its end into an exit status."""

import os
import signal
import sys
import threading
from argparse import ArgumentParser
from collections.abc import Iterable, Sequence
from types import FrameType
from typing import Any

from parvis.lib.refusal import Refusal

from .house import build_house, set_environment
from .options import add_data
from .shape import Command, Group
from .words import _, sentence, speak, warn

DONE, NOT_DONE, WRONG_USE = 0, 1, 2


def run(argv: Sequence[str]) -> int:
    """Do what was typed: 0 done, 1 not done (one sentence on stderr), 2 wrong use."""
    speak()
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, leave_in_order)
    try:
        return perform(list(argv))
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else DONE
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NOT_DONE
    except Refusal as refusal:
        warn(sentence(refusal))
    except Exception as error:
        if os.environ.get("PARVIS_DEBUG"):
            raise
        warn(unforeseen(error))
    return NOT_DONE


def leave_in_order(number: int, frame: FrameType | None) -> None:
    """Asked to stop: go through every `finally` on the way out."""
    raise SystemExit(128 + number)


def unforeseen(error: Exception) -> str:
    """One sentence for a failure nobody wrote a sentence for."""
    reason = sentence(error)
    if isinstance(error, OSError) and error.strerror:
        reason = f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    return sentence(
        _("This could not be done: %(reason)s (%(kind)s; PARVIS_DEBUG=1 shows where).")
        % {"reason": reason or "?", "kind": type(error).__name__}
    )


def perform(argv: list[str]) -> int:
    """Find the command and run it; a room's commands are known once the house is loaded."""
    house = ArgumentParser(add_help=False, allow_abbrev=False)
    add_data(house)
    known, rest = house.parse_known_args(argv)
    set_environment(getattr(known, "data", None))
    first = next((word for word in rest if not word.startswith("-")), "")
    names = [command.name for command in commands_of_the_house()]
    names += [group.name for group in groups_of_the_house()]
    parser = whole_parser(rooms() if first not in names else ())
    arguments = parser.parse_args(argv)
    if not hasattr(arguments, "command"):
        parser.print_help()
        return WRONG_USE
    if getattr(arguments, "room", ""):
        build_house()
    arguments.command.run(arguments)
    return DONE


def commands_of_the_house() -> tuple[Command, ...]:
    """The subcommands that no room brings."""
    from . import check, demo, export, init, keep, serve, version  # noqa: PLC0415

    return (
        *serve.COMMANDS,
        *demo.COMMANDS,
        *init.COMMANDS,
        *check.COMMANDS,
        *keep.COMMANDS,
        *export.COMMANDS,
        *version.COMMANDS,
    )


def groups_of_the_house() -> tuple[Group, ...]:
    """The words that have subcommands of their own and are no room's."""
    from . import delivery  # noqa: PLC0415

    return (delivery.GROUP,)


def rooms() -> Sequence[Any]:
    """Every room that brings commands. Loads Django; a setting that cannot be read is told when a command needs it."""
    from .house import set_up  # noqa: PLC0415

    set_up()
    from ..rooms import all_rooms  # noqa: PLC0415

    return [room for room in all_rooms() if room.commands]


def whole_parser(rooms: Iterable[Any]) -> ArgumentParser:
    """`parvis COMMAND …`, and `parvis GROUP COMMAND …` for those of a room and of a few others."""
    parser = ArgumentParser(
        prog="parvis",
        description=_(
            "A square of your own: a journal and its neighbours, with one rule for who may see what."
        ),
        allow_abbrev=False,
    )
    add_data(parser)
    places = parser.add_subparsers(metavar=_("COMMAND"), title=_("commands"))
    add_commands(places, commands_of_the_house())
    for group in groups_of_the_house():
        add_group(places, group.name, group.help, group.commands)
    for room in rooms:
        add_group(places, room.slug, room.title, room.commands).set_defaults(room=room.slug)
    return parser


def add_group(places: Any, name: str, words: object, commands: Iterable[Command]) -> ArgumentParser:
    """A word with subcommands of its own."""
    inside: ArgumentParser = places.add_parser(name, help=str(words), allow_abbrev=False)
    add_data(inside)
    wanted = inside.add_subparsers(metavar=_("COMMAND"), title=_("commands"), required=True)
    add_commands(wanted, commands)
    return inside


def add_commands(places: Any, commands: Iterable[Command]) -> None:
    """A parser for each command, with what all take."""
    for command in commands:
        parser = places.add_parser(
            command.name, help=str(command.help), description=str(command.help), allow_abbrev=False
        )
        add_data(parser)
        command.add_arguments(parser)
        parser.set_defaults(command=command)
