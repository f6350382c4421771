"""The one rule: it agrees with a plain oracle on dense worlds, and no clause of it can be taken away unnoticed."""

import pytest
from django.db import connection

from parvis.core.audiences import rule
from parvis.core.audiences.models import Group
from parvis.core.audiences.rule import Viewer
from parvis.core.stream import pages, seen

from .agreement import decisions_agree, dies, homes_agree, sources_agree
from .oracle import Oracle
from .worlds import NOW, dense

pytestmark = pytest.mark.django_db


class TestTheRuleAgreesWithTheOracle:
    @pytest.mark.parametrize("seed", range(5))
    def test_on_every_decision_of_a_dense_world(self, seed: int):
        everyone, oracle = dense(seed), Oracle()

        assert decisions_agree(everyone, oracle)
        assert homes_agree(everyone, oracle)
        assert sources_agree(everyone, oracle)

    def test_and_the_worlds_hold_both_answers_for_everyone(self):
        everyone, oracle = dense(0), Oracle()

        for eyes in everyone:
            answers = {oracle.sees(eyes, pk, NOW) for pk in oracle.publications}
            assert answers == {True, False}


def probe_without(clause: str, instead: str = "1 = 1"):
    assert clause in rule.PROBE, clause
    return lambda m: m.setattr(rule, "PROBE", rule.PROBE.replace(clause, instead))


def open_without(clause: str, instead: str = "1 = 1"):
    assert clause in seen.OPEN, clause
    return lambda m: m.setattr(seen, "OPEN", seen.OPEN.replace(clause, instead))


def home_without(clause: str, instead: str):
    def mutate(m: pytest.MonkeyPatch) -> None:
        text = pages.TEXT[connection.vendor]
        assert clause in text, clause
        m.setitem(pages.TEXT, connection.vendor, text.replace(clause, instead))

    return mutate


def followed_without(clause: str):
    assert clause in pages.FOLLOWED, clause
    return lambda m: m.setattr(pages, "FOLLOWED", pages.FOLLOWED.replace(clause, "\n"))


def resolved_without(clause: str, instead: str):
    assert clause in rule.RESOLVED, clause
    return lambda m: m.setattr(rule, "RESOLVED", rule.RESOLVED.replace(clause, instead))


def beneath_ignored(m: pytest.MonkeyPatch) -> None:
    m.setattr(seen, "BENEATH", seen.BENEATH.replace("AND {open_above})", "AND ({open_above} OR 1 = 1))"))


def guests_are_members(m: pytest.MonkeyPatch) -> None:
    m.setattr(
        Viewer, "always", lambda self: [1, *([2] if self.person_id or self.is_member else []), *self.held]
    )


def keys_ignored(m: pytest.MonkeyPatch) -> None:
    m.setattr(Viewer, "always", lambda self: [1, 2] if self.is_member else [1])


def keys_open_to_everybody(m: pytest.MonkeyPatch) -> None:
    real = Viewer.always
    m.setattr(Viewer, "always", lambda self: [*real(self), *every_key()])


def one_key_opens_all(m: pytest.MonkeyPatch) -> None:
    real = Viewer.always
    m.setattr(Viewer, "always", lambda self: [*real(self), *(every_key() if self.held else [])])


def key_holders_are_members(m: pytest.MonkeyPatch) -> None:
    real = Viewer.always
    m.setattr(Viewer, "always", lambda self: [*real(self), *([2] if self.held else [])])


def every_key() -> list[int]:
    return list(Group.objects.filter(kind__in=["link", "password"]).values_list("pk", flat=True))


def passers_by_are_members(m: pytest.MonkeyPatch) -> None:
    m.setattr(rule, "PROBE_PASSER_BY", "{audience} IN (1, 2)")


SINGLE = {
    "what keeps out lets in": probe_without("led.sign = 1"),
    "exceptions ignored": probe_without("kept.sign = -1", "kept.sign = -7"),
    "exceptions of others count": probe_without(
        "k.group_id = kept.group_id AND k.person_id = :person", "k.person_id = :person"
    ),
    "anyone's exception counts": probe_without("AND k.person_id = :person)", ")"),
    "shut doors ignored": probe_without("shut.person_id = :person AND shut.owner_id = {author}", "1 = 0"),
    "anybody's shut door counts": probe_without(
        "shut.person_id = :person AND shut.owner_id", "shut.owner_id"
    ),
    "shut doors hide what is public": probe_without("{audience} = 1 OR NOT", "NOT"),
    "past opened to newcomers": probe_without("l.opens_from <= {ord}"),
    "past opened but for its first": probe_without("l.opens_from <= {ord}", "l.opens_from < {ord}"),
    "any group lets in": probe_without("l.group_id = led.group_id AND ", ""),
    "narrowing ignored": open_without("placed.visible_until > :now"),
    "narrowing an instant late": open_without("placed.visible_until > :now", "placed.visible_until >= :now"),
    "not yet out shown": open_without("placed.visible_from <= :now"),
    "out an instant late": open_without("placed.visible_from <= :now", "placed.visible_from < :now"),
    "author locked out": open_without("{author} = :person", "1 = 0"),
    "author sees what they deleted": open_without("{deleted} IS NULL"),
    "another's placement counts": open_without("placed.publication_id = {id} AND ", ""),
    "what stands above ignored": beneath_ignored,
    "guests count as members": guests_are_members,
    "passers-by count as members": passers_by_are_members,
    "links and passwords ignored": keys_ignored,
    "links and passwords open to everybody": keys_open_to_everybody,
    "one link opens all": one_key_opens_all,
    "who holds a link counts as a member": key_holders_are_members,
}
HOME = {
    "heads newer than the page": home_without("p.ord < :before", "1 = 1"),
    "head at the edge of the page": home_without("p.ord < :before", "p.ord <= :before"),
    "one's own left out": followed_without("UNION SELECT id FROM stream_source WHERE person_id = :person"),
    "what others follow": followed_without("WHERE person_id = :person\n"),
    "what keeps out lets in": resolved_without("t.group_id = held.id AND t.sign = 1", "t.group_id = held.id"),
    "links and passwords ignored": keys_ignored,
    "links and passwords open to everybody": keys_open_to_everybody,
    "oldest of a stream instead of newest": home_without(
        "ORDER BY q.ord DESC LIMIT :k", "ORDER BY q.ord ASC LIMIT :k"
    ),
    "exceptions ignored": home_without("s.audience_id NOT IN (SELECT id FROM kept_out) AND ", ""),
    "shut doors ignored": home_without("s.author_id NOT IN (SELECT id FROM shut)", "1 = 1"),
    "shut doors hide what is public": home_without("s.audience_id = 1 OR ", ""),
    "past opened (heads)": home_without("p.ord >= let_in.opens", "1 = 1"),
    "past opened (pages)": home_without("best.opens, tau.least", "tau.least, tau.least"),
    "narrowing ignored (heads)": home_without("p.visible_until > :now", "1 = 1"),
    "narrowing ignored (pages)": home_without("q.visible_until > :now", "1 = 1"),
    "not yet out shown (pages)": home_without("q.visible_from <= :now", "1 = 1"),
    "tau off by one stream": home_without("CASE WHEN count(*) = :k", "CASE WHEN count(*) >= 1"),
    "page begins again": home_without("q.ord < :before", "1 = 1"),
    "follows ignored": home_without("s.source_id = wanted.id", "1 = 1"),
    "latest opening instead of first": resolved_without("min(held.opens)", "max(held.opens)"),
    "all are let in": resolved_without("t.group_id = held.id AND t.sign = 1", "t.sign = 1"),
    "exceptions of others count": resolved_without("m.person_id = :person)", "m.person_id > 0)"),
    "anybody's shut door counts": resolved_without(
        "FROM audiences_block WHERE person_id = :person", "FROM audiences_block"
    ),
}


class TestNoClauseCanGoUnnoticed:
    """Mutants of the rule. These cannot be told from it, for they only cost time: a head that is not out yet (its page
    finds nothing), any of the LIMITs left out, a page that reads below tau, the probe for passers-by who hold
    nothing."""

    @pytest.mark.parametrize("name", sorted(SINGLE))
    def test_of_the_single_decision(self, name: str, monkeypatch: pytest.MonkeyPatch):
        assert dies(SINGLE[name], decisions_agree, monkeypatch), f"survived: {name}"

    @pytest.mark.parametrize("name", sorted(HOME))
    def test_of_the_home_stream(self, name: str, monkeypatch: pytest.MonkeyPatch):
        assert dies(HOME[name], homes_agree, monkeypatch), f"survived: {name}"
