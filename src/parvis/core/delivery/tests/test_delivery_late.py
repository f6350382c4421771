"""What is opened to a reader after it came out comes to them, once, whatever is older than their last mail."""

from datetime import timedelta

import pytest

from parvis.conftest import AT, make_person
from parvis.core.audiences.actions import Expression, audience_for, block, connections_group
from parvis.core.delivery import actions
from parvis.core.delivery.actions.handing import hand_over
from parvis.core.delivery.models import Mail, Subscription
from parvis.core.stream import actions as stream
from parvis.core.stream.models import Status

from .worlds import LATER, said, sent, text, theme

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def known(settings):
    settings.PARVIS_URL = "https://parvis.example"


@pytest.fixture
def birds(alice):
    return theme()


def subscribe(person, source, rhythm="daily", at=AT - HOUR, **more):
    actions.subscribe(person=person, source=source, channel="mail", rhythm=rhythm, at=at, **more)


def circle(alice):
    """Alice's connections: bob is one, charlie is not."""
    return frozenset({connections_group(alice).pk})


def open_to(publication, groups, at):
    audience = audience_for(expression=Expression(groups), owner=publication.author)
    publication.refresh_from_db()
    stream.change_audience(publication=publication, audience=audience, at=at)


EVERYONE, NOBODY = frozenset({1}), frozenset[int]()


class TestInTheDigest:
    def test_comes_though_it_is_older_than_the_last_and_once(self, alice, charlie, birds):
        subscribe(charlie, birds)
        hidden = said(alice, "Une grive.", groups=circle(alice), sources=[birds])
        said(alice, "Une bécasse.", sources=[birds], at=AT + HOUR)
        (first,) = sent(AT + DAY)
        assert "grive" not in text(first)
        assert "bécasse" in text(first)

        open_to(hidden, EVERYONE, AT + DAY + HOUR)
        (second,) = sent(AT + 2 * DAY)
        assert "grive" in text(second)
        assert "bécasse" not in text(second)
        assert sent(AT + 3 * DAY) == []

    def test_comes_however_old_it_is(self, alice, charlie, birds):
        old = said(alice, "Une grive.", groups=circle(alice), sources=[birds], at=AT - 400 * DAY)
        subscribe(charlie, birds)
        open_to(old, EVERYONE, AT)
        assert ["grive" in text(mail) for mail in sent(AT + DAY)] == [True]

    def test_does_not_come_to_whoever_could_read_it_before(self, alice, bob, charlie, birds):
        old = said(alice, "Une grive.", groups=circle(alice), sources=[birds], at=AT - 400 * DAY)
        for person in (bob, charlie):
            subscribe(person, birds)
        open_to(old, EVERYONE, AT)
        assert [mail["To"] for mail in sent(AT + DAY)] == ["Charlie <charlie@parvis.example>"]

    def test_does_not_come_again_when_it_is_shut_and_opened(self, alice, bob, charlie, birds):
        old = said(alice, "Une grive.", sources=[birds], at=AT - 400 * DAY)
        subscribe(charlie, birds)
        open_to(old, NOBODY, AT)
        open_to(old, EVERYONE, AT + HOUR)
        assert sent(AT + DAY) == [], "they could read it before"

    def test_does_not_come_again_by_mail_to_whoever_got_it(self, alice, charlie, birds):
        subscribe(charlie, birds)
        post = said(alice, "Une grive.", sources=[birds])
        assert len(sent(AT + DAY)) == 1
        open_to(post, NOBODY, AT + DAY + HOUR)
        open_to(post, EVERYONE, AT + DAY + 2 * HOUR)
        assert sent(AT + 2 * DAY) == []

    def test_does_not_come_while_it_is_open_to_others_alone(self, alice, bob, charlie, birds):
        hidden = said(alice, "canari-7f3a", groups=NOBODY, sources=[birds], at=AT - 9 * DAY)
        subscribe(charlie, birds)
        open_to(hidden, circle(alice), AT)
        assert sent(AT + DAY) == []

    def test_does_not_come_through_a_shut_door(self, alice, charlie, birds):
        hidden = said(alice, "canari-7f3a", groups=circle(alice), sources=[birds], at=AT - 9 * DAY)
        subscribe(charlie, birds)
        open_to(hidden, frozenset({2}), AT)
        block(by=alice, person=charlie, at=AT)
        assert sent(AT + DAY) == []

    def test_of_another_source_does_not_come(self, alice, charlie, birds):
        hidden = said(alice, "Une grive.", groups=circle(alice), sources=[theme("Mer")], at=AT - 9 * DAY)
        subscribe(charlie, birds)
        open_to(hidden, EVERYONE, AT)
        assert sent(AT + DAY) == []

    def test_in_another_language_does_not_come(self, alice, charlie, birds):
        hidden = said(alice, "Une grive.", groups=circle(alice), sources=[birds], at=AT - 9 * DAY)
        subscribe(charlie, birds, languages=["en"])
        open_to(hidden, EVERYONE, AT)
        assert sent(AT + DAY) == []

    def test_opened_before_one_asked_does_not_come(self, alice, charlie, birds):
        hidden = said(alice, "Une grive.", groups=circle(alice), sources=[birds], at=AT - 9 * DAY)
        open_to(hidden, EVERYONE, AT - 2 * DAY)
        subscribe(charlie, birds)
        assert sent(AT + DAY) == []

    def test_comes_once_to_whoever_follows_two_sources_in_two_rhythms(self, alice, charlie, birds):
        subscribe(charlie, birds)
        subscribe(charlie, stream.source_of(alice), rhythm="now")
        said(alice, "Une grive.", sources=[birds])
        assert len(sent()) == 1
        assert sent(AT + DAY) == [], "it came at once, and the digest does not bring it again"

    def test_planned_comes_when_it_is_out(self, alice, charlie, birds):
        subscribe(charlie, birds)
        publication = stream.begin(kind="stream.status", author=alice, language="fr", at=AT)
        Status.objects.create(publication=publication, source="Une grive.", html="<p>Une grive.</p>")
        stream.publish(
            publication=publication,
            said=stream.Said(text="Une grive.", language="fr"),
            audience=audience_for(expression=Expression(EVERYONE), owner=alice),
            sources=[birds],
            at=AT,
            come_out_at=AT + DAY + HOUR,
        )
        said(alice, "Une bécasse.", sources=[birds], at=AT + HOUR)
        assert len(sent(AT + DAY)) == 1
        assert len(sent(AT + 2 * DAY)) == 1
        assert sent(AT + 3 * DAY) == []


class TestAtOnce:
    def test_comes_however_old_it_is_to_those_who_come_in_and_once(self, alice, bob, charlie, birds):
        old = said(alice, "Une grive.", groups=circle(alice), sources=[birds], at=AT - 400 * DAY)
        for person in (bob, charlie):
            subscribe(person, birds, rhythm="now")
        open_to(old, EVERYONE, AT)
        assert [mail["To"] for mail in sent(AT + LATER)] == ["Charlie <charlie@parvis.example>"]
        open_to(old, NOBODY, AT + HOUR)
        open_to(old, EVERYONE, AT + 2 * HOUR)
        assert sent(AT + 3 * HOUR) == []

    def test_comes_in_a_second_step_to_those_of_the_second_step(self, alice, bob, charlie, birds):
        post = said(alice, "Une grive.", groups=NOBODY, sources=[birds])
        for person in (bob, charlie):
            subscribe(person, birds, rhythm="now")
        sent(AT + LATER)
        open_to(post, circle(alice), AT + HOUR)
        assert [mail["To"] for mail in sent(AT + HOUR + LATER)] == ["Bob <bob@parvis.example>"]
        open_to(post, EVERYONE, AT + 2 * HOUR)
        assert [mail["To"] for mail in sent(AT + 2 * HOUR + LATER)] == ["Charlie <charlie@parvis.example>"]

    def test_does_not_come_to_whoever_asked_since(self, alice, charlie, birds):
        old = said(alice, "Une grive.", groups=circle(alice), sources=[birds], at=AT - 9 * DAY)
        open_to(old, EVERYONE, AT)
        subscribe(charlie, birds, rhythm="now", at=AT + timedelta(seconds=1))
        assert sent(AT + LATER) == []

    def test_opened_in_the_middle_of_a_hand_over_reaches_those_before(
        self, alice, bob, charlie, birds, monkeypatch
    ):
        monkeypatch.setattr("parvis.core.delivery.actions.handing.A_CHUNK", 1)
        subscribe(charlie, birds, rhythm="now")
        subscribe(bob, birds, rhythm="now")
        post = said(alice, "Une grive.", groups=circle(alice), sources=[birds])
        hand_over(AT + LATER)  # charlie was asked about
        open_to(post, EVERYONE, AT + LATER)
        assert {mail["To"].split()[0] for mail in sent(AT + HOUR)} == {"Bob", "Charlie"}

    def test_that_was_brought_in_is_not_announced_when_it_is_opened(self, alice, charlie, birds):
        post = said(alice, "Une grive.", groups=circle(alice), sources=[birds])
        actions.never_announce([post], at=AT)
        subscribe(charlie, birds, rhythm="now")
        open_to(post, EVERYONE, AT + HOUR)
        assert sent(AT + 2 * HOUR) == []


class TestFromADigestToAtOnce:
    def change(self, person, source, rhythm, at):
        actions.subscribe(person=person, source=source, channel="mail", rhythm=rhythm, at=at)

    def test_what_waited_comes_in_one_last_digest_and_the_rest_at_once(self, alice, bob, birds):
        subscribe(bob, birds)
        said(alice, "Une grive.", sources=[birds])
        said(alice, "Une bécasse.", sources=[birds], at=AT + timedelta(seconds=1))
        sent(AT + LATER)  # handed over, to nobody
        self.change(bob, birds, "now", AT + HOUR)
        (last,) = sent(AT + HOUR)
        assert "grive" in text(last)
        assert "bécasse" in text(last)
        assert "comes at once" in text(last)
        subscription = Subscription.objects.get()
        assert subscription.public_id in last["List-Unsubscribe"], "one click ends this source"

        said(alice, "Un merle.", sources=[birds], at=AT + 2 * HOUR)
        assert ["merle" in text(mail) for mail in sent(AT + 2 * HOUR + LATER)] == [True]
        assert sent(AT + DAY) == []

    def test_what_came_out_just_before_comes_once(self, alice, bob, birds):
        subscribe(bob, birds)
        said(alice, "Une grive.", sources=[birds], at=AT + HOUR - timedelta(seconds=10))
        self.change(bob, birds, "now", AT + HOUR)
        mails = [*sent(AT + HOUR), *sent(AT + HOUR + LATER), *sent(AT + DAY)]
        assert len(mails) == 1

    def test_nothing_waited_and_nothing_comes(self, alice, bob, birds):
        subscribe(bob, birds)
        self.change(bob, birds, "now", AT + HOUR)
        assert sent(AT + HOUR) == []

    def test_back_to_the_digest_before_it_left_it_is_in_the_next(self, alice, bob, birds):
        subscribe(bob, birds)
        said(alice, "Une grive.", sources=[birds])
        sent(AT + LATER)
        self.change(bob, birds, "now", AT + HOUR)
        self.change(bob, birds, "weekly", AT + HOUR)
        assert sent(AT + HOUR) == []
        assert len(sent(AT + DAY)) == 1
        assert sent(AT + 8 * DAY) == []

    def test_it_waits_for_the_end_of_quiet_hours(self, alice, bob, birds):
        bob.zone = "UTC"
        bob.save()
        subscribe(bob, birds)
        said(alice, "Une grive.", sources=[birds])
        sent(AT + LATER)
        actions.set_quiet_hours(person=bob, begins=10, ends=13, at=AT)
        self.change(bob, birds, "now", AT + HOUR)
        self.rest(AT + HOUR)
        assert Mail.objects.get().next_try == AT + 3 * HOUR
        assert len(sent(AT + 3 * HOUR)) == 1

    def rest(self, at):
        from parvis.core.delivery.actions.resting import rest
        from parvis.core.delivery.actions.sending import claim

        rest(claim(worker="one", at=at, limit=10), at)

    def test_it_comes_to_a_reader_of_other_sources_beside_their_digest(self, alice, bob, birds):
        boats = theme("Bateaux", "Boats")
        for source in (birds, boats):
            subscribe(bob, source)
        said(alice, "Une grive.", sources=[birds])
        said(alice, "Une barque.", sources=[boats], at=AT + timedelta(seconds=1))
        sent(AT + LATER)
        self.change(bob, birds, "now", AT + HOUR)
        (last,) = sent(AT + HOUR)
        assert "barque" not in text(last)
        (daily,) = sent(AT + DAY)
        assert "barque" in text(daily)
        assert "grive" not in text(daily)


def test_a_digest_of_what_no_room_shows_any_more_is_not_sent(alice, bob, birds):
    subscribe(bob, birds)
    said(alice, "Une grive.", sources=[birds])
    Status.objects.all().delete()
    assert sent(AT + DAY) == []


def test_a_reader_who_comes_in_among_many_costs_no_question_each(alice, birds, django_assert_max_num_queries):
    old = said(alice, "Une grive.", groups=circle(alice), sources=[birds], at=AT - 9 * DAY)
    for number in range(12):
        subscribe(make_person(f"r{number}"), birds, rhythm="now")
    open_to(old, EVERYONE, AT)
    with django_assert_max_num_queries(30):
        hand_over(AT + LATER)
    assert Mail.objects.count() == 12
