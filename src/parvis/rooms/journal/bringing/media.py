"""Brings the files of the old site, each to the posts that show it and to no other reader."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.conf import settings

from parvis.core.stream.actions import attach, describe
from parvis.core.stream.actions.attachments import TooLarge
from parvis.core.stream.models import Attachment, WorkingCopy
from parvis.core.stream.pictures import address, picture_source
from parvis.lib.markup import plain
from parvis.lib.refusal import Refusal

from ..featured import featured
from ..models import Post
from .fates import TEXTS
from .ledger import Ledger, Line
from .overview import Overview, Picture
from .texts import Texts, finished
from .uploads import Uploads, uploads_at

READ_AT_ONCE = 100


@dataclass
class Files:
    """Attaches files, and tells of each attachment of the old site whether it is here."""

    ledger: Ledger
    overview: Overview
    texts: Texts
    media: Path | None
    at: datetime
    _attached: dict[int, Attachment] = field(default_factory=dict)
    _refused: dict[int, str] = field(default_factory=dict)
    _keys: dict[int, str] = field(default_factory=dict)

    def steps(self) -> Iterator[Callable[[], None]]:
        """What is to be done, each to be written with the ledger before the next; texts never wait for it."""
        folder = uploads_at(self.media) if self.media is not None else None
        for post, numbers in self.wanting(folder):
            yield lambda post=post, numbers=numbers: self.give(post, numbers, folder)  # type: ignore[misc]
        yield lambda: self.account(folder)

    def wanting(self, folder: Uploads | None) -> Iterator[tuple[int, list[int]]]:
        """(post, attachments whose files are at hand and not with it yet); those written anew show what they have."""
        anew = self.ledger.rewritten
        publications = [
            line.publication
            for kind in TEXTS
            for key, line in self.ledger.keys(kind)
            if line.publication and (folder is not None or (kind, key) in anew)
        ]
        for start in range(0, len(publications), READ_AT_ONCE):
            posts = Post.objects.unguarded("posts that an import brought").filter(
                publication__in=publications[start : start + READ_AT_ONCE], publication__deleted_at=None
            )
            for post, kind, publication, extra in posts.order_by("pk").values_list(
                "pk", "kind", "publication", "extra"
            ):
                numbers = [
                    number
                    for number in wanted(extra, self.overview.children)
                    if number in self.overview.pictures
                ]
                new = [number for number in numbers if self.is_new(number, extra, folder)]
                if new or ((kind, self.key_of(publication)) in anew and extra.get("files")):
                    yield post, new

    def is_new(self, number: int, extra: Mapping[str, Mapping[str, object]], folder: Uploads | None) -> bool:
        return (
            folder is not None
            and str(number) not in extra.get("files", {})
            and folder.find(self.overview.pictures[number]) is not None
        )

    def give(self, number: int, pictures: list[int], folder: Uploads | None) -> None:
        """Hang files on a post and show them in its text, unless its author has written there since."""
        rows = Post.objects.unguarded("the post an import brought").select_related("publication__author")
        post = rows.get(pk=number)
        was = post.html, post.lead_picture_id
        files = dict(post.extra.get("files", {}))
        for each in pictures:
            if (attachment := self.take(post, self.overview.pictures[each], folder)) is not None:
                files[str(each)] = attachment.public_id
                self._attached.setdefault(each, attachment)
        post.extra = {**post.extra, "files": files}
        mine = {
            row.public_id: row
            for row in Attachment.objects.unguarded("its own files").filter(publication=post.publication)
        }
        kept = {int(old): mine[own] for old, own in files.items() if own in mine}
        if (lead := thumbnail(post)) in kept and kept[lead].is_picture and post.lead_picture_id is None:
            post.lead_picture = kept[lead]
        line = self.line_of(post)
        is_as_brought = line is not None and line.revision == post.publication.revision
        if is_as_brought:
            self.show(post, {old: address(attachment) for old, attachment in kept.items()})
        post.save(update_fields=["extra", "lead_picture", "html"])
        if (post.html, post.lead_picture_id) != was:
            self.renew(post, line if is_as_brought else None)

    def renew(self, post: Post, line: Line | None) -> None:
        """Readers find another post than before: another revision, which `line` knows for the import's own."""
        publication = post.publication
        publication.revision += 1
        publication.save(update_fields=["revision"])
        if line is not None:
            self.ledger.revised(post.kind, self.key_of(publication.pk), line, publication.revision)

    def take(self, post: Post, picture: Picture, folder: Uploads | None) -> Attachment | None:
        """Attach one file; what cannot be kept is remembered with the reason."""
        file = folder.find(picture) if folder is not None else None
        if file is None:
            return None
        publication = post.publication
        try:
            if file.size > settings.PARVIS_UPLOAD_LIMIT:
                raise TooLarge(file.name, settings.PARVIS_UPLOAD_LIMIT)
            attachment = attach(
                publication=publication,
                owner=publication.author,
                name=file.name,
                data=file.read(),
                at=self.at,
                alt={publication.language: picture.alt} if picture.alt else None,
                other_files=True,
            )
        except (Refusal, OSError) as refusal:
            self._refused[picture.number] = str(refusal)
            return None
        if picture.caption:
            describe(attachment=attachment, alt=attachment.alt, caption=plain(picture.caption))
        return attachment

    def show(self, post: Post, kept: Mapping[int, str]) -> None:
        """Put the files into the text."""
        old = post.extra.get("wordpress", {})
        shown = self.texts.again(post.source, str(old.get("link", "")), kept, number=old.get("id"))
        if post.publication.is_draft:
            copy = WorkingCopy.objects.unguarded("the draft an import made").filter(
                publication=post.publication, version=1
            )
            for one in copy:
                one.fields = {**one.fields, "text": featured(post, shown) + shown}
                one.save(update_fields=["fields"])
        else:
            post.html = finished(shown, picture_source(post.publication))

    def line_of(self, post: Post) -> Line | None:
        """The line of the ledger that brought a post."""
        return self.ledger.line(post.kind, self.key_of(post.publication_id))

    def key_of(self, publication: int) -> str:
        """By what the ledger knows what it brought."""
        if not self._keys:
            lines = (each for kind in TEXTS for each in self.ledger.keys(kind))
            self._keys = {line.publication: key for key, line in lines if line.publication}
        return self._keys.get(publication, "")

    def account(self, folder: Uploads | None) -> None:
        """A line for each attachment of the file: here, or not and why."""
        for kind, key in sorted(self.ledger.seen):
            picture = self.overview.pictures.get(int(key)) if kind == "attachment" and key.isdigit() else None
            if kind != "attachment" or (picture is None and "~" in key):
                continue
            line = self.ledger.line(kind, key)
            title = (picture.title if picture else "") or key
            attached = self._attached.get(int(key)) if key.isdigit() else None
            if attached is not None and line is None:
                self.ledger.brought(
                    kind,
                    key,
                    item=title,
                    is_new=True,
                    publication=attached.publication,
                    target=attached.pk,
                    detail=picture.url if picture else "",
                )
            elif line is None:
                reason, detail = self.why_not(picture, folder)
                self.ledger.skip(kind, key, item=title, reason=reason, detail=detail)

    def why_not(self, picture: Picture | None, folder: Uploads | None) -> tuple[str, str]:
        """Why an attachment is not here."""
        if picture is not None and picture.number in self._refused:
            return "file-refused", self._refused[picture.number]
        if picture is not None and folder is not None and folder.find(picture) is not None:
            return "shown-nowhere", ""
        return "no-bytes", picture.url if picture else ""


def thumbnail(post: Post) -> int:
    """The number of the picture that stands for a post, 0 when it has none."""
    return next(
        (int(value) for key, value in meta_of(post.extra) if key == "_thumbnail_id" and value.isdigit()), 0
    )


def meta_of(extra: Mapping[str, Mapping[str, object]]) -> list[tuple[str, str]]:
    found = extra.get("wordpress", {}).get("meta", [])
    return [(str(pair[0]), str(pair[1])) for pair in found] if isinstance(found, list) else []


def wanted(extra: Mapping[str, Mapping[str, object]], children: Mapping[int, list[int]]) -> list[int]:
    """The attachments that belong with a post: those its text shows, its lead picture, those uploaded to it."""
    old = extra.get("wordpress", {})
    shows, number = old.get("shows", []), old.get("id", 0)
    lead = [int(value) for key, value in meta_of(extra) if key == "_thumbnail_id" and value.isdigit()]
    shown = [int(each) for each in shows] if isinstance(shows, list) else []
    return list(
        dict.fromkeys(
            [*shown, *lead, *(children.get(number, []) if isinstance(number, int) and number else [])]
        )
    )
