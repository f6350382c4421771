"""Publishing: one publication, placed in streams for an audience, from a moment on; in one transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from parvis.core.audiences.actions import (
    Expression,
    audience_for,
    connections_group,
    expression_of,
    one_person_group,
)
from parvis.core.audiences.models import MEMBERS, PUBLIC, Audience
from parvis.core.audiences.rule import FOREVER, microseconds, moment
from parvis.core.people.models import Person, Role
from parvis.lib.refusal import Refusal

from ..kinds import KINDS
from ..models import Opening, Placement, Publication, Source, StandingRule, Stream
from ..search import forget, index

DAY = 24 * 3600 * 10**6


class TakenDown(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("The owners of the square took this down. Write to them if you think they should not have.")
        )


class EndsBeforeItBegins(Refusal):
    def __init__(self) -> None:
        super().__init__(_("It would be hidden before it comes out. Choose a later moment for hiding it."))


@dataclass(frozen=True, kw_only=True)
class Said:
    """The words of a publication: its title, and its text as the search reads it."""

    title: str = ""
    text: str = ""
    language: str


def unique_ord(at: datetime) -> int:
    """The first free place in the order of all publications at or after this moment, in microseconds."""
    ord = microseconds(at)
    while Publication.objects.unguarded("an order number tells nothing").filter(ord=ord).exists():
        ord += 1
    return ord


def begin(
    *, kind: str, author: Person, language: str, at: datetime, under: Publication | None = None
) -> Publication:
    """A draft: only its author sees it."""
    return Publication.objects.create(
        kind=kind, author=author, language=language, under=under, made_at=at, ord=unique_ord(at)
    )


@transaction.atomic
def publish(
    *,
    publication: Publication,
    said: Said,
    audience: Audience,
    sources: Sequence[Source],
    at: datetime,
    come_out_at: datetime | None = None,
    out_until: datetime | None = None,
) -> Publication:
    """Put a publication into its sources' streams for an audience, now or from `come_out_at` on.

    From `out_until` on only its author sees it. Raises EndsBeforeItBegins.
    What comes out later needs no clock job: nobody but the author sees it before. Doing it again replaces the words,
    the audience and the streams; what is out already keeps its moment.
    """
    out_at = come_out_at or at
    if out_until is not None and out_until <= out_at:
        raise EndsBeforeItBegins
    already_out = publication.published_at is not None and publication.published_at <= at
    is_first = publication.audience_id is None and publication.revision == 0
    no_longer_public(publication, at, audience)
    note_opening(publication, at, audience)
    if not already_out and publication.published_at != out_at:
        if publication.ord != microseconds(out_at):
            forget([publication])
            publication.ord = unique_ord(out_at)
        publication.published_at = out_at
    elif already_out:
        publication.edited_at = at
    write_words(publication, said)
    if publication.audience != audience or not already_out:
        publication.audience_at = at
    publication.audience, publication.out_until = audience, out_until
    publication.deleted_at = None
    publication.save()
    place(publication, sources, is_first=is_first)
    index([publication])
    return publication


def write_words(publication: Publication, said: Said) -> None:
    """The new words, and a new revision."""
    publication.title = said.title[:400]
    publication.text = said.text
    publication.language = said.language
    publication.revision += 1


@transaction.atomic
def edit(*, publication: Publication, said: Said, at: datetime) -> Publication:
    """Other words for the same people; the moment it came out stays."""
    write_words(publication, said)
    publication.edited_at = at
    publication.save()
    index([publication])
    return publication


@transaction.atomic
def change_audience(*, publication: Publication, audience: Audience, at: datetime) -> Publication:
    """Other people, for the present and for the past, at once. Comments keep the audience they were written for."""
    no_longer_public(publication, at, audience)
    note_opening(publication, at, audience)
    sources = sources_of(publication)
    publication.audience, publication.audience_at = audience, at
    publication.revision += 1
    publication.save(update_fields=["audience", "audience_at", "was_public", "public_until", "revision"])
    place(publication, sources)
    return publication


def no_longer_public(publication: Publication, at: datetime, audience: Audience | None) -> None:
    """Note, before it is for another audience or for nobody, that everyone could read it until now, if they could."""
    if audience is not None and audience.is_public:
        publication.public_until = None
    is_out = publication.published_at is not None and publication.published_at <= at
    if is_out and publication.audience_id == PUBLIC and publication.deleted_at is None:
        publication.was_public = True
        publication.public_until = at if audience is None or not audience.is_public else None


def note_opening(publication: Publication, at: datetime, audience: Audience) -> None:
    """Note, before what is out is for another audience, for whom it was: what comes to readers may come to new ones then."""
    is_out = publication.published_at is not None and publication.published_at <= at
    if is_out and publication.under_id is None and publication.audience_id not in {None, audience.pk}:
        Opening.objects.create(
            publication=publication, before_id=publication.audience_id, at=microseconds(at)
        )


@transaction.atomic
def keep_out(*, publication: Publication, people: Iterable[Person], at: datetime) -> Publication:
    """The same people but for these, by name; whoever is let in later still reads it. Raises TooManyChosen."""
    assert publication.audience is not None
    here = expression_of(publication.audience)
    out = here.exclude | {one_person_group(person).pk for person in people}
    audience = audience_for(expression=Expression(here.include, out), owner=publication.author)
    return change_audience(publication=publication, audience=audience, at=at)


def accept_readers(*, publication: Publication, at: datetime) -> None:
    """Those who read it now are those whom its author means; only who comes after that is new."""
    publication.audience_at = at
    publication.save(update_fields=["audience_at"])


def sources_of(publication: Publication) -> list[Source]:
    """The sources in which a publication stands."""
    streams = (
        Placement.objects.unguarded("its own placements")
        .filter(publication=publication)
        .values("stream__source")
    )
    return list(Source.objects.filter(pk__in=streams))


def place(publication: Publication, sources: Iterable[Source], *, is_first: bool = False) -> None:
    """Replace a publication's placements, of which there are none the first time; the author's standing rule narrows them with time."""
    if not is_first:
        Placement.objects.filter(publication=publication).delete()
    Placement.objects.bulk_create(placements(publication, list(sources), narrowing(publication)))
    say_placed(publication)


def say_placed(publication: Publication) -> None:
    """Tell its kind that its placements are others."""
    kind = KINDS.get(publication.kind)
    if kind is not None and kind.placed is not None:
        kind.placed(publication)


def narrowing(publication: Publication) -> StandingRule | None:
    """The author's standing rule for this kind, or for all kinds."""
    if publication.under_id is not None:
        return None  # an answer keeps the readers of what it answers
    kind = KINDS.get(publication.kind)
    if kind is not None and kind.why_it_stands(publication):
        return None
    rules = StandingRule.objects.filter(person=publication.author, kind__in=["", publication.kind])
    return rules.order_by("-kind").first()


def placements(
    publication: Publication, sources: Sequence[Source], rule: StandingRule | None
) -> list[Placement]:
    """Where a publication stands from when it comes out, and where from when its rule narrows it."""
    return [
        Placement(
            publication=publication,
            stream=stream_of(source, audience, publication.author),
            ord=publication.ord,
            visible_from=begins,
            visible_until=ends,
        )
        for source in sources
        for audience, begins, ends in spans(publication, rule)
    ]


def spans(publication: Publication, rule: StandingRule | None) -> list[tuple[Audience, int, int]]:
    """For whom a publication stands, from when, until when; nothing for a draft."""
    if publication.audience is None or publication.published_at is None:
        return []
    start = microseconds(publication.published_at)
    later = narrower(publication, rule) if rule is not None else None
    found = [(publication.audience, start, FOREVER)]
    if rule is not None and later is not None:
        until = start + rule.after_days * DAY
        found = [(publication.audience, start, until), (later, until, FOREVER)]
    return found if publication.out_until is None else ended(publication, found)


def ended(
    publication: Publication, found: Sequence[tuple[Audience, int, int]]
) -> list[tuple[Audience, int, int]]:
    """The same until it goes back to its author, and for them alone from then on."""
    assert publication.out_until is not None
    end = microseconds(publication.out_until)
    kept = [(audience, begins, min(ends, end)) for audience, begins, ends in found if begins < end]
    return [*kept, (audience_for(expression=Expression(), owner=publication.author), end, FOREVER)]


def narrower(publication: Publication, rule: StandingRule) -> Audience | None:
    """The audience a standing rule leaves to a publication; None when it would not be narrower.

    A rule only ever narrows: what was for a circle never opens to others, and who was kept out stays out. Where
    everyone or the members are let in beside others, the others stay. Connections who are guests were no members.
    """
    author = publication.author
    if rule.audience is None:
        return audience_for(expression=Expression(), owner=author)
    assert publication.audience is not None
    own = one_person_group(author).pk
    now, wanted = expression_of(publication.audience), expression_of(rule.audience)
    if wanted.include == {own}:
        return audience_for(expression=Expression(), owner=author)
    ladder = [PUBLIC, MEMBERS, connections_group(author).pk]
    steps = [step for step in ladder if step in wanted.include]
    if wanted.include - {own} != {*steps} or wanted.exclude or len(steps) != 1:
        return None
    wider = {step for step in ladder[: ladder.index(steps[0])] if step in now.include and step <= MEMBERS}
    if not wider:
        return None
    guests = guests_in(steps[0]) if MEMBERS in wider else set()
    narrow = Expression((now.include - {PUBLIC, MEMBERS}) | wanted.include, now.exclude | guests)
    return audience_for(expression=narrow, owner=author)


def guests_in(group: int) -> set[int]:
    """The groups that hold each guest of this group alone."""
    guests = Person.objects.filter(memberships__group=group, role=Role.GUEST)
    return {one_person_group(person).pk for person in guests}


def stream_of(source: Source, audience: Audience, author: Person) -> Stream:
    """The stream of this source, audience and author."""
    return Stream.objects.get_or_create(source=source, audience=audience, author=author)[0]


@transaction.atomic
def delete(*, publication: Publication, by: Person, at: datetime) -> Publication:
    """Take a publication away from everyone, its author included; `restore` undoes it while the trash is kept."""
    no_longer_public(publication, at, None)
    publication.deleted_at, publication.deleted_by = at, by
    publication.save(update_fields=["deleted_at", "deleted_by", "was_public", "public_until"])
    close(publication, at)
    forget([publication])
    return publication


def close(publication: Publication, at: datetime) -> None:
    """Shut every placement from now on; they remain, to say where the publication stood."""
    now = microseconds(at)
    here = Placement.objects.filter(publication=publication)
    here.filter(visible_from__gte=now).update(visible_from=FOREVER - 1, visible_until=FOREVER)
    here.filter(visible_from__lt=now, visible_until__gt=now).update(visible_until=now)
    say_placed(publication)


@transaction.atomic
def restore(*, publication: Publication, by: Person) -> Publication:
    """Undo a deletion: the same words, for the same people. Raises TakenDown when others took it away."""
    if publication.deleted_by_id not in {None, by.pk}:
        raise TakenDown
    sources = sources_of(publication)
    publication.deleted_at = publication.deleted_by = None
    if publication.audience_id == PUBLIC:
        publication.public_until = None
    publication.save(update_fields=["deleted_at", "deleted_by", "public_until"])
    place(publication, sources)
    index([publication])
    return publication


def came_out_on(publication: Publication) -> datetime:
    """The moment by which a publication is ordered."""
    return publication.published_at or moment(publication.ord)
