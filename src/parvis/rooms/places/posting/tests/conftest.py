"""Keys of a person, and check-ins as programs post them."""

import json
from datetime import timedelta

import pytest
from django.test import Client

from parvis.core.audiences.actions import Expression, audience_for, connections_group
from parvis.lib.web.tests.site import said, site
from parvis.rooms.places.posting.keys import make_key

from .scenes import picture

ENDPOINT = "/places/micropub/"
SWARM = "https://www.swarmapp.com/user/1/checkin/"


@pytest.fixture
def entry(at):
    """A check-in as OwnYourSwarm posts it, an hour ago."""

    def write(number=1, **instead):
        card = {
            "name": ["Café du Lac"],
            "url": ["https://foursquare.com/v/4b0588f1f964a520000020e3"],
            "latitude": [46.5196],
            "longitude": [6.6322],
            "street-address": ["Rue 1"],
            "locality": ["Lausanne"],
        }
        properties = {
            "published": [(at - timedelta(hours=1)).isoformat()],
            "syndication": [f"{SWARM}{number:024x}"],
            "checkin": [{"type": ["h-card"], "properties": card}],
        } | instead
        return {"type": ["h-entry"], "properties": {k: v for k, v in properties.items() if v is not None}}

    return write


@pytest.fixture(params=["alone", "told"])
def either(request, alice, at):
    """A key by which things come for alice alone, and one by which her connections see them."""
    return a_key(alice, at, theirs=request.param == "told")


@pytest.fixture
def told(alice, at):
    return a_key(alice, at, theirs=True)


@pytest.fixture
def alone(alice, at):
    return a_key(alice, at)


def a_key(person, at, *, theirs=False, **more):
    expression = Expression(frozenset({connections_group(person).pk}))
    audience = audience_for(expression=expression, owner=person) if theirs else None
    return make_key(person=person, name="Robot", audience=audience, at=at, **more)


@pytest.fixture
def post(at, time_machine_at):
    def do(token, body, **more):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return Client().post(
            ENDPOINT, json.dumps(body), content_type="application/json", headers=headers, **more
        )

    return do


@pytest.fixture
def time_machine_at(at):
    import time_machine

    with time_machine.travel(at, tick=False):
        yield


@pytest.fixture
def there():
    """A site with two pictures, on this machine."""
    with site() as one:
        one.pages["/red.jpg"] = said(picture("red"), Content_Type="image/jpeg")
        one.pages["/blue.png"] = said(picture("blue", "PNG"), Content_Type="image/png")
        yield one
