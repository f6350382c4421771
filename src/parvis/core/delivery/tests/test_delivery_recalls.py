"""Copies asked back: alice narrows a text and the ledger tells the truth, through a relay and back by a link."""

import email
import email.policy
import re
from datetime import timedelta

import feedparser
import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from parvis.conftest import AT, logged_in, make_person
from parvis.core.audiences.actions import (
    Expression,
    audience_for,
    block,
    connect,
    connections_group,
    let_whole_texts_leave,
    one_person_group,
)
from parvis.core.delivery import actions
from parvis.core.delivery.actions.handing import hand_over
from parvis.core.delivery.actions.planning import queue_digests
from parvis.core.delivery.actions.recalling import A_CHUNK, serve, serve_recalls
from parvis.core.delivery.actions.sending import claim
from parvis.core.delivery.carrying import Carrier, relay_of
from parvis.core.delivery.ledger import ask_back, lines_of, may_ask
from parvis.core.delivery.links import key
from parvis.core.delivery.models import Copy, Mail, Recall, Subscription
from parvis.core.delivery.relay import RelayAddress
from parvis.core.stream import actions as stream

from .sink import sink
from .worlds import LATER, said

DAY = timedelta(days=1)
CANARY = "canari-7f3a"
TITLE = "Le plan"


@pytest.fixture
def relay(settings):
    with sink() as server:
        settings.PARVIS_URL = "https://parvis.example"
        settings.PARVIS_MAIL_URL = server.url
        settings.DEFAULT_FROM_EMAIL = "Le parvis <parvis@parvis.example>"
        yield server


@pytest.fixture
def readers(alice, bob):
    """bob and dan, connected to alice, get at once what she says; dan alone is kept in what follows."""
    dan = make_person("dan")
    connect(one=alice, other=dan, at=AT - DAY)
    for person in (bob, dan):
        source = stream.source_of(alice)
        actions.subscribe(person=person, source=source, channel="mail", rhythm="now", at=AT - DAY)
    return {"bob": bob, "dan": dan}


@pytest.fixture
def whole(alice, readers):
    """A text for alice’s connections, which leaves whole."""
    group = connections_group(alice).pk
    theirs = audience_for(expression=Expression(frozenset({group})), owner=alice)
    let_whole_texts_leave(author=alice, audience=theirs, at=AT)
    return said(alice, CANARY, groups=frozenset({group}), title=TITLE)


def send(at):
    """A worker’s round at a moment, through the relay."""
    carrier = Carrier(alone=True, clock=lambda: at)
    hand_over(at)
    queue_digests(at)
    serve_recalls(at)
    batch = claim(worker=carrier.name, at=at, limit=100)
    if batch:
        carrier.send(batch, relay_of(RelayAddress.read(settings.PARVIS_MAIL_URL)))


def after_that():
    """A moment after all that a worker has noted on its own clock."""
    return max(timezone.now(), AT + DAY)


def narrow(alice, publication, *people, at=AT + DAY):
    groups = frozenset(one_person_group(person).pk for person in people)
    audience = audience_for(expression=Expression(groups), owner=alice)
    stream.change_audience(publication=publication, audience=audience, at=at)
    publication.refresh_from_db()


def told(publication, at=AT + 2 * DAY):
    return " ".join(f"{line.words} {line.advice}" for line in lines_of(publication, at))


def read(data):
    return email.message_from_bytes(data, policy=email.policy.default)


def states(channel="mail"):
    rows = Copy.objects.filter(channel=channel).values_list("person__name", "state")
    return dict(rows)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
class TestAliceNarrowsAText:
    """From the mail that leaves to the answer of whoever deleted it: what really went over the line."""

    def test_and_the_ledger_tells_the_truth(self, alice, readers, whole, relay):
        send(AT + LATER)
        assert len(relay.taken) == 2
        first = {to: read(data) for _from, to, data in relay.taken}
        assert "2 mails have left with the whole text" in told(whole)
        assert not may_ask(whole, AT + LATER)

        stream.edit(
            publication=whole,
            said=stream.Said(title="Un titre plus secret", text="x", language="fr"),
            at=AT + DAY,
        )
        narrow(alice, whole, readers["dan"])
        later = after_that()
        assert may_ask(whole, later)
        ask_back(whole, later)
        relay.taken.clear()
        send(later)
        send(later + LATER)

        ((_from, to, data),) = relay.taken
        asked = read(data)
        assert to == "bob@parvis.example", "dan may still read it, and is left in peace"
        assert asked["In-Reply-To"] == first[to]["Message-ID"] == asked["References"]
        assert asked["Auto-Submitted"] == "auto-generated"
        assert TITLE in asked["Subject"]
        body = asked.get_body(("plain",)).get_content()
        assert "asks you to delete that mail" in body
        assert "secret" not in data.decode(), "a title that he was never shown"
        assert CANARY not in data.decode()
        assert states() == {"Bob": "asked", "Dan": "left"}
        assert "2 mails have left with the whole text" in told(whole), "who was asked is not told apart"
        assert "you asked whoever holds a mail" in told(whole)
        assert not may_ask(whole, later)

        link = re.search(r"https://parvis\.example(/mail/gone/\w+/)", body)[1]
        assert Client().get(link).status_code == 200
        assert states()["Bob"] == "asked", "a program that only opens the link answers nothing"
        assert Client(enforce_csrf_checks=True).post(link).status_code == 200
        assert states()["Bob"] == "confirmed"
        assert "1 person says it is deleted." in told(whole)

    def test_digests_are_asked_back_by_the_title_they_held(self, alice, readers, charlie, relay):
        connect(one=alice, other=charlie, at=AT - DAY)
        source = stream.source_of(alice)
        actions.subscribe(person=charlie, source=source, channel="mail", rhythm="daily", at=AT - DAY)
        group = connections_group(alice).pk
        one = said(alice, CANARY, groups=frozenset({group}), title=TITLE)
        other = said(alice, "Autre", groups=frozenset({group}), title="Autre", at=AT + timedelta(seconds=1))
        send(AT + DAY)
        stream.delete(publication=one, by=alice, at=AT + DAY)
        relay.taken.clear()
        ask_back(one, after_that())
        send(after_that())
        asked = {to: read(data) for _from, to, data in relay.taken}
        assert set(asked) == {f"{name}@parvis.example" for name in ("bob", "dan", "charlie")}
        assert all(TITLE in mail["Subject"] for mail in asked.values())
        assert Copy.objects.get(publication=other, person=charlie).state == "left"
        assert Copy.objects.get(publication=one, person=charlie).state == "asked"


@pytest.fixture
def known(settings):
    settings.PARVIS_URL = "https://parvis.example"


def had_left(publication):
    """As if all its mails had left."""
    hand_over(AT + LATER)
    Mail.objects.update(state="left")
    Copy.objects.filter(channel="mail").update(
        state="left", is_whole=True, left_at=AT + LATER, state_at=AT + LATER
    )


def queued(publication, at=AT + DAY):
    """Who is asked back."""
    ask_back(publication, at)
    serve_recalls(at)
    return set(Mail.objects.filter(kind="recall").values_list("person__name", flat=True))


@pytest.mark.django_db
@pytest.mark.usefixtures("known")
class TestAsking:
    def test_is_for_those_who_may_not_read_it_any_more(self, alice, readers, whole):
        had_left(whole)
        narrow(alice, whole, readers["dan"])
        assert queued(whole) == {"Bob"}

    def test_is_for_all_once_it_is_deleted(self, alice, readers, whole):
        had_left(whole)
        stream.delete(publication=whole, by=alice, at=AT + DAY)
        assert queued(whole) == {"Bob", "Dan"}

    def test_writes_to_nobody_between_whom_a_door_is_shut(self, alice, readers, whole):
        had_left(whole)
        block(by=readers["bob"], person=alice, at=AT)
        stream.delete(publication=whole, by=alice, at=AT + DAY)
        assert queued(whole) == {"Dan"}

    def test_writes_to_nobody_who_has_ended_these_mails(self, alice, readers, whole):
        had_left(whole)
        actions.leave_all(person=readers["bob"], at=AT)
        stream.delete(publication=whole, by=alice, at=AT + DAY)
        assert queued(whole) == {"Dan"}

    def test_tells_by_no_number_who_left_or_shut_a_door(self, alice, readers, whole, as_alice):
        had_left(whole)
        stream.delete(publication=whole, by=alice, at=AT + DAY)
        path = reverse("publication-copies", args=[whole.public_id])
        before = as_alice.get(path).content
        actions.leave_all(person=readers["bob"], at=AT)
        block(by=readers["dan"], person=alice, at=AT)
        assert without_forms(as_alice.get(path).content) == without_forms(before)
        ask_back(whole, AT + DAY)
        serve_recalls(AT + DAY)
        after = as_alice.get(path).content.decode()
        assert "2 mails have left with the whole text" in after
        assert "you asked whoever holds a mail" in after

    def test_is_done_once_for_a_copy(self, alice, readers, whole):
        had_left(whole)
        stream.delete(publication=whole, by=alice, at=AT + DAY)
        queued(whole)
        queued(whole, AT + 2 * DAY)
        assert Mail.objects.filter(kind="recall").count() == 2

    def test_waits_for_those_who_rest(self, alice, readers, whole):
        had_left(whole)
        actions.pause_all(person=readers["bob"], until=AT + 9 * DAY, at=AT)
        stream.delete(publication=whole, by=alice, at=AT + DAY)
        queued(whole)
        assert Mail.objects.get(kind="recall", person=readers["bob"]).next_try == AT + 9 * DAY

    def test_is_served_in_parts_that_may_be_interrupted(self, alice, readers, whole, monkeypatch):
        monkeypatch.setattr("parvis.core.delivery.actions.recalling.A_CHUNK", 1)
        had_left(whole)
        stream.delete(publication=whole, by=alice, at=AT + DAY)
        ask_back(whole, AT + DAY)
        row = Recall.objects.get()
        assert serve(row, AT + DAY) == 1
        stale = Recall(pk=row.pk, publication_id=row.publication_id, at=row.at, after=0)
        assert serve(stale, AT + DAY) == 0, "another worker was faster"
        assert serve_recalls(AT + DAY) == 1
        assert Recall.objects.get().done_at == AT + DAY
        assert A_CHUNK == 1_000

    @pytest.mark.parametrize("end", ["restored", "left", "blocked", "answered"])
    def test_is_dropped_when_nothing_is_to_be_asked_any_more(self, end, alice, readers, whole):
        had_left(whole)
        stream.delete(publication=whole, by=alice, at=AT + DAY)
        queued(whole)
        match end:
            case "restored":
                stream.restore(publication=whole, by=alice)
            case "left":
                for person in readers.values():
                    actions.leave_all(person=person, at=AT)
            case "blocked":
                for person in readers.values():
                    block(by=alice, person=person, at=AT)
            case "answered":
                for mail in Mail.objects.filter(kind="recall"):
                    actions.said_deleted(mail=mail, at=AT + DAY)
        at = AT + DAY
        carrier = Carrier(alone=True, clock=lambda: at)
        carrier.keep(claim(worker=carrier.name, at=at, limit=10))
        assert set(Mail.objects.filter(kind="recall").values_list("state", flat=True)) == {"cancelled"}

    def test_waits_thirty_days_for_an_answer(self, alice, readers, whole):
        had_left(whole)
        Copy.objects.update(state="asked", state_at=AT + DAY)
        actions.note_unanswered(AT + 30 * DAY)
        assert set(states().values()) == {"asked"}
        actions.note_unanswered(AT + 31 * DAY)
        assert set(states().values()) == {"unanswered"}

    def test_is_not_offered_where_nobody_lost_it(self, alice, readers, whole):
        had_left(whole)
        assert not may_ask(whole, AT + DAY)
        everyone = audience_for(expression=Expression(frozenset({1})), owner=alice)
        stream.change_audience(publication=whole, audience=everyone, at=AT + DAY)
        assert not may_ask(whole, AT + DAY)

    def test_is_offered_again_for_what_left_since(self, alice, readers, whole):
        had_left(whole)
        stream.delete(publication=whole, by=alice, at=AT + DAY)
        ask_back(whole, AT + DAY)
        assert not may_ask(whole, AT + 2 * DAY)
        Copy.objects.filter(person=readers["bob"]).update(state_at=AT + 2 * DAY)
        assert may_ask(whole, AT + 3 * DAY)


def without_forms(page):
    return re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", page)


@pytest.mark.django_db
@pytest.mark.usefixtures("known")
class TestThePages:
    def test_deleting_leads_to_the_ledger_which_stays_with_its_author(self, alice, readers, whole, as_alice):
        had_left(whole)
        path = reverse("publication-copies", args=[whole.public_id])
        answer = as_alice.post(reverse("publication-delete", args=[whole.public_id]))
        assert answer.headers["Location"] == path
        page = as_alice.get(path).content.decode()
        assert "2 mails have left with the whole text" in page
        assert "Here it is gone" in page
        assert not {"Bob", "Dan"} & set(re.findall(r"\w+", page))
        assert as_alice.post(path).status_code == 303
        assert Recall.objects.count() == 1
        as_alice.post(path)
        assert Recall.objects.count() == 1, "once"
        assert TITLE in as_alice.get(reverse("own-copies")).content.decode()

    def test_narrowing_leads_there_too_and_where_nothing_left_nowhere(
        self, alice, bob, readers, whole, as_alice
    ):
        path = reverse("publication-audience", args=[whole.public_id])
        assert as_alice.post(path, {"audience": "me"}).headers["Location"] == f"/p/{whole.public_id}/"
        as_alice.post(path, {"audience": "connections"})
        had_left(whole)
        answer = as_alice.post(path, {"audience": "me"})
        assert answer.headers["Location"] == reverse("publication-copies", args=[whole.public_id])

    def test_the_ledger_is_for_its_author_alone_also_in_the_trash(
        self, alice, readers, whole, as_bob, as_visitor
    ):
        had_left(whole)
        stream.delete(publication=whole, by=alice, at=AT + DAY)
        path = reverse("publication-copies", args=[whole.public_id])
        for verb in ("get", "post"):
            assert getattr(as_bob, verb)(path).status_code == 404
            assert getattr(as_visitor, verb)(path).status_code == 302
        assert TITLE not in as_bob.get(reverse("own-copies")).content.decode()
        assert not Recall.objects.exists()

    def test_say_for_whom_it_was_when_copies_left(self, alice, readers, whole, as_alice):
        had_left(whole)
        narrow(alice, whole, readers["dan"])
        page = as_alice.get(reverse("publication-copies", args=[whole.public_id])).content.decode()
        assert "my connections" in page

    @pytest.mark.parametrize("token", ["x", "x" * 60, "é" * 20])
    def test_an_answer_that_this_house_did_not_ask_for_is_absent(self, token, square):
        for verb in ("get", "post"):
            assert getattr(Client(), verb)(f"/mail/gone/{token}/").status_code == 404

    def test_an_answer_is_taken_when_the_text_is_long_gone(self, square):
        path = reverse("copy-gone", args=[key("gone", "x" * 20)])
        assert Client().post(path).status_code == 200

    def test_the_link_opens_nothing_else_and_shows_nothing(self, alice, readers, whole):
        had_left(whole)
        stream.delete(publication=whole, by=alice, at=AT + DAY)
        queued(whole)
        mail = Mail.objects.filter(kind="recall").first()
        answer = Client().get(reverse("copy-gone", args=[key("gone", mail.public_id)]))
        page = answer.content.decode()
        assert not any(words in page for words in (TITLE, "Alice"))
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert Client().get(f"/mail/{key('gone', mail.public_id)}/").status_code == 404
        assert not answer.cookies


@pytest.mark.django_db
@pytest.mark.usefixtures("known")
class TestAFeedOfOnesOwn:
    """What an address gave out and its reader may not see any more is asked back by the feed itself (RFC 6721)."""

    def gone(self, path):
        found = re.findall(
            r'<at:deleted-entry ref="([^"]+)" when="([^"]+)"', Client().get(path).content.decode()
        )
        return dict(found)

    def test_asks_for_what_it_gave_out_and_for_nothing_else(self, alice, bob, readers, whole):
        path = reverse("own-feed", args=[actions.open_feed(person=bob, at=AT)])
        Client().get(path)
        never = said(alice, "Pour dan", groups=frozenset({one_person_group(readers["dan"]).pk}))
        assert self.gone(path) == {}
        narrow(alice, whole, readers["dan"])
        stream.delete(publication=never, by=alice, at=AT)
        stones = self.gone(path)
        assert [ref.rpartition(":")[2] for ref in stones] == [whole.public_id]
        assert feedparser.parse(Client().get(path).content).bozo == 0
        assert states("feed") == {"Bob": "asked"}
        assert self.gone(path) == stones, "the moment stays, and tells when this feed asked first"

    def test_of_a_new_address_says_nothing_of_what_the_one_before_gave(self, alice, bob, readers, whole):
        Client().get(reverse("own-feed", args=[actions.open_feed(person=bob, at=AT)]))
        Copy.objects.update(left_at=AT)
        path = reverse("own-feed", args=[actions.open_feed(person=bob, at=AT + timedelta(hours=1))])
        narrow(alice, whole, readers["dan"])
        assert self.gone(path) == {}

    def test_gives_it_out_again_when_it_is_open_again(self, alice, bob, readers, whole):
        path = reverse("own-feed", args=[actions.open_feed(person=bob, at=AT)])
        Client().get(path)
        stream.delete(publication=whole, by=alice, at=AT)
        assert len(self.gone(path)) == 1
        stream.restore(publication=whole, by=alice)
        assert self.gone(path) == {}
        assert states("feed") == {"Bob": "left"}

    def test_says_nothing_of_what_is_only_no_longer_followed(self, alice, bob, readers, whole):
        path = reverse("own-feed", args=[actions.open_feed(person=bob, at=AT)])
        Client().get(path)
        stream.unfollow(person=bob, source=stream.source_of(alice))
        assert self.gone(path) == {}
        assert not Subscription.objects.filter(follow__person=bob).exists()


@pytest.mark.django_db
class TestACopyOfWhatIsHeld:
    def test_is_a_line_of_the_ledger_for_the_words_of_others_in_it(self, alice, bob, at):
        from parvis.core.site.keeping.export import export_zip

        mine = said(alice, "Un mot.")
        comment = stream.answer(subject=mine, author=bob, source="Bien dit", at=at)
        for _time in range(2):
            export_zip(person=alice, at=at).close()
        copy = Copy.objects.get()
        assert (copy.publication, copy.channel, copy.person, copy.is_whole) == (
            comment.publication,
            "export",
            alice,
            True,
        )
        assert "1 copy that someone took" in told(comment.publication)


@pytest.mark.django_db
def test_a_ledger_takes_few_queries(alice, readers, whole, settings, django_assert_max_num_queries):
    settings.PARVIS_URL = "https://parvis.example"
    had_left(whole)
    client = logged_in(alice)
    path = reverse("publication-copies", args=[whole.public_id])
    client.get(path)
    with django_assert_max_num_queries(16):
        client.get(path)
