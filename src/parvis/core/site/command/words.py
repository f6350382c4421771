"""The language of the terminal: French when the environment says so, else English; and how words leave."""

import gettext as terminal
import json
import os
import sys
from collections.abc import Mapping, Sequence
from gettext import gettext as _
from gettext import ngettext
from pathlib import Path

import parvis

LOCALE = Path(parvis.__file__).parent / "locale"
ENVIRONMENT = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")

__all__ = ["_", "data", "language", "ngettext", "say", "sentence", "speak", "warn"]


def language(environment: Mapping[str, str] | None = None) -> str:
    """The terminal's language among ours, by the variables and in the order that POSIX and gettext give."""
    variables = os.environ if environment is None else environment
    first = next((variables[name] for name in ENVIRONMENT if variables.get(name)), "")
    return "fr" if first.casefold().startswith("fr") else "en"


def speak() -> None:
    """Make gettext, and with it argparse, read the house's own catalogue."""
    terminal.bindtextdomain("django", str(LOCALE))
    terminal.textdomain("django")


def say(words: object = "") -> None:
    """One line for the person at the terminal."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def warn(words: object) -> None:
    """One line beside the results."""
    sys.stderr.write(f"{words}\n")
    sys.stderr.flush()


def data(results: Mapping[str, object] | Sequence[object]) -> None:
    """Results for a program (`--json`)."""
    say(json.dumps(results, ensure_ascii=False, indent=2, default=str))


def sentence(words: object) -> str:
    """The words as one line."""
    return " ".join(str(words).split())


def said_by_argparse() -> tuple[str, ...]:
    """The sentences that argparse takes from our catalogue, named here so that the catalogue keeps them."""
    return (
        _("usage: "),
        _("%(heading)s:"),
        _("positional arguments"),
        _("options"),
        _("show this help message and exit"),
        _("%(prog)s: error: %(message)s\n"),
        _("the following arguments are required: %s"),
        _("unrecognized arguments: %s"),
        _("argument %(argument_name)s: %(message)s"),
        _("expected one argument"),
        _("invalid choice: %(value)r (choose from %(choices)s)"),
        _("invalid %(type)s value: %(value)r"),
    )
