"""Check-ins in mails, feeds and microformats: to those for whom they are, no more exactly than was said, and while they are."""

import re
import xml.etree.ElementTree as ET
from datetime import datetime, timedelta
from typing import Any

import feedparser
import mf2py
import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from parvis.conftest import AT
from parvis.core.audiences.actions import (
    Expression,
    audience_for,
    connections_group,
    let_whole_texts_leave,
)
from parvis.core.audiences.models import PUBLIC
from parvis.core.delivery import actions
from parvis.core.delivery.ledger import lines_of
from parvis.core.delivery.tests.worlds import LATER, sent, text
from parvis.core.stream import actions as stream
from parvis.lib.geo.precision import Precision
from parvis.rooms.places.models import Precise, Venue

from .scenes import there, venue_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
NUMBER = re.compile(r"-?\d+\.(\d+)")
TAKEN = "Café de la Place"


@pytest.fixture(autouse=True)
def known(settings: Any) -> None:
    settings.PARVIS_URL = "https://parvis.example"


@pytest.fixture
def cafe(alice: Any, at: Any) -> Venue:
    return venue_of(alice, TAKEN, 46.519653, 6.632273, at - DAY, is_shared=True)


@pytest.fixture
def whole(alice: Any) -> None:
    """Alice lets the words of what is for her connections travel."""
    include = frozenset({connections_group(alice).pk})
    audience = audience_for(expression=Expression(include), owner=alice)
    let_whole_texts_leave(author=alice, audience=audience, at=AT - DAY)


@pytest.fixture
def path(bob: Any) -> str:
    return reverse("own-feed", args=[actions.open_feed(person=bob, at=AT - DAY)])


def feed(path: str) -> Any:
    answer = Client().get(path)
    found = feedparser.parse(answer.content)
    assert found.bozo == 0
    return answer.content.decode(), found.entries


def subscribe(person: Any, author: Any) -> None:
    source = stream.source_of(author)
    actions.subscribe(person=person, source=source, channel="mail", rhythm="now", at=AT - DAY)


class TestMails:
    def test_say_the_place_in_words_where_its_author_lets_words_travel(self, alice, bob, cafe, whole):
        subscribe(bob, alice)
        there(alice, cafe, AT, words="A lemonade")

        (mail,) = sent()

        assert mail["Subject"] == "Alice has checked in"
        assert TAKEN in text(mail)
        assert "A lemonade" in text(mail)

    def test_draw_a_map_that_asks_nobody_for_anything_and_leaves_no_words_where_it_is_not_shown(
        self, alice, bob, cafe, whole
    ):
        subscribe(bob, alice)
        there(alice, cafe, AT)

        (mail,) = sent()

        html = mail.get_body(("html",)).get_content()
        drawing = re.search("<svg.*?</svg>", html, re.DOTALL)
        assert drawing is not None
        root = ET.fromstring(drawing[0])
        assert root.get("aria-label") == f"Map: {TAKEN}, Lausanne, Switzerland"
        assert "".join(root.itertext()) == ""
        assert "map-place" in drawing[0]
        assert len(drawing[0]) < 3_500
        assert not re.search("href|src|url", drawing[0])
        assert "svg" not in mail.get_body(("plain",)).get_content()

    def test_draw_none_of_somewhere(self, alice, bob, cafe, whole):
        subscribe(bob, alice)
        there(alice, cafe, AT, precision=Precise.NOWHERE)

        (mail,) = sent()

        assert "<svg" not in mail.get_body(("html",)).get_content()

    def test_say_nothing_of_it_where_they_stay(self, alice, bob, cafe):
        subscribe(bob, alice)
        there(alice, cafe, AT, words="A lemonade")

        (mail,) = sent()

        assert "Alice has checked in" in mail["Subject"]
        assert TAKEN not in mail.as_string()
        assert "46.5" not in mail.as_string()
        assert "<svg" not in mail.get_body(("html",)).get_content()

    def test_go_to_nobody_who_may_not_see_it(self, alice, charlie, cafe, whole):
        stream.follow_person(person=charlie, other=alice, at=AT - DAY)
        subscribe(charlie, alice)
        there(alice, cafe, AT)

        assert sent() == []


class TestTheFeed:
    def test_carries_an_h_entry_and_the_point(self, alice, cafe, whole, path):
        there(alice, cafe, AT, words="A lemonade")

        words, (entry,) = feed(path)

        found = mf2py.parse(doc=entry.content[0].value)["items"]
        assert found[0]["type"] == ["h-entry"]
        checkin = found[0]["properties"]["checkin"][0]
        assert checkin["type"] == ["h-card"]
        assert checkin["properties"]["name"] == [TAKEN]
        assert checkin["properties"]["url"] == [f"https://parvis.example/places/at/{cafe.public_id}/"]
        assert found[0]["properties"]["location"][0]["properties"]["locality"] == ["Lausanne"]
        assert '<circle class="map-place"' in words.replace("&lt;", "<")
        assert f"<georss:point>{cafe.latitude:.5f} {cafe.longitude:.5f}</georss:point>" in words

    @pytest.mark.parametrize("precision", list(Precise))
    def test_holds_no_more_decimals_than_are_allowed(self, alice, cafe, whole, path, precision):
        there(alice, cafe, AT, precision=precision)

        words, (entry,) = feed(path)

        point = re.search("<georss:point>(.*)</georss:point>", words)
        most = Precision(precision).decimals if precision != Precise.NOWHERE else 0
        assert (point is None) == (precision == Precise.NOWHERE)
        written = [point[1] if point is not None else "", entry.content[0].value]
        assert all(len(found) <= most for part in written for found in NUMBER.findall(part))
        assert (TAKEN in words) == (precision == Precise.VENUE)
        assert (cafe.public_id in words) == (precision == Precise.VENUE)

    def test_says_no_point_where_only_a_link_goes(self, alice, cafe, path):
        there(alice, cafe, AT)

        words, (entry,) = feed(path)

        assert entry.title == "Alice has checked in"
        assert TAKEN not in words
        assert "georss:point>" not in words

    def test_lets_it_go_when_it_is_hidden_again_and_the_ledger_says_what_left(self, alice, cafe, whole, path):
        publication = there(alice, cafe, AT, hidden_at=AT + DAY)
        with time_machine.travel(AT + LATER, tick=False):
            assert TAKEN in feed(path)[0]

        with time_machine.travel(AT + DAY, tick=False):
            words, entries = feed(path)

        assert entries == []
        assert TAKEN not in words
        assert "deleted-entry" in words
        assert any("program has fetched" in line.words for line in lines_of(publication, AT + DAY))

    def test_lets_go_of_nothing_that_it_never_gave(self, alice, cafe, path):
        there(alice, cafe, AT, hidden_at=AT + DAY)

        with time_machine.travel(AT + 2 * DAY, tick=False):
            words, entries = feed(path)

        assert entries == []
        assert "deleted-entry" not in words


class TestThePage:
    def test_is_an_h_entry(self, alice, cafe, at, as_visitor):
        publication = there(alice, cafe, at, PUBLIC, words="A lemonade")
        url = f"https://parvis.example{publication.get_absolute_url()}"

        parsed = mf2py.parse(doc=as_visitor.get(publication.get_absolute_url()).text, url=url)

        [entry] = [item for item in parsed["items"] if item["type"] == ["h-entry"]]
        told = entry["properties"]
        assert told["url"] == [url]
        assert datetime.fromisoformat(told["published"][0]) == AT
        assert told["author"][0]["type"] == ["h-card"]
        assert told["author"][0]["properties"]["name"] == ["Alice"]
        assert told["content"][0]["value"].strip() == "A lemonade"
        checkin = told["checkin"][0]
        assert checkin["type"] == ["h-card"]
        assert checkin["properties"]["name"] == [TAKEN]
        assert checkin["properties"]["url"] == [f"https://parvis.example/places/at/{cafe.public_id}/"]
        assert checkin["properties"]["latitude"] == [f"{cafe.latitude:.5f}"]
        adr = told["location"][0]
        assert adr["type"] == ["h-adr"]
        assert adr["properties"] == {"locality": ["Lausanne"], "country-name": ["Suisse"]}

    @pytest.mark.parametrize("precision", [Precise.QUARTER, Precise.TOWN, Precise.COUNTRY, Precise.NOWHERE])
    def test_says_no_more_than_was_allowed(self, alice, cafe, at, as_visitor, precision):
        publication = there(alice, cafe, at, PUBLIC, precision=precision)

        parsed = mf2py.parse(doc=as_visitor.get(publication.get_absolute_url()).text)

        [entry] = [item for item in parsed["items"] if item["type"] == ["h-entry"]]
        told = entry["properties"]["checkin"][0]["properties"]
        assert TAKEN not in str(entry)
        most = Precision(precision).decimals if precision != Precise.NOWHERE else 0
        assert ("latitude" in told) == (precision != Precise.NOWHERE)
        numbers = told.get("latitude", []) + told.get("longitude", [])
        assert all(len(found) <= most for one in numbers for found in NUMBER.findall(one))
