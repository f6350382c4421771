"""Links that open a piece: told once, counted among its readers, shown and revoked by its author."""

import re

import pytest

from parvis.conftest import AT
from parvis.core.audiences.actions import Expression, audience_for, connections_group
from parvis.core.stream import actions

pytestmark = pytest.mark.django_db


def say(person, groups=()):
    audience = audience_for(expression=Expression(frozenset(groups)), owner=person)
    return actions.say(author=person, source="A few words", language="en", audience=audience, at=AT)


def read(browser, path: str) -> str:
    return browser.get(path).content.decode()


def told_link(page: str) -> str:
    return re.findall(r'id="told"[^>]*value="[a-z]+://[^/]+([^"]+)"', page)[0].replace("&amp;", "&")


class TestALink:
    def test_stands_in_the_list_of_the_page_that_tells_it(self, as_alice, alice):
        mine = say(alice)
        page = as_alice.post(f"/p/{mine.public_id}/links/", {"label": "For my aunt"}).content.decode()
        assert "/open/" in told_link(page)
        assert "For my aunt" in page
        assert "No link is out" not in page

    def test_is_told_wherever_the_author_is_told_who_reads(self, as_alice, as_visitor, alice):
        mine = say(alice)
        assert "Nobody but you" in read(as_alice, mine.get_absolute_url())
        page = as_alice.post(f"/p/{mine.public_id}/links/", {"label": "For my aunt"}).content.decode()
        opened = as_visitor.post(told_link(page).split("?")[0], follow=True)
        assert opened.status_code == 200
        assert "A few words" in read(as_visitor, mine.get_absolute_url())
        for path in (mine.get_absolute_url(), f"/p/{mine.public_id}/who/", f"/p/{mine.public_id}/audience/"):
            assert "Nobody but you" not in read(as_alice, path), path
            assert "whoever has the link" in read(as_alice, path), path

    def test_stands_beside_the_people_who_read_anyway(self, as_alice, alice, bob):
        mine = say(alice, {connections_group(alice).pk})
        as_alice.post(f"/p/{mine.public_id}/links/", {"label": ""})
        assert "1 person and whoever has the link" in read(as_alice, mine.get_absolute_url())

    def test_is_no_longer_told_once_it_is_revoked(self, as_alice, alice):
        mine = say(alice)
        page = as_alice.post(f"/p/{mine.public_id}/links/", {"label": ""}).content.decode()
        revoked = re.findall(r'name="revoke" value="(\w+)"', page)[0]
        as_alice.post(f"/p/{mine.public_id}/links/", {"revoke": revoked})
        assert "Nobody but you" in read(as_alice, mine.get_absolute_url())
        assert "No link is out" in read(as_alice, f"/p/{mine.public_id}/links/")


class TestReadersItHasNow:
    """A piece with a link is for readers the picker has no words of its own for."""

    @pytest.fixture
    def linked(self, as_alice, alice, bob):
        mine = say(alice, {connections_group(alice).pk})
        as_alice.post(f"/p/{mine.public_id}/links/", {"label": ""})
        return mine

    def kept(self, as_alice, linked) -> dict[str, str]:
        page = read(as_alice, f"/p/{linked.public_id}/audience/")
        return {
            "audience": "kept",
            "audience-kept": re.findall(r'name="audience-kept" value="(\w+)"', page)[0],
        }

    def test_are_told_by_the_live_sentence_and_by_the_page_without_scripts(self, as_alice, linked):
        chosen = self.kept(as_alice, linked)
        for answer in (as_alice.get("/audience/sentence/", chosen), as_alice.post("/audience/who/", chosen)):
            assert "1 person and whoever has the link" in answer.content.decode()

    def test_are_nobody_elses_to_ask_about(self, as_alice, as_bob, linked):
        chosen = self.kept(as_alice, linked)
        assert "whoever has the link" not in as_bob.get("/audience/sentence/", chosen).content.decode()

    def test_stay_when_they_are_chosen(self, as_alice, linked):
        as_alice.post(f"/p/{linked.public_id}/audience/", self.kept(as_alice, linked))
        assert "1 person and whoever has the link" in read(as_alice, linked.get_absolute_url())


class TestStandingRules:
    def test_say_what_they_narrow_when_and_to_whom(self, as_alice):
        assert "Nothing narrows by itself" in read(as_alice, "/me/standing/")
        as_alice.post("/me/standing/", {"after_days": 30, "kind": "stream.status", "to": "connections"})
        page = read(as_alice, "/me/standing/")
        assert "after a month: my connections" in page
        assert ">stream.status<" not in page
