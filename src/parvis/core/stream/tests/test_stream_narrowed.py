"""What a standing rule has narrowed with time: its comments, its glyph, and the links to it."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from parvis.conftest import AT, make_person
from parvis.core.audiences.actions import (
    Expression,
    audience_for,
    connect,
    connections_group,
    make_circle,
    one_person_group,
)
from parvis.core.audiences.models import MEMBERS, PUBLIC
from parvis.core.audiences.rule import Viewer
from parvis.core.stream import actions
from parvis.core.stream.models import Comment, Publication, StandingRule

pytestmark = pytest.mark.django_db


def narrow(alice, include=()):
    """After a week, what Alice published is for these groups."""
    audience = audience_for(expression=Expression(frozenset(include)), owner=alice)
    return actions.set_standing_rule(person=alice, kind="", after_days=7, audience=audience, at=AT)


def readers(publication, people):
    """Those of these people who see it now."""
    rows = Publication.objects.filter(pk=publication.pk)
    return [one for one in people if rows.visible_to(Viewer.of(one, AT)).exists()]


@pytest.fixture
def old(alice):
    """A public status of ten days ago."""
    everyone = audience_for(expression=Expression(frozenset({PUBLIC})), owner=alice)
    ten_days_ago = AT - timedelta(days=10)
    return actions.say(author=alice, source="Lake", language="en", audience=everyone, at=ten_days_ago)


class TestAComment:
    def test_is_for_those_who_could_read_when_it_was_written(self, old, alice, bob, charlie, as_visitor):
        rule = narrow(alice, {connections_group(alice).pk})
        actions.answer(subject=old, author=bob, source="Between us", at=AT)
        actions.drop_standing_rule(rule=rule)

        readers = [
            person
            for person in (alice, bob, charlie, None)
            if Comment.objects.visible_to(Viewer.of(person, AT)).exists()
        ]
        assert readers == [alice, bob]
        page = as_visitor.get(old.get_absolute_url())
        assert page.status_code == 200
        assert b"Between us" not in page.content

    def test_is_told_where_it_is_written_for_whom_it_will_be(self, old, alice, as_bob):
        narrow(alice, {connections_group(alice).pk})
        page = as_bob.get(reverse("comment-answer", args=[old.public_id])).content.decode()
        assert "open-connections" in page
        assert "open-everyone" not in page
        assert "reads your answer" in page

    def test_under_what_is_not_narrowed_yet_is_for_all_its_readers(self, old, alice, bob):
        actions.answer(subject=old, author=bob, source="Hello", at=AT - timedelta(days=9))
        rule = narrow(alice, {connections_group(alice).pk})
        assert not Comment.objects.visible_to(Viewer.of(None, AT)).exists()
        actions.drop_standing_rule(rule=rule)
        assert Comment.objects.visible_to(Viewer.of(None, AT)).exists()


class TestThePage:
    def test_says_for_whom_it_is_now(self, old, alice, as_alice, as_bob):
        before = as_bob.get(old.get_absolute_url()).content.decode()
        assert "open-everyone" in before
        assert 'property="og:title"' in before
        narrow(alice, {connections_group(alice).pk})
        for browser in (as_alice, as_bob):
            page = browser.get(old.get_absolute_url()).content.decode()
            assert "open-connections" in page
            assert "open-everyone" not in page
            assert "og:title" not in page
            assert '<meta name="robots" content="noindex">' in page

    def test_of_a_list_says_so_too(self, old, alice, as_bob):
        narrow(alice, {connections_group(alice).pk})
        page = as_bob.get(reverse("person", args=[alice.public_id])).content.decode()
        assert "open-connections" in page
        assert "open-everyone" not in page


class TestALink:
    def test_is_made_for_what_is_public_no_more(self, old, alice, as_alice, as_visitor):
        narrow(alice, {connections_group(alice).pk})
        there = reverse("publication-links", args=[old.public_id])
        assert "This is public already" not in as_alice.get(there).content.decode()
        page = as_alice.post(there, {"label": "For the choir"}).content.decode()
        link = page.split('value="http://testserver')[1].split('"')[0]
        assert as_visitor.get(old.get_absolute_url()).status_code == 404
        as_visitor.post(link.split("?")[0], {"to": old.public_id})
        assert as_visitor.get(old.get_absolute_url()).status_code == 200

    def test_that_would_open_nothing_is_not_made(self, old, alice, as_alice):
        narrow(alice)
        there = reverse("publication-links", args=[old.public_id])
        page = as_alice.post(there, {"label": ""}).content.decode()
        assert "A rule of yours keeps this for you alone" in page
        assert "told only now" not in page
        old.refresh_from_db()
        assert old.audience_id == PUBLIC
        actions.drop_standing_rule(rule=StandingRule.objects.get())
        assert "This is public already" in as_alice.get(there).content.decode()


class TestMixedAudiences:
    def test_keep_the_others_and_lose_the_members(self, alice, bob, charlie):
        lina = make_person("lina")
        both = Expression(frozenset({MEMBERS, one_person_group(lina).pk}))
        audience = audience_for(expression=both, owner=alice)
        at = AT - timedelta(days=10)
        old = actions.say(author=alice, source="Lake", language="en", audience=audience, at=at)
        narrow(alice, {connections_group(alice).pk})
        assert readers(old, (alice, bob, charlie, lina, None)) == [alice, bob, lina]

    @settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    @example(include={"members"}, exclude=set(), wanted="connections")
    @example(include={"members", "charlie"}, exclude={"bob"}, wanted="connections")
    @example(include={"choir"}, exclude=set(), wanted="connections")
    @example(include={"connections"}, exclude=set(), wanted="members")
    @given(
        include=st.sets(st.sampled_from(["public", "members", "connections", "choir", "charlie"])),
        exclude=st.sets(st.sampled_from(["choir", "charlie", "bob"])),
        wanted=st.sampled_from([None, "connections", "members", "public", "choir"]),
    )
    def test_never_admit_anyone_who_was_not_admitted(self, include, exclude, wanted, alice, bob, charlie):
        with transaction.atomic():
            guest, other = make_person("guest", role="guest"), make_person("other")
            connect(one=alice, other=guest, at=AT)
            choir = make_circle(owner=alice, name="Choir", at=AT, people=[other])
            groups = {
                "public": PUBLIC,
                "members": MEMBERS,
                "connections": connections_group(alice).pk,
                "choir": choir.pk,
                "charlie": one_person_group(charlie).pk,
                "bob": one_person_group(bob).pk,
            }
            chosen = Expression(
                frozenset(groups[one] for one in include),
                frozenset() if "public" in include else frozenset(groups[one] for one in exclude),
            )
            audience = audience_for(expression=chosen, owner=alice)
            at = AT - timedelta(days=10)
            old = actions.say(author=alice, source="Lake", language="en", audience=audience, at=at)
            people = (alice, bob, charlie, guest, other, None)
            before = readers(old, people)
            narrow(alice, {groups[wanted]} if wanted else ())
            after = readers(old, people)
            assert [one for one in after if one not in before] == []
            if wanted == "connections" and include & {"public", "members"}:
                named = {charlie} if "charlie" in include else set()
                named |= {other} if "choir" in include else set()
                absorbed = set() if "public" in include else named
                assert {*after} <= {alice, bob, guest} | absorbed
            transaction.set_rollback(True)
