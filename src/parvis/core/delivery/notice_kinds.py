"""What people may be told of other people: the kinds of notice of the floors below, each with its sentence."""

from datetime import datetime

from django.db.models import Exists, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from parvis.core.audiences.holders import within_reach
from parvis.core.audiences.rule import Viewer
from parvis.core.people.models import Connection, ConnectionRequest, Notice, Person
from parvis.core.stream.models import Comment, Publication
from parvis.core.stream.models.publication import PublicationQuerySet

from .models import Way
from .notices import NoticeKind, Sentence, number_of, register

MENTION = "stream.mention"


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
    text = _("%(name)s asks to be connected with you.") % {"name": person.name}
    return Sentence(text, reverse("connections"), by=person, about="asked")


def asked_together(names: str, count: int, newest: Sentence) -> str:
    text = ngettext(
        "%(names)s asks to be connected with you.", "%(names)s ask to be connected with you.", count
    )
    return text % {"names": names}


def accepted(notice: Notice) -> Sentence | None:
    """Someone said yes."""
    person = other(notice)
    if person is None or not Connection.objects.between(person, notice.person).exists():
        return None
    path = reverse("person", args=[person.public_id])
    text = _("You and %(name)s are connected.") % {"name": person.name}
    return Sentence(text, path, by=person, about="accepted")


def accepted_together(names: str, count: int, newest: Sentence) -> str:
    return _("You are connected with %(names)s.") % {"names": names}


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
    author = comment.publication.author
    return Sentence(
        text % {"name": author.name, "title": above.title},
        comment.publication.get_absolute_url(),
        by=author,
        about=str(above.pk),
        publication=above,
    )


def commented_together(names: str, count: int, newest: Sentence) -> str:
    title = newest.publication.title if newest.publication is not None else ""
    if title:
        text = ngettext("%(names)s answered “%(title)s”.", "%(names)s answered “%(title)s”.", count)
    else:
        text = ngettext("%(names)s answered you.", "%(names)s answered you.", count)
    return text % {"names": names, "title": title}


def mentioning(person: Person, viewer: Viewer) -> PublicationQuerySet:
    """What this person may read, by those within their reach; answers that were taken back mention nobody."""
    rows = Publication.objects.visible_to(viewer).published(viewer).filter(comment__withdrawn_at=None)
    return rows.filter(author__in=Person.objects.filter(within_reach(person)))


def mentioned(notice: Notice) -> Sentence | None:
    """Someone within their reach named them in something they may read."""
    rows = mentioning(notice.person, Viewer.of(notice.person, timezone.now()))
    found = rows.select_related("author", "under").filter(pk=notice.about.get("publication")).first()
    if found is None:
        return None
    where = found.under or found
    text = _("%(name)s mentioned you in “%(title)s”.") if where.title else _("%(name)s mentioned you.")
    words = text % {"name": found.author.name, "title": where.title}
    path, about = found.get_absolute_url(), str(where.pk)
    return Sentence(words, path, by=found.author, about=about, publication=where)


def mentioned_together(names: str, count: int, newest: Sentence) -> str:
    title = newest.publication.title if newest.publication is not None else ""
    if title:
        text = ngettext(
            "%(names)s mentioned you in “%(title)s”.", "%(names)s mentioned you in “%(title)s”.", count
        )
    else:
        text = ngettext("%(names)s mentioned you.", "%(names)s mentioned you.", count)
    return text % {"names": names, "title": title}


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


def mentioned_stands(person: Person, at: datetime) -> Q:
    """Of `mentioned`: what mentions them can be read."""
    return Q(Exists(mentioning(person, Viewer.of(person, at)).filter(pk=number_of("publication"))))


def declare() -> None:
    """Make these kinds of notice known."""
    register(
        NoticeKind(
            name="stream.comment",
            title=gettext_lazy("Someone answers what you wrote"),
            say=commented,
            stands=commented_stands,
            way=Way.DIGEST,
            together=commented_together,
        )
    )
    register(
        NoticeKind(
            name=MENTION,
            title=gettext_lazy("Someone mentions you"),
            say=mentioned,
            stands=mentioned_stands,
            way=Way.DIGEST,
            together=mentioned_together,
        )
    )
    register(
        NoticeKind(
            name="people.asked",
            title=gettext_lazy("Someone asks to be connected"),
            say=asked,
            stands=asked_stands,
            way=Way.DIGEST,
            together=asked_together,
        )
    )
    register(
        NoticeKind(
            name="people.accepted",
            title=gettext_lazy("Someone you asked said yes"),
            say=accepted,
            stands=accepted_stands,
            together=accepted_together,
        )
    )
