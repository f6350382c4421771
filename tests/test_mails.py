"""Mails are pages that have left: what happens behind a reader's back changes no byte of theirs."""

from datetime import timedelta

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
from parvis.core.delivery.letters import letter_for
from parvis.core.delivery.models import Copy, Mail, Subscription
from parvis.core.people.models import Person
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
        assert hand_over(at) > 10
        for mail in Mail.objects.select_related("person"):
            seen = Publication.objects.visible_to(Viewer.of(mail.person, at))
            assert seen.filter(pk__in=[mail.publication_id]).exists(), mail
        assert Copy.objects.count() == Mail.objects.count()
