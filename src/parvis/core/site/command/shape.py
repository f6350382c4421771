"""What a subcommand of `parvis` is; rooms declare theirs with it, before anything of the house is loaded."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from dataclasses import dataclass


def no_arguments(parser: ArgumentParser) -> None:
    """For a command that takes nothing but what all take."""


@dataclass(frozen=True, kw_only=True)
class Command:
    """A subcommand: `run` gets what was typed, and does it; a Refusal it raises is shown as one sentence (exit 1)."""

    name: str
    help: object
    run: Callable[[Namespace], None]
    add_arguments: Callable[[ArgumentParser], None] = no_arguments


@dataclass(frozen=True, kw_only=True)
class Group:
    """Subcommands of the house under one word: `parvis delivery status`."""

    name: str
    help: object
    commands: Sequence[Command]
