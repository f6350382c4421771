"""Whoever is mentioned in something they may read is told so, once; a mention lets nobody in."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from parvis.core.audiences.mentioned import people_mentioned
from parvis.core.audiences.rule import Viewer, microseconds
from parvis.core.people.models import Notice, Person
from parvis.core.stream.models import Comment, Publication
from parvis.lib.text.mentions import mentions

from ..models import LookedThrough
from ..notice_kinds import MENTION, mentioning
from .handing_times import AFTER, RECENT

AT_MOST = 500
"""Publications looked through in one step; the others are next."""


def look_through(publications: Iterable[Publication]) -> None:
    """Let nobody be told that these mention them, as they stand now."""
    rows = [
        LookedThrough(publication=one, revision=one.revision) for one in publications if "@" in words(one)
    ]
    LookedThrough.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["publication"], update_fields=["revision"]
    )


def tell_mentioned(at: datetime) -> int:
    """Tell those who are mentioned in what came out or was edited of late; how many notices were written.

    It waits as long as mails do, so that what is taken back at once tells nobody.
    """
    return sum(tell(publication, at) for publication in unread(at))


def unread(at: datetime) -> Sequence[Publication]:
    """What came out or was edited of late, bears an @ and has not been looked through as it stands now.

    Two queries, each by its own index: asked together, the database would read all that was ever published.
    """
    start, end = at - RECENT, at - AFTER
    known = LookedThrough.objects.filter(publication=OuterRef("pk"), revision__gte=OuterRef("revision"))
    rows = Publication.objects.unguarded("the rule is asked for each who is mentioned").filter(
        ~Exists(known), Q(title__contains="@") | Q(text__contains="@"), deleted_at=None
    )
    rows = rows.exclude(published_at=None).select_related("author")
    new = rows.filter(ord__gt=microseconds(start), ord__lte=microseconds(end)).order_by("ord")
    edited = rows.filter(edited_at__gt=start, edited_at__lte=end).order_by("edited_at")
    return [*new[:AT_MOST], *(one for one in edited[:AT_MOST] if one.ord <= microseconds(start))]


def words(publication: Publication) -> str:
    return f"{publication.title}\n{publication.text}"


@transaction.atomic
def tell(publication: Publication, at: datetime) -> int:
    """Write the notices of one publication; none when another worker was faster."""
    LookedThrough.objects.get_or_create(publication=publication, defaults={"revision": 0})
    mine = LookedThrough.objects.filter(publication=publication, revision__lt=publication.revision)
    if not mine.update(revision=publication.revision):
        return 0
    people = people_mentioned(publication.author, mentions(words(publication)))
    told = told_already(publication, people)
    found = [
        person
        for person in people
        if person.pk not in told
        and mentioning(person, Viewer.of(person, at)).filter(pk=publication.pk).exists()
    ]
    Notice.objects.bulk_create(
        Notice(person=person, kind=MENTION, about={"publication": publication.pk}, at=at) for person in found
    )
    return len(found)


def told_already(publication: Publication, people: Sequence[Person]) -> set[int]:
    """Those of these people who know of it: by a mention told before, or because it is an answer to them."""
    comments = Comment.objects.unguarded("whom an answer was told to").filter(publication=publication)
    answers = list(comments.values_list("pk", flat=True))
    known = Q(kind=MENTION, about__publication=publication.pk) | Q(
        kind="stream.comment", about__comment__in=answers
    )
    rows = Notice.objects.filter(known, person__in=people)
    return set(rows.values_list("person_id", flat=True))
