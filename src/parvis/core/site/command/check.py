"""`parvis check`: what is wrong with this square, and what to do."""

from argparse import Namespace
from dataclasses import asdict

from parvis.lib.refusal import Refusal

from .house import open_house
from .options import add_json
from .shape import Command
from .words import _, data, ngettext, say

SIGNS = {"fine": "✓", "note": "·", "wrong": "✗"}


class SomethingIsWrong(Refusal):
    def __init__(self, count: int) -> None:
        words = ngettext(
            "%(count)d thing needs to be put right.", "%(count)d things need to be put right.", count
        )
        super().__init__(words % {"count": count})


def run(arguments: Namespace) -> None:
    """Look at everything; exit 1 when something is wrong."""
    open_house()
    from django.utils import timezone  # noqa: PLC0415

    from ..keeping.findings import findings  # noqa: PLC0415

    found = findings(timezone.now(), knocks=True)
    if arguments.json:
        data([asdict(finding) for finding in found])
    else:
        for finding in found:
            line = _("%(subject)s: %(words)s") % {"subject": finding.subject, "words": finding.words}
            say(f"{SIGNS[finding.state]} {line}")
            if finding.advice:
                say(f"  → {finding.advice}")
    wrong = sum(finding.state == "wrong" for finding in found)
    if wrong:
        raise SomethingIsWrong(wrong)


COMMANDS = (
    Command(
        name="check",
        help=_("say what is wrong with this square, and what to do"),
        add_arguments=add_json,
        run=run,
    ),
)
