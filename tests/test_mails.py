"""Mails are pages that have left: what happens behind a reader's back changes no byte of theirs."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from parvis.conftest import AT
from parvis.core.audiences.actions import let_whole_texts_leave
from parvis.core.audiences.models import Audience
from parvis.core.audiences.rule import Viewer
from parvis.core.delivery import actions
from parvis.core.delivery.actions.handing import hand_over
from parvis.core.delivery.actions.noticing import hand_over_notices
from parvis.core.delivery.letters import letter_for
from parvis.core.delivery.models import Copy, Mail, Subscription
from parvis.core.delivery.notices import NOTICES
from parvis.core.people.models import Notice, Person
from parvis.core.stream.models import Publication, Source

from .world import CANARY, World, behind_backs, build

pytestmark = pytest.mark.django_db
READERS = ("charlie", "dana", "erin", "gus", "ruth", "olive")


@pytest.fixture
def world(square, settings):
    settings.PARVIS_URL = "https://parvis.example"
    with time_machine.travel(AT + timedelta(seconds=1), tick=False):
        yield build(AT)


def follow_everything(person: Person) -> None:
    """Everything there is to follow, once a day, from the beginning of time."""
    for source in Source.objects.exclude(kind="comments"):
        actions.subscribe(person=person, source=source, channel="mail", rhythm="daily", at=AT)
    Subscription.objects.filter(follow__person=person).update(since=0)


def digest(person: Person) -> bytes:
    """The digest of this person, were it to leave now; nothing for none."""
    at = AT + timedelta(seconds=1)
    mail = Mail(kind="digest", person=person, rhythm="daily", public_id="x" * 20)
    made = letter_for(mail, at)
    return made.data if made is not None else b""


class TestDigestsOfTwoWorlds:
    @pytest.mark.parametrize("name", READERS)
    def test_that_differ_only_in_what_one_may_not_see_are_the_same(self, world: World, name: str):
        follow_everything(world[name])
        before = digest(world[name])
        behind_backs(world)
        after = digest(world[name])
        assert before == after
        assert CANARY.encode() not in after

    def test_and_hold_something(self, world: World):
        follow_everything(world["charlie"])
        assert b"https://parvis.example/journal/" in digest(world["charlie"])

    def test_a_planted_leak_is_found(self, world: World, monkeypatch: pytest.MonkeyPatch):
        follow_everything(world["charlie"])
        before = digest(world["charlie"])
        monkeypatch.setattr(
            "parvis.core.delivery.letters.page_of",
            lambda _viewer, sources, **_more: type(
                "Page",
                (),
                {
                    "publications": list(
                        Publication.objects.unguarded("a planted leak")
                        .filter(placements__stream__source__in=sources)
                        .exclude(published_at=None)
                    ),
                    "before": None,
                },
            ),
        )
        behind_backs(world)
        assert digest(world["charlie"]) != before


class TestFeedsOfTwoWorlds:
    @pytest.mark.parametrize("name", READERS)
    def test_are_the_same_with_and_without_what_one_may_not_see(self, world: World, name: str):
        follow_everything(world[name])
        path = reverse("own-feed", args=[actions.open_feed(person=world[name], at=AT)])
        before = Client().get(path)
        behind_backs(world)
        after = Client().get(path)
        assert after.status_code == 200
        assert (before.content, before.headers) == (after.content, after.headers)
        assert CANARY.encode() not in after.content


def told(person: Person, at: datetime) -> list[bytes]:
    """The mails that tell this person something at once, were they to leave now."""
    hand_over_notices(at)
    mails = Mail.objects.filter(person=person, kind="notice").order_by("pk")
    made = [letter_for(mail, at) for mail in mails]
    return [one.data for one in made if one is not None]


class TestNoticesOfTwoWorlds:
    @pytest.mark.parametrize("name", READERS)
    def test_that_differ_only_in_what_one_may_not_see_are_the_same(self, world: World, name: str):
        at = AT + timedelta(minutes=5)
        actions.choose_ways(person=world[name], ways=dict.fromkeys(NOTICES, "now"), at=AT)
        before = told(world[name], at)
        behind_backs(world, reported=name != "olive")
        after = told(world[name], at)
        assert before == after
        assert CANARY.encode() not in b"".join(after)

    def test_and_say_something(self, world: World):
        actions.choose_ways(person=world["charlie"], ways={"stream.mention": "now"}, at=AT)
        (mail,) = told(world["charlie"], AT + timedelta(minutes=5))
        assert b"Subject: Ruth mentioned you" in mail

    def test_a_planted_leak_is_found(self, world: World, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(
            "parvis.core.delivery.actions.mentioning.mentioning",
            lambda _person, _viewer: Publication.objects.unguarded("a planted leak"),
        )
        behind_backs(world)
        assert Notice.objects.filter(person=world["dana"], kind="stream.mention").exists()
        actions.choose_ways(person=world["dana"], ways={"stream.mention": "now"}, at=AT)
        assert told(world["dana"], AT + timedelta(minutes=5)) == [], "the rule is asked again by the letter"


class TestWholeTexts:
    """Authors who let whole texts leave for all their audiences tell nobody more than they may read."""

    @pytest.mark.parametrize("name", READERS)
    def test_of_two_worlds_are_the_same(self, world: World, name: str):
        follow_everything(world[name])
        path = reverse("own-feed", args=[actions.open_feed(person=world[name], at=AT)])
        let_everything_leave(world)
        before = digest(world[name]), Client().get(path).content
        behind_backs(world)
        let_everything_leave(world)
        after = digest(world[name]), Client().get(path).content
        assert before == after
        assert not any(CANARY.encode() in one for one in after)

    def test_reach_the_one_they_are_for(self, world: World):
        follow_everything(world["bob"])
        path = reverse("own-feed", args=[actions.open_feed(person=world["bob"], at=AT)])
        behind_backs(world)
        assert f"{CANARY} for bob".encode() not in Client().get(path).content
        let_everything_leave(world)
        assert f"{CANARY} for bob".encode() in Client().get(path).content
        assert f"{CANARY} for bob".encode() in digest(world["bob"])


def let_everything_leave(world: World) -> None:
    for author in world.people.values():
        for audience in Audience.objects.all():
            let_whole_texts_leave(author=author, audience=audience, at=AT)


class TestMailsAtOnce:
    def test_are_queued_for_nobody_who_may_not_read(self, world: World, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr("parvis.core.delivery.actions.handing.RECENT", timedelta(days=4_000))
        for person in world.people.values():
            for source in Source.objects.exclude(kind="comments"):
                actions.subscribe(person=person, source=source, channel="mail", rhythm="now", at=AT)
        Subscription.objects.update(since=0)
        behind_backs(world)
        at = timezone.now() + timedelta(minutes=5)
        while hand_over(at):
            pass
        assert Mail.objects.count() > 10
        for mail in Mail.objects.select_related("person"):
            seen = Publication.objects.visible_to(Viewer.of(mail.person, at))
            assert seen.filter(pk__in=[mail.publication_id]).exists(), mail
        assert Copy.objects.count() == Mail.objects.count()
