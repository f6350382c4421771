"""Publishing and changing many things at once, with the same result as one after the other."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection, transaction

from parvis.core.audiences.models import Audience

from ..inserting import Rows
from ..models import Placement, Publication, Source, StandingRule, Stream
from ..search import index
from .publishing import Said, spans, write_words

ASKED_AT_ONCE = 500


@dataclass(frozen=True, kw_only=True)
class Coming:
    """A publication that is not saved yet, its words, and the sources it goes to.

    Its `ord` is the place it wants in the order of all. Without an audience or a moment it stays a draft; without
    sources it waits, and nobody but its author sees it.
    """

    publication: Publication
    said: Said
    sources: Sequence[Source] = ()


@transaction.atomic
def publish_many(comings: Sequence[Coming]) -> list[Publication]:
    """Save these publications and put each into its sources' streams; what `begin` and `publish` do for one."""
    rows = [coming.publication for coming in comings]
    for coming, ord_ in zip(comings, free_ords([row.ord for row in rows]), strict=True):
        coming.publication.ord = ord_
        write_words(coming.publication, coming.said)
    write(rows)
    out = [coming for coming in comings if coming.publication.published_at is not None]
    rules = rules_of(coming.publication for coming in out)
    wanted = [
        Wanted(coming.publication, source, audience, begins, ends)
        for coming in out
        for audience, begins, ends in spans(coming.publication, rule_for(coming.publication, rules))
        for source in coming.sources
    ]
    streams = streams_of(wanted)
    Rows(Placement).insert(one.placement(streams) for one in wanted)
    index([coming.publication for coming in out])
    return rows


def write(rows: Sequence[Publication]) -> None:
    """Write these publications, which have an `ord` of their own each, and note under which numbers they are."""
    table = Rows(Publication)
    names = [field.attname for field in table.fields]
    table.insert({name: getattr(row, name) for name in names} for row in rows)
    by_ord = {row.ord: row for row in rows}
    for some in chunks(sorted(by_ord)):
        written = Publication.objects.unguarded("the numbers of what was written just now").filter(
            ord__in=some
        )
        for pk, ord_ in written.values_list("pk", "ord"):
            by_ord[ord_].pk = pk
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


@transaction.atomic
def edit_many(edited: Sequence[tuple[Publication, Said]], *, at: datetime) -> None:
    """Other words for the same people; what `edit` does for one."""
    rows = [publication for publication, _said in edited]
    for publication, said in edited:
        write_words(publication, said)
        publication.edited_at = at
    Publication.objects.bulk_update(
        rows, ["title", "text", "language", "revision", "edited_at"], batch_size=ASKED_AT_ONCE
    )
    index(rows)


@dataclass(frozen=True)
class Wanted:
    """A place that a publication shall have."""

    publication: Publication
    source: Source
    audience: Audience
    begins: int
    ends: int

    @property
    def stream(self) -> tuple[int, int, int]:
        return self.source.pk, self.audience.pk, self.publication.author_id

    def placement(self, streams: dict[tuple[int, int, int], Stream]) -> dict[str, int]:
        return {
            "publication_id": self.publication.pk,
            "stream_id": streams[self.stream].pk,
            "ord": self.publication.ord,
            "visible_from": self.begins,
            "visible_until": self.ends,
        }


def rules_of(publications: Iterable[Publication]) -> dict[tuple[int, str], StandingRule]:
    """The standing rules of their authors, by person and kind."""
    authors = {publication.author_id for publication in publications}
    found = StandingRule.objects.filter(person__in=authors).select_related("audience")
    return {(rule.person_id, rule.kind): rule for rule in found}


def rule_for(publication: Publication, rules: dict[tuple[int, str], StandingRule]) -> StandingRule | None:
    """The rule of its author for this kind, else the one for all kinds."""
    return rules.get((publication.author_id, publication.kind)) or rules.get((publication.author_id, ""))


def streams_of(wanted: Iterable[Wanted]) -> dict[tuple[int, int, int], Stream]:
    """The streams these places are in, made when they are new; by source, audience and author."""
    keys = {one.stream for one in wanted}
    sources, audiences, authors = ({key[place] for key in keys} for place in range(3))
    streams: dict[tuple[int, int, int], Stream] = {}
    for some in chunks(sorted(authors)):
        found = Stream.objects.filter(source__in=sources, audience__in=audiences, author__in=some)
        streams |= {(row.source_id, row.audience_id, row.author_id): row for row in found}
    made = Stream.objects.bulk_create(
        Stream(source_id=source, audience_id=audience, author_id=author)
        for source, audience, author in sorted(keys - streams.keys())
    )
    return streams | {(row.source_id, row.audience_id, row.author_id): row for row in made}


def chunks(values: Sequence[int]) -> Iterable[Sequence[int]]:
    """The values, as many at a time as a statement takes."""
    return (values[start : start + ASKED_AT_ONCE] for start in range(0, len(values), ASKED_AT_ONCE))


def free_ords(wanted: Sequence[int]) -> list[int]:
    """For each wanted number the first free one at or after it, the earlier in the list coming first."""
    order = Order()
    for some in chunks(sorted(set(wanted))):
        order.taken.update(
            Publication.objects.unguarded("order numbers tell nothing")
            .filter(ord__in=some)
            .values_list("ord", flat=True)
        )
    return [order.free(number) for number in wanted]


@dataclass
class Order:
    """Which numbers of the order are taken, as far as that had to be asked."""

    taken: set[int] = field(default_factory=set)
    after: dict[int, int] = field(default_factory=dict)
    known_until: dict[int, int] = field(default_factory=dict)

    def free(self, number: int) -> int:
        """The first free number from here on; it is taken now."""
        place = self.after.get(number, number)
        while place in self.taken or (place != number and not self.knows(number, place)):
            place += 1
        self.taken.add(place)
        self.after[number] = place + 1
        return place

    def knows(self, number: int, place: int) -> bool:
        """Whether a place behind `number` is free; asks about many at once."""
        until = self.known_until.get(number, number)
        if place >= until:
            rows = Publication.objects.unguarded("order numbers tell nothing").filter(
                ord__gte=place, ord__lt=place + 10 * ASKED_AT_ONCE
            )
            self.taken.update(rows.values_list("ord", flat=True))
            self.known_until[number] = place + 10 * ASKED_AT_ONCE
        return place not in self.taken
