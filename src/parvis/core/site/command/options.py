"""Options that several subcommands take."""

from argparse import SUPPRESS, ArgumentParser

from .words import _


def add_data(parser: ArgumentParser) -> None:
    """--data, before the subcommand or after it."""
    parser.add_argument(
        "--data",
        metavar=_("FOLDER"),
        default=SUPPRESS,
        help=_("the folder where everything is kept (PARVIS_DATA; else ./parvis-data)"),
    )


def add_json(parser: ArgumentParser) -> None:
    """--json, for commands whose results are data."""
    parser.add_argument("--json", action="store_true", help=_("print the results as JSON"))
