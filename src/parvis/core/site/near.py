"""What stands beside somebody's home stream: who waits for their answer, what they are told, what they are writing."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from parvis.core.audiences.rule import Viewer, moment
from parvis.core.delivery.notices import unseen
from parvis.core.people.models import ConnectionRequest, Person
from parvis.core.stream.models import WorkingCopy

SHOWN = 3

AT_HOME = """SELECT
(SELECT count(*) FROM people_notice WHERE person_id = %(person)s AND seen_at IS NULL),
(SELECT count(*) FROM people_connectionrequest WHERE asked_id = %(person)s),
(SELECT count(*) FROM stream_workingcopy w JOIN stream_publication p /*unguarded: one's own, and only how many*/
  ON p.id = w.publication_id WHERE p.author_id = %(person)s)"""


@dataclass(frozen=True)
class Near:
    """`unseen` is how many notices wait and can still be said; of requests and of working copies the newest."""

    unseen: int
    waiting: Sequence[ConnectionRequest]
    drafts: Sequence[WorkingCopy]


def near(person: Person, viewer: Viewer) -> Near:
    """What stands beside the home stream of this person, who is the viewer.

    Mostly nothing does: one query says so, and only what there is costs one more.
    """
    with connection.cursor() as cursor:
        cursor.execute(AT_HOME, {"person": person.pk})
        told, asked, begun = cursor.fetchone()
    drafts = (
        WorkingCopy.objects.visible_to(viewer)
        .filter(publication__author=person, publication__deleted_at=None)
        .select_related("publication")
        .order_by("-saved_at")
    )
    return Near(
        unseen(person, moment(viewer.at)).count() if told else 0,
        list(ConnectionRequest.objects.waiting_for(person)[:SHOWN]) if asked else [],
        list(drafts[:SHOWN]) if begun else [],
    )
