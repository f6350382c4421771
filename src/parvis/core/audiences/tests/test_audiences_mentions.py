"""A mention never lets anybody in: the author is told who will not see it, and lets them in by one button."""

import pytest
from django.urls import reverse

from parvis.core.audiences.actions import add_to_circle, audience_for, block, connect, make_circle
from parvis.core.audiences.choices import AudienceChoice
from parvis.core.audiences.forms import AudienceField, AudienceForm
from parvis.core.audiences.mentioned import people_mentioned
from parvis.core.audiences.rule import microseconds
from parvis.core.audiences.words import said
from parvis.core.people.models import Person

BY_SCRIPT = {"X-Requested-With": "fetch"}


def renamed(person: Person, name: str) -> Person:
    person.name = name
    person.save()
    return person


def inputs(choice, **others):
    return {"choice": choice, "in": [], "out": [], "in_names": "", "out_names": ""} | others


def unseen(alice, at, choice, *mentioned):
    found = said(AudienceField(person=alice).clean(choice), alice, microseconds(at), "", mentioned).unseen
    return [(one.person, one.may_join) for one in found]


@pytest.fixture
def family(alice, bob, at):
    circle = make_circle(owner=alice, name="Family", at=at)
    add_to_circle(circle=circle, person=bob, at=at, opens_past=True)
    return circle


class TestWhoIsMeant:
    def test_is_the_one_whose_name_stands_there(self, alice, bob, charlie):
        renamed(charlie, "Chloé Roux-Favre")
        for words in ("Chloé Roux-Favre, hier", "chloe roux favre", "CHLOÉ"):
            assert people_mentioned(alice, [words]) == [charlie]
        assert people_mentioned(alice, ["Chlo", "Favre", "nobody", "…"]) == []

    def test_is_the_one_of_the_longest_name(self, alice, bob, charlie):
        renamed(bob, "Anne")
        renamed(charlie, "Anne Marie")
        assert people_mentioned(alice, ["Anne Marie est là"]) == [charlie]
        assert people_mentioned(alice, ["Anne est là"]) == [bob]

    def test_is_the_one_they_know_among_several(self, alice, bob, charlie, owner):
        for person in (bob, charlie):
            renamed(person, f"Sam {person.name}")
        assert people_mentioned(alice, ["Sam viendra"]) == [bob]

    def test_is_nobody_where_there_is_a_doubt(self, alice, bob, charlie, at):
        for person in (bob, charlie):
            renamed(person, "Sam")
        connect(one=alice, other=charlie, at=at)
        assert people_mentioned(alice, ["Sam"]) == []

    def test_is_never_someone_out_of_reach(self, alice, bob, charlie, owner, make_guest, at):
        block(by=charlie, person=alice, at=at)
        owner.suspended_at = at
        owner.save()
        assert people_mentioned(alice, ["Charlie", "Gus", "Alice", "Olive"]) == []

    def test_is_not_asked_where_nothing_is_mentioned(self, alice, django_assert_num_queries):
        with django_assert_num_queries(0):
            assert people_mentioned(alice, []) == []


@pytest.fixture
def make_guest(square):
    from parvis.conftest import make_person

    return make_person("gus", role="guest")


class TestWhoWillNotSeeIt:
    def test_are_those_mentioned_who_are_not_let_in(self, alice, bob, charlie, at):
        assert unseen(alice, at, inputs("connections"), bob, charlie) == [(charlie, True)]
        assert unseen(alice, at, inputs("me"), bob) == [(bob, True)]

    def test_are_none_of_those_who_see_it(self, alice, bob, charlie, at):
        for wide in ("everyone", "members"):
            assert unseen(alice, at, inputs(wide), bob, charlie) == []

    def test_may_join_unless_a_group_that_is_kept_out_holds_them(self, alice, bob, family, at):
        out_by_group = inputs("members", out=[f"circle:{family.public_id}"])
        out_by_name = inputs("members", out=[f"person:{bob.public_id}"])
        out_as_connection = inputs("members", out=["connections"])
        assert unseen(alice, at, out_by_group, bob) == [(bob, False)]
        assert unseen(alice, at, out_as_connection, bob) == [(bob, False)]
        assert unseen(alice, at, out_by_name, bob) == [(bob, True)]

    @pytest.mark.parametrize("choice", ["me", "connections", "members-but-bob", "custom"])
    def test_see_it_once_they_are_let_in(self, choice, alice, bob, charlie, at):
        value = {
            "members-but-bob": inputs("members", out=[f"person:{bob.public_id}"]),
            "custom": inputs("custom", **{"in": [f"person:{charlie.public_id}"]}),
        }.get(choice, inputs(choice))
        field = AudienceField(person=alice)
        wider = field.clean(value).including(bob.pk)

        words = said(wider, alice, microseconds(at), "", [bob])
        assert bob in words.people
        assert words.unseen == []
        audience = audience_for(expression=wider.expression(alice), owner=alice)
        again = AudienceChoice.of(audience, alice)
        assert audience_for(expression=again.expression(alice), owner=alice) == audience


class TestPages:
    def test_the_sentence_names_them_with_a_button(self, as_alice, bob, charlie):
        asked = {"audience": "connections", "audience-mentions": ["Charlie est", "Bob"]}
        for ask in (as_alice.get, as_alice.post):
            page = ask(reverse("audience-sentence"), asked, headers=BY_SCRIPT).content.decode()
            assert "Charlie is mentioned but will not see this." in page
            assert f'data-add="person:{charlie.public_id}"' in page
            assert "Bob is mentioned" not in page

    def test_the_sentence_is_the_same_for_whom_one_may_not_know_and_for_nobody(
        self, as_alice, alice, charlie, at
    ):
        block(by=charlie, person=alice, at=at)
        pages = {
            as_alice.get(
                reverse("audience-sentence"), {"audience": "me", "audience-mentions": name}, headers=BY_SCRIPT
            ).content
            for name in ("Charlie", "Nobody")
        }
        assert len(pages) == 1

    def test_the_picker_is_drawn_anew_with_one_more(self, as_alice, bob, charlie):
        asked = {
            "audience": "connections",
            "audience-usual": "connections",
            "audience-add": f"person:{charlie.public_id}",
        }
        page = as_alice.get(reverse("audience-choices"), asked, headers=BY_SCRIPT).content.decode()
        assert 'value="custom" id="id_audience_5" data-opens checked' in page
        assert 'name="audience-in" value="connections" checked' in page
        assert f'name="audience-in" value="person:{charlie.public_id}" checked' in page
        assert 'name="audience-usual" value="connections"' in page

    @pytest.mark.parametrize("wanted", ["person:nobody", "person:", "circle:x", "\x00", "person:\x00"])
    def test_the_picker_lets_nobody_in_who_is_not_there(self, wanted, as_alice, bob):
        asked = {"audience": "connections", "audience-add": wanted}
        page = as_alice.get(reverse("audience-choices"), asked, headers=BY_SCRIPT)
        assert page.status_code == 200
        assert 'value="connections" id="id_audience_2" checked' in page.content.decode()

    def test_without_javascript_the_page_of_names_lets_them_in(self, as_alice, bob, charlie):
        typed = {"audience": "connections", "text": "Merci @Charlie", "audience-back": "/statuses/"}
        page = as_alice.post(reverse("audience-who"), typed).content.decode()
        assert "Charlie is mentioned but will not see this." in page
        button = f'name="audience-add" value="person:{charlie.public_id}" formnovalidate formaction="/audience/who/"'
        assert button in page

        more = typed | {"audience-add": f"person:{charlie.public_id}"}
        page = as_alice.post(reverse("audience-who"), more).content.decode()
        assert "is mentioned but" not in page
        assert "Publish to 2 people" in page
        assert f'value="person:{charlie.public_id}" checked' in page
        assert "Merci @Charlie</textarea>" in page

    def test_what_is_published_brings_its_mentions_to_the_picker(self, alice, charlie, at):
        form = AudienceForm(person=alice, at=at, text="Hello\nMerci @Charlie pour tout")
        assert 'name="audience-mentions" value="Charlie pour tout"' in str(form)
        assert [one.person for one in form.said("@Charlie").unseen] == [charlie]
