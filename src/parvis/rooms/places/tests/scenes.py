"""Who is where, for the tests of the places."""

from parvis.core.audiences.actions import Expression, audience_for, connections_group
from parvis.rooms.places.actions import CheckingIn, Described, check_in, make_venue
from parvis.rooms.places.models import Venue


def venue_of(person, name, latitude, longitude, at, **more) -> Venue:
    described = Described(name=name, latitude=latitude, longitude=longitude, **more)
    return make_venue(by=person, said=described, at=at)


def there(person, venue, at, *groups, **said):
    """A check-in for these groups; for connections when none is named, for nobody when that is `None`."""
    include = frozenset(groups or {connections_group(person).pk}) - {None}
    audience = audience_for(expression=Expression(include), owner=person)
    return check_in(
        person=person, said=CheckingIn(venue=venue, **said), audience=audience, language="en", at=at
    )
