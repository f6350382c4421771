"""The notices of the floors below: what people may be told of other people; and what delivery holds on people."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parvis.core.audiences.holders import within_reach
from parvis.core.audiences.rule import Viewer
from parvis.core.people.models import Connection, ConnectionRequest, Notice, Person
from parvis.core.people.personal import Personal
from parvis.core.people.personal import register as register_personal
from parvis.core.stream.afterwards import register as register_afterwards
from parvis.core.stream.declarations import seen_as, source_said
from parvis.core.stream.models import Comment, Publication

from .actions.exporting import IN_EXPORTS
from .actions.feeding import IN_FEEDS
from .actions.handing import IN_MAILS
from .actions.recalling import ask_by_mail
from .ledger import may_ask
from .models import Copy, FeedKey, HandOver, Mail, Reading, Recall, Subscription, Wording
from .notices import NoticeKind, Sentence, number_of, register
from .said import by_export, by_feed, by_mail
from .ways import Way
from .ways import register as register_ways


def other(notice: Notice) -> Person | None:
    """The person a notice is about, while there is no shut door between the two."""
    reach: Person | None = Person.objects.filter(
        within_reach(notice.person), pk=notice.about.get("person")
    ).first()
    return reach


def asked(notice: Notice) -> Sentence | None:
    """Someone asks to be connected, and waits for an answer."""
    person = other(notice)
    waiting = ConnectionRequest.objects.filter(asker=person, asked=notice.person, declined_at=None)
    if person is None or not waiting.exists():
        return None
    return Sentence(
        _("%(name)s asks to be connected with you.") % {"name": person.name}, reverse("connections")
    )


def accepted(notice: Notice) -> Sentence | None:
    """Someone said yes."""
    person = other(notice)
    if person is None or not Connection.objects.between(person, notice.person).exists():
        return None
    path = reverse("person", args=[person.public_id])
    return Sentence(_("You and %(name)s are connected.") % {"name": person.name}, path)


def commented(notice: Notice) -> Sentence | None:
    """Someone within their reach answered something of theirs, and they may still read it."""
    viewer = Viewer.of(notice.person, notice.at)
    rows = Comment.objects.visible_to(viewer.when(timezone.now())).select_related(
        "publication__author", "publication__under"
    )
    rows = rows.filter(publication__author__in=Person.objects.filter(within_reach(notice.person)))
    comment = rows.filter(pk=notice.about.get("comment"), withdrawn_at=None).first()
    if comment is None or comment.publication.under is None:
        return None
    above = comment.publication.under
    text = _("%(name)s answered “%(title)s”.") if above.title else _("%(name)s answered you.")
    words = {"name": comment.publication.author.name, "title": above.title}
    return Sentence(text % words, comment.publication.get_absolute_url())


def asked_stands(person: Person, at: datetime) -> Q:
    """Of `asked`: who asks is within reach, and waits."""
    waiting = ConnectionRequest.objects.filter(asked=person, declined_at=None, asker=number_of("person"))
    return Q(Exists(waiting.filter(asker__in=Person.objects.filter(within_reach(person)))))


def accepted_stands(person: Person, at: datetime) -> Q:
    """Of `accepted`: the other is within reach, and still connected."""
    other = number_of("person")
    connected = Connection.objects.filter(Q(first=person, second=other) | Q(first=other, second=person))
    return Q(Exists(Person.objects.filter(within_reach(person), pk=other)), Exists(connected))


def commented_stands(person: Person, at: datetime) -> Q:
    """Of `commented`: whoever answered is within reach, and the answer can be read."""
    rows = Comment.objects.visible_to(Viewer.of(person, at)).filter(
        publication__author__in=Person.objects.filter(within_reach(person)),
        publication__under__isnull=False,
        withdrawn_at=None,
    )
    return Q(Exists(rows.filter(pk=number_of("comment"))))


register(
    NoticeKind(
        name="stream.comment",
        title=gettext_lazy("Someone answers what you wrote"),
        say=commented,
        stands=commented_stands,
    )
)
register(
    NoticeKind(
        name="people.asked",
        title=gettext_lazy("Someone asks to be connected"),
        say=asked,
        stands=asked_stands,
    )
)
register(
    NoticeKind(
        name="people.accepted",
        title=gettext_lazy("Someone you asked said yes"),
        say=accepted,
        stands=accepted_stands,
    )
)


register_ways(
    Way(channel=IN_MAILS, say=by_mail, ask=ask_by_mail),
    Way(channel=IN_FEEDS, say=by_feed),  # asked by the next fetch
    Way(channel=IN_EXPORTS, say=by_export),
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
    return {"hour": row.hour, "weekday": row.weekday, "paused_until": row.paused_until}


def feed_export(row: FeedKey) -> dict[str, Any]:
    return {"made_at": row.made_at, "closed_at": row.closed_at, "last_fetched_at": row.used_at}


def mail_export(row: Mail) -> dict[str, Any]:
    return {"kind": row.kind, "queued_at": row.queued_at, "state": row.state, "state_at": row.state_at}


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


def nothing_apart(row: HandOver | Wording) -> dict[str, Any]:
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
)
