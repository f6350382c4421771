"""Checking in: never refused for being far away; others learn what the person says, and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from parvis.core.audiences.models import MEMBERS, PUBLIC, Audience, GroupKind, Term
from parvis.core.delivery.actions.announcing import announce
from parvis.core.people.models import Person
from parvis.core.stream import actions as stream
from parvis.core.stream.models import Publication
from parvis.lib.geo.earth import Point, distance
from parvis.lib.markup import from_markdown, plain
from parvis.lib.refusal import Refusal

from ..days import day_of
from ..models import KIND, Checkin, Evidence, Mode, Precise, Venue, VenueState, Whereabouts
from .companions import ask_company
from .nearness import tell_near
from .playing import play
from .presiding import settle_before_play
from .venues import coarse

LONGEST = 2_000
LATE = timedelta(hours=24)
AHEAD = timedelta(minutes=5)
"""A phone's clock may be that much wrong."""
NEAR = 300
"""Metres from a venue that are still there, whatever its size (research: places a.4)."""
EVIDENCE_FOR = timedelta(days=30)


class Nowhere(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Choose where you are, or say that it is somewhere off the grid."))


class ClosedForGood(Refusal):
    def __init__(self) -> None:
        super().__init__(_("This place is closed for good. You can say that you were there."))


class AheadOfTime(Refusal):
    def __init__(self) -> None:
        super().__init__(_("You cannot have been there yet. Choose a moment that has passed."))


class TooLong(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("This is longer than the words of a check-in can be. A post in the journal has room for it.")
        )


@dataclass(frozen=True, kw_only=True)
class CheckingIn:
    """What a person says of where they are.

    `precision` is how precisely others learn it; `shown_from` and `hidden_at` when they do (None: at once, and for
    good); `is_until_gone`: once the person says that they have left, at `shown_from` at the latest. `company` are those to whom it is
    proposed to be named. `announced_to` is who reads it on Mastodon, where it is announced too (`ReadThere`); empty for
    nobody. `fix` is what the phone believes, with its error in metres; it is compared and not kept. `is_plain`: the words
    are no Markdown, and stand as they are.
    """

    venue: Venue | None
    words: str = ""
    is_plain: bool = False
    mode: str = Mode.HERE
    precision: str = Precise.VENUE
    happened_at: datetime | None = None
    shown_from: datetime | None = None
    is_until_gone: bool = False
    hidden_at: datetime | None = None
    announced_to: str = ""
    fix: Point | None = None
    error: float = 0.0
    company: tuple[Person, ...] = ()
    origin: str = ""
    external_id: str = ""


@transaction.atomic
@stream.nothing_left_behind()
def check_in(
    *,
    person: Person,
    said: CheckingIn,
    audience: Audience,
    language: str,
    at: datetime,
    pictures: Sequence[tuple[str, bytes]] = (),
) -> Publication:
    """Say where one is, to these people. Off the grid is what only its author sees, and what says `nowhere`.

    Raises Nowhere, ClosedForGood, AheadOfTime, TooLong, NotAmongThem, TooMany, NotConnected, `stream.EndsBeforeItBegins`,
    and what `attach` raises for a picture.
    """
    happened = said.happened_at or at
    refuse(said, happened, at)
    publication = stream.begin(kind=KIND, author=person, language=language, at=at)
    shown = shown_of(said, person)
    html = html_of(said.words, is_plain=said.is_plain)
    Checkin.objects.create(
        publication=publication,
        person=person,
        mode=said.mode,
        happened_at=happened,
        day=day_of(happened, shown["zone"]),
        source=said.words.strip(),
        html=html,
        **shown,
    )
    zone = said.venue.zone if said.venue is not None else person.zone
    row = Whereabouts.objects.create(
        publication=publication,
        person=person,
        venue=said.venue,
        name=said.venue.name if said.venue is not None else "",
        happened_at=happened,
        day=day_of(happened, zone),
        mode=said.mode,
        is_off_grid=said.precision == Precise.NOWHERE or is_for_nobody_else(audience, person),
        is_late=at - happened > LATE,
        is_until_gone=said.is_until_gone,
        origin=said.origin,
        external_id=said.external_id,
        **evidence_of(said, at),
    )
    for name, data in pictures:
        stream.attach(publication=publication, owner=person, name=name, data=data, at=at)
    stream.publish(
        publication=publication,
        said=stream.Said(text=text_of(shown, html), language=language),
        audience=audience,
        sources=[stream.source_of(person)],
        at=at,
        come_out_at=said.shown_from if said.shown_from is not None and said.shown_from > at else None,
        out_until=said.hidden_at,
    )
    if said.company:
        ask_company(publication=publication, people=said.company, at=at)
    settle_before_play(person, row.venue, at)
    if said.announced_to:
        announce(publication=publication, visibility=said.announced_to, at=at)
    play(person=person, row=row, at=at)
    tell_near(publication, at)
    return publication


@transaction.atomic
def leave(*, row: Whereabouts, at: datetime) -> None:
    """Its author has left: let others see it now, unless they do already."""
    publication = row.publication
    if (
        publication.published_at is not None
        and publication.published_at > at
        and publication.audience is not None
    ):
        length = (
            publication.out_until - publication.published_at if publication.out_until is not None else None
        )
        stream.publish(
            publication=publication,
            said=stream.Said(title=publication.title, text=publication.text, language=publication.language),
            audience=publication.audience,
            sources=stream.sources_of(publication),
            at=at,
            out_until=at + length if length is not None else None,
        )
    Whereabouts.objects.filter(pk=row.pk).update(is_until_gone=False)


def is_for_nobody_else(audience: Audience, person: Person) -> bool:
    """Whether only its author sees what is for this audience."""
    if audience.pk in {PUBLIC, MEMBERS}:
        return False
    others = Term.objects.filter(audience=audience, sign=1)
    return not others.exclude(group__kind=GroupKind.PERSON, group__owner=person).exists()


def refuse(said: CheckingIn, happened: datetime, at: datetime) -> None:
    """Raises Nowhere, ClosedForGood, AheadOfTime, TooLong."""
    if said.venue is None and said.precision != Precise.NOWHERE:
        raise Nowhere
    if said.venue is not None and said.venue.state == VenueState.CLOSED and said.mode == Mode.HERE:
        raise ClosedForGood
    if happened > at + AHEAD:
        raise AheadOfTime
    if len(said.words) > LONGEST:
        raise TooLong


def shown_of(said: CheckingIn, person: Person) -> dict[str, Any]:
    """What others may know of where: as coarse as was asked, and no point of a home."""
    venue = said.venue
    if venue is None or said.precision == Precise.NOWHERE:
        return {"precision": Precise.NOWHERE, "zone": person.zone}
    if said.precision == Precise.VENUE and not venue.is_private:
        return {
            "precision": Precise.VENUE,
            "venue": venue,
            "name": venue.name,
            "latitude": venue.latitude,
            "longitude": venue.longitude,
            "town": venue.town,
            "country": venue.country,
            "zone": venue.zone,
        }
    asked = Precise.TOWN if said.precision == Precise.VENUE else Precise(said.precision)
    name = venue.name if said.precision == Precise.VENUE else ""
    zone = person.zone if asked == Precise.COUNTRY else venue.zone
    return {"name": name, "zone": zone, **coarse(venue, asked)}


def text_of(shown: dict[str, Any], html: str) -> str:
    """What the search finds: the name of the place where it is said, and the words."""
    return "\n".join(filter(None, [shown.get("name", ""), plain(html) if html else ""]))


def evidence_of(said: CheckingIn, at: datetime) -> dict[str, Any]:
    """Whether the phone believed to be near; the point itself is not kept."""
    if said.fix is None or said.venue is None:
        return {}
    reach = max(NEAR, 2 * said.error, said.venue.radius)
    is_near = distance(said.fix, said.venue.point) <= reach
    return {"evidence": Evidence.NEAR if is_near else Evidence.FAR, "evidence_until": at + EVIDENCE_FOR}


def forget_evidence(at: datetime) -> None:
    """Throw away what phones said a month ago."""
    Whereabouts.objects.filter(evidence_until__lte=at).update(evidence=Evidence.NONE, evidence_until=None)


def html_of(words: str, *, is_plain: bool = False) -> str:
    """Words as a page shows them: Markdown, or plain words as they stand, line by line."""
    if not words.strip():
        return ""
    return f"<p>{escape(words, quote=False).replace('\n', '<br>')}</p>" if is_plain else from_markdown(words)


@transaction.atomic
def change_words(*, checkin: Checkin, words: str, at: datetime, is_plain: bool = False) -> Publication:
    """Other words for the same people. Raises TooLong."""
    if len(words) > LONGEST:
        raise TooLong
    publication = checkin.publication
    checkin.source = words.strip()
    checkin.html = html_of(words, is_plain=is_plain)
    checkin.save(update_fields=["source", "html"])
    said = stream.Said(text=text_of({"name": checkin.name}, checkin.html), language=publication.language)
    return stream.edit(publication=publication, said=said, at=at)
