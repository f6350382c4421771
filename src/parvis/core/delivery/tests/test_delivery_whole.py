"""Whole texts for an audience: what the author chose is what travels, to those who may read it, and no longer than that."""

from datetime import timedelta

import feedparser
import pytest
from django.test import Client
from django.urls import reverse

from parvis.conftest import AT, make_person
from parvis.core.audiences.actions import (
    Expression,
    add_to_circle,
    audience_for,
    connect,
    connections_group,
    let_whole_texts_leave,
    make_circle,
    one_person_group,
    send_links_only,
)
from parvis.core.delivery import actions
from parvis.core.delivery.actions.handing import hand_over
from parvis.core.delivery.actions.planning import queue_digests
from parvis.core.delivery.actions.sending import claim
from parvis.core.delivery.leaving import Sent, may_still_leave
from parvis.core.delivery.letters import Writer, letter_for
from parvis.core.delivery.models import Copy, Mail
from parvis.core.stream import actions as stream

from .worlds import LATER, said, sent, text

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
CANARY = "canari-7f3a"


@pytest.fixture(autouse=True)
def known(settings):
    settings.PARVIS_URL = "https://parvis.example"


@pytest.fixture
def theirs(alice, bob):
    """The audience of alice’s connections, who take what she says by mail: bob, and a guest."""
    gus = make_person("gus", role="guest")
    connect(one=alice, other=gus, at=AT - DAY)
    for person in (bob, gus):
        subscribe(person, alice)
    return audience_for(expression=Expression(frozenset({connections_group(alice).pk})), owner=alice)


@pytest.fixture
def chosen(alice, theirs):
    let_whole_texts_leave(author=alice, audience=theirs, at=AT)
    return theirs


def subscribe(person, author, rhythm="now"):
    source = stream.source_of(author)
    actions.subscribe(person=person, source=source, channel="mail", rhythm=rhythm, at=AT - DAY)


def to_connections(alice, words=CANARY, **more):
    return said(alice, words, groups=frozenset({connections_group(alice).pk}), **more)


def one_claimed():
    hand_over(AT + LATER)
    return claim(worker="one", at=AT + LATER, limit=10)[0]


class TestWholeTexts:
    def test_leave_where_the_author_lets_them_and_the_ledger_says_so(self, alice, chosen):
        to_connections(alice)
        mails = sent()
        assert len(mails) == 2
        assert all(CANARY in text(mail) for mail in mails)
        assert set(Copy.objects.values_list("is_whole", flat=True)) == {True}

    def test_stay_where_nothing_was_chosen(self, alice, theirs):
        to_connections(alice)
        assert not any(CANARY in mail.as_string() for mail in sent())

    def test_stay_for_every_other_audience(self, alice, bob, chosen):
        said(alice, CANARY, groups=frozenset({one_person_group(bob).pk}))
        (mail,) = sent()
        assert CANARY not in mail.as_string()

    def test_of_somebody_else_stay(self, alice, bob, theirs):
        """What the members read is an audience that all authors share: each chooses for themselves."""
        members = audience_for(expression=Expression(frozenset({2})), owner=alice)
        let_whole_texts_leave(author=bob, audience=members, at=AT)
        said(alice, CANARY, groups=frozenset({2}))
        (mail,) = sent()
        assert mail["To"] == "Bob <bob@parvis.example>"
        assert CANARY not in mail.as_string()

    def test_never_reach_whoever_may_not_read_them(self, alice, bob, charlie, chosen):
        subscribe(charlie, alice)
        to_connections(alice)
        assert sorted(mail["To"] for mail in sent()) == ["Bob <bob@parvis.example>", "gus@parvis.example"]

    def test_stand_with_their_first_words_in_digests(self, alice, charlie, chosen):
        connect(one=alice, other=charlie, at=AT - DAY)
        subscribe(charlie, alice, rhythm="daily")
        to_connections(alice)
        assert any(CANARY in text(mail) for mail in sent(AT + DAY) if mail["To"].startswith("Charlie"))

    def test_leave_their_pictures_here(self, alice, chosen):
        from parvis.core.stream.models import Status

        publication = to_connections(alice)
        html = f'<p>{CANARY}</p><img src="/media/x/" alt="Une bécasse">'
        Status.objects.unguarded("a test writes").filter(publication=publication).update(html=html)
        for mail in sent():
            assert "[Une bécasse]" in text(mail)
            assert "<img" not in mail.get_body(("html",)).get_content()

    def test_are_whole_in_feeds_of_their_own_and_a_link_otherwise(self, alice, bob, theirs):
        path = reverse("own-feed", args=[actions.open_feed(person=bob, at=AT)])
        to_connections(alice)
        assert CANARY not in Client().get(path).content.decode()
        let_whole_texts_leave(author=alice, audience=theirs, at=AT)
        assert CANARY in feedparser.parse(Client().get(path).content).entries[0].content[0].value
        copy = Copy.objects.get(channel="feed")
        assert copy.is_whole, "what was a link before is whole now, and noted once"


class TestBetweenTheQueueAndTheLine:
    @pytest.mark.parametrize("change", ["taken back", "narrowed", "moved", "narrows with time"])
    def test_no_whole_text_leaves_once_its_choice_does_not_stand(self, change, alice, bob, chosen):
        publication = to_connections(alice)
        mail = one_claimed()
        letter = letter_for(mail, AT + LATER)
        assert CANARY in letter.data.decode()
        assert may_still_leave(Sent(mail, letter), AT + LATER)
        at = AT + LATER
        match change:
            case "taken back":
                send_links_only(author=alice, audience=chosen)
            case "narrowed":
                circle = make_circle(owner=alice, name="Près", at=AT, people=[bob])
                gus = mail.person
                if gus != bob:
                    add_to_circle(circle=circle, person=gus, at=AT, opens_past=True)
                near = audience_for(expression=Expression(frozenset({circle.pk})), owner=alice)
                stream.change_audience(publication=publication, audience=near, at=AT)
            case "moved":
                members = audience_for(
                    expression=Expression(frozenset({2, connections_group(alice).pk})), owner=alice
                )
                stream.change_audience(publication=publication, audience=members, at=AT)
                publication.refresh_from_db()
                publication.revision -= 1
                publication.save()  # the words are those of before: it is the audience that tells
            case "narrows with time":
                mine = audience_for(expression=Expression(), owner=alice)
                stream.set_standing_rule(person=alice, kind="", after_days=1, audience=mine, at=AT)
                at = AT + 2 * DAY
        assert not may_still_leave(Sent(mail, letter), at)
        again = letter_for(mail, at)
        assert again is None or CANARY not in again.data.decode()

    def test_readers_of_one_text_get_the_same_words(self, alice, bob, chosen):
        to_connections(alice)
        hand_over(AT + LATER)
        mails = claim(worker="one", at=AT + LATER, limit=10)
        writer = Writer(mails)
        first = writer.letter_for(mails[0], AT + LATER)
        send_links_only(author=alice, audience=chosen)
        second = writer.letter_for(mails[1], AT + LATER)
        assert not may_still_leave(Sent(mails[0], first), AT + LATER)
        assert not may_still_leave(Sent(mails[1], second), AT + LATER), "written from what was allowed before"
        fresh = Writer(mails).letter_for(mails[1], AT + LATER)
        assert CANARY not in fresh.data.decode()
        assert may_still_leave(Sent(mails[1], fresh), AT + LATER)

    def test_digests_are_held_to_it_too(self, alice, charlie, chosen):
        connect(one=alice, other=charlie, at=AT - DAY)
        subscribe(charlie, alice, rhythm="daily")
        to_connections(alice)
        queue_digests(AT + DAY)
        (mail,) = [one for one in claim(worker="one", at=AT + DAY, limit=10) if one.kind == "digest"]
        letter = letter_for(mail, AT + DAY)
        assert CANARY in letter.data.decode()
        send_links_only(author=alice, audience=chosen)
        assert not may_still_leave(Sent(mail, letter), AT + DAY)


class TestThoseWhoComeInLater:
    def test_get_what_was_widened_by_mail_once(self, alice, bob, theirs):
        publication = said(alice, "Un mot.", groups=frozenset({one_person_group(bob).pk}))
        assert [mail["To"] for mail in sent()] == ["Bob <bob@parvis.example>"]
        stream.change_audience(publication=publication, audience=theirs, at=AT + timedelta(hours=1))
        assert [mail["To"] for mail in sent(AT + timedelta(hours=2))] == ["gus@parvis.example"]
        assert sent(AT + timedelta(hours=3)) == []

    def test_get_nothing_that_an_import_brought(self, alice, bob, theirs):
        publication = said(alice, "Un mot.", groups=frozenset({one_person_group(bob).pk}))
        actions.never_announce([publication], at=AT)
        stream.change_audience(publication=publication, audience=theirs, at=AT + timedelta(hours=1))
        assert sent(AT + timedelta(hours=2)) == []
        assert not Mail.objects.exists()
