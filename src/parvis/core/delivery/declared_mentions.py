"""What mentions between sites hold on people, and how they are told to them."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy, ngettext

from parvis.core.people.models import Notice, Person
from parvis.core.people.personal import Personal
from parvis.core.people.personal import register as register_personal

from .actions.outward import IN_MENTIONS
from .actions.web_mentions import NOTICE
from .elsewhere import public_now
from .ledger_mentions import by_mention
from .models import SentMention, Told, WebMention, WelcomeSite
from .notices import NoticeKind, Sentence, number_of, register
from .ways_out import WayOut
from .ways_out import register as register_ways


def web_mention(notice: Notice) -> Sentence | None:
    """Pages elsewhere link to a public text of theirs, and wait for a yes."""
    rows = public_now(timezone.now()).filter(author=notice.person)
    publication = rows.filter(pk=notice.about.get("publication")).first()
    if publication is None:
        return None
    waiting = WebMention.objects.unguarded("one's own to decide").waiting().filter(publication=publication)
    if not (count := waiting.count()):
        return None
    unnamed = ngettext(
        "%(count)d page elsewhere links to what you wrote: it waits for your yes.",
        "%(count)d pages elsewhere link to what you wrote: they wait for your yes.",
        count,
    )
    named = ngettext(
        "%(count)d page elsewhere links to “%(title)s”: it waits for your yes.",
        "%(count)d pages elsewhere link to “%(title)s”: they wait for your yes.",
        count,
    )
    words = {"count": count, "title": publication.title}
    return Sentence(
        (named if publication.title else unnamed) % words,
        reverse("publication-mentions", args=[publication.public_id]),
        by_mail=unnamed % words,
        about=publication.public_id,
    )


def web_mention_stands(person: Person, at: datetime) -> Q:
    """Of `web_mention`: the text is public, and something waits under it."""
    number = number_of("publication")
    waiting = WebMention.objects.unguarded("one's own to decide").waiting().filter(publication=number)
    return Q(Exists(public_now(at).filter(author=person, pk=number)), Exists(waiting))


register_ways(WayOut(channel=IN_MENTIONS, say=by_mention))  # all are asked by themselves
register(
    NoticeKind(
        name=NOTICE,
        title=gettext_lazy("A page elsewhere links to what you wrote"),
        say=web_mention,
        stands=web_mention_stands,
    )
)


def mention_export(row: WebMention) -> dict[str, Any]:
    return {
        "publication": row.publication.public_id,
        "page": row.source,
        "state": row.state,
        "kind": row.kind,
        "author": row.author_name,
        "title": row.title,
        "text": row.text,
        "received_at": row.received_at,
    }


def welcome_export(row: WelcomeSite) -> dict[str, Any]:
    return {"site": row.site, "at": row.at}


def sent_export(row: SentMention) -> dict[str, Any]:
    return {"publication": row.publication.public_id, "page": row.target, "told_at": row.told_at}


def nothing_apart(row: Told) -> dict[str, Any]:
    """Says nothing of anybody."""
    return {}


def stays_until_told(row: Told | SentMention) -> None:
    """Nothing to change now: the row goes by itself."""


register_personal(
    Personal(
        model=WebMention,
        owner="publication__author",
        title=gettext_lazy("Pages elsewhere that link to what you wrote"),
        export=mention_export,
    ),
    Personal(
        model=WelcomeSite,
        owner="person",
        title=gettext_lazy("Sites whose links are always shown"),
        export=welcome_export,
    ),
    Personal(
        model=SentMention,
        owner="publication__author",
        title=gettext_lazy("Pages that were told that you link to them"),
        erase="anonymise",
        because=gettext_lazy("They are told that your texts are gone; then we forget them."),
        forget=stays_until_told,
        export=sent_export,
    ),
    Personal(
        model=Told,
        owner="publication__author",
        title=gettext_lazy("What has been told to other sites"),
        erase="anonymise",
        forget=stays_until_told,
        export=nothing_apart,
    ),
)
