"""What the author is told of the copies that have left."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import translation

from parvis.conftest import AT
from parvis.core.audiences.actions import Expression, audience_for, connections_group
from parvis.core.delivery import actions
from parvis.core.delivery.actions.handing import hand_over
from parvis.core.delivery.ledger import lines_of
from parvis.core.delivery.mail_words import became as became_of
from parvis.core.delivery.models import Copy, Mail, MailState
from parvis.core.stream import actions as stream

from .worlds import LATER, said, sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def hers(alice, bob, settings):
    """Something that bob gets by mail."""
    settings.PARVIS_URL = "https://parvis.example"
    source = stream.source_of(alice)
    actions.subscribe(person=bob, source=source, channel="mail", rhythm="now", at=AT - timedelta(days=1))
    return said(alice, "Un mot.")


def told(publication) -> str:
    return " ".join(f"{line.words} {line.advice}" for line in lines_of(publication, AT + timedelta(days=1)))


def became(state: str, *, left: bool = False) -> None:
    """What a relay would have made of the mails."""
    Mail.objects.update(state=state)
    Copy.objects.update(state=state, left_at=AT if left else None)


class TestTheLedger:
    def test_says_how_many_left_whole(self, hers):
        sent()
        became("left", left=True)
        assert "1 mail has left with the whole text, on 22 November 2026." in told(hers)
        assert "cannot be taken back" in told(hers)

    def test_says_that_a_link_holds_no_text(self, alice, bob, hers):
        only = said(
            alice, "Pour toi.", groups=frozenset({connections_group(alice).pk}), at=AT + timedelta(seconds=1)
        )
        sent()
        became("left", left=True)
        assert "1 mail has left with the title and a link" in told(only)

    def test_tells_the_truth_after_a_narrowing(self, alice, hers):
        sent()
        became("left", left=True)
        only_me = audience_for(expression=Expression(), owner=alice)
        stream.change_audience(publication=hers, audience=only_me, at=AT + timedelta(hours=1))
        assert "1 mail has left with the whole text" in told(hers)
        assert "It was public until 22 November 2026." in told(hers)

    @pytest.mark.parametrize(
        ("state", "words"),
        [
            ("unknown", "Of 1 mail nobody knows"),
            ("refused", "1 mail was refused"),
        ],
    )
    def test_has_a_sentence_for_each_state(self, hers, state, words):
        sent()
        became(state)
        assert words in told(hers)

    def test_says_what_waits(self, hers):
        hand_over(AT + LATER)
        assert "1 mail waits to leave" in told(hers)

    def test_does_not_call_sent_or_waiting_what_lies_in_the_outbox(self, hers):
        sent()
        assert "1 mail was written, but not sent" in told(hers)
        assert "waits to leave" not in told(hers)

    def test_does_not_tell_who_left_meanwhile(self, hers):
        sent()
        became("cancelled")
        assert "mail" not in told(hers)

    def test_counts_and_never_names(self, hers, as_alice):
        hand_over(AT + LATER)
        page = as_alice.get(reverse("publication-copies", args=[hers.public_id])).content.decode()
        assert "1 mail waits to leave" in page
        assert "Bob" not in page

    def test_is_for_the_author_alone(self, hers, as_bob, as_charlie, as_visitor):
        path = reverse("publication-copies", args=[hers.public_id])
        assert as_bob.get(path).status_code == 404
        assert as_charlie.get(path).status_code == 404
        assert as_visitor.get(path).status_code == 302

    def test_is_empty_where_nothing_left(self, alice, as_alice):
        mine = said(alice, "Pour moi.", groups=frozenset())
        page = as_alice.get(reverse("publication-copies", args=[mine.public_id])).content.decode()
        assert "No copy has left." in page
        assert not Mail.objects.exists()


class TestTheWordsBesideACount:
    @pytest.mark.parametrize(
        ("language", "state", "one", "several"),
        [
            ("en", "left", "has left", "have left"),
            ("fr", "left", "est parti", "sont partis"),
            ("fr", "queued", "attend", "attendent"),
            ("fr", "cancelled", "n’a pas été envoyé", "n’ont pas été envoyés"),
        ],
    )
    def test_go_with_how_many_there_are(self, language, state, one, several):
        with translation.override(language):
            assert (became_of(state, 1), became_of(state, 4)) == (one, several)

    def test_are_there_for_every_state(self):
        assert all(became_of(state, 2) for state in MailState)
