"""Whether whole texts leave: a standing choice for an audience, told and changed where readers are chosen."""

import pytest
from django.urls import reverse

from parvis.core.audiences.actions import (
    Expression,
    audience_for,
    connections_group,
    let_whole_texts_leave,
    make_circle,
    one_person_group,
    send_links_only,
)
from parvis.core.audiences.choices import AudienceChoice
from parvis.core.audiences.figures import figures
from parvis.core.audiences.forms import AudienceForm
from parvis.core.audiences.models import Group, WholeText
from parvis.core.audiences.whole import leaves_whole

pytestmark = pytest.mark.django_db
BY_SCRIPT = {"X-Requested-With": "fetch"}
CONNECTIONS = AudienceChoice.simple("connections")
LINK, WHOLE = "By mail and by feed: the title and a link.", "By mail and by feed: the whole text."


@pytest.fixture
def theirs(alice, bob):
    return audience_for(expression=Expression(frozenset({connections_group(alice).pk})), owner=alice)


def sentence(client, **asked):
    return client.get(reverse("audience-sentence"), asked, headers=BY_SCRIPT).content.decode()


class TestTheChoice:
    def test_is_a_link_until_the_author_says_otherwise(self, alice, bob, theirs, at):
        assert not leaves_whole(CONNECTIONS, alice)
        let_whole_texts_leave(author=alice, audience=theirs, at=at)
        let_whole_texts_leave(author=alice, audience=theirs, at=at)
        assert leaves_whole(CONNECTIONS, alice)
        assert figures(alice).is_whole
        send_links_only(author=alice, audience=theirs)
        assert not leaves_whole(CONNECTIONS, alice)
        assert not figures(alice).is_whole

    def test_holds_for_these_readers_and_for_no_others(self, alice, bob, charlie, theirs, at):
        let_whole_texts_leave(author=alice, audience=theirs, at=at)
        circle = make_circle(owner=alice, name="Choir", at=at, people=[bob])
        others = [
            AudienceChoice.simple("members"),
            AudienceChoice.simple("me"),
            AudienceChoice.simple("everyone"),
            AudienceChoice("circle", frozenset({circle.pk})),
            AudienceChoice("custom", people=frozenset({charlie.pk}), connections=True),
            AudienceChoice("connections", connections=True, without_people=frozenset({bob.pk})),
        ]
        assert not any(leaves_whole(choice, alice) for choice in others)
        assert not leaves_whole(CONNECTIONS, bob)

    def test_is_not_mistaken_for_one_with_exceptions(self, alice, bob, at):
        less = Expression(frozenset({connections_group(alice).pk}), frozenset({one_person_group(bob).pk}))
        let_whole_texts_leave(author=alice, audience=audience_for(expression=less, owner=alice), at=at)
        assert not figures(alice).is_whole
        assert leaves_whole(AudienceChoice.meaning(less, alice), alice)

    def test_is_not_made_for_everyone(self, alice, at):
        everyone = audience_for(expression=Expression(frozenset({1})), owner=alice)
        let_whole_texts_leave(author=alice, audience=everyone, at=at)
        assert not WholeText.objects.exists()


class TestTheSentence:
    def test_says_how_it_goes_out_and_offers_the_other_way(self, as_alice, alice, theirs, at):
        assert LINK in sentence(as_alice, audience="connections")
        let_whole_texts_leave(author=alice, audience=theirs, at=at)
        page = sentence(as_alice, audience="connections")
        assert WHOLE in page
        assert "cannot be taken back" in page
        assert 'value="no"' in page

    @pytest.mark.parametrize("choice", ["everyone", "me"])
    def test_says_nothing_where_there_is_no_choice(self, as_alice, choice):
        assert "By mail" not in sentence(as_alice, audience=choice)

    @pytest.mark.parametrize("whole", [False, True])
    def test_stands_in_the_picker_from_the_start(self, alice, theirs, at, whole):
        if whole:
            let_whole_texts_leave(author=alice, audience=theirs, at=at)
        form = AudienceForm(person=alice, at=at, usual="connections", back="/statuses/")
        assert (WHOLE if whole else LINK) in str(form)
        assert form.said().leaves_whole is whole

    def test_asks_and_writes_nothing_of_groups_when_it_is_only_read(
        self, as_alice, alice, theirs, charlie, at
    ):
        let_whole_texts_leave(author=alice, audience=theirs, at=at)
        before = Group.objects.count()
        asked = {"audience": "custom", "audience-in": f"person:{charlie.public_id}"}
        assert LINK in sentence(as_alice, **asked)
        assert Group.objects.count() == before


class TestTheButton:
    def test_changes_it_and_answers_with_the_new_sentence(self, as_alice, alice, theirs):
        asked = {"audience": "connections", "audience-whole": "yes"}
        page = as_alice.post(reverse("audience-whole"), asked, headers=BY_SCRIPT).content.decode()
        assert "<html" not in page
        assert WHOLE in page
        assert WholeText.objects.get().audience == theirs
        as_alice.post(reverse("audience-whole"), asked | {"audience-whole": "no"}, headers=BY_SCRIPT)
        assert not WholeText.objects.exists()

    def test_keeps_what_was_typed_without_javascript(self, as_alice, bob):
        typed = {
            "audience": "connections",
            "audience-whole": "yes",
            "text": "Salut & co",
            "audience-back": "/statuses/",
        }
        page = as_alice.post(reverse("audience-whole"), typed).content.decode()
        assert "Salut &amp; co" in page
        assert WHOLE in page
        assert 'action="/statuses/"' in page
        assert '<textarea name="audience-whole"' not in page, "what was pressed once is not pressed again"

    def test_changes_nothing_for_readers_that_are_not_ones_own(self, as_alice, bob, at):
        circle = make_circle(owner=bob, name="Secret", at=at, people=[])
        asked = {"audience": f"circle:{circle.public_id}", "audience-whole": "yes"}
        page = as_alice.post(reverse("audience-whole"), asked, headers=BY_SCRIPT).content.decode()
        assert "Look at your choice again" in page
        assert not WholeText.objects.exists()

    def test_is_for_members(self, as_visitor):
        assert as_visitor.post(reverse("audience-whole"), {"audience": "me"}).status_code == 302
        assert as_visitor.get(reverse("audience-whole")).status_code == 405
