"""A person's own copy: everything held on them, as JSON, with their files and a page to read it by."""

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from parvis.core.audiences.rule import Viewer
from parvis.core.delivery.actions import note_export
from parvis.core.people.models import Person
from parvis.core.people.personal import PERSONAL, Personal
from parvis.core.people.squares import the_square
from parvis.core.stream.models import Comment

from .archive import Tell, whole_or_nothing
from .backup import no_one
from .erasure import rows_of

SECRETS = {"password", "secret", "code_hash", "token_hash"}
OF_OTHERS = {"quoted"}
"""Words of somebody else that a row keeps: whoever asked may no longer read them."""

WHEN = ("published_at", "at", "made_at", "since", "joined_at", "added_at", "saved_at", "created_at")
NAMED_BY = (
    "title",
    "name",
    "text",
    "words",
    "source",
    "label",
    "tag",
    "category",
    "path",
    "url",
    "address",
    "kind",
)
FIRST_WORDS = 120


@dataclass
class Entry:
    """A line of the page: when, in a few words, and the files that belong to it."""

    at: object
    words: str
    files: list[str]
    about: str = ""


@dataclass
class Section:
    """A table as the page shows it."""

    title: str
    path: str
    because: str = ""
    entries: list[Entry] = field(default_factory=list)


class Copy:
    """A zip file being written, which knows the SHA-256 of all that is in it."""

    def __init__(self, file: IO[bytes], at: datetime) -> None:
        self.zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED)
        self.moment = at.timetuple()[:6]
        self.sums: dict[str, dict[str, object]] = {}
        self.missing: list[str] = []

    def add(self, name: str, data: bytes) -> str:
        """Write one member, once."""
        if name not in self.sums:
            info = zipfile.ZipInfo(name, self.moment)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            self.zip.writestr(info, data)
            self.sums[name] = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        return name

    def add_stored(self, name: str) -> str | None:
        """Write one file of the media store; None, and a line in the manifest, when it is not there."""
        try:
            with default_storage.open(name) as file:
                return self.add(f"files/{name}", file.read())
        except FileNotFoundError:
            self.missing.append(name)
            return None

    def sign(self, about: dict[str, object]) -> None:
        """Write the manifest, last."""
        manifest = {**about, "files": self.sums, "missing": self.missing}
        self.zip.writestr("manifest.json", as_json(manifest))


def export_zip(*, person: Person, at: datetime) -> IO[bytes]:
    """The copy as an open file without a name, at its beginning; it is gone when closed."""
    file = tempfile.TemporaryFile(dir=settings.PARVIS_DATA, prefix=".export-")  # noqa: SIM115
    write_export(file, person=person, at=at)
    file.seek(0)
    return file


def write_export(file: IO[bytes], *, person: Person, at: datetime, tell: Tell = no_one) -> int:
    """Write the copy, in the person's language; how many files are in it."""
    copy = Copy(file, at)
    with translation.override(person.language), copy.zip:
        sections = []
        for number, declaration in enumerate(PERSONAL):
            tell(number, len(PERSONAL))
            section = write_table(copy, declaration, person, at)
            if section is not None:
                sections.append(section)
        sections.append(write_answers(copy, person, at))
        context = {
            "person": person,
            "at": at,
            "square": the_square(),
            "sections": sections,
            "missing": copy.missing,
        }
        copy.add("index.html", render_to_string("keeping/copy.html", context).encode())
        copy.sign({"person": person.public_id, "at": at.isoformat()})
    tell(len(PERSONAL), len(PERSONAL))
    return len(copy.sums)


def write_table(copy: Copy, declaration: Personal, person: Person, at: datetime) -> Section | None:
    """One JSON file with every row of a table that is about the person, and the originals of its files."""
    meta = declaration.model._meta
    rows, entries = [], []
    for row in rows_of(declaration, person).order_by("pk"):
        values = values_of(declaration, row, person, at)
        if not values:
            continue
        names = declaration.files(row)[:1] if declaration.files else []
        files = [path for path in map(copy.add_stored, names) if path]
        rows.append({**values, "files": files} if files else values)
        about = str(values.get("for") or values.get("of") or "")
        entries.append(Entry(moment_of(values), words_of(values), files, about))
    if not rows:
        return None
    path = copy.add(f"data/{meta.app_label}/{meta.model_name}.json", as_json(rows))
    return Section(str(declaration.title), path, str(declaration.because), entries)


def values_of(declaration: Personal, row: Any, person: Person, at: datetime) -> dict[str, Any]:
    """What the copy says of a row."""
    if declaration.export_at is not None:
        return declaration.export_at(row, person, at)
    return declaration.export(row) if declaration.export is not None else plain_values(row)


def plain_values(row: Any) -> dict[str, Any]:
    """All fields of a row but secrets, the words of others, and the numbers of rows."""
    fields = [field for field in row._meta.concrete_fields if field.name not in SECRETS | OF_OTHERS]
    plain = [field for field in fields if not field.is_relation and not field.primary_key]
    return {field.name: field.value_from_object(row) for field in plain}


def moment_of(values: dict[str, Any]) -> object:
    """When a row was made, as well as its names tell."""
    return next((values[name] for name in WHEN if isinstance(values.get(name), datetime)), None)


def words_of(values: dict[str, Any]) -> str:
    """A few words by which a person knows the row again."""
    text = next(
        (values[name] for name in NAMED_BY if isinstance(values.get(name), str) and values[name].strip()), ""
    )
    line = " ".join(text.split())
    return line if len(line) <= FIRST_WORDS else f"{line[:FIRST_WORDS].rsplit(' ', 1)[0]}…"


def write_answers(copy: Copy, person: Person, at: datetime) -> Section:
    """What others answered the person, as far as they may read it at this moment."""
    rows = list(answers(person, at))
    path = copy.add("data/stream/answers.json", as_json(rows))
    entries = [
        Entry(row["at"], f"{row['by']} : {words_of(row)}" if row["by"] else words_of(row), []) for row in rows
    ]
    return Section(_("What others answered you"), path, "", entries)


def answers(person: Person, at: datetime) -> Iterator[dict[str, Any]]:
    """The comments of others under the person's publications that the person may see; each is noted as a copy."""
    seen = Comment.objects.visible_to(Viewer.of(person, at)).filter(publication__under__author=person)
    others = seen.exclude(publication__author=person).filter(is_pending=False, withdrawn_at=None)
    shown = list(
        others.select_related("publication__author", "publication__audience", "publication__under").order_by(
            "publication__ord"
        )
    )
    note_export(publications=[comment.publication for comment in shown], person=person, at=at)
    for comment in shown:
        above = comment.publication.under
        yield {
            "id": comment.publication.public_id,
            "under": above.public_id if above is not None else None,
            "address": comment.publication.get_absolute_url(),
            "by": comment.publication.author.name,
            "at": comment.publication.published_at,
            "text": comment.source,
        }


def as_json(values: object) -> bytes:
    """Readable JSON; moments as ISO 8601."""
    return json.dumps(values, ensure_ascii=False, indent=1, cls=DjangoJSONEncoder).encode()


def export_to(path: Path, *, person: Person, at: datetime, tell: Tell = no_one) -> int:
    """Write the copy to a file that only its owner can read, whole or not at all; how many files are in it."""
    with whole_or_nothing(path) as file:
        return write_export(file, person=person, at=at, tell=tell)
