"""Writes the comments of the old site: threads in two passes, only what was approved in sight."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from parvis.core.audiences.models import PUBLIC, Audience
from parvis.core.audiences.rule import microseconds
from parvis.core.stream.actions import Said, edit, show_comment
from parvis.core.stream.actions.bulk import Coming, publish_many
from parvis.core.stream.actions.comments import comments_source
from parvis.core.stream.models import Comment, Publication, Source
from parvis.lib.markup import plain
from parvis.lib.wxr import Item, ItemComment

from .fates import Answer, answer_of
from .ledger import Ledger
from .people import People
from .texts import Texts

NAMED = 60


@dataclass(kw_only=True)
class Voice:
    """A comment of the file, what becomes of it, and its row once there is one."""

    key: str
    written: ItemComment
    answer: Answer
    subject: Publication
    item: Item
    digest: str
    row: Comment | None = None
    has_moved: bool = False
    """Stands under another comment than it answered, or under none."""

    @property
    def described(self) -> str:
        """Words by which its owner knows it: its writer and its beginning."""
        return f"{self.written.author or '—'}: {' '.join(self.written.content.split())[:NAMED]}"


@dataclass(kw_only=True)
class Comments:
    """Gathers the comments of a batch of items, then writes them at once."""

    ledger: Ledger
    people: People
    texts: Texts
    at: datetime
    _new: list[Voice] = field(default_factory=list)
    _parents: list[tuple[Voice, str]] = field(default_factory=list)
    _source: Source | None = None
    _everyone: Audience | None = None

    def skip_all(self, item: Item, key: str, reason: str) -> None:
        """The comments of an item that is not brought."""
        for written, own in self.keyed(item, key):
            self.ledger.skip("comment", own, item=described(written), reason=reason)

    def keyed(self, item: Item, key: str) -> Sequence[tuple[ItemComment, str]]:
        """Each comment with its key in the ledger: its number, or its place when the file lost that."""
        return [
            (written, self.ledger.unique("comment", str(written.id) if written.id else f"{key}/{place}")[0])
            for place, written in enumerate(item.comments)
        ]

    def gather(self, item: Item, key: str, subject: Publication) -> None:
        """Look at the comments of an item that is here: new ones wait for `write`, others are compared."""
        keyed = self.keyed(item, key)
        answers = {own: answer_of(written) for written, own in keyed}
        keys = {written.id: own for written, own in reversed(keyed) if written.id}
        for written, own in keyed:
            answer, line = answers[own], self.ledger.lines.get(("comment", own))
            if not answer.is_brought:
                self.leave(written, own, answer)
                continue
            digest = digest_of(written)
            voice = Voice(key=own, written=written, answer=answer, subject=subject, item=item, digest=digest)
            if line is None or line.state != "imported":
                above = nearest(written, keys, item, answers)
                voice.has_moved = bool(written.parent) and above != keys.get(written.parent)
                self._new.append(voice)
                self._parents.append((voice, above))
            elif line.publication is None:
                self.ledger.skip("comment", own, item=voice.described, reason="deleted-here")
            elif line.digest != digest:
                self.change(voice, line.target or 0, line.revision)

    def leave(self, written: ItemComment, own: str, answer: Answer) -> None:
        """A comment that is not brought; one that was brought before stays as it is here."""
        if self.ledger.line("comment", own) is not None:
            self.ledger.left("comment", described(written), answer.reason, answer.detail)
        else:
            self.ledger.skip(
                "comment", own, item=described(written), reason=answer.reason, detail=answer.detail
            )

    def write(self) -> None:
        """Write what was gathered: first every comment, then what each answers."""
        if not self._new:
            return
        html = {voice.key: self.texts.comment(voice.item, voice.written.content) for voice in self._new}
        publish_many([self.coming(voice, html[voice.key]) for voice in self._new])
        Comment.objects.bulk_create(voice.row for voice in self._new if voice.row is not None)
        self.hang()
        for voice in self._new:
            self.note(voice)
        self._new, self._parents = [], []

    def coming(self, voice: Voice, html: str) -> Coming:
        """The publication of a comment; one that waits stands in no stream."""
        subject, written = voice.subject, voice.written
        out_at = min(written.at or subject.published_at or subject.made_at, self.at)
        publication = Publication(
            kind="stream.comment",
            author=self.people.commenter(written),
            audience=subject.audience or self.everyone,
            language=subject.language,
            under=subject,
            made_at=out_at,
            published_at=out_at,
            ord=max(1, microseconds(out_at)),
        )
        voice.row = Comment(
            publication=publication, source=written.content, html=html, is_pending=voice.answer.is_pending
        )
        sources = () if voice.answer.is_pending else (self.source,)
        return Coming(
            publication=publication, said=Said(text=plain(html), language=subject.language), sources=sources
        )

    @property
    def everyone(self) -> Audience:
        """For whom a comment under a draft is: all who will see both."""
        if self._everyone is None:
            self._everyone = Audience.objects.get(pk=PUBLIC)
        return self._everyone

    @property
    def source(self) -> Source:
        if self._source is None:
            self._source = comments_source()
        return self._source

    def hang(self) -> None:
        """The second pass: put each answer under what it answers."""
        rows: Mapping[str, Comment | None] = {voice.key: voice.row for voice in self._new}
        hung = []
        for voice, above in self._parents:
            row, line = rows[voice.key], self.ledger.line("comment", above) if above else None
            assert row is not None
            parent = rows.get(above) if above else None
            row.parent_id = parent.pk if parent is not None else line.target if line is not None else None
            if row.parent_id is not None:
                hung.append(row)
        Comment.objects.bulk_update(hung, ["parent"], batch_size=200)

    def note(self, voice: Voice) -> None:
        """Put it into the ledger."""
        assert voice.row is not None
        self.ledger.brought(
            "comment",
            voice.key,
            item=voice.described,
            is_new=True,
            reason=voice.answer.reason,
            detail=voice.answer.detail,
            digest=voice.digest,
            publication=voice.row.publication,
            target=voice.row.pk,
            revision=voice.row.publication.revision,
        )
        self.ledger.remark("comment", voice.described, voice.answer.reason, voice.answer.detail)
        self.ledger.remark("comment", voice.described, "moved-up" if voice.has_moved else "")

    def change(self, voice: Voice, target: int, revision: int) -> None:
        """Take the other words of a later file, unless the comment was touched here; let through what was approved since."""
        rows = Comment.objects.unguarded("the comment an import brought").filter(pk=target)
        row = rows.select_related("publication", "publication__author").first()
        if (
            row is None
            or row.publication.deleted_at
            or row.withdrawn_at
            or row.publication.revision != revision
        ):
            self.ledger.left("comment", voice.described, "edited-here" if row else "deleted-here")
            return
        row.source, row.html = voice.written.content, self.texts.comment(voice.item, voice.written.content)
        row.save(update_fields=["source", "html"])
        words = Said(text=plain(row.html), language=row.publication.language)
        row.publication = edit(publication=row.publication, said=words, at=self.at)
        if row.is_pending and not voice.answer.is_pending and row.hidden_at is None:
            show_comment(comment=row)
        voice.row = row
        self.ledger.brought(
            "comment",
            voice.key,
            item=voice.described,
            is_new=False,
            reason=voice.answer.reason,
            detail=voice.answer.detail,
            digest=voice.digest,
            publication=row.publication,
            target=row.pk,
            revision=row.publication.revision,
        )


def nearest(written: ItemComment, keys: Mapping[int, str], item: Item, answers: Mapping[str, Answer]) -> str:
    """The key of the nearest comment above that is brought, empty when there is none; rings are cut."""
    by_number = {each.id: each for each in reversed(item.comments) if each.id}
    above, passed = by_number.get(written.parent), {written.id}
    while above is not None and above.id not in passed:
        if answers[keys[above.id]].is_brought:
            return keys[above.id]
        passed.add(above.id)
        above = by_number.get(above.parent)
    return ""


def described(written: ItemComment) -> str:
    """Words by which a comment is known: its writer and its beginning."""
    return f"{written.author or '—'}: {' '.join(written.content.split())[:NAMED]}"


def digest_of(written: ItemComment) -> str:
    """Tells whether a comment is another one in a later file."""
    values = (
        written.parent,
        written.author,
        written.author_email,
        written.content,
        written.approved,
        written.type,
        written.at,
    )
    return hashlib.sha256("\n".join(map(str, values)).encode(errors="replace")).hexdigest()
