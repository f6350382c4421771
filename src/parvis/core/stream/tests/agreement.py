"""Whether the house says what the oracle says, in one world, to everyone who looks at it."""

from collections.abc import Callable, Iterator, Sequence
from inspect import getsource
from textwrap import dedent
from types import CodeType

import pytest
from django.db import transaction

from parvis.core.audiences.actions import Expression, expression_of
from parvis.core.audiences.holders import holders, kept_out_otherwise_in
from parvis.core.audiences.models import Audience
from parvis.core.audiences.rule import FOREVER, Viewer, microseconds, moment
from parvis.core.people.models import Person, Square
from parvis.core.stream import pages
from parvis.core.stream.models import Comment, Publication, Source
from parvis.core.stream.search import search
from parvis.core.stream.threads import Thread, Voice, thread
from parvis.core.stream.who import who_can_see, who_would_see

from .oracle import Eyes, Oracle
from .worlds import NOW, dense

INSTANTS = (NOW, NOW - 500)
type Agreement = Callable[[Sequence[Eyes], Oracle], bool]
type Mutation = Callable[[pytest.MonkeyPatch], None]


def viewer_of(eyes: Eyes, now: int) -> Viewer:
    """The viewer that the house makes of whoever looks."""
    if eyes.is_stranger:
        return Viewer(at=now, is_member=True, held=tuple(eyes.held))
    person = Person.objects.filter(pk=eyes.person).first()
    return Viewer.of(person, moment(now), tuple(eyes.held))


def looks(everyone: Sequence[Eyes]) -> Iterator[tuple[Eyes, Viewer, int]]:
    """Everyone who looks, at each instant."""
    for now in INSTANTS:
        for eyes in everyone:
            yield eyes, viewer_of(eyes, now), now


def decisions_agree(everyone: Sequence[Eyes], oracle: Oracle) -> bool:
    """Whether everyone sees, one by one, exactly what the oracle says."""
    for eyes, viewer, now in looks(everyone):
        wanted = {pk for pk in oracle.publications if oracle.sees(eyes, pk, now)}
        if set(Publication.objects.visible_to(viewer).values_list("pk", flat=True)) != wanted:
            return False
        comments = Comment.objects.visible_to(viewer).values_list("publication_id", flat=True)
        if set(comments) != wanted & {c.publication_id for c in oracle.comments}:
            return False
        out = {pk for pk in wanted if oracle.rows[pk].published_at and oracle.rows[pk].ord <= now}
        if set(Publication.objects.visible_to(viewer).published(viewer).values_list("pk", flat=True)) != out:
            return False
    return True


def homes_agree(everyone: Sequence[Eyes], oracle: Oracle) -> bool:
    """Whether every reader's home stream is, page by page, exactly what the oracle says."""
    for eyes, viewer, now in looks(everyone):
        wanted = oracle.home(eyes, now) if viewer.person_id else []
        for limit in (1, 2, 3, 10, 50):
            for start in {
                0,
                limit,
                len(wanted) // 2,
                len(wanted) - 1,
                first_after_a_long_speech(wanted, oracle),
            }:
                before = oracle.rows[wanted[start - 1]].ord if 0 < start <= len(wanted) else FOREVER
                got = pages.numbers(viewer, pages.FOLLOWED, before=before, limit=limit)
                if [pk for pk, _ord in got] != wanted[start if before < FOREVER else 0 :][:limit]:
                    return False
            page = pages.home(viewer, limit=limit)
            if [row.pk for row in page.publications] != [
                pk for pk in wanted[:limit] if oracle.sees(eyes, pk, now)
            ] or page.before != (oracle.rows[wanted[limit - 1]].ord if len(wanted) > limit else None):
                return False
    return True


def first_after_a_long_speech(wanted: Sequence[int], oracle: Oracle) -> int:
    """Where, in a home stream, the pieces begin that one author put in three streams at once."""
    return next((n for n, pk in enumerate(wanted) if len(oracle.placements[pk]) == 3), 0)


def sources_agree(everyone: Sequence[Eyes], oracle: Oracle) -> bool:
    """Whether the page of each source, and of all, holds exactly what the oracle says."""
    sources = sorted(Source.objects.values_list("pk", flat=True))
    for eyes, viewer, now in looks(everyone):
        for some in ([], sources[:1], sources[-1:], sources):
            wanted = oracle.among(set(some), eyes, now)
            page = pages.page_of(viewer, some, limit=5)
            if [row.pk for row in page.publications] != [
                pk for pk in wanted[:5] if oracle.sees(eyes, pk, now)
            ]:
                return False
    return True


def finds_agree(everyone: Sequence[Eyes], oracle: Oracle) -> bool:
    """Whether everyone finds exactly what the oracle says, page by page, in any language and kind."""
    square = Square.objects.get_or_create(pk=1, defaults={"name": "World"})[0]
    for eyes, viewer, now in looks(everyone):
        wanted = oracle.finds(eyes, "parvis", now)
        for limit in (3, 200):
            found = search(viewer, "parvis", limit=limit)
            if [hit.publication.pk for hit in found.hits] != wanted[:limit]:
                return False
            if (found.before is None) != (len(wanted) <= limit):
                return False
            if found.before is not None:
                more = search(viewer, "parvis", limit=limit, before=found.before)
                if [hit.publication.pk for hit in more.hits] != wanted[limit : 2 * limit]:
                    return False
        for given in ({"language": "fr"}, {"kind": "stream.comment"}):
            ((name, value),) = given.items()
            narrowed = [pk for pk in wanted if getattr(oracle.rows[pk], name) == value]
            hits = search(viewer, "parvis", limit=200, **given).hits
            if [hit.publication.pk for hit in hits] != narrowed:
                return False
        square.closed_rooms = ["journal"]
        square.save()
        open_rooms = [pk for pk in wanted if not oracle.of_room(pk, "journal")]
        hits = search(viewer, "parvis", limit=200).hits
        square.closed_rooms = []
        square.save()
        if [hit.publication.pk for hit in hits] != open_rooms:
            return False
    return True


def threads_agree(everyone: Sequence[Eyes], oracle: Oracle) -> bool:
    """Whether the comments under each subject hang, for each who may read it, as the oracle says."""
    subjects = {row.under_id for row in oracle.rows.values() if row.under_id}
    for eyes, viewer, now in looks(everyone):
        person = Person.objects.filter(pk=viewer.person_id).first()
        for subject in Publication.objects.visible_to(viewer).filter(pk__in=subjects):
            found = thread(subject, viewer, person)
            shown, count = oracle.thread(eyes, subject.pk, now)
            if laid_out(found) != shown or found.count != count:
                return False
            if {c.pk for c in found.put_away} != oracle.put_away(eyes, subject.pk):
                return False
            if not only_what_is_theirs(found, viewer, oracle, subject):
                return False
    return True


def laid_out(found: Thread) -> dict[int, tuple[int, int | None]]:
    """Each comment of a thread: (depth, the one above it)."""
    return {
        voice.comment.pk: (voice.depth, above.comment.pk if above else None)
        for above, voice in every_voice(None, found.voices)
    }


def every_voice(above: Voice | None, voices: Sequence[Voice]) -> Iterator[tuple[Voice | None, Voice]]:
    for voice in voices:
        yield above, voice
        yield from every_voice(voice, voice.answers)


def only_what_is_theirs(found: Thread, viewer: Viewer, oracle: Oracle, subject: Publication) -> bool:
    """Whether members may answer, change their own words alone, and put away others' under their own."""
    is_closed = oracle.rows[subject.pk].comments_closed_at is not None
    answers = viewer.is_member and viewer.person_id is not None and not is_closed
    if (found.may_answer, found.is_closed) != (answers and subject.audience_id is not None, is_closed):
        return False
    for _above, voice in every_voice(None, found.voices):
        there = voice.comment.withdrawn_at is None
        mine = voice.comment.publication.author_id == viewer.person_id
        rules = viewer.person_id is not None and (
            subject.author_id == viewer.person_id or oracle.role[viewer.person_id] == "owner"
        )
        out_at = voice.comment.publication.published_at
        fresh = out_at is not None and microseconds(out_at) + 15 * 60 * 10**6 >= viewer.at
        if (voice.may_edit, voice.may_withdraw, voice.may_hide) != (
            mine and there and fresh,
            mine and there,
            rules and not mine and there,
        ):
            return False
    return True


def names_agree(everyone: Sequence[Eyes], oracle: Oracle) -> bool:
    """Whether `who_can_see` names those who see, with the reason, and those who came since."""
    for now, rows in zip(INSTANTS, (list(oracle.rows.items()), list(oracle.rows.items())[::4]), strict=True):
        for pk, row in rows:
            who = who_can_see(row, Viewer(at=now, person_id=row.author_id))
            is_public, because, came = oracle.names(pk, now)
            named = {reader.person.pk: {group.pk for group in reader.because} for reader in who.readers}
            newcomers = {person.pk for one in who.newcomers for person in one.people}
            if (who.is_public, named, newcomers) != (is_public, because, came):
                return False
            if any(one.group.pk not in named[p.pk] for one in who.newcomers for p in one.people):
                return False
    return drafts_agree(oracle)


def drafts_agree(oracle: Oracle) -> bool:
    """Whether the composer names those who would see, and those whom the exceptions keep out."""
    for audience in Audience.objects.all():
        expression = expression_of(audience)
        for author in Person.objects.order_by("pk")[:4]:
            for since in (40, 90):
                who = who_would_see(expression, author=author, at=since)
                named = {reader.person.pk: {group.pk for group in reader.because} for reader in who.readers}
                wanted = oracle.readers(audience.pk, author.pk, since)
                if who.is_public != (audience.pk == 1) or named != ({} if audience.pk == 1 else wanted):
                    return False
                if audience.pk == 1:
                    if holders(expression, author=author, ord=since):
                        return False
                    continue
                out = set(kept_out_otherwise_in(expression, author=author, ord=since))
                without = who_would_see(Expression(expression.include), author=author, at=since)
                if out != {reader.person.pk for reader in without.readers} - wanted.keys():
                    return False
    return True


def dies(mutate: Mutation, agree: Agreement, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether some world out of six tells the mutant from the rule."""
    mutate(monkeypatch)
    for seed in range(1, 7):
        with transaction.atomic():
            everyone = dense(seed)
            if not agree(everyone, Oracle()):
                return True
            transaction.set_rollback(True)
    return False


def rewritten(function: Callable[..., object], clause: str, instead: str) -> Mutation:
    """A mutant of a function of the house: the same, but for one clause of its text."""
    text = dedent(getsource(function))
    assert clause in text, clause

    def mutate(m: pytest.MonkeyPatch) -> None:
        body = text[text.index("def ") :].replace(clause, instead, 1)
        made = compile(f"from __future__ import annotations\n{body}", function.__code__.co_filename, "exec")
        m.setattr(function, "__code__", next(c for c in made.co_consts if isinstance(c, CodeType)))

    return mutate
