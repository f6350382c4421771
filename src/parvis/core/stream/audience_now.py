"""For whom publications are at a moment, which may be fewer than their author chose: a standing rule narrows with time."""

from collections.abc import Iterable

from django.db import connection

from parvis.core.audiences.models import PUBLIC, Audience
from parvis.core.audiences.openness import openness_of
from parvis.core.audiences.rule import Viewer

from .models import Publication

NOW = """SELECT p.publication_id, s.audience_id FROM stream_placement p JOIN stream_stream s ON s.id = p.stream_id
WHERE p.publication_id IN ({numbers}) AND p.visible_from <= %(at)s AND p.visible_until > %(at)s
/*unguarded: for whom something stands says nothing of what it is*/"""


def audiences_now(publications: Iterable[Publication], at: int) -> dict[int, int]:
    """The audience of each of these publications at this moment, in microseconds, by their numbers. One query.

    It is that of the placement that stands open; while none does (a draft, what comes out later, what was taken away),
    the one that its author chose. A publication without any is left out.
    """
    found = {one.pk: one.audience_id for one in publications if one.audience_id is not None}
    if not found:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(NOW.format(numbers=", ".join(map(str, found))), {"at": at})
        return found | dict(cursor.fetchall())


def audience_now(publication: Publication, at: int) -> Audience | None:
    """The audience of a publication at this moment, in microseconds; None where its author has chosen none yet."""
    number = audiences_now([publication], at).get(publication.pk)
    if number is None or number == publication.audience_id:
        return publication.audience
    return Audience.objects.get(pk=number)


def audiences_seen(publications: Iterable[Publication], viewer: Viewer) -> dict[int, int]:
    """The audiences of publications that this viewer has been found to see, at the viewer's moment.

    A passer-by sees only what is public now, so that nothing need be asked.
    """
    if viewer.is_anonymous and not viewer.held:
        return dict.fromkeys((one.pk for one in publications), PUBLIC)
    return audiences_now(publications, viewer.at)


def openness_seen(publication: Publication, viewer: Viewer) -> str:
    """How open a publication that this viewer sees is now: the name of its glyph."""
    number = audiences_seen([publication], viewer).get(publication.pk, 0)
    return openness_of({number}).get(number, "me") if number else "me"
