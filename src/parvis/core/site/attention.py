"""What asks for an owner's attention: reports, new members, mails in trouble, and what `parvis check` finds."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from parvis.core.delivery.models import Breaker, InboundMail, InboundState
from parvis.core.delivery.status import trouble
from parvis.core.people.models import Person
from parvis.core.stream.models import Report

from .keeping.findings import findings

NEW_FOR = timedelta(days=14)
PRESSING = ("bad", "warn", "")


@dataclass(frozen=True)
class Matter:
    """One thing in a sentence, what to do, where to see to it, and how pressing it is (`warn`, `bad`, or nothing)."""

    sentence: str
    advice: str = ""
    url: str = ""
    style: str = ""


def matters(at: datetime) -> list[Matter]:
    """All that asks for attention now, the most pressing first."""
    own = [matter for matter in (reports(), refusals(), stuck(), new_members(at)) if matter is not None]
    return sorted([*own, *mails(at), *found(at)], key=lambda matter: PRESSING.index(matter.style))


def reports() -> Matter | None:
    """Reports that nobody has settled."""
    count = Report.objects.unguarded("owners count open reports").open().count()
    if not count:
        return None
    sentence = ngettext(
        "A member asks you to look at something.", "Members ask you to look at %(count)s things.", count
    )
    return Matter(sentence % {"count": count}, url=reverse("desk-reports"), style="warn")


def mails(at: datetime) -> list[Matter]:
    """Mails that wait long, those nobody knows of, and those that were refused lately."""
    seen, url = trouble(at), reverse("desk-mails")
    lines = (
        (
            seen.waiting_long,
            "warn",
            ngettext(
                "%(count)d mail has been waiting for more than an hour.",
                "%(count)d mails have been waiting for more than an hour.",
                seen.waiting_long,
            ),
        ),
        (
            seen.unknown,
            "warn",
            ngettext(
                "Of %(count)d mail nobody knows whether it has left.",
                "Of %(count)d mails nobody knows whether they have left.",
                seen.unknown,
            ),
        ),
        (
            seen.refused,
            "",
            ngettext(
                "%(count)d mail was refused in the last two weeks.",
                "%(count)d mails were refused in the last two weeks.",
                seen.refused,
            ),
        ),
    )
    return [Matter(words % {"count": count}, url=url, style=style) for count, style, words in lines if count]


def refusals() -> Matter | None:
    """Mail providers that want no mail from here."""
    count = Breaker.objects.count()
    if not count:
        return None
    sentence = ngettext(
        "A mail provider refuses mail from this square.",
        "%(count)s mail providers refuse mail from this square.",
        count,
    )
    return Matter(sentence % {"count": count}, url=reverse("desk-refusals"), style="bad")


def stuck() -> Matter | None:
    """Mails that came in, and with which something went wrong here."""
    count = InboundMail.objects.filter(state=InboundState.STUCK).count()
    if not count:
        return None
    sentence = ngettext(
        "%(count)s mail that came in could not be dealt with.",
        "%(count)s mails that came in could not be dealt with.",
        count,
    )
    return Matter(
        sentence % {"count": count}, _("It is kept. The server’s log says what went wrong."), style="warn"
    )


def found(at: datetime) -> list[Matter]:
    """What `parvis check` would say."""
    return [
        Matter(finding.words, finding.advice, style="bad" if finding.state == "wrong" else "warn")
        for finding in findings(at)
        if finding.state != "fine"
    ]


def new_members(at: datetime) -> Matter | None:
    """People who joined lately."""
    count = Person.objects.members().filter(joined_at__gt=at - NEW_FOR, joined_at__lte=at).count()
    if not count:
        return None
    sentence = ngettext(
        "%(count)s person has joined in the last two weeks.",
        "%(count)s people have joined in the last two weeks.",
        count,
    )
    return Matter(sentence % {"count": count}, url=reverse("desk-people"))
