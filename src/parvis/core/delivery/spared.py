"""What is told of mails that come back: to whoever gets none because of it, and to the owners."""

from datetime import datetime
from operator import attrgetter
from typing import Any

from django.db.models import Exists, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parvis.core.people.models import Notice, Person
from parvis.core.people.personal import Personal
from parvis.core.people.personal import register as register_personal
from parvis.core.stream.declarations import source_said

from .actions.complaining import KIND
from .models import Bounce, Breaker, Complaint, Hold, InboundAddress, InboundMail, Puzzle
from .notices import NoticeKind, Sentence, number_of, register


def held(notice: Notice) -> Sentence | None:
    """Mails to their address are refused, and rest."""
    rows = Hold.objects.filter(address=notice.about.get("address"), address__person=notice.person)
    hold = rows.select_related("address").first()
    if hold is None:
        return None
    text = _("Your mail provider refuses our mails to %(address)s: none are sent for now.")
    return Sentence(text % {"address": hold.address.value}, reverse("subscriptions"))


def held_stands(person: Person, at: datetime) -> Q:
    return Q(Exists(Hold.objects.filter(address=number_of("address"), address__person=person)))


def released(notice: Notice) -> Sentence | None:
    """Mails go to them again."""
    return Sentence(
        _("Your mail provider takes our mails again: they come as before."), reverse("subscriptions")
    )


def stopped(notice: Notice) -> Sentence | None:
    """To an owner: a provider wants no mail from here."""
    breaker = Breaker.objects.filter(pk=notice.about.get("breaker")).first()
    if breaker is None or not notice.person.is_owner:
        return None
    text = _("%(domain)s refuses mail from this square: mails to it wait.")
    return Sentence(text % {"domain": breaker.domain}, reverse("desk-refusals"))


def stopped_stands(person: Person, at: datetime) -> Q:
    there = Breaker.objects.filter(pk=number_of("breaker"))
    return Q(Exists(there)) if person.is_owner else Q(pk__in=[])


def complained(notice: Notice) -> Sentence:
    """Their provider says that mails are unwanted, and they have ended."""
    text = _("Your mail provider reported a mail from here as unwanted: what it came from is no longer sent.")
    return Sentence(text, reverse("subscriptions"))


register(
    NoticeKind(
        name=KIND,
        title=gettext_lazy("Your mail provider reported a mail from here as unwanted"),
        say=complained,
        is_of_the_house=True,
    )
)
register(
    NoticeKind(
        name="delivery.held",
        title=gettext_lazy("Your mail provider refuses our mails"),
        say=held,
        stands=held_stands,
        is_of_the_house=True,
    )
)
register(
    NoticeKind(
        name="delivery.released",
        title=gettext_lazy("Your mail provider takes our mails again"),
        say=released,
        is_of_the_house=True,
    )
)
register(
    NoticeKind(
        name="delivery.breaker",
        title=gettext_lazy("A mail provider refuses mail from the square"),
        say=stopped,
        stands=stopped_stands,
        is_of_the_house=True,
        concerns=attrgetter("is_owner"),
    )
)


def bounce_export(row: Bounce) -> dict[str, Any]:
    return {"at": row.at, "why": row.category, "status": row.status, "they_said": row.words}


def hold_export(row: Hold) -> dict[str, Any]:
    return {"address": row.address.value, "since": row.at, "they_said": row.words, "ended_at": row.ended_at}


def complaint_export(row: Complaint) -> dict[str, Any]:
    return {"at": row.at, "feedback": row.feedback, "of": source_said(row.source) if row.source else ""}


def puzzle_export(row: Puzzle) -> dict[str, Any]:
    return {"at": row.at, "text": row.text}


def inbound_export(row: InboundMail) -> dict[str, Any]:
    return {"at": row.at, "kind": row.kind, "state": row.state, "answered_at": row.answered_at}


def inbound_address_export(row: InboundAddress) -> dict[str, Any]:
    return {"address": row.local, "kind": row.kind, "made_at": row.made_at}


register_personal(
    Personal(
        model=Bounce,
        owner="mail__person",
        title=gettext_lazy("Mails to you that came back"),
        export=bounce_export,
    ),
    Personal(
        model=Hold,
        owner="address__person",
        title=gettext_lazy("Addresses of yours that get no mails for now"),
        export=hold_export,
    ),
    Personal(
        model=Complaint,
        owner="person",
        title=gettext_lazy("Mails that your provider reported as unwanted"),
        export=complaint_export,
    ),
    Personal(
        model=Puzzle,
        owner="mail__person",
        title=gettext_lazy("Mails about yours that were not understood"),
        export=puzzle_export,
    ),
    Personal(
        model=InboundMail,
        owner="person",
        title=gettext_lazy("Mails that came in from you or about you"),
        export=inbound_export,
    ),
    Personal(
        model=InboundAddress,
        owner="person",
        title=gettext_lazy("Mail addresses of the square that are yours"),
        export=inbound_address_export,
    ),
)
