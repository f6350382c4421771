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
from parvis.core.delivery.ledger import lines_of
from parvis.core.delivery.models import Copy, FeedKey, Mail, Subscription
from parvis.core.stream import actions as stream

from .worlds import LATER, said, sent, theme

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


class TestTheChosenFeed:
    @pytest.fixture
    def chosen(self, bob):
        return reverse("own-feed", args=[actions.open_feed(person=bob, holds="chosen", at=AT)])

    @pytest.fixture
    def birds(self, alice, bob):
        source = theme()
        actions.subscribe(person=bob, source=source, channel="feed", at=AT)
        return source

    def test_holds_what_one_chose_for_it_and_the_other_all(self, alice, bob, birds, path, chosen):
        stream.follow_person(person=bob, other=alice, at=AT)
        said(alice, "Une bécasse.", sources=[birds])
        said(alice, "Un mot.", at=AT + timedelta(seconds=1))
        assert ["bécasse" in entry.content[0].value for entry in entries(chosen)] == [True]
        assert len(entries(path)) == 2

    def test_holds_the_languages_that_were_asked_for_however_far_back(self, alice, bob, birds, chosen):
        actions.subscribe(person=bob, source=birds, channel="feed", languages=["en"], at=AT)
        said(alice, "A woodcock.", sources=[birds], language="en", at=AT - timedelta(hours=1))
        for number in range(60):
            said(alice, "Une bécasse.", sources=[birds], at=AT + timedelta(seconds=number))
        assert ["woodcock" in entry.content[0].value for entry in entries(chosen)] == [True]

    def test_holds_nothing_that_one_may_not_see(self, alice, bob, birds, chosen):
        said(alice, CANARY, sources=[birds], groups=frozenset({connections_group(alice).pk}))
        assert len(entries(chosen)) == 1
        disconnect(one=alice, other=bob)
        answer = Client().get(chosen).content.decode()
        assert entries(chosen) == []
        assert CANARY not in answer
        assert answer.count("deleted-entry") >= 1

    def test_asks_back_only_what_it_gave_out_itself(self, alice, bob, birds, path, chosen):
        stream.follow_person(person=bob, other=alice, at=AT)
        said(alice, CANARY, groups=frozenset({connections_group(alice).pk}))
        assert len(entries(path)) == 1
        disconnect(one=alice, other=bob)
        assert "deleted-entry" not in Client().get(chosen).content.decode()
        assert "deleted-entry" in Client().get(path).content.decode()

    def test_comes_by_no_mail(self, alice, birds):
        said(alice, "Une bécasse.", sources=[birds], at=AT + timedelta(seconds=1))
        assert sent(AT + LATER) == []

    def test_takes_a_source_over_from_the_mails_that_wait(self, alice, bob):
        source = theme("Mer", "Sea")
        actions.subscribe(person=bob, source=source, channel="mail", at=AT - timedelta(hours=1))
        said(alice, "Une barque.", sources=[source])
        actions.hand_over(AT + LATER)
        actions.subscribe(person=bob, source=source, channel="feed", at=AT + LATER)
        assert Mail.objects.get().state == "cancelled"
        assert Copy.objects.get().state == "cancelled"
        actions.subscribe(person=bob, source=source, channel="mail", at=AT + 2 * LATER)
        assert sent(AT + 3 * LATER) == [], "what came out meanwhile stands in the feed"

    def test_is_told_and_closed_apart_from_the_other(self, bob, path, as_bob, birds):
        page = as_bob.post(reverse("subscriptions"), {"do": "open-feed:chosen"}).content.decode()
        token = re.search(r"/me/feed/([\w-]+)/", page)[1]
        assert Client().get(f"/me/feed/{token}/").status_code == 200
        assert Client().get(path).status_code == 200
        as_bob.post(reverse("subscriptions"), {"do": "close-feed:chosen"})
        assert Client().get(f"/me/feed/{token}/").status_code == 410
        assert Client().get(path).status_code == 200

    def test_counts_each_program_in_the_ledger(self, alice, bob, birds, path, chosen):
        stream.follow_person(person=bob, other=alice, at=AT)
        publication = said(alice, "Une bécasse.", sources=[birds])
        for feed in (path, chosen, chosen):
            Client().get(feed)
        assert "2 readers’ programs" in " ".join(line.words for line in lines_of(publication, AT))

    def test_is_chosen_on_the_page_which_says_what_is_missing(self, bob, birds, as_bob):
        sea = theme("Mer", "Sea")
        stream.follow(person=bob, source=sea, at=AT)
        answer = as_bob.post(
            reverse("subscriptions"),
            {"do": f"way:{sea.public_id}", f"{sea.public_id}-way": "feed"},
            follow=True,
        )
        assert "has no address yet" in answer.content.decode()
        assert set(Subscription.objects.values_list("channel", flat=True)) == {"feed"}

    def test_goes_on_when_all_mails_are_ended(self, bob, birds):
        actions.leave_all(person=bob, at=AT)
        assert Subscription.objects.get().channel == "feed"
