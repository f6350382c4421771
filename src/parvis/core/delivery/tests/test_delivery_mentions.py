"""Whoever is mentioned in what they may read is told so, once; nobody else, and nobody is let in."""

from datetime import timedelta

import pytest

from parvis.conftest import AT
from parvis.core.audiences.actions import Expression, audience_for, block, connections_group
from parvis.core.audiences.models import MEMBERS
from parvis.core.delivery import actions
from parvis.core.delivery.actions.mentioning import tell, tell_mentioned
from parvis.core.delivery.models import LookedThrough
from parvis.core.delivery.notices import sentences, unseen
from parvis.core.people.models import Notice
from parvis.core.stream import actions as stream

from .worlds import LATER, said

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def told(person, at=AT + LATER):
    return unseen(person, at).filter(kind="stream.mention").count()


def sentence(person):
    notices = {one.pk: one for one in Notice.objects.filter(person=person, kind="stream.mention")}
    return [one.text for one in sentences(notices).values()]


class TestAMention:
    def test_is_told_to_whoever_may_read_it(self, alice, bob, charlie):
        said(alice, "Merci @Bob, et @Charlie.", title="Un titre")
        tell_mentioned(AT + LATER)
        assert told(bob) == told(charlie) == 1
        assert sentence(bob) == ["Alice mentioned you in “Un titre”."]

    def test_lets_nobody_in_and_tells_nobody_who_may_not_read_it(self, alice, bob, charlie):
        publication = said(
            alice, "Ni @Bob ni @Charlie.", groups=frozenset({connections_group(alice).pk}), title="Entre nous"
        )
        tell_mentioned(AT + LATER)
        assert Notice.objects.filter(person=charlie).count() == 0
        assert told(bob) == 1
        assert (
            publication.audience.canon
            == audience_for(
                expression=Expression(frozenset({connections_group(alice).pk})), owner=alice
            ).canon
        )

    def test_waits_for_as_long_as_it_can_be_taken_back(self, alice, bob):
        publication = said(alice, "Merci @Bob.")
        tell_mentioned(AT + timedelta(seconds=30))
        assert not Notice.objects.exists()
        stream.withdraw(publication=publication, at=AT + timedelta(seconds=5))
        tell_mentioned(AT + LATER)
        assert not Notice.objects.exists()

    def test_is_told_once_whatever_is_edited(self, alice, bob, charlie):
        publication = said(alice, "Merci @Bob.")
        tell_mentioned(AT + LATER)
        for number, words in enumerate(("Merci à @Bob.", "Merci @Bob et @Charlie.", "Merci."), start=1):
            at = AT + number * 20 * DAY
            stream.edit(publication=publication, said=stream.Said(text=words, language="fr"), at=at)
            tell_mentioned(at + LATER)
        assert told(bob, AT + 90 * DAY) == told(charlie, AT + 90 * DAY) == 1

    @pytest.mark.parametrize("end", ["narrowing", "deletion", "block"])
    def test_is_hidden_with_what_it_stands_in(self, end, alice, bob):
        publication = said(alice, "Merci @Bob.", groups=frozenset({MEMBERS}))
        tell_mentioned(AT + LATER)
        match end:
            case "narrowing":
                only_me = audience_for(expression=Expression(), owner=alice)
                stream.change_audience(publication=publication, audience=only_me, at=AT)
            case "deletion":
                stream.delete(publication=publication, by=alice, at=AT)
            case "block":
                block(by=bob, person=alice, at=AT)
        assert told(bob) == 0
        assert sentence(bob) == []

    def test_in_an_answer_is_not_told_twice_to_whoever_is_answered(self, alice, bob, charlie):
        status = said(alice, "Bonjour.", title="Un titre")
        comment = stream.answer(subject=status, author=bob, source="Merci @Alice et @Charlie", at=AT)
        tell_mentioned(AT + LATER)
        assert told(alice) == 0
        assert sentence(charlie) == ["Bob mentioned you in “Un titre”."]
        stream.withdraw_comment(comment=comment, by=bob, at=AT)
        assert told(charlie) == 0

    def test_of_oneself_is_nothing(self, alice):
        said(alice, "Moi, @Alice.")
        tell_mentioned(AT + LATER)
        assert not Notice.objects.exists()

    def test_in_an_import_is_told_to_nobody(self, alice, bob):
        actions.never_announce([said(alice, "Merci @Bob.")], at=AT)
        tell_mentioned(AT + LATER)
        assert not Notice.objects.exists()

    def test_of_long_ago_is_told_to_nobody(self, alice, bob):
        said(alice, "Merci @Bob.", at=AT - 10 * DAY)
        tell_mentioned(AT)
        assert not Notice.objects.exists()

    def test_that_comes_out_later_is_told_then(self, alice, bob):
        publication = stream.begin(kind="stream.status", author=alice, language="fr", at=AT)
        stream.publish(
            publication=publication,
            said=stream.Said(text="Merci @Bob.", language="fr"),
            audience=audience_for(expression=Expression(frozenset({MEMBERS})), owner=alice),
            sources=[stream.source_of(alice)],
            at=AT,
            come_out_at=AT + DAY,
        )
        tell_mentioned(AT + LATER)
        assert not Notice.objects.exists()
        tell_mentioned(AT + DAY + LATER)
        assert told(bob, AT + DAY + LATER) == 1

    def test_is_told_by_one_worker_alone(self, alice, bob):
        publication = said(alice, "Merci @Bob.")
        assert tell(publication, AT + LATER) == 1
        assert tell(publication, AT + LATER) == 0

    def test_costs_nothing_where_nobody_is_mentioned(self, alice, django_assert_num_queries):
        said(alice, "Bonjour.")
        with django_assert_num_queries(2):
            tell_mentioned(AT + LATER)
        assert not LookedThrough.objects.exists()
