"""What the house itself may tell people, each in a sentence."""

from datetime import datetime

from django.db.models import Exists, Q
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parvis.core.delivery.models import Way
from parvis.core.delivery.notices import NoticeKind, Sentence, number_of, register
from parvis.core.people.models import Notice, Person, Role
from parvis.core.stream.models import Report

from .jobs import JOBS
from .models import Job
from .names import name_of


def report_of(notice: Notice) -> Report | None:
    """The report that a notice is about."""
    told = Report.objects.unguarded("a notice names a report to those it concerns")
    return told.select_related("by", "about", "publication").filter(pk=notice.about.get("report")).first()


def opening_words(report: Report) -> str:
    """The first words of what was reported."""
    words = " ".join(report.quoted.split())
    return words if len(words) <= 60 else f"{words[:60].rsplit(' ', 1)[0]}…"


def page_of(report: Report) -> str:
    """The page of what was reported, or the list of notices once it is gone."""
    return report.path or reverse("notices")


def to_owners(notice: Notice) -> Sentence | None:
    report = report_of(notice)
    if report is None or not notice.person.is_owner:
        return None
    path = reverse("desk-report", args=[report.pk])
    if report.about is None or report.kind is not None:
        text = _("%(name)s asks you to look at “%(words)s”.")
        return Sentence(text % {"name": capfirst(name_of(report.by)), "words": opening_words(report)}, path)
    text = _("%(name)s asks you to look at something that %(author)s wrote.")
    return Sentence(text % {"name": capfirst(name_of(report.by)), "author": name_of(report.about)}, path)


def to_reporter(notice: Notice) -> Sentence | None:
    report = report_of(notice)
    if report is None:
        return None
    text = _("The owners looked at what you reported. They say: %(outcome)s")
    return Sentence(text % {"outcome": report.outcome}, reverse("notices"))


def to_author_settled(notice: Notice) -> Sentence | None:
    report = report_of(notice)
    if report is None:
        return None
    text = _("Somebody asked the owners to look at “%(words)s”. They did, and say: %(outcome)s")
    bare = _("Somebody asked the owners to look at something you wrote. They did: read there what they say.")
    words = text % {"words": opening_words(report), "outcome": report.outcome}
    return Sentence(words, page_of(report), by_mail=bare, path_by_mail=reverse("notices"))


def to_author_taken_down(notice: Notice) -> Sentence | None:
    report = report_of(notice)
    if report is None:
        return None
    text = _("The owners have taken down “%(words)s”. They say: %(outcome)s")
    bare = _("The owners have taken down something you wrote: read there what they say.")
    words = text % {"words": opening_words(report), "outcome": report.outcome}
    return Sentence(words, reverse("notices"), by_mail=bare)


def to_author_asked(notice: Notice) -> Sentence | None:
    report = report_of(notice)
    if report is None:
        return None
    text = _("The owners write to you about “%(words)s”: %(message)s")
    bare = _("The owners write to you about something you wrote: read it there.")
    words = text % {"words": opening_words(report), "message": notice.about.get("words", "")}
    return Sentence(words, page_of(report), by_mail=bare, path_by_mail=reverse("notices"))


def role_changed(notice: Notice) -> Sentence | None:
    sentences = {
        Role.OWNER: _("You now run this square, with its other owners."),
        Role.AUTHOR: _("You can now publish in the journal."),
        Role.MEMBER: _("You now take part here as a member."),
    }
    text = sentences.get(notice.about.get("role"))
    return (
        Sentence(text, reverse("desk") if notice.about.get("role") == Role.OWNER else reverse("home"))
        if text
        else None
    )


def let_in_again(notice: Notice) -> Sentence | None:
    return Sentence(_("The owners have let you in again."), reverse("home"))


def job_ended(notice: Notice) -> Sentence | None:
    job = Job.objects.filter(pk=notice.about.get("job")).first()
    kind = JOBS.get(job.kind) if job else None
    if job is None or kind is None:
        return None
    text = (
        _("%(work)s: this could not be done. %(problem)s") if job.problem else _("%(work)s: this is ready.")
    )
    return Sentence(text % {"work": kind.title, "problem": job.problem}, reverse(kind.page))


def report_stands(person: Person, at: datetime) -> Q:
    """The report that a notice is about is still there."""
    told = Report.objects.unguarded("a notice names a report to those it concerns")
    return Q(Exists(told.filter(pk=number_of("report"))))


def report_stands_for_owners(person: Person, at: datetime) -> Q:
    """Of `to_owners`: only owners read of reports."""
    return report_stands(person, at) if person.is_owner else Q(pk__in=[])


def role_stands(person: Person, at: datetime) -> Q:
    """Of `role_changed`: the role has a sentence."""
    return Q(about__role__in=[Role.OWNER.value, Role.AUTHOR.value, Role.MEMBER.value])


def job_stands(person: Person, at: datetime) -> Q:
    """Of `job_ended`: the work is still known."""
    return Q(Exists(Job.objects.filter(pk=number_of("job"), kind__in=JOBS)))


def runs_the_square(person: Person) -> bool:
    return person.is_owner


def declare() -> None:
    """Make the house's own kinds of notice known."""
    for name, title, say, stands, way in (
        ("site.answered", gettext_lazy("Answers to your reports"), to_reporter, report_stands, Way.DIGEST),
        ("site.settled", gettext_lazy("Reports about you"), to_author_settled, report_stands, Way.NOW),
        (
            "site.taken_down",
            gettext_lazy("What was taken down"),
            to_author_taken_down,
            report_stands,
            Way.NOW,
        ),
        ("site.asked", gettext_lazy("Messages from the owners"), to_author_asked, report_stands, Way.NOW),
        ("site.role", gettext_lazy("Your role here"), role_changed, role_stands, Way.WEB),
        ("site.reinstated", gettext_lazy("Coming in again"), let_in_again, None, Way.NOW),
        ("site.job", gettext_lazy("Work you asked for"), job_ended, job_stands, Way.WEB),
    ):
        register(NoticeKind(name=name, title=title, say=say, stands=stands, way=way, is_of_the_house=True))
    register(
        NoticeKind(
            name="site.report",
            title=gettext_lazy("Reports from members"),
            say=to_owners,
            stands=report_stands_for_owners,
            way=Way.NOW,
            concerns=runs_the_square,
            is_of_the_house=True,
        )
    )
