"""Posts in the conversation between sites: where they take mentions, what passers-by read, which feeds are announced."""

from datetime import timedelta
from typing import Any

import feedparser
import pytest
from django.test import Client

from parvis.conftest import AT
from parvis.core.audiences.models import MEMBERS, PUBLIC, Audience
from parvis.core.delivery.actions.web_mentions import decline, show
from parvis.core.delivery.elsewhere import target_at
from parvis.core.delivery.models import WebMention
from parvis.core.stream import actions as stream
from parvis.core.stream.models import Publication
from parvis.rooms.journal import actions as journal
from parvis.rooms.journal.actions.pages import set_page
from parvis.rooms.journal.feeds import public_feeds
from parvis.rooms.journal.models import Post, PostAddress
from parvis.rooms.journal.quick import quick

pytestmark = pytest.mark.django_db
HERE = "https://parvis.example"
LATER = AT + timedelta(minutes=1)


@pytest.fixture(autouse=True)
def with_address(settings: Any) -> None:
    settings.PARVIS_URL = HERE


def published(author: Any, **more: Any) -> Post:
    made = journal.start_post(author=author, language="en", at=AT)
    draft = journal.Draft(title="Words", source="Some words", language="en", **more)
    return journal.publish_post(post=made, draft=draft, audience=Audience.objects.get(pk=PUBLIC), at=AT)


def mentioned(post: Post) -> WebMention:
    return WebMention.objects.bulk_create(
        [
            WebMention(
                publication=post.publication,
                source="https://dan.example/1",
                target=HERE + post.get_absolute_url(),
                site="dan.example",
                state="waiting",
                title="On words",
                received_at=AT,
                fresh_at=AT,
            )
        ]
    )[0]


class TestAPost:
    def test_takes_mentions_wherever_it_stood(self, alice):
        post = published(alice)
        PostAddress.objects.create(post=post, path="/journal/2012/04/été/", is_current=False, since=AT)

        for path in (post.get_absolute_url(), "/journal/2012/04/été/", "/journal/2012/04/%C3%A9t%C3%A9"):
            assert target_at(HERE + path, LATER) == post.publication
        for path in ("/journal/", "/journal/2012/04/other/", "/nothing"):
            assert target_at(HERE + path, LATER) is None

    def test_takes_none_in_a_closed_journal(self, alice, square):
        post = published(alice)
        square.closed_rooms = ["journal"]
        square.save()

        assert target_at(HERE + post.get_absolute_url(), LATER) is None

    def test_shows_passers_by_at_once_what_its_author_agreed_to(self, alice, rf):
        post = published(alice)
        path = post.get_absolute_url()
        mention = mentioned(post)

        def page() -> bytes:
            return bytes(Client().get(path).content)

        assert set_page(post=post, at=AT) is not None
        assert quick(rf.get(path)) is not None
        assert b"On words" not in page()

        show(mention=mention, by=alice, at=AT)
        assert quick(rf.get(path)) is None
        assert b"On words" in page()

        assert set_page(post=post, at=AT) is not None
        found = quick(rf.get(path))
        assert found is not None
        assert b"On words" in found.content
        assert b'<link rel="webmention" href="/webmention">' in found.content

        decline(mention=mention, by=alice, at=AT)
        assert quick(rf.get(path)) is None
        assert b"On words" not in page()

    def test_shows_nothing_of_it_to_its_members_alone(self, alice, as_bob):
        post = published(alice)
        show(mention=mentioned(post), by=alice, at=AT)
        inside = Audience.objects.get(pk=MEMBERS)
        stream.change_audience(publication=post.publication, audience=inside, at=AT)

        page = as_bob.get(post.get_absolute_url()).content
        assert b"Some words" in page
        assert b"On words" not in page
        assert b"webmention" not in page


class TestFeeds:
    def test_in_which_a_post_stands_are_all_that_show_it(self, alice, as_visitor):
        top = journal.make_category(names={"fr": "Quartier", "en": "Neighbourhood"})
        below = journal.make_category(names={"fr": "Rue", "en": "Street"}, parent=top)
        journal.make_category(names={"fr": "Autre", "en": "Other"})
        post = published(alice, categories=[below], tags=["walks"], notes={"fr": "Des mots."})

        paths = public_feeds(post.publication)

        assert len(paths) == len(set(paths)) == 5 * 3 * 3
        assert "/journal/feed/atom/" in paths
        assert f"/journal/fr/category/{top.slug}/feed/rss/" in paths
        for path in paths:
            answer = as_visitor.get(path)
            assert answer.status_code == 200, path
            assert b"Some words" in answer.content, path

    def test_of_a_post_that_is_for_others_now_tell_none_of_its_themes(self, alice):
        theme = journal.make_category(names={"fr": "Promenades", "en": "Walks"})
        post = published(alice, categories=[theme], tags=["secret"])
        Publication.objects.unguarded("a test").filter(pk=post.publication_id).update(audience=MEMBERS)

        paths = public_feeds(Publication.objects.unguarded("a test").get(pk=post.publication_id))

        assert "/journal/feed/atom/" in paths
        assert not [path for path in paths if "tag" in path or "category" in path]

    def test_name_the_hub_that_is_told_of_them_and_themselves(self, alice, as_visitor, settings):
        settings.PARVIS_WEBSUB_HUB = "https://hub.example/"
        published(alice)

        for kind in ("atom", "rss"):
            answer = as_visitor.get(f"/journal/feed/{kind}/")
            links = {one["rel"]: one["href"] for one in feedparser.parse(answer.content).feed.links}
            assert links["hub"] == "https://hub.example/"
            assert links["self"] == f"{HERE}/journal/feed/{kind}/"
            assert answer["Link"] == f'<https://hub.example/>; rel="hub", <{links["self"]}>; rel="self"'
        answer = as_visitor.get("/journal/feed/json/")
        assert answer.json()["hubs"] == [{"type": "WebSub", "url": "https://hub.example/"}]

    def test_name_none_by_themselves_nor_in_archives(self, alice, as_visitor, settings):
        published(alice)
        answer = as_visitor.get("/journal/feed/atom/")
        assert (b"hub" in answer.content, "Link" in answer) == (False, False)

        settings.PARVIS_WEBSUB_HUB = "https://hub.example/"
        archive = as_visitor.get("/journal/feed/atom/?month=2026-11")
        assert (archive.status_code, b"hub.example" in archive.content) == (200, False)
