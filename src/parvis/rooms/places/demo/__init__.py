"""What the sample square shows of the places."""

import tomllib
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from parvis.core.audiences.actions import Expression, audience_for, connections_group
from parvis.core.audiences.models import MEMBERS
from parvis.core.people.models import Person

from ..actions import CheckingIn, Described, check_in, make_venue
from ..models import Precise, Venue

HERE = Path(__file__).parent


def furnish(at: datetime) -> None:
    """Venues that every member finds, and where the people of the sample square have been lately."""
    told = tomllib.loads((HERE / "places.toml").read_text(encoding="utf-8"))
    people = {
        address.partition("@")[0]: person
        for person in Person.objects.prefetch_related("addresses")
        for address in person.addresses.values_list("value", flat=True)
    }
    maker = people["alix"]
    venues: dict[str, Venue] = {}
    for row in told["venue"]:
        said = Described(is_shared=True, **{key: value for key, value in row.items() if key != "key"})
        venues[row["key"]] = make_venue(by=maker, said=said, at=at - timedelta(days=30))
    for row in sorted(told["checkin"], key=lambda row: -row["hours"]):
        company = tuple(people[name] for name in row.get("company", ()))
        there(people[row["who"]], venues[row["venue"]], row, at, company)


def there(
    person: Person, venue: Venue, row: Mapping[str, Any], at: datetime, company: tuple[Person, ...]
) -> None:
    """One check-in of the file."""
    groups = {MEMBERS} if row.get("audience") == "members" else {connections_group(person).pk}
    check_in(
        person=person,
        said=CheckingIn(
            venue=venue,
            words=row.get("words", ""),
            precision=row.get("precision", Precise.VENUE),
            company=company,
        ),
        audience=audience_for(expression=Expression(frozenset(groups)), owner=person),
        language=person.language,
        at=at - timedelta(hours=row["hours"]),
    )
