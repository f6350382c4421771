"""What a reader's own feed holds when it is to hold what they chose for it: of some sources, in some languages."""

from collections.abc import Collection, Sequence

from parvis.core.audiences.rule import FOREVER, Viewer
from parvis.core.people.models import Person
from parvis.core.stream.models import Publication
from parvis.core.stream.pages import page_of

from .models import Channel, Subscription

MOST_PAGES = 20
"""Pages that are looked through for texts in the languages that were asked for."""


def newest_of_chosen(person: Person, viewer: Viewer, *, limit: int) -> Sequence[Publication]:
    """The newest that come from the sources chosen for the feed, in the languages chosen for each, as the viewer sees them."""
    rows = Subscription.objects.filter(follow__person=person, channel=Channel.FEED)
    alike: dict[frozenset[str], list[int]] = {}
    for source, languages in rows.values_list("follow__source", "languages"):
        alike.setdefault(frozenset(languages), []).append(source)
    found: dict[int, Publication] = {}
    for languages, sources in alike.items():
        found |= {one.pk: one for one in newest_in(viewer, sources, languages, limit=limit)}
    return sorted(found.values(), key=lambda one: -one.ord)[:limit]


def newest_in(
    viewer: Viewer, sources: Sequence[int], languages: Collection[str], *, limit: int
) -> Sequence[Publication]:
    """The newest of some sources in these languages, in all of them for none."""
    found: list[Publication] = []
    before: int | None = FOREVER
    for _page in range(MOST_PAGES):
        page = page_of(viewer, sources, before=before or 0, limit=limit)
        found += [one for one in page.publications if not languages or one.language in languages]
        before = page.before
        if before is None or len(found) >= limit:
            break
    return found[:limit]
