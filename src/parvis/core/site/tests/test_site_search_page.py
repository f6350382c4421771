"""The search page: each finds only what they may read."""

import pytest

from parvis.core.audiences.actions import Expression, audience_for, connections_group
from parvis.core.audiences.models import PUBLIC
from parvis.core.stream.actions import say
from parvis.core.stream.models import Publication
from parvis.core.stream.search import index


@pytest.fixture
def said(alice, bob, at):
    """One status for everyone, one for alice's connections."""
    everyone = audience_for(expression=Expression(frozenset({PUBLIC})), owner=alice)
    connections = audience_for(expression=Expression(frozenset({connections_group(alice).pk})), owner=alice)
    say(author=alice, source="The fountain runs again.", language="en", audience=everyone, at=at)
    say(author=alice, source="La fontaine et mon secret.", language="fr", audience=connections, at=at)


def found(page):
    return [hit.publication.text for hit in page.context["results"].hits]


class TestSearchPage:
    def test_finds_for_each_what_they_may_read(self, said, as_bob, as_charlie, as_visitor, as_alice):
        for client in (as_alice, as_bob):
            assert found(client.get("/search/", {"q": "secret"})) == ["La fontaine et mon secret."]
        for client in (as_charlie, as_visitor):
            page = client.get("/search/", {"q": "secret"})
            assert found(page) == []
            assert "fontaine" not in page.content.decode()

    def test_marks_the_words_that_matched(self, said, as_visitor):
        assert "<mark>" in as_visitor.get("/search/", {"q": "fountain"}).content.decode()

    def test_marks_the_words_of_a_title_and_says_how_open_it_is(self, alice, bob, at, as_bob):
        connections = audience_for(
            expression=Expression(frozenset({connections_group(alice).pk})), owner=alice
        )
        made = say(author=alice, source="It runs.", language="fr", audience=connections, at=at)
        Publication.objects.unguarded("a test").filter(pk=made.pk).update(title="La fontaine : enfin")
        index(Publication.objects.unguarded("a test").filter(pk=made.pk))
        page = as_bob.get("/search/", {"q": "fontaine"}).content.decode()
        assert "La <mark>fontaine</mark>\N{NO-BREAK SPACE}: enfin" in page
        assert "#open-connections" in page

    def test_keeps_to_a_language_and_a_kind(self, said, as_bob):
        assert len(found(as_bob.get("/search/", {"q": "fontaine", "language": "fr"}))) == 1
        assert found(as_bob.get("/search/", {"q": "fontaine", "language": "en"})) == []
        assert found(as_bob.get("/search/", {"q": "fountain", "kind": "stream.comment"})) == []

    def test_bears_with_whatever_is_asked(self, said, as_visitor):
        for asked in (
            {},
            {"q": ""},
            {"q": "'\"*:(^"},
            {"q": "x", "before": "no"},
            {"q": "x", "before": "9" * 30},
            {"q": "a" * 300},
            {"q": "x", "kind": "nothing"},
            {"q": "\x00"},
        ):
            assert as_visitor.get("/search/", asked).status_code == 200

    def test_turns_its_pages_by_the_last_one_shown(self, alice, at, as_visitor):
        everyone = audience_for(expression=Expression(frozenset({PUBLIC})), owner=alice)
        for n in range(25):
            say(author=alice, source=f"Fountain number {n}.", language="en", audience=everyone, at=at)
        first = as_visitor.get("/search/", {"q": "fountain"})
        before = first.context["results"].before
        second = as_visitor.get("/search/", {"q": "fountain", "before": before})
        assert len(found(first)) == 20
        assert len(set(found(first) + found(second))) == 25
        assert f"before={before}" in first.content.decode()

    def test_sets_no_cookie_and_stays_out_of_indexes(self, said, as_visitor):
        page = as_visitor.get("/search/", {"q": "fountain"})
        assert not page.cookies
        assert page["X-Robots-Tag"] == "noindex"
        assert "csrf" not in page.content.decode()

    def test_asks_visitors_for_patience(self, said, as_visitor, as_charlie):
        said = [as_visitor.get("/search/", {"q": "fountain"}).status_code for _n in range(32)]
        assert said[:30] == [200] * 30
        assert said[-1] == 429
        assert as_charlie.get("/search/", {"q": "fountain"}).status_code == 200
