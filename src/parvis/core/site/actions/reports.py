"""What members ask the owners to look at, and what the owners do about it; the people concerned read what came of it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from parvis.core.people.models import Notice, Person
from parvis.core.stream.actions import delete, report, settle
from parvis.core.stream.actions.reports import report_thing
from parvis.core.stream.models import Publication, Report
from parvis.core.stream.reportables import Thing
from parvis.lib.refusal import Refusal


class YourOwn(Refusal):
    def __init__(self) -> None:
        super().__init__(_("This is yours: you can change it or delete it yourself."))


class SettledAlready(Refusal):
    def __init__(self) -> None:
        super().__init__(_("This report has been settled already."))


class NobodysOwn(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Nobody is there any more to whom this could be written."))


class NothingToTakeDown(Refusal):
    def __init__(self) -> None:
        super().__init__(_("What was reported is already gone."))


@transaction.atomic
def ask_owners(*, publication: Publication, by: Person, words: str, at: datetime) -> Report:
    """Ask the owners to look at a publication one can see; the owners are told once. Raises YourOwn."""
    if publication.author_id == by.pk:
        raise YourOwn
    asked = Report.objects.unguarded("one's own report").filter(publication=publication, by=by).exists()
    found = report(publication=publication, by=by, words=words, at=at)
    if not asked:
        owners = Person.objects.owners().exclude(pk=by.pk).exclude(pk=publication.author_id)
        Notice.objects.bulk_create(
            Notice(person=owner, kind="site.report", about={"report": found.pk}, at=at) for owner in owners
        )
    return found


@transaction.atomic
def ask_owners_about(*, thing: Thing, by: Person, reason: str, words: str, at: datetime) -> Report:
    """Ask the owners to look at something else than a publication; they are told once while it waits."""
    found, is_new = report_thing(thing=thing, by=by, reason=reason, words=words, at=at)
    if is_new:
        owners = Person.objects.owners().exclude(pk=by.pk)
        Notice.objects.bulk_create(
            Notice(person=owner, kind="site.report", about={"report": found.pk}, at=at) for owner in owners
        )
    return found


@transaction.atomic
def settle_report(*, report: Report, by: Person, outcome: str, at: datetime) -> Report:
    """Say what came of a report, to whoever made it and to the author. Raises SettledAlready."""
    return close(report, by, outcome, at, tell_author="site.settled")


@transaction.atomic
def take_down(*, report: Report, by: Person, outcome: str, at: datetime) -> Report:
    """Take what was reported away from everyone, and say so. Raises SettledAlready, NothingToTakeDown."""
    if not report.path:
        raise NothingToTakeDown
    if report.kind is not None:
        report.kind.take_down(report.public_id, by, at)
    elif report.publication is not None:
        delete(publication=report.publication, by=by, at=at)
    return close(report, by, outcome, at, tell_author="site.taken_down")


def ask_author(*, report: Report, by: Person, words: str, at: datetime) -> Notice:
    """Write to the author about what was reported, without saying who reported it; the report stays open."""
    if report.settled_at is not None:
        raise SettledAlready
    if report.about is None:
        raise NobodysOwn
    about = {"report": report.pk, "words": words, "by": by.pk}
    return Notice.objects.create(person=report.about, kind="site.asked", about=about, at=at)


def close(report: Report, by: Person, outcome: str, at: datetime, *, tell_author: str) -> Report:
    """Settle the report once, with a line for each person concerned."""
    open_still = Report.objects.unguarded("an owner settles a report").filter(pk=report.pk, settled_at=None)
    if not open_still.select_for_update().exists():
        raise SettledAlready
    settled = settle(report=report, by=by, outcome=outcome, at=at)
    about = {"report": report.pk}
    Notice.objects.create(person=report.by, kind="site.answered", about=about, at=at)
    if report.about is not None and report.about_id != report.by_id:
        Notice.objects.create(person=report.about, kind=tell_author, about=about, at=at)
    return settled
