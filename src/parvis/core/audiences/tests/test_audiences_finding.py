"""Finding readers by name: one's own groups and the people one may know, and nobody else, however one asks."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from parvis.conftest import make_person
from parvis.core.audiences.actions import add_to_circle, block, make_circle
from parvis.core.audiences.choices import people_called
from parvis.core.audiences.forms import LISTED, AudienceForm


@pytest.fixture
def ask(as_alice):
    cache.clear()

    def found(words, **more):
        answer = as_alice.get(reverse("audience-find"), {"q": words} | more)
        assert answer.status_code == 200
        return answer.json()

    return found


def named(answer):
    return [one["name"] for one in answer["found"]]


class TestFinding:
    def test_finds_people_by_the_beginnings_of_their_names(self, ask, bob, charlie):
        charlie.name = "Chloé Œuvrard"
        charlie.save()
        assert named(ask("oeu")) == ["Chloé Œuvrard"]
        assert named(ask("œuv chl")) == ["Chloé Œuvrard"]
        assert named(ask("vrard")) == []

    def test_offers_connections_first(self, ask, bob, charlie):
        bob.name = "Chris"
        bob.save()
        found = ask("ch")["found"]
        assert [(one["name"], one["about"]) for one in found] == [
            ("Chris", "your connection"),
            ("Charlie", ""),
        ]
        assert found[1]["value"] == f"person:{charlie.public_id}"

    def test_offers_connections_for_no_name(self, ask, bob, charlie):
        assert named(ask("")) == ["Bob"]

    def test_offers_ones_own_circles_and_wide_groups(self, ask, alice, bob, charlie, at):
        circle = make_circle(owner=alice, name="Chœur", at=at)
        add_to_circle(circle=circle, person=bob, at=at, opens_past=True)
        make_circle(owner=charlie, name="Chut", at=at)
        assert ask("choe")["found"] == [
            {"value": f"circle:{circle.public_id}", "name": "Chœur", "about": "1 person"}
        ]
        assert named(ask("chut")) == []
        assert named(ask("my")) == ["My connections"]
        assert "Members" in named(ask("mem"))
        assert "Members" not in named(ask("mem", **{"for": "out"}))

    def test_says_the_same_of_those_one_may_not_know_and_of_nobody(self, ask, alice, charlie, owner, at):
        make_person("gus", role="guest")
        block(by=charlie, person=alice, at=at)
        owner.suspended_at = at
        owner.save()
        answers = [ask(name) for name in ("Charlie", "Gus", "Olive", "Alice", "Nobody")]
        assert answers == [{"found": [], "more": False}] * 5

    def test_shows_a_few_and_says_that_there_are_more(self, ask, alice):
        for number in range(20):
            make_person(f"sam{number:02}")
        answer = ask("sam")
        assert len(answer["found"]) == 12
        assert answer["more"]

    def test_takes_few_queries_however_many_there_are(self, alice, bob, charlie, django_assert_num_queries):
        with django_assert_num_queries(2):
            people_called(alice, ["c"], 5)

    def test_has_a_limit(self, as_alice, bob):
        cache.clear()
        statuses = {as_alice.get(reverse("audience-find"), {"q": "b"}).status_code for _ in range(121)}
        answer = as_alice.get(reverse("audience-find"), {"q": "b"})
        cache.clear()
        assert statuses == {200, 429}
        assert 0 < int(answer["Retry-After"]) <= 60
        assert "Wait a minute" in answer.json()["error"]

    @pytest.mark.parametrize("path", ["audience-find", "audience-choices"])
    def test_is_for_members(self, path, as_visitor, square):
        from parvis.conftest import logged_in

        assert as_visitor.get(reverse(path)).status_code == 302
        assert logged_in(make_person("gus", role="guest")).get(reverse(path)).status_code == 404

    @pytest.mark.parametrize(
        "words", ["\x00", "\ud800".encode("utf-8", "surrogatepass"), "%", "'", "a" * 9999]
    )
    def test_stumbles_over_nothing(self, words, as_alice, bob):
        cache.clear()
        assert as_alice.get(reverse("audience-find"), {"q": words}).status_code == 200


class TestThePicker:
    def test_lists_some_connections_to_be_ticked_without_a_script(self, alice, bob, at):
        assert f'value="person:{bob.public_id}"' in str(AudienceForm(person=alice, at=at))

    def test_lists_nobody_in_a_composer(self, alice, bob, at):
        drawn = str(AudienceForm(person=alice, at=at, back="/statuses/"))
        assert bob.public_id not in drawn
        assert "My connections (1)" in drawn

    def test_lists_no_more_than_some(self, alice, at):
        from parvis.core.audiences.actions import connect

        for number in range(LISTED + 5):
            connect(one=alice, other=make_person(f"sam{number:02}"), at=at)
        drawn = str(AudienceForm(person=alice, at=at))
        assert drawn.count('name="audience-in" value="person:') == LISTED
        assert f"My connections ({LISTED + 5})" in drawn

    def test_costs_the_same_in_a_composer_however_many_people_there_are(
        self, alice, bob, charlie, at, django_assert_num_queries
    ):
        for number in range(5):
            make_person(f"sam{number}")
        with django_assert_num_queries(1):
            str(AudienceForm(person=alice, at=at, usual="connections", back="/statuses/"))

    def test_goes_from_the_names_back_to_the_words(self, as_alice, bob):
        typed = {"audience": "connections", "text": "Pas encore", "audience-back": "/statuses/"}
        page = as_alice.post(reverse("audience-who"), typed).content.decode()
        assert 'name="do" value="change"' in page
        publishes, asks_again = page.split('method="post" action="/audience/who/"')
        assert 'name="audience" hidden aria-hidden="true">\nconnections</textarea>' in publishes
        assert 'type="radio"' not in publishes
        assert 'type="radio"' in asks_again

        page = as_alice.post("/statuses/", typed | {"do": "change"})
        assert page.status_code == 200
        assert "Pas encore</textarea>" in page.content.decode()
        assert 'value="connections" id="id_audience_2" checked' in page.content.decode()
        assert 'name="audience-back" value="/statuses/"' in page.content.decode()
