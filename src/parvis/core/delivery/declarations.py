"""The notices of the floors below: what people may be told of other people."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parvis.core.audiences.holders import within_reach
from parvis.core.audiences.rule import Viewer
from parvis.core.people.models import Connection, ConnectionRequest, Notice, Person
from parvis.core.stream.models import Comment

from .notices import NoticeKind, Sentence, register


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


register(
    NoticeKind(name="stream.comment", title=gettext_lazy("Someone answers what you wrote"), say=commented)
)
register(NoticeKind(name="people.asked", title=gettext_lazy("Someone asks to be connected"), say=asked))
register(NoticeKind(name="people.accepted", title=gettext_lazy("Someone you asked said yes"), say=accepted))
