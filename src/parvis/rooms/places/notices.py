"""What the places tell people: a title that somebody took, a connection close by, a proposal to be named."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from parvis.core.audiences.holders import within_reach
from parvis.core.audiences.rule import Viewer
from parvis.core.delivery.models import Way
from parvis.core.delivery.notices import NoticeKind, Sentence, number_of
from parvis.core.people.models import Notice, Person

from .actions.caring import PROPOSED as CORRECTION
from .actions.companions import PROPOSED
from .actions.nearness import CLOSE
from .actions.presiding import OVERTAKEN
from .cards import place_of
from .caring import proposed as correction
from .caring import proposed_stands as correction_stands
from .company import proposed_to
from .game.mayors import Ending
from .models import Checkin, Companion, Mayoralty, Precise, Presence
from .near import TODAY, coarser, connected_to, precisions, said


def taken(person: Person, at: datetime) -> QuerySet[Mayoralty]:
    """The titles that others, whom this person may know, took from them; the square's board says so to them."""
    viewer = Viewer.of(person, at)
    lost = Mayoralty.objects.visible_to(viewer).filter(
        person=person, reason=Ending.OVERTAKEN, venue=OuterRef("venue"), ended_at=OuterRef("began_at")
    )
    rows = Mayoralty.objects.visible_to(viewer).filter(Exists(lost))
    return rows.filter(person__in=Person.objects.filter(within_reach(person)))


def overtaken(notice: Notice) -> Sentence | None:
    """Somebody holds the title that was theirs."""
    rows = taken(notice.person, timezone.now()).select_related("person", "venue")
    row = rows.filter(venue=notice.about.get("venue"), won_by=notice.about.get("publication")).first()
    if row is None:
        return None
    text = _("%(name)s came to %(place)s for one day more than you, and is mayor now.")
    words = text % {"name": row.person.name, "place": row.venue.name}
    return Sentence(
        words, reverse("places:venue", args=[row.venue.public_id]), by=row.person, about="overtaken"
    )


def overtaken_stands(person: Person, at: datetime) -> Q:
    rows = taken(person, at).filter(venue=number_of("venue"), won_by=number_of("publication"))
    return Q(Exists(rows))


def nearby(person: Person, at: datetime) -> QuerySet[Checkin]:
    """Today's check-ins of connections who want to be told of others, as long as this person wants it too."""
    willing = Presence.objects.filter(is_told=True)
    rows = Checkin.objects.visible_to(Viewer.of(person, at)).filter(happened_at__gt=at - TODAY)
    rows = rows.filter(Exists(willing.filter(person=person)))
    unmet = Presence.objects.filter(precision=Precise.NOWHERE).values("person")
    rows = rows.filter(person__in=connected_to(person)).exclude(person__in=unmet)
    return rows.filter(person__in=willing.values("person")).exclude(precision=Precise.NOWHERE)


def close(notice: Notice) -> Sentence | None:
    """A connection was close by, today."""
    rows = nearby(notice.person, timezone.now()).select_related("person", "publication")
    row = rows.filter(publication=notice.about.get("publication")).first()
    if row is None:
        return None
    wish = precisions([row.person_id]).get(row.person_id, Precise.VENUE)
    where = said(row, coarser(row.precision, wish), None)[0]
    words = _("%(name)s is close by: %(where)s.") % {"name": row.person.name, "where": where}
    path = reverse("places:checkin", args=[row.publication.public_id])
    return Sentence(words, path, by=row.person, about="close")


def close_stands(person: Person, at: datetime) -> Q:
    return Q(Exists(nearby(person, at).filter(publication=number_of("publication"))))


def asking(person: Person, at: datetime) -> QuerySet[Companion]:
    """What waits for this person's yes or no, of people within their reach."""
    rows = proposed_to(person, Viewer.of(person, at))
    return rows.filter(publication__author__in=Person.objects.filter(within_reach(person)))


def proposed(notice: Notice) -> Sentence | None:
    """Somebody says that they were there together."""
    rows = asking(notice.person, timezone.now()).select_related("publication__author", "publication__checkin")
    row = rows.filter(publication=notice.about.get("publication")).first()
    if row is None:
        return None
    author = row.publication.author
    text = _(
        "%(name)s would like to say that you are there too: %(place)s. Nobody reads it before you agree."
    )
    words = text % {"name": author.name, "place": place_of(row.publication.checkin)}
    path = reverse("places:checkin", args=[row.publication.public_id])
    return Sentence(words, path, by=author, about=str(row.publication_id))


def proposed_stands(person: Person, at: datetime) -> Q:
    return Q(Exists(asking(person, at).filter(publication=number_of("publication"))))


def close_together(names: str, count: int, newest: Sentence) -> str:
    return ngettext("%(names)s is close by.", "%(names)s are close by.", count) % {"names": names}


NOTICES = (
    NoticeKind(
        name=CORRECTION,
        title=gettext_lazy("Corrections of your places"),
        say=correction,
        stands=correction_stands,
    ),
    NoticeKind(
        name=PROPOSED,
        title=gettext_lazy("Someone would like to say that you were with them"),
        say=proposed,
        stands=proposed_stands,
        way=Way.DIGEST,
    ),
    NoticeKind(
        name=CLOSE,
        title=gettext_lazy("A connection is close by"),
        say=close,
        stands=close_stands,
        together=close_together,
    ),
    NoticeKind(
        name=OVERTAKEN,
        title=gettext_lazy("Someone takes your title of mayor"),
        say=overtaken,
        stands=overtaken_stands,
    ),
)
