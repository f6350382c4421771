"""What delivery holds on people, and what it may tell them."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from parvis.core.audiences.rule import Viewer
from parvis.core.people.clocks import register as register_clocks
from parvis.core.people.models import Person
from parvis.core.people.personal import Personal
from parvis.core.people.personal import register as register_personal
from parvis.core.stream.afterwards import register as register_afterwards
from parvis.core.stream.declarations import seen_as, source_said
from parvis.core.stream.models import Publication

from .actions import clock_changed
from .actions.exporting import IN_EXPORTS
from .actions.feeding import IN_FEEDS
from .actions.recalling import ask_by_mail
from .had import IN_MAILS
from .ledger import may_ask
from .models import (
    Copy,
    FeedKey,
    HandOver,
    LookedThrough,
    Mail,
    NoticeChoice,
    Reading,
    Recall,
    Subscription,
    Telling,
    Wording,
)
from .notice_kinds import declare
from .room_letters import LETTERS
from .said import by_export, by_feed, by_mail
from .ways_out import WayOut
from .ways_out import register as register_ways

declare()
register_clocks(clock_changed)


register_ways(
    WayOut(channel=IN_MAILS, say=by_mail, ask=ask_by_mail),
    WayOut(channel=IN_FEEDS, say=by_feed),  # asked by the next fetch
    WayOut(channel=IN_EXPORTS, say=by_export),
)


def ledger_page(publication: Publication, at: datetime) -> str:
    """The ledger, when copies of something that was narrowed or taken away can be asked for."""
    return reverse("publication-copies", args=[publication.public_id]) if may_ask(publication, at) else ""


register_afterwards(ledger_page)


def subscription_export(row: Subscription) -> dict[str, Any]:
    return {
        "to": source_said(row.follow.source),
        "by": row.channel,
        "how_often": row.rhythm,
        "languages": row.languages,
        "at": row.at,
    }


def reading_export(row: Reading) -> dict[str, Any]:
    return {
        "hour": row.hour,
        "weekday": row.weekday,
        "quiet_from": row.quiet_from,
        "quiet_to": row.quiet_to,
        "paused_until": row.paused_until,
    }


def choice_export(row: NoticeChoice) -> dict[str, Any]:
    return {"of": row.kind or "everything else", "how": row.way}


def telling_export(row: Telling) -> dict[str, Any]:
    """How a notice went; what it says stands among what they were told."""
    return {"kind": row.notice.kind, "at": row.notice.at, "how": row.way}


def feed_export(row: FeedKey) -> dict[str, Any]:
    return {
        "of": row.get_holds_display(),
        "made_at": row.made_at,
        "closed_at": row.closed_at,
        "last_fetched_at": row.used_at,
    }


def mail_export(row: Mail) -> dict[str, Any]:
    said = {"kind": row.kind, "queued_at": row.queued_at, "state": row.state, "state_at": row.state_at}
    if row.letter:
        said["letter"] = str(LETTERS[row.letter].title) if row.letter in LETTERS else row.letter
    return said


def copy_export(row: Copy, person: Person, at: datetime) -> dict[str, Any]:
    """A copy of something of theirs, or one that went to them; not who else got one."""
    return {
        "of": seen_as(row.publication, Viewer.of(person, at)),
        "by": row.channel,
        "to_me": row.person_id == person.pk,
        "whole": row.is_whole,
        "left_at": row.left_at,
        "state": row.state,
    }


def copy_forget(row: Copy) -> None:
    """That a copy left stays true; to whom it went is forgotten."""
    row.person = None
    row.save(update_fields=["person"])


def nothing_apart(row: HandOver | LookedThrough | Wording) -> dict[str, Any]:
    """Says nothing of anybody, or nothing that does not stand elsewhere."""
    return {}


def recall_export(row: Recall) -> dict[str, Any]:
    """That its author asked for copies of something."""
    return {"of": row.publication.public_id, "title": row.publication.title, "at": row.at}


register_personal(
    Personal(
        model=Subscription,
        owner="follow__person",
        title=gettext_lazy("What comes to you by mail or feed"),
        export=subscription_export,
    ),
    Personal(model=Reading, owner="person", title=gettext_lazy("When you read"), export=reading_export),
    Personal(
        model=NoticeChoice,
        owner="person",
        title=gettext_lazy("How you want to be told"),
        export=choice_export,
    ),
    Personal(
        model=Telling,
        owner="notice__person",
        title=gettext_lazy("How you were told"),
        export=telling_export,
    ),
    Personal(
        model=FeedKey,
        owner="person",
        title=gettext_lazy("Addresses of your own feed"),
        export=feed_export,
    ),
    Personal(model=Mail, owner="person", title=gettext_lazy("Mails to you"), export=mail_export),
    Personal(
        model=Copy,
        owner="publication__author",
        also=("person",),
        title=gettext_lazy("Copies that have left"),
        erase="anonymise",
        because=gettext_lazy("The author may know that a copy has left, without your name."),
        forget=copy_forget,
        export_at=copy_export,
    ),
    Personal(
        model=Recall,
        owner="publication__author",
        title=gettext_lazy("Copies you asked for"),
        export=recall_export,
    ),
    Personal(
        model=Wording,
        owner="publication__author",
        title=gettext_lazy("Titles under which it was sent"),
        export=nothing_apart,
    ),
    Personal(
        model=HandOver,
        owner="publication__author",
        title=gettext_lazy("What has been handed over to be sent"),
        export=nothing_apart,
    ),
    Personal(
        model=LookedThrough,
        owner="publication__author",
        title=gettext_lazy("What has been looked through for people it mentions"),
        export=nothing_apart,
    ),
)
