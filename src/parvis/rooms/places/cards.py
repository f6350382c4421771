"""What the card of a check-in needs, brought for a whole page at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from parvis.core.audiences.rule import Viewer
from parvis.core.people.models import Person
from parvis.core.stream.models import Publication
from parvis.lib.geo.countries import country_name
from parvis.lib.geo.precision import Precision
from parvis.lib.geo.towns import town

from .company import named_on
from .models import Checkin, Mode, Precise, Venue, VenueState


@dataclass(frozen=True)
class CheckinCard:
    """A check-in as a list shows it: the place as it is said, in the language of the page."""

    place: str
    venue_path: str
    locality: str
    country: str
    mode: str
    happened_at: datetime
    is_told_later: bool
    html: str
    latitude: float | None
    longitude: float | None
    town: int | None
    country_code: str
    point: tuple[str, str] | None
    precision: str
    path: str
    company: Sequence[Person]

    @property
    def about(self) -> str:
        """The town and the country beside the place."""
        return ", ".join(filter(None, [self.locality, self.country]))


def details(publications: Iterable[Publication], viewer: Viewer) -> Mapping[int, object]:
    """The cards of these publications: two queries."""
    some = {one.pk: one for one in publications}
    rows = (
        Checkin.objects.visible_to(viewer).filter(publication__in=some).select_related("venue__merged_into")
    )
    company = named_on(some, viewer)
    return {
        row.publication_id: card(row, some[row.publication_id], company.get(row.publication_id, ()))
        for row in rows
    }


def card(row: Checkin, publication: Publication, company: Sequence[Person] = ()) -> CheckinCard:
    """One check-in in the language of the page."""
    out = publication.published_at or row.happened_at
    return CheckinCard(
        place=place_of(row),
        venue_path=venue_path(row.venue) if row.venue is not None else "",
        locality=town_name(row.town) if row.name else "",
        country=country(row.country) if row.precision != Precise.COUNTRY else "",
        mode=row.mode,
        happened_at=row.happened_at,
        is_told_later=row.mode != Mode.HERE or (out - row.happened_at).total_seconds() > 3600,
        html=row.html,
        latitude=row.latitude,
        longitude=row.longitude,
        town=row.town,
        country_code=row.country,
        point=point_of(row),
        precision=row.precision,
        path=reverse("places:checkin", args=[publication.public_id]),
        company=company,
    )


def venue_path(venue: Venue) -> str:
    """The page of a venue, or of the one into which it was merged; nothing for one that is hidden."""
    standing = venue.standing()
    return reverse("places:venue", args=[standing.public_id]) if standing.state != VenueState.HIDDEN else ""


def place_of(row: Checkin) -> str:
    """Where, in words, as precisely as is said."""
    if row.name:
        known = row.venue is not None and row.venue.name == row.name
        return row.venue.name_in(get_language() or "") if row.venue is not None and known else row.name
    if row.precision == Precise.NOWHERE:
        return _("somewhere")
    if row.precision == Precise.QUARTER and row.town is not None:
        return _("near %(town)s") % {"town": town_name(row.town)}
    return town_name(row.town) or country(row.country) or _("somewhere")


def point_of(row: Checkin) -> tuple[str, str] | None:
    """Latitude and longitude with as many decimals as others may know; None where no point is said."""
    if row.latitude is None or row.longitude is None:
        return None
    decimals = Precision(row.precision).decimals
    return f"{row.latitude:.{decimals}f}", f"{row.longitude:.{decimals}f}"


def town_name(number: int | None) -> str:
    """A town in the language of the page; nothing for none."""
    found = town(number) if number is not None else None
    return found.name_in(get_language() or "") if found is not None else ""


def country(code: str) -> str:
    """A country in the language of the page; nothing for none."""
    return country_name(code, get_language() or "en") if code else ""


def addresses(publications: Sequence[Publication]) -> Mapping[int, str]:
    """The pages of check-ins."""
    return {one.pk: reverse("places:checkin", args=[one.public_id]) for one in publications}
