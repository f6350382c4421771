"""What is built on the rule: search, threads, and who can see. It agrees with the oracle, and no clause is idle."""

import pytest
from django.db import connection

from parvis.core.audiences import holders
from parvis.core.stream import pages, search, threads, who
from parvis.core.stream.models import Comment, PublicationQuerySet
from parvis.core.stream.models.comment import CommentQuerySet

from .agreement import (
    Mutation,
    decisions_agree,
    dies,
    finds_agree,
    homes_agree,
    names_agree,
    rewritten,
    sources_agree,
    threads_agree,
)
from .oracle import Oracle
from .worlds import dense

pytestmark = pytest.mark.django_db


class TestWhatIsBuiltOnTheRule:
    @pytest.mark.parametrize("seed", range(3))
    @pytest.mark.parametrize("agree", [finds_agree, threads_agree, names_agree])
    def test_agrees_with_the_oracle_in_a_dense_world(self, agree, seed: int):
        everyone, oracle = dense(seed), Oracle()

        assert agree(everyone, oracle)

    def test_finds_the_same_where_matches_come_by_small_batches(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(search, "FIRST_BATCH", 2)
        everyone = dense(0)

        assert finds_agree(everyone, Oracle())

    def test_and_the_worlds_hold_enough_of_everything(self):
        everyone, oracle = dense(0), Oracle()

        assert any(len(oracle.finds(eyes, "parvis", 1000)) > 6 for eyes in everyone)
        assert any(depth == 4 for eyes in everyone for depth, _above in threads_of(oracle, eyes))
        assert any(came for pk in oracle.rows for came in [oracle.names(pk, 1000)[2]])


def threads_of(oracle: Oracle, eyes) -> list[tuple[int, int | None]]:
    subjects = {row.under_id for row in oracle.rows.values() if row.under_id}
    return [place for pk in subjects for place in oracle.thread(eyes, pk, 1000)[0].values()]


def found_without(clause: str, instead: str = "1 = 1") -> Mutation:
    """A mutant of the statement that finds."""

    def mutate(m: pytest.MonkeyPatch) -> None:
        name = "SQLITE" if connection.vendor == "sqlite" else "POSTGRESQL"
        text = getattr(search, name)
        assert clause in text, clause
        m.setattr(search, name, text.replace(clause, instead))

    return mutate


def rooms_without(number: int) -> Mutation:
    """What is of a closed room itself (0), or under what is (1), is found."""
    kept = search.OF_AN_OPEN_ROOM[1 - number]
    return lambda m: m.setattr(search, "OF_AN_OPEN_ROOM", (kept,))


FOUND = {
    "the rule ignored": lambda m: m.setattr(search, "placed", lambda *_, **__: ("1 = 1 /*the rule*/", [])),
    "oldest first": found_without("DESC LIMIT %s", "ASC LIMIT %s"),
    "what is of a closed room": rooms_without(0),
    "what stands under what is of a closed room": rooms_without(1),
    "drafts": rewritten(search.matching, "p.published_at IS NOT NULL AND ", ""),
    "what comes out later": rewritten(search.matching, "p.ord <= %s", "p.ord <= %s + 1"),
    "but not what comes out now": rewritten(search.matching, "p.ord <= %s", "p.ord < %s"),
    "any language": rewritten(search.matching, "if language else", "if False else"),
    "any kind": rewritten(search.matching, "if kind else", "if False else"),
    "what is deleted": rewritten(search.index, "if row.deleted_at is None", ""),
    "page begins again": rewritten(search.matching, "[match, before]", "[match, 2**62]"),
}
HUNG = {
    "the rule ignored": lambda m: m.setattr(
        CommentQuerySet, "visible_to", lambda self, _viewer: self.unguarded("a mutant")
    ),
    "what is put away stays in sight": lambda m: m.setattr(Comment, "is_in_sight", True),
    "what waits is in sight": lambda m: m.setattr(
        Comment, "is_in_sight", property(lambda self: self.hidden_at is None and self.withdrawn_at is None)
    ),
    "writers lose what was put away": rewritten(
        threads.thread, "or row.publication.author_id == viewer.person_id", ""
    ),
    "what is taken back leaves no place": rewritten(threads.thread, "or row.withdrawn_at ", ""),
    "what is taken back is counted": rewritten(threads.thread, "sum(row.withdrawn_at is None", "sum(True"),
    "what is deleted stays": rewritten(threads.thread, ".exclude(publication__deleted_at__isnull=False)", ""),
    "the comments of other subjects too": lambda m: m.setattr(
        CommentQuerySet, "under", lambda self, _subject: self.exclude(publication__under=None)
    ),
    "everyone keeps order": rewritten(
        threads.thread, "(subject.author_id == person.pk or person.is_owner)", "True"
    ),
    "owners do not keep order": rewritten(threads.thread, " or person.is_owner", ""),
    "authors do not keep order": rewritten(threads.thread, "subject.author_id == person.pk or ", ""),
    "owners find what others hid": rewritten(threads.put_away, "subject.author_id != person.pk", "False"),
    "put away is listed though taken back": rewritten(threads.put_away, "withdrawn_at=None, ", ""),
    "put away is listed though deleted": rewritten(threads.put_away, ", publication__deleted_at=None", ""),
    "anyone changes anything": rewritten(
        threads.voice, "row.publication.author_id == viewer.person_id and ", ""
    ),
    "guests answer": rewritten(threads.thread, "and person.is_member", ""),
    "answers where comments are closed": rewritten(threads.thread, "and not is_closed", ""),
    "comments never close": rewritten(threads.thread, "subject.comments_closed_at is not None", "False"),
    "answers to a draft": rewritten(threads.thread, "and subject.audience_id is not None", ""),
    "words change for ever": rewritten(threads.voice, " and moment(viewer.at) <= out_at + EDIT_FOR", ""),
    "words change an instant less": rewritten(threads.voice, "<= out_at", "< out_at"),
    "answers to the unseen stand alone": rewritten(
        threads.hang, "above = parents.get(above)", "above = None"
    ),
    "as deep as it gets": rewritten(
        threads.hang, "min(voices[above].depth + 1, DEEPEST)", "voices[above].depth + 1"
    ),
}
NAMED = {
    "not yet and no more open": rewritten(
        who.who_can_see, ", visible_from__lte=now, visible_until__gt=now", ""
    ),
    "not yet open": rewritten(who.who_can_see, "visible_from__lte=now, ", ""),
    "open an instant late": rewritten(who.who_can_see, "visible_from__lte", "visible_from__lt"),
    "closed an instant late": rewritten(who.who_can_see, "visible_until__gt", "visible_until__gte"),
    "of another publication": rewritten(who.who_can_see, "publication=publication, ", ""),
    "who came before": rewritten(who.newcomers, ", added_at__gt=max(moments)", ""),
    "who came since it was published": rewritten(who.newcomers, "max(moments)", "min(moments)"),
    "who is in by another group": rewritten(who.newcomers, "in reader.because)", "in reader.because[:1])"),
    "who is named one by one": rewritten(who.newcomers, " if group.kind not in ONE_BY_ONE", ""),
    "past opened": rewritten(holders.holders, "opens_from__lte=ord, ", ""),
    "past opened but for its first": rewritten(holders.holders, "opens_from__lte", "opens_from__lt"),
    "the suspended": rewritten(holders.holders, ", person__in=Person.objects.active()", ""),
    "members forgotten": rewritten(holders.holders, "if MEMBERS in expression.include", "if False"),
    "members always": rewritten(holders.holders, "if MEMBERS in expression.include", "if True"),
    "guests among the members": rewritten(
        holders.holders, "Person.objects.members()", "Person.objects.active()"
    ),
    "those kept out": rewritten(holders.holders, "kept_out | shut", "shut"),
    "those with a shut door": rewritten(holders.holders, "kept_out | shut", "kept_out"),
    "shut doors of others": rewritten(holders.holders, "Block.objects.filter(owner=author)", "Block.objects"),
    "exceptions of others": rewritten(
        holders.holders, "Membership.objects.filter(group__in=expression.exclude)", "Membership.objects"
    ),
    "the author": rewritten(holders.holders, " and person != author.pk", ""),
    "kept out who would not be in": rewritten(
        holders.kept_out_otherwise_in, "Expression(expression.include)", "Expression(frozenset({2}))"
    ),
}
PAGED = {
    "what stands under the unseen": rewritten(pages.page, ".visible_to(viewer)", ".unguarded('a mutant')"),
    "never a next page": rewritten(pages.page, "len(found) > limit", "False"),
    "always a next page": rewritten(pages.page, "len(found) > limit", "found"),
    "twice what stands in two sources": rewritten(pages.numbers, "list(distinct.items())", "rows"),
    "too few where much stands twice": rewritten(pages.numbers, "len(distinct) >= limit", "True"),
    "no second look where much stands twice": rewritten(pages.numbers, "len(rows) < k", "len(rows) <= k"),
    "any source": rewritten(pages.page_of, " WHERE id IN ({numbers})", ""),
}


class TestNoClauseIsIdle:
    """One clause less, and some world tells. These cannot be told apart: whatever spares a statement whose answer is
    known (nobody excluded, nobody new, no holders of what is for everyone), the numbers of other threads among those
    that place comments, and `is_in_sight` without what was taken back, which keeps its place anyway. In which order
    names, reasons and comments stand is left to the tests of their pages."""

    @pytest.mark.parametrize("name", sorted(FOUND))
    def test_of_the_search(self, name: str, monkeypatch: pytest.MonkeyPatch):
        assert dies(FOUND[name], finds_agree, monkeypatch), f"survived: {name}"

    @pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite looks through all matches at once")
    def test_of_the_search_by_batches(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(search, "FIRST_BATCH", 2)
        mutate = rewritten(search.matching, "or len(ords) < batch", "or True")

        assert dies(mutate, finds_agree, monkeypatch)

    @pytest.mark.parametrize("name", sorted(HUNG))
    def test_of_the_threads(self, name: str, monkeypatch: pytest.MonkeyPatch):
        assert dies(HUNG[name], threads_agree, monkeypatch), f"survived: {name}"

    @pytest.mark.parametrize("name", sorted(NAMED))
    def test_of_who_can_see(self, name: str, monkeypatch: pytest.MonkeyPatch):
        assert dies(NAMED[name], names_agree, monkeypatch), f"survived: {name}"

    @pytest.mark.parametrize("name", sorted(PAGED))
    def test_of_the_pages(self, name: str, monkeypatch: pytest.MonkeyPatch):
        assert dies(PAGED[name], pages_agree, monkeypatch), f"survived: {name}"

    @pytest.mark.parametrize(
        ("clause", "instead"), [("exclude(published_at=None).", ""), ("ord__lte", "ord__lt")]
    )
    def test_of_what_has_come_out(self, clause: str, instead: str, monkeypatch: pytest.MonkeyPatch):
        mutate = rewritten(PublicationQuerySet.published, clause, instead)
        assert dies(mutate, decisions_agree, monkeypatch)


def pages_agree(everyone, oracle: Oracle) -> bool:
    return homes_agree(everyone, oracle) and sources_agree(everyone, oracle)
