"""Feeds hold what is public, whole, with ids that never change, and nothing that a validator would find."""

from datetime import UTC, datetime, timedelta
from typing import Any

import feedparser
import pytest
import time_machine
from lxml import etree

from parvis.conftest import AT
from parvis.core.stream import actions as stream
from parvis.lib.feeds.rules import check
from parvis.rooms.journal.actions import Draft, add_update, make_category, publish_post
from parvis.rooms.journal.actions.posts import First
from parvis.rooms.journal.models import Post
from parvis.rooms.journal.tests.worlds import WIDTHS, audience, publish

pytestmark = pytest.mark.django_db
KINDS = ("atom", "rss", "json")
SPRING = datetime(2024, 4, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def posts(alice: Any, bob: Any) -> dict[str, Post]:
    theme = make_category(names={"fr": "Jardin", "en": "Garden"})
    made = {
        width: publish(
            alice,
            f"Billet ({width})",
            width=width,
            at=SPRING + timedelta(hours=hours),
            text="Un [lien](/journal/) et *du texte*.",
            categories=[theme],
            tags=["eau"],
            notes={"en": f"Note on ({width})"},
            original=First(url="https://gazette.example/a?b=1&c=2", publication_name="La Gazette"),
        )
        for hours, width in enumerate(WIDTHS)
    }
    stream.answer(
        subject=made["public"].publication, author=bob, source="Bien *vu*.", at=SPRING + timedelta(days=1)
    )
    stream.answer(
        subject=made["members"].publication, author=bob, source="Entre nous.", at=SPRING + timedelta(days=1)
    )
    return made


def addresses(alice: Any, post: Post) -> list[str]:
    places = ("", "fr/", "en/", "category/jardin/", "tag/eau/", f"author/{alice.public_id}/", "comments/")
    return [f"/journal/{place}feed/" for place in (*places, f"comments/{post.publication.public_id}/")]


class TestRules:
    @pytest.mark.parametrize("kind", KINDS)
    def test_every_feed_is_sound(self, kind, posts, alice, as_visitor):
        for address in addresses(alice, posts["public"]):
            answer = as_visitor.get(f"{address}{kind}/")
            assert answer.status_code == 200, address
            assert check(answer.content, answer.headers["Content-Type"]) == [], address

    @pytest.mark.parametrize("kind", ["atom", "rss"])
    def test_a_reader_reads_them(self, kind, posts, alice, as_visitor):
        parsed = feedparser.parse(as_visitor.get(f"/journal/feed/{kind}/").content)
        assert not parsed.bozo
        [entry] = parsed.entries
        assert entry.title == "Billet (public)"
        assert entry.id == posts["public"].guid
        assert entry.link == f"http://testserver{posts['public'].get_absolute_url()}"

    @pytest.mark.parametrize("kind", KINDS)
    def test_an_empty_journal_has_sound_ones_too(self, kind, as_visitor):
        answer = as_visitor.get(f"/journal/feed/{kind}/")
        assert check(answer.content, answer.headers["Content-Type"]) == []

    def test_unknown_formats_are_not_there(self, posts, as_visitor):
        assert as_visitor.get("/journal/feed/xml/").status_code == 404


class TestContent:
    @pytest.mark.parametrize("who", ["as_visitor", "as_bob", "as_alice"])
    @pytest.mark.parametrize("kind", KINDS)
    def test_is_what_anyone_may_read_whoever_asks(self, kind, who, posts, alice, request):
        client = request.getfixturevalue(who)
        for address in addresses(alice, posts["public"]):
            told = client.get(f"{address}{kind}/").content.decode()
            assert not [width for width in WIDTHS[1:] if f"({width})" in told], address
            assert "Entre nous" not in told

    def test_is_whole_with_the_note_first_and_absolute_addresses(self, posts, as_visitor):
        [entry] = feedparser.parse(as_visitor.get("/journal/feed/atom/").content, sanitize_html=False).entries
        body = entry.content[0].value
        assert body.index("Note on (public)") < body.index("du texte")
        assert 'href="http://testserver/journal/"' in body

    def test_of_another_language_says_so_and_sums_up_in_the_note(self, posts, as_visitor):
        [entry] = feedparser.parse(as_visitor.get("/journal/en/feed/atom/").content).entries
        assert entry.title == "[fr] Billet (public)"
        assert entry.summary == "Note on (public)"
        assert as_visitor.get("/journal/fr/feed/atom/").content.decode().count("[fr]") == 0

    def test_of_a_language_leaves_out_what_its_readers_cannot_read(self, alice, posts, as_visitor):
        publish(alice, "Sans note")
        assert "Sans note" not in as_visitor.get("/journal/en/feed/rss/").content.decode()

    def test_keeps_its_id_when_the_address_changes(self, posts, alice, as_visitor):
        post = posts["public"]
        post.guid = "http://www.old.example/?p=12&x=é"
        post.save()
        draft = Draft(title="Autre", source="Texte.", language="fr", slug="autre")
        publish_post(post=post, draft=draft, audience=audience(alice, "public"), at=AT)
        [entry] = feedparser.parse(as_visitor.get("/journal/feed/rss/").content).entries
        assert entry.id == "http://www.old.example/?p=12&x=é"

    def test_holds_updates(self, posts, as_visitor):
        add_update(post=posts["public"], source="Il a plu depuis.", at=AT)
        assert "Il a plu depuis." in as_visitor.get("/journal/feed/json/").content.decode()

    def test_of_comments_say_what_they_answer(self, posts, as_visitor):
        data = as_visitor.get("/journal/comments/feed/atom/").content
        reply = etree.fromstring(data).find(".//{http://purl.org/syndication/thread/1.0}in-reply-to")
        assert reply is not None
        assert reply.get("ref") == posts["public"].guid

    def test_of_the_comments_of_a_hidden_post_is_not_there(self, posts, as_bob):
        public_id = posts["members"].publication.public_id
        assert as_bob.get(f"/journal/comments/{public_id}/feed/atom/").status_code == 404


class TestHistory:
    def test_older_posts_are_in_the_archives_of_their_months(self, alice, as_visitor):
        for number in range(50):
            publish(alice, f"Billet {number}", at=SPRING + timedelta(days=5 * number))
        found, address, seen = set(), "/journal/feed/atom/", []
        while address:
            parsed = feedparser.parse(as_visitor.get(address).content)
            found |= {entry.id for entry in parsed.entries}
            assert address not in seen
            seen.append(address)
            links = [link.href for link in parsed.feed.links if link.rel == "prev-archive"]
            address = links[0].removeprefix("http://testserver") if links else ""
        assert len(found) == 50
        assert len(seen) > 3

    def test_an_archive_leads_back_to_the_feed(self, posts, alice, as_visitor):
        publish(alice, "Plus tard", at=AT)
        data = as_visitor.get("/journal/feed/atom/?month=2024-04").content
        parsed = feedparser.parse(data)
        assert [link.href for link in parsed.feed.links if link.rel == "current"] == [
            "http://testserver/journal/feed/atom/"
        ]
        assert check(data, "application/atom+xml") == []

    @pytest.mark.parametrize("month", ["2024-13", "x", "0000-01", "2024-4"])
    def test_nonsense_for_a_month_is_not_there(self, month, posts, as_visitor):
        assert as_visitor.get(f"/journal/feed/atom/?month={month}").status_code == 404


class TestHttp:
    def test_who_has_it_gets_nothing_again(self, posts, as_visitor):
        answer = as_visitor.get("/journal/feed/rss/")
        assert (
            as_visitor.get("/journal/feed/rss/", headers={"if-none-match": answer["ETag"]}).status_code == 304
        )
        assert (
            as_visitor.get(
                "/journal/feed/rss/", headers={"if-modified-since": answer["Last-Modified"]}
            ).status_code
            == 304
        )

    def test_what_is_new_is_sent(self, posts, alice, as_visitor):
        before = as_visitor.get("/journal/feed/rss/")["ETag"]
        publish(alice, "Neuf", at=AT)
        assert as_visitor.get("/journal/feed/rss/", headers={"if-none-match": before}).status_code == 200

    def test_it_is_sent_small_to_who_takes_it_small(self, posts, as_visitor):
        answer = as_visitor.get("/journal/feed/rss/", headers={"accept-encoding": "gzip"})
        assert answer.headers["Content-Encoding"] == "gzip"

    def test_pages_name_their_feeds(self, posts, as_visitor):
        shown = as_visitor.get("/journal/category/jardin/").content.decode()
        assert 'href="/journal/category/jardin/feed/atom/"' in shown

    def test_the_list_of_feeds_names_no_hidden_theme(self, alice, posts, as_alice):
        secret = make_category(names={"fr": "Divorce"})
        publish(alice, "À moi", width="me", categories=[secret])
        told = (
            as_alice.get("/journal/feeds.opml").content.decode()
            + as_alice.get("/journal/feeds/").content.decode()
        )
        assert "jardin" in told
        assert "divorce" not in told.lower()


def stones(browser: Any, address: str) -> dict[str, str]:
    """What a feed asks its readers to let go, and since when."""
    answer = browser.get(f"{address}atom/")
    assert check(answer.content, answer.headers["Content-Type"]) == []
    found = etree.fromstring(answer.content).findall("{http://purl.org/atompub/tombstones/1.0}deleted-entry")
    return {one.get("ref"): one.get("when") for one in found}


class TestWhatIsGone:
    """RFC 6721: readers who kept what was public are asked to let it go; they learn of nothing that was not."""

    @pytest.fixture(autouse=True)
    def soon(self):
        """Feeds are read a minute later."""
        with time_machine.travel(AT + timedelta(minutes=1), tick=False):
            yield

    @pytest.fixture
    def pair(self, alice: Any) -> list[Post]:
        theme = make_category(names={"fr": "Jardin"})
        return [
            publish(alice, title, at=AT - timedelta(days=3, hours=hours), categories=[theme], tags=["eau"])
            for hours, title in enumerate(("Reste", "Part"))
        ]

    def everywhere(self, alice: Any) -> list[str]:
        parts = ("", "fr/", "category/jardin/", "tag/eau/", f"author/{alice.public_id}/")
        return [f"/journal/{part}feed/" for part in parts]

    def test_is_asked_back_wherever_it_was_deleted(self, alice, pair, as_visitor):
        assert stones(as_visitor, "/journal/feed/") == {}
        stream.delete(publication=pair[1].publication, by=alice, at=AT)
        for address in self.everywhere(alice):
            assert list(stones(as_visitor, address)) == [pair[1].guid], address

    def test_is_not_asked_back_once_it_is_there_again(self, alice, pair, as_visitor):
        stream.delete(publication=pair[1].publication, by=alice, at=AT)
        stream.restore(publication=pair[1].publication, by=alice)
        assert stones(as_visitor, "/journal/feed/") == {}

    def test_was_narrowed_and_what_becomes_of_it_then_shows_nowhere(self, alice, pair, as_visitor):
        publication = pair[1].publication
        narrower = audience(alice, "connections")
        stream.change_audience(publication=publication, audience=narrower, at=AT - timedelta(days=2))
        before = {address: stones(as_visitor, address) for address in self.everywhere(alice)}
        assert list(before["/journal/feed/"]) == [pair[1].guid]
        assert before["/journal/tag/eau/feed/"] == {}, "its tags may change now, unseen"
        stream.change_audience(
            publication=publication, audience=audience(alice, "me"), at=AT - timedelta(days=1)
        )
        publish_post(
            post=pair[1],
            draft=Draft(title="Autre", source="Autre", language="fr", tags=["autre"]),
            audience=audience(alice, "members"),
            at=AT - timedelta(hours=5),
        )
        stream.delete(publication=publication, by=alice, at=AT)
        assert {address: stones(as_visitor, address) for address in self.everywhere(alice)} == before

    def test_tells_nothing_of_what_was_never_public(self, alice, pair, as_visitor):
        hidden = publish(alice, "Caché", width="members", at=AT - timedelta(days=1))
        stream.delete(publication=hidden.publication, by=alice, at=AT)
        assert stones(as_visitor, "/journal/feed/") == {}

    def test_is_forgotten_after_thirty_days(self, alice, pair, as_visitor):
        stream.delete(publication=pair[1].publication, by=alice, at=AT)
        with time_machine.travel(AT + timedelta(days=29), tick=False):
            assert list(stones(as_visitor, "/journal/feed/")) == [pair[1].guid]
        with time_machine.travel(AT + timedelta(days=31), tick=False):
            assert stones(as_visitor, "/journal/feed/") == {}

    def test_of_a_draft_that_was_taken_back_is_gone_until_it_comes_out_again(self, alice, pair, as_visitor):
        made = publish(alice, "Vite", at=AT)
        stream.withdraw(publication=made.publication, at=AT + timedelta(seconds=5))
        assert list(stones(as_visitor, "/journal/feed/")) == [made.guid]
        publish_post(
            post=made,
            draft=Draft(title="Vite", source="Mieux", language="fr"),
            audience=audience(alice, "public"),
            at=AT + timedelta(seconds=30),
        )
        assert stones(as_visitor, "/journal/feed/") == {}
