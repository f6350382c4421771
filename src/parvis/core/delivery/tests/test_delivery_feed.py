"""A person's own feed: all that they may see, by an address that opens nothing else and can be closed."""

import re
from datetime import timedelta

import feedparser
import pytest
from django.test import Client
from django.urls import reverse

from parvis.conftest import AT
from parvis.core.audiences.actions import connections_group, disconnect
from parvis.core.delivery import actions
from parvis.core.delivery.models import Copy, FeedKey
from parvis.core.stream import actions as stream

from .worlds import said

pytestmark = pytest.mark.django_db
CANARY = "canari-7f3a"


@pytest.fixture(autouse=True)
def known(settings):
    settings.PARVIS_URL = "https://parvis.example"


@pytest.fixture
def path(bob):
    return reverse("own-feed", args=[actions.open_feed(person=bob, at=AT)])


def entries(path):
    return feedparser.parse(Client().get(path).content).entries


class TestTheFeed:
    def test_holds_what_is_followed_whole_when_public_else_as_a_link(self, alice, bob, path):
        said(alice, "Une bécasse.")
        said(alice, CANARY, groups=frozenset({connections_group(alice).pk}), at=AT + timedelta(seconds=1))
        answer = Client().get(path)
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers["X-Robots-Tag"] == "noindex"
        assert not answer.cookies
        found = feedparser.parse(answer.content)
        assert found.bozo == 0
        assert ["bécasse" in entry.content[0].value for entry in found.entries] == [False, True]
        assert CANARY not in answer.content.decode()
        assert len(found.entries) == 2

    def test_omits_at_the_next_fetch_what_one_may_no_longer_see(self, alice, bob, path):
        said(alice, CANARY, groups=frozenset({connections_group(alice).pk}))
        assert len(entries(path)) == 1
        disconnect(one=alice, other=bob)
        assert entries(path) == []

    def test_notes_each_copy_once(self, alice, bob, path):
        publication = said(alice, "Une bécasse.")
        for _time in range(3):
            Client().get(path)
        copy = Copy.objects.get()
        assert (copy.publication, copy.channel, copy.person, copy.state) == (publication, "feed", bob, "left")

    def test_is_not_given_twice_to_whoever_has_it(self, alice, path):
        said(alice, "Une bécasse.")
        etag = Client().get(path).headers["ETag"]
        assert Client().get(path, headers={"If-None-Match": etag}).status_code == 304

    def test_opens_nothing_else(self, path):
        reader = Client()
        reader.get(path)
        assert reader.get("/me/subscriptions/").status_code == 302

    def test_says_once_for_all_that_it_is_closed(self, bob, path):
        actions.close_feed(person=bob, at=AT)
        answer = Client().get(path)
        assert answer.status_code == 410
        assert len(feedparser.parse(answer.content).entries) == 1

    @pytest.mark.parametrize("token", ["x", "x" * 32, "é"])
    def test_is_absent_at_any_other_address(self, path, token):
        assert Client().get(f"/me/feed/{token}/").status_code == 404

    def test_is_absent_when_its_reader_is_suspended(self, bob, path):
        bob.suspended_at = AT
        bob.save()
        assert Client().get(path).status_code == 404


class TestTheAddress:
    def test_is_told_once_kept_as_a_hash_and_replaced_by_the_next(self, bob, as_bob):
        page = as_bob.post(reverse("subscriptions"), {"do": "open-feed"}).content.decode()
        token = re.search(r"/me/feed/([\w-]+)/", page)[1]
        assert token not in as_bob.get(reverse("subscriptions")).content.decode()
        assert not FeedKey.objects.filter(token_hash__contains=token).exists()
        assert Client().get(f"/me/feed/{token}/").status_code == 200
        as_bob.post(reverse("subscriptions"), {"do": "open-feed"})
        assert Client().get(f"/me/feed/{token}/").status_code == 410
        as_bob.post(reverse("subscriptions"), {"do": "close-feed"})
        assert not FeedKey.objects.filter(closed_at=None).exists()

    def test_warns_when_many_fetch_it(self, alice, bob, path, as_bob):
        stream.follow_person(person=bob, other=alice, at=AT)
        for number in range(7):
            Client(REMOTE_ADDR=f"192.0.2.{number}").get(path)
        assert "fetched from many places" in as_bob.get(reverse("subscriptions")).content.decode()
        assert "192.0.2" not in str(FeedKey.objects.values_list("networks", flat=True))
