"""Choosing readers: only one's own groups and reach, said in one sentence before anything is published."""

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parvis.conftest import make_person
from parvis.core.audiences.actions import (
    Expression,
    add_to_circle,
    audience_for,
    block,
    connect,
    connections_group,
    expression_of,
    make_circle,
    one_person_group,
)
from parvis.core.audiences.choices import AudienceChoice
from parvis.core.audiences.forms import AudienceField, AudienceForm, AudiencePicker, choice_of
from parvis.core.audiences.holders import holders, within_reach
from parvis.core.audiences.models import MEMBERS, PUBLIC, Audience, Group
from parvis.core.audiences.rule import microseconds
from parvis.core.audiences.words import SMALL, foretold, said, said_to_readers
from parvis.core.people.actions.roles import reinstate, suspend
from parvis.core.people.models import Person


def inputs(choice, **others):
    return {"choice": choice, "in": [], "out": [], "in_names": "", "out_names": ""} | others


@pytest.fixture
def family(alice, bob, at):
    circle = make_circle(owner=alice, name="Family", at=at)
    add_to_circle(circle=circle, person=bob, at=at, opens_past=True)
    return circle


@pytest.fixture
def theirs(charlie, at):
    return make_circle(owner=charlie, name="Secret plans", at=at)


def picked(alice, value):
    return AudienceField(person=alice).clean(value)


class TestField:
    def test_means_the_simple_choices(self, alice, bob):
        assert picked(alice, inputs("everyone")).expression(alice).include == {PUBLIC}
        assert picked(alice, inputs("members")).expression(alice).include == {MEMBERS}
        assert picked(alice, inputs("me")).expression(alice).include == frozenset()
        mine = Group.objects.get(kind="connections", owner=alice)
        assert picked(alice, inputs("connections")).expression(alice).include == {mine.pk}

    def test_takes_a_circle_less_some_people(self, alice, bob, family):
        choice = picked(alice, inputs(f"circle:{family.public_id}", out=[f"person:{bob.public_id}"]))
        expression = choice.expression(alice)
        assert expression.include == {family.pk}
        assert Group.objects.get(pk=next(iter(expression.exclude))).owner == bob

    def test_finds_people_by_name_whatever_the_accents(self, alice, charlie):
        charlie.name = "Chloé Œuvrard"
        charlie.save()
        assert picked(alice, inputs("custom", in_names="chloe oeuvrard")).people == {charlie.pk}

    def test_refuses_exceptions_to_everyone_with_the_reason(self, alice, bob):
        from django.core.exceptions import ValidationError

        with pytest.raises(ValidationError, match="sign out"):
            picked(alice, inputs("everyone", out=[f"person:{bob.public_id}"]))

    def test_says_the_same_of_what_is_not_mine_and_of_what_never_was(self, alice, theirs, owner, charlie, at):
        from django.core.exceptions import ValidationError

        block(by=charlie, person=alice, at=at)
        forged = [
            inputs(f"circle:{theirs.public_id}"),
            inputs("circle:nothing"),
            inputs("custom", **{"in": [f"circle:{theirs.public_id}"]}),
            inputs("custom", **{"in": [f"person:{charlie.public_id}"]}),
            inputs("custom", **{"in": ["person:nobody"]}),
            inputs("custom", **{"in": ["7"]}),
            inputs("custom", **{"in": ["person:\x00"]}),
            inputs("circle:\x00"),
            inputs("members", out=["members"]),
            inputs("members", out=[f"circle:{theirs.public_id}"]),
            inputs("kept"),
            inputs("anything"),
        ]
        heard = set()
        for value in forged:
            with pytest.raises(ValidationError) as refusal:
                picked(alice, value)
            heard.add(tuple(refusal.value.messages))
        assert len(heard) == 1

    def test_says_the_same_of_a_name_that_blocked_me_and_of_no_name(self, alice, charlie, at):
        from django.core.exceptions import ValidationError

        block(by=charlie, person=alice, at=at)
        heard = set()
        for name in ("Charlie", "Nobody"):
            with pytest.raises(ValidationError) as refusal:
                picked(alice, inputs("custom", in_names=name))
            heard.add(refusal.value.messages[0].replace(name, ""))
        assert len(heard) == 1

    def test_offers_those_of_one_name_to_be_ticked(self, alice, bob, charlie):
        Person.objects.filter(pk__in=[bob.pk, charlie.pk]).update(name="Sam")
        form = AudienceForm(
            {"audience": "custom", "audience-in-names": "Sam"}, person=alice, at=alice.joined_at
        )
        assert not form.is_valid()
        drawn = str(form)
        assert f"person:{charlie.public_id}" in drawn
        assert f"person:{bob.public_id}" in drawn

    def test_keeps_an_audience_it_has_no_words_for(self, alice, theirs):
        odd = Audience.objects.create(owner=alice, canon=f"+{theirs.pk}")
        odd.terms.create(sign=1, group=theirs)
        field = AudienceField(person=alice, initial=odd)
        assert field.clean(inputs("kept")).expression(alice) == expression_of(odd)

    @settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    @given(data=st.data())
    def test_never_yields_a_foreign_group(self, data, alice, bob, charlie, owner, family, theirs):
        from django.core.exceptions import ValidationError

        for person in Person.objects.all():
            one_person_group(person)
            connections_group(person)
        anything = [
            "everyone", "members", "connections", "me", "custom", "kept", "", "1", "2", str(theirs.pk), "circle:", "person:",
            *(f"circle:{group.public_id}" for group in Group.objects.order_by("pk")),
            *(f"circle:{group.pk}" for group in Group.objects.order_by("pk")),
            *(f"person:{person.public_id}" for person in Person.objects.order_by("pk")),
        ]  # fmt: skip
        some = st.lists(st.sampled_from(anything), max_size=4)
        names = st.sampled_from(["", "Bob", "Alice", "Secret plans", "bob, charlie", "Olive"])
        value = inputs(
            data.draw(st.sampled_from(anything)),
            **{"in": data.draw(some), "out": data.draw(some)},
            in_names=data.draw(names),
            out_names=data.draw(names),
        )
        try:
            expression = picked(alice, value).expression(alice)
        except ValidationError:
            return
        reach = set(Person.objects.filter(within_reach(alice)).values_list("pk", flat=True))
        for group in Group.objects.filter(pk__in=expression.include | expression.exclude):
            mine = group.owner_id == alice.pk and group.kind in {"circle", "connections"}
            one = group.kind == "person" and group.owner_id in reach
            assert mine or one or group.pk in {PUBLIC, MEMBERS}
        audience_for(expression=expression, owner=alice)

    @settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    @given(data=st.data())
    def test_comes_back_as_it_was_picked(self, data, alice, bob, charlie, family):
        from django.core.exceptions import ValidationError

        anything = [
            "members",
            "connections",
            f"circle:{family.public_id}",
            f"person:{bob.public_id}",
            f"person:{charlie.public_id}",
        ]
        value = inputs(
            data.draw(st.sampled_from(["everyone", "members", "connections", "me", "custom"])),
            **{
                "in": data.draw(st.lists(st.sampled_from(anything), unique=True)),
                "out": data.draw(st.lists(st.sampled_from(anything[1:]), unique=True)),
            },
        )
        try:
            choice = picked(alice, value)
        except ValidationError:
            return
        audience = audience_for(expression=choice.expression(alice), owner=alice)
        again = choice_of(audience, alice)
        assert audience_for(expression=again.expression(alice), owner=alice) == audience


class TestSentence:
    def test_names_the_number_the_groups_and_the_exceptions(self, alice, bob, charlie, family, at):
        add_to_circle(circle=family, person=charlie, at=at, opens_past=True)
        choice = picked(alice, inputs(f"circle:{family.public_id}", out=[f"person:{bob.public_id}"]))
        words = said(choice, alice, microseconds(at))
        assert words.sentence == "Visible to 1 person: Family, except Bob"
        assert words.button == "Publish to 1 person"
        assert words.people == [charlie]
        assert words.kept_out == [bob]

    def test_agrees_with_the_rule_for_everyone_who_was_never_named(self, alice, bob, charlie, owner, at):
        choice = picked(
            alice,
            inputs("custom", **{"in": ["connections", f"person:{charlie.public_id}"]}, out_names="Bob"),
        )
        before = {person.pk for person in said(choice, alice, microseconds(at)).people}
        assert not Group.objects.filter(kind="person", owner=charlie).exists()
        reached = holders(choice.expression(alice), author=alice, ord=microseconds(at))
        assert before == {holder.person for holder in reached} == {charlie.pk}

    def test_warns_when_it_is_wider_than_usual(self, alice, bob, charlie, at):
        ord = microseconds(at)
        assert "Charlie" in said(picked(alice, inputs("members")), alice, ord, "connections").warning
        assert said(picked(alice, inputs("everyone")), alice, ord, "connections").warning
        assert not said(picked(alice, inputs("connections")), alice, ord, "connections").warning
        assert not said(picked(alice, inputs("connections")), alice, ord, "everyone").warning


class TestReaders:
    """Readers learn the kind and the size, never a circle's name nor an exception."""

    def test_read_nothing_of_names_and_exceptions(self, alice, bob, charlie, family, at):
        add_to_circle(circle=family, person=charlie, at=at, opens_past=True)
        plain = audience_for(
            expression=picked(alice, inputs(f"circle:{family.public_id}")).expression(alice), owner=alice
        )
        less = picked(alice, inputs(f"circle:{family.public_id}", out=[f"person:{charlie.public_id}"]))
        excepted = audience_for(expression=less.expression(alice), owner=alice)
        said = said_to_readers(dict.fromkeys([plain.pk, excepted.pk], "circle"))
        assert said[plain.pk] == said[excepted.pk] == "a small group chosen by Alice"

    def test_read_whether_it_is_many(self, alice, at):
        people = [make_person(f"p{number}") for number in range(SMALL + 1)]
        many = make_circle(owner=alice, name="Choir", at=at, people=people)
        audience = audience_for(expression=Expression(frozenset({many.pk})), owner=alice)
        assert said_to_readers({audience.pk: "circle"})[audience.pk] == "a group chosen by Alice"
        suspend(person=people[0], because="", at=at)
        assert said_to_readers({audience.pk: "circle"})[audience.pk] == "a small group chosen by Alice"

    def test_take_one_query_however_many_there_are(self, alice, bob, family, at, django_assert_num_queries):
        groups = [{family.pk}, {family.pk, connections_group(alice).pk}]
        audiences = [audience_for(expression=Expression(frozenset(one)), owner=alice).pk for one in groups]
        with django_assert_num_queries(1):
            said_to_readers(dict.fromkeys(audiences, "circle"))
        with django_assert_num_queries(0):
            said_to_readers({})


class TestAnAudience:
    def test_of_ones_own_choosing_is_shared_with_nobody(self, alice, bob, charlie):
        for include, exclude in (({MEMBERS}, {charlie}), ({MEMBERS, charlie}, ()), ({charlie}, ())):
            plus = {one if one == MEMBERS else one_person_group(one).pk for one in include}
            minus = {one_person_group(one).pk for one in exclude}
            expression = Expression(frozenset(plus), frozenset(minus))
            mine, theirs = (audience_for(expression=expression, owner=one) for one in (alice, bob))
            assert mine != theirs
            assert (mine.owner, theirs.owner) == (alice, bob)
            assert choice_of(mine, alice).width == "custom" if include != {MEMBERS} else "members"
        members = Expression(frozenset({MEMBERS}))
        assert audience_for(expression=members, owner=alice) == audience_for(expression=members, owner=bob)


BY_SCRIPT = {"X-Requested-With": "fetch"}


class TestPages:
    def test_the_sentence_is_live(self, as_alice, bob):
        asked = {"audience": "connections"}
        page = as_alice.get(reverse("audience-sentence"), asked, headers=BY_SCRIPT).content.decode()
        assert "<html" not in page
        assert "Visible to 1 person: my connections" in page
        assert 'data-button="Publish to 1 person"' in page
        assert "Bob" in page

    def test_the_sentence_says_why_there_is_none(self, as_alice, theirs):
        asked = {"audience": f"circle:{theirs.public_id}"}
        page = as_alice.get(reverse("audience-sentence"), asked, headers=BY_SCRIPT).content.decode()
        assert "Secret" not in page
        assert "Look at your choice again" in page

    def test_the_sentence_counts_no_endless_line_of_names(self, as_alice):
        names = ",".join(f"Nobody {number}" for number in range(201))
        asked = {"audience": "custom", "audience-out-names": names, "audience-in": "connections"}
        page = as_alice.post(reverse("audience-sentence"), asked, headers=BY_SCRIPT).content.decode()
        assert "too many people one by one" in page

    @pytest.mark.parametrize("name", ["audience-sentence", "audience-choices"])
    def test_whoever_opens_a_piece_of_a_page_gets_a_whole_one(self, as_alice, bob, name):
        page = as_alice.get(reverse(name), {"audience": "connections"}).content.decode()
        assert "<html" in page
        assert "Visible to 1 person: my connections" in page

    def test_the_sentence_is_for_members(self, as_visitor):
        assert as_visitor.get(reverse("audience-sentence"), {"audience": "me"}).status_code == 302

    def test_who_reads_keeps_what_was_typed(self, as_alice, bob):
        typed = {"audience": "connections", "text": "<b>Salut</b> & co", "audience-back": "/statuses/"}
        page = as_alice.post(reverse("audience-who"), typed).content.decode()
        assert "&lt;b&gt;Salut&lt;/b&gt; &amp; co" in page
        assert 'action="/statuses/"' in page
        assert "Publish to 1 person" in page

    def test_who_reads_publishes_nothing_where_it_does_not_know_the_way(self, as_alice, bob):
        page = as_alice.post(
            reverse("audience-who"), {"audience": "connections", "text": "Salut"}
        ).content.decode()
        assert "Visible to 1 person" in page
        assert "Publish to 1 person</button>" not in page

    def test_the_way_stands_in_the_form(self, alice, at):
        form = AudienceForm(person=alice, at=at, usual="connections", back="/statuses/")
        drawn = render_to_string("audiences/picker.html", {"picker": form})
        assert 'name="audience-back" value="/statuses/"' in drawn
        assert 'value="connections"' in drawn

    def test_the_picker_takes_few_queries(self, alice, bob, at, django_assert_max_num_queries):
        form = AudienceForm(person=alice, at=at, usual="connections")
        with django_assert_max_num_queries(3):
            str(form)

    @pytest.mark.parametrize("usual", ["everyone", "connections", "me"])
    def test_the_picker_says_from_the_start_what_the_house_would_answer(self, alice, bob, charlie, at, usual):
        for one in (charlie, make_person("dan")):
            connect(one=alice, other=one, at=at)
        block(by=charlie, person=alice, at=at)
        form = AudienceForm(person=alice, at=at, usual=usual, back="/statuses/")
        said = form.said()
        drawn = str(form)
        assert said.sentence in drawn
        assert f'data-button="{said.button}"' in drawn

    def test_the_picker_promises_nothing_that_it_would_have_to_ask_for(self, alice, bob, at):
        assert "Visible to" not in str(AudienceForm(person=alice, at=at, usual="members", back="/statuses/"))

    def test_who_reads_leads_nowhere_else(self, as_alice):
        typed = {"audience": "me", "audience-back": "https://elsewhere.example/"}
        assert "elsewhere" not in as_alice.post(reverse("audience-who"), typed).content.decode()

    def test_a_get_writes_nothing(self, as_alice, charlie, django_assert_num_queries):
        groups = Group.objects.count()
        as_alice.get(
            reverse("audience-sentence"), {"audience": "custom", "audience-in": f"person:{charlie.public_id}"}
        )
        assert Group.objects.count() == groups


class TestASuspendedPerson:
    def test_is_no_reader_until_they_are_let_in_again(self, alice, bob, charlie, at):
        expression = Expression(frozenset({connections_group(alice).pk, one_person_group(charlie).pk}))
        suspend(person=bob, because="", at=at)
        moment = microseconds(at)
        assert [one.person for one in holders(expression, author=alice, ord=moment)] == [charlie.pk]
        assert AudiencePicker(alice, "").connections().count() == 0
        reinstate(person=bob)
        assert {one.person for one in holders(expression, author=alice, ord=moment)} == {bob.pk, charlie.pk}
        assert AudiencePicker(alice, "").connections().count() == 1


class TestNobodyYet:
    def test_is_not_for_the_author_alone(self, alice, charlie, at):
        """Whoever is connected later reads what was for connections: nobody is told “for yourself”."""
        choice = AudienceChoice.simple("connections")
        said_now = said(choice, charlie, microseconds(at))
        assert said_now.sentence == "Nobody sees this today. Later: my connections, as people come."
        assert said_now.button == "Publish for those to come"
        assert foretold(choice, 0, is_whole=False).sentence == said_now.sentence

    def test_and_what_is_for_oneself_is(self, charlie, at):
        assert said(AudienceChoice.simple("me"), charlie, microseconds(at)).button == "Keep for yourself"
