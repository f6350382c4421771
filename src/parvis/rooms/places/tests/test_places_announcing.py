"""Check-ins on Mastodon: only when said each time, no more exactly than here, and taken back when they stand here no more."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine

from parvis.conftest import AT
from parvis.core.audiences.actions import Expression, audience_for, one_person_group
from parvis.core.audiences.models import MEMBERS, PUBLIC
from parvis.core.delivery.actions.announcing import KEY_HOLDS, NotConnected, notice_changes
from parvis.core.delivery.actions.connecting import connect_account, end_account, forget_accounts
from parvis.core.delivery.actions.errands import PAUSES
from parvis.core.delivery.envoy import Envoy
from parvis.core.delivery.ledger import lines_of
from parvis.core.delivery.models import Announcement, Copy, MastodonAccount
from parvis.core.delivery.tests.mastodon import TOKEN, FalseMastodon, false_mastodon
from parvis.core.site.keeping.erasure import erase_person
from parvis.core.stream import actions as stream
from parvis.core.stream.models import Publication
from parvis.lib.web.tests.site import fetcher
from parvis.rooms.places import actions
from parvis.rooms.places.models import Checkin, Precise, Venue

from .scenes import there, venue_of

pytestmark = pytest.mark.django_db
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
SOON = AT + MINUTE


@pytest.fixture
def abroad() -> Iterator[FalseMastodon]:
    with false_mastodon() as one:
        yield one


@pytest.fixture
def account(alice: Any, abroad: FalseMastodon) -> MastodonAccount:
    return connect_account(person=alice, server=abroad.server, name="alice", token=TOKEN, at=AT - DAY)


@pytest.fixture
def cafe(alice: Any) -> Venue:
    return venue_of(alice, "Café de la Place", 46.519653, 6.632273, AT - DAY, is_shared=True)


def work(at: datetime = SOON) -> None:
    """Everything that a worker does about it at a moment."""
    with time_machine.travel(at, tick=False):
        notice_changes(at)
        envoy = Envoy(alone=True, fetcher=fetcher())
        while envoy.announce(at):
            pass


def said(person: Any, venue: Venue | None, *groups: int, **more: Any) -> Publication:
    return there(person, venue, AT, *groups, announced_to="private", **more)


def audience(person: Any, *groups: int) -> Any:
    return audience_for(expression=Expression(frozenset(groups)), owner=person)


def ledger(publication: Publication, at: datetime = SOON) -> str:
    return " ".join(f"{line.words} {line.advice}" for line in lines_of(publication, at))


class TestAnnouncing:
    def test_happens_only_when_it_is_said(self, alice, cafe, account, abroad):
        there(alice, cafe, AT, PUBLIC)

        work()

        assert abroad.site.asked == []

    def test_says_the_place_and_the_words_to_those_chosen_there(self, alice, cafe, account, abroad):
        publication = said(alice, cafe, MEMBERS, words="A *lemonade*")

        work()

        assert abroad.statuses == {
            "1": {
                "status": "At: Café de la Place, Lausanne, Switzerland\n\nA lemonade",
                "language": "en",
                "visibility": "private",
            }
        }
        copy = Copy.objects.get()
        assert (copy.channel, copy.state, copy.person) == ("mastodon", "left", None)
        assert "It was announced on Mastodon" in ledger(publication)

    @pytest.mark.parametrize("precision", [Precise.QUARTER, Precise.TOWN, Precise.COUNTRY, Precise.NOWHERE])
    def test_says_no_more_than_was_allowed_here(self, alice, cafe, account, abroad, precision):
        said(alice, cafe, PUBLIC, precision=precision)

        work()

        words = abroad.statuses["1"]["status"]
        assert "Café" not in words
        assert not re.search(r"\d+\.\d", words.partition("http")[0])

    def test_leads_here_only_where_everyone_reads_it(self, alice, cafe, account, abroad, settings):
        settings.PARVIS_URL = "https://parvis.example"
        public, other = said(alice, cafe, PUBLIC), said(alice, cafe, MEMBERS)

        work()

        first, second = (abroad.statuses[number]["status"] for number in ("1", "2"))
        assert f"https://parvis.example{public.get_absolute_url()}" in first
        assert other.public_id not in second

    def test_stands_there_in_the_order_in_which_it_came(self, alice, cafe, account, abroad):
        for number in range(12):
            said(alice, cafe, MEMBERS, words=f"Number {number}.")

        work()

        there_ = [abroad.statuses[str(place)]["status"].rpartition("\n")[2] for place in range(1, 13)]
        assert there_ == [f"Number {number}." for number in range(12)]

    def test_long_words_are_cut_to_what_fits(self, alice, cafe, account, abroad):
        said(alice, cafe, PUBLIC, words="word " * 300)

        work()

        assert 400 < len(abroad.statuses["1"]["status"].partition("http")[0]) < 500

    def test_waits_until_it_can_be_withdrawn_no_more_and_until_it_is_out(self, alice, cafe, account, abroad):
        said(alice, cafe, MEMBERS)
        said(alice, cafe, MEMBERS, shown_from=AT + DAY)

        work(AT + timedelta(seconds=14))
        assert abroad.statuses == {}
        work(AT + timedelta(seconds=15))
        assert len(abroad.statuses) == 1
        work(AT + DAY + MINUTE)
        assert len(abroad.statuses) == 2

    def test_never_happens_when_it_was_deleted_before(self, alice, cafe, account, abroad):
        publication = said(alice, cafe, MEMBERS)
        stream.delete(publication=publication, by=alice, at=AT)

        work()

        assert abroad.site.asked == []

    def test_is_refused_without_an_account(self, bob, cafe):
        with pytest.raises(NotConnected):
            said(bob, cafe, MEMBERS)

    def test_changes_with_the_words(self, alice, cafe, account, abroad):
        said(alice, cafe, MEMBERS, words="First")
        work()

        actions.change_words(checkin=Checkin.objects.unguarded("test").get(), words="Second", at=SOON)
        work(SOON + MINUTE)

        assert "Second" in abroad.statuses["1"]["status"]
        asked = len(abroad.site.asked)
        work(SOON + 2 * MINUTE)
        assert len(abroad.site.asked) == asked == 2


class TestTakingBack:
    @pytest.fixture
    def publication(self, alice: Any, cafe: Venue, account: Any, abroad: FalseMastodon) -> Publication:
        made = said(alice, cafe, MEMBERS, hidden_at=AT + DAY)
        work()
        assert len(abroad.statuses) == 1
        return made

    def test_when_it_is_hidden_again(self, publication, abroad):
        work(AT + DAY - MINUTE)
        assert len(abroad.statuses) == 1

        work(AT + DAY)

        assert abroad.statuses == {}
        assert "says that it is deleted there" in ledger(publication, AT + DAY)
        assert not Announcement.objects.exists()

    def test_when_it_is_deleted(self, alice, publication, abroad):
        stream.delete(publication=publication, by=alice, at=SOON)

        work(SOON + MINUTE)

        assert abroad.statuses == {}

    def test_when_it_is_narrowed_and_not_when_it_is_opened(self, alice, bob, publication, abroad):
        stream.change_audience(publication=publication, audience=audience(alice, PUBLIC), at=SOON)
        work(SOON + MINUTE)
        assert len(abroad.statuses) == 1

        narrow = audience(alice, one_person_group(bob).pk)
        publication.refresh_from_db()
        stream.change_audience(publication=publication, audience=narrow, at=SOON + MINUTE)
        work(SOON + 2 * MINUTE)

        assert abroad.statuses == {}

    def test_when_its_author_leaves_with_their_words(self, alice, publication, abroad):
        erase_person(person=alice, at=SOON, keep_words=False)
        forget_accounts(SOON)
        assert MastodonAccount.objects.exists()

        work(SOON + MINUTE)
        forget_accounts(SOON + MINUTE)

        assert abroad.statuses == {}
        assert not MastodonAccount.objects.exists()

    def test_what_is_gone_there_already_is_gone(self, alice, publication, abroad):
        abroad.statuses.clear()
        stream.delete(publication=publication, by=alice, at=SOON)

        work(SOON + MINUTE)

        assert Copy.objects.get().state == "confirmed"

    def test_says_honestly_when_it_cannot_be(self, alice, publication, abroad):
        stream.delete(publication=publication, by=alice, at=SOON)
        abroad.answer_with = 403

        work(SOON + MINUTE)

        assert Copy.objects.get().state == "unanswered"
        assert "it still stands there" in ledger(publication)

    def test_is_tried_again_for_days(self, alice, publication, abroad):
        stream.delete(publication=publication, by=alice, at=SOON)
        abroad.answer_with, at = 503, SOON + MINUTE
        for pause in PAUSES[:3]:
            work(at)
            at += pause
        assert Copy.objects.get().state == "asked"
        abroad.answer_with = 0

        work(at)

        assert abroad.statuses == {}

    def test_is_no_longer_possible_once_the_account_is_ended(self, publication, account):
        end_account(account=account, at=SOON)

        assert "cannot be taken back from here" in ledger(publication)


class TestTrouble:
    def test_a_lost_answer_posts_once(self, alice, cafe, account, abroad):
        said(alice, cafe, MEMBERS)
        abroad.forget_to_answer = True
        work()
        assert (len(abroad.statuses), Copy.objects.get().state) == (1, "queued")
        abroad.forget_to_answer = False

        work(SOON + PAUSES[0])

        assert len(abroad.statuses) == 1
        assert Announcement.objects.get().remote == "1"

    def test_once_the_key_may_be_forgotten_nobody_knows(self, alice, cafe, account, abroad):
        publication = said(alice, cafe, MEMBERS)
        abroad.forget_to_answer, at = True, SOON
        for pause in PAUSES:
            work(at)
            at += pause

        posts = [one for one in abroad.site.asked if one.method == "POST"]
        assert len({one.headers["idempotency-key"] for one in posts}) == 1
        assert (len(posts), Copy.objects.get().state) == (3, "unknown")
        assert PAUSES[0] + PAUSES[1] < KEY_HOLDS
        assert "nobody knows whether it stands there" in ledger(publication)

    def test_a_busy_server_is_asked_later(self, alice, cafe, account, abroad):
        said(alice, cafe, MEMBERS)
        abroad.answer_with = 429
        work()
        abroad.answer_with = 0

        work(SOON + PAUSES[0])

        assert len(abroad.statuses) == 1

    def test_a_token_that_opens_nothing_is_said_and_not_asked_again(
        self, alice, cafe, account, abroad, as_alice
    ):
        publication = said(alice, cafe, MEMBERS)
        abroad.answer_with = 401

        work()

        assert "did not take it" in ledger(publication)
        assert "does not let us announce any more" in as_alice.get("/me/mastodon/").text

    def test_two_workers_announce_once(self, alice, cafe, account, abroad):
        said(alice, cafe, MEMBERS)
        with time_machine.travel(SOON, tick=False):
            one, other = (Envoy(alone=False, fetcher=fetcher()) for _time in range(2))
            assert (one.announce(SOON), other.announce(SOON)) == (True, False)


class TestThePage:
    def form(self, **more: str) -> dict[str, str]:
        return {"audience": "connections", "precision": "venue", "mode": "here", "words": ""} | more

    def test_offers_it_unticked_to_whoever_has_an_account(self, cafe, account, as_alice, as_bob):
        path = f"/places/check-in/{cafe.public_id}/"

        mine, others = as_alice.get(path).text, as_bob.get(path).text

        assert re.search(r'<input[^>]*name="is_announced"(?![^>]*checked)', mine)
        assert "is_announced" not in others
        assert "/me/mastodon/" in others

    def test_wants_a_yes_for_what_is_not_for_everyone(self, cafe, account, as_alice):
        path = f"/places/check-in/{cafe.public_id}/"

        answer = as_alice.post(path, self.form(is_announced="on", announced_to="public"))
        assert answer.status_code == 422
        assert "on Mastodon others read it" in answer.text
        assert not Announcement.objects.exists()

        as_alice.post(path, self.form(is_announced="on", announced_to="public", is_meant="on"))
        assert Announcement.objects.get().visibility == "public"

    def test_wants_none_for_what_everyone_reads(self, cafe, account, as_alice):
        path = f"/places/check-in/{cafe.public_id}/"

        as_alice.post(path, self.form(audience="everyone", is_announced="on", announced_to="unlisted"))

        assert Announcement.objects.get().audience_id == PUBLIC

    def test_a_box_ticked_by_somebody_without_an_account_does_nothing(self, cafe, as_bob):
        as_bob.post(f"/places/check-in/{cafe.public_id}/", self.form(is_announced="on", is_meant="on"))

        assert Publication.objects.unguarded("test").count() == 1
        assert not Announcement.objects.exists()
