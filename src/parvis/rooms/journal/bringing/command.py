"""`parvis journal import-wordpress`: brings an export of WordPress, or says what bringing it would do."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from parvis.core.people.models import Person
from parvis.core.site.command.options import add_json
from parvis.core.site.command.progress import Progress
from parvis.core.site.command.shape import Command
from parvis.core.site.command.words import data, say
from parvis.lib.refusal import Refusal

from .foreseeing import Forecast, foresee
from .ledger import COUNTED, Skipped
from .reasons import sentence
from .report import Report
from .running import Wishes, bring
from .uploads import uploads_at
from .words import DEEDS, counted, item_words, problem_words

SHOWN = 5


class NobodyHere(Refusal):
    def __init__(self, address: str) -> None:
        super().__init__(
            gettext_lazy(
                "Nobody here has confirmed the address “%(address)s”. Give that of someone who takes part."
            )
            % {"address": address}
        )


def add_arguments(parser: ArgumentParser) -> None:
    """FILE [--author-email] [--media] [--language] [--dry-run] [--json]."""
    parser.add_argument(
        "file", metavar=_("FILE"), type=Path, help=_("the .xml file from Tools, Export; .gz too")
    )
    parser.add_argument(
        "--author-email",
        metavar=_("ADDRESS"),
        default="",
        help=_("the member who takes all posts; else guests do"),
    )
    parser.add_argument(
        "--media",
        metavar=_("FOLDER"),
        type=Path,
        help=_(
            "a copy of wp-content/uploads, or the files side by side; a zip of them too; without it no picture comes "
            "along, and none is counted"
        ),
    )
    parser.add_argument(
        "--language",
        choices=["fr", "en"],
        default="",
        help=_("the language of texts that do not tell theirs"),
    )
    parser.add_argument("--dry-run", action="store_true", help=_("say what would be done, and write nothing"))
    add_json(parser)


def run(arguments: Namespace) -> None:
    """Bring the file, and report."""
    wishes = wishes_of(arguments)
    with Progress(_("Import")) as progress:
        words = _("items")

        def tell(done: int, total: int) -> None:
            progress.to(done, total, words)

        forecast = (
            foresee(arguments.file, wishes=wishes, at=timezone.now(), tell=tell)
            if arguments.dry_run
            else None
        )
        report = (
            forecast.report
            if forecast
            else bring(arguments.file, wishes=wishes, at=timezone.now(), tell=tell)
        )
    if arguments.json:
        data(report.as_json())
    elif forecast is not None:
        tell_forecast(forecast)
    else:
        tell_report(report)


def wishes_of(arguments: Namespace) -> Wishes:
    """What was asked for. Raises NobodyHere, NoSuchFolder."""
    mine = (
        Person.objects.active().reached_by(arguments.author_email).first() if arguments.author_email else None
    )
    if arguments.author_email and mine is None:
        raise NobodyHere(arguments.author_email)
    if arguments.media is not None:
        uploads_at(arguments.media)
    return Wishes(by=mine, mine=mine, media=arguments.media, language=arguments.language)


def tell_forecast(forecast: Forecast) -> None:
    """Every item with what would be done, then the figures."""
    for one in forecast.deeds:
        reason = f" ({sentence(one.reason, one.detail)})" if one.reason else ""
        say(f"{DEEDS[one.deed]} · {counted(one.kind)} · {one.item}{reason}")
    say()
    tell_report(forecast.report)
    say(_("Nothing was written: this was a dry run."))


def tell_report(report: Report) -> None:
    """The report, for someone who reads it on a terminal."""
    say(_("%(title)s (%(source)s)") % {"title": report.title or "—", "source": report.source})
    for kind in COUNTED:
        new, other = report.created.get(kind, 0), report.changed.get(kind, 0)
        more = (
            _(" (%(created)d new, %(changed)d changed)") % {"created": new, "changed": other}
            if new or other
            else ""
        )
        say(f"  {report.here.get(kind, 0):>6} {counted(kind, report.here.get(kind, 0))}{more}")
    tell_group(_("Left out:"), report.grouped(report.skipped))
    tell_group(_("Worth knowing:"), report.grouped(report.remarks))
    if report.problems:
        say(_("What was wrong in the file:"))
        for item, reason in report.problems[:20]:
            say(f"  {item_words(item)}: {problem_words(reason)}")
        if len(report.problems) > 20:
            say(_("  … and %(count)d more") % {"count": len(report.problems) - 20})
    if report.originals:
        words = ngettext(
            "%(count)d post seems to have come out elsewhere first; confirm it on the page of the import.",
            "%(count)d posts seem to have come out elsewhere first; confirm them on the page of the import.",
            report.originals,
        )
        say(words % {"count": report.originals})


def tell_group(title: str, groups: list[tuple[str, int, tuple[Skipped, ...]]]) -> None:
    """Reasons, how often each, and the first few items."""
    if groups:
        say(title)
    for reason, number, some in groups:
        names = ", ".join(f"“{row.item}”" for row in some[:SHOWN]) + ("…" if number > SHOWN else "")
        say(f"  {number:>6} × {reason} {names}")


COMMANDS = (
    Command(
        name="import-wordpress",
        help=gettext_lazy("bring a blog from WordPress: posts, pages, comments, categories, pictures"),
        add_arguments=add_arguments,
        run=run,
    ),
)
