"""The files of the old site: a folder of uploads, or the same as a zip; looked up as WordPress named them."""

import os
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from django.utils.translation import gettext_lazy as _

from parvis.lib.refusal import Refusal

from .overview import Picture


class NoSuchFolder(Refusal):
    def __init__(self, path: Path) -> None:
        super().__init__(
            _(
                "There is no folder “%(folder)s”. Name the folder that holds wp-content/uploads, or a zip of it."
            )
            % {"folder": path}
        )


@dataclass(frozen=True)
class File:
    """A file at hand: its name, its size in bytes, and a way to read it, which may raise OSError."""

    name: str
    size: int
    read: Callable[[], bytes]


class Uploads:
    """Files by their paths: in their years and months, below any folders, or all in one place."""

    def __init__(self, files: Iterator[tuple[str, File]]) -> None:
        self.by_path: dict[str, File] = {}
        self.by_name: dict[str, list[File]] = {}
        for path, file in files:
            parts = unicodedata.normalize("NFC", path).split("/")
            for start in range(len(parts)):
                self.by_path.setdefault("/".join(parts[start:]), file)
            self.by_name.setdefault(parts[-1], []).append(file)

    def find(self, picture: Picture) -> File | None:
        """The file of an attachment: at its path, else the only one of its name."""
        if not picture.path:
            return None
        if (found := self.by_path.get(picture.path)) is not None and "/" in picture.path:
            return found
        named = self.by_name.get(picture.path.rpartition("/")[2], [])
        return named[0] if len(named) == 1 else None


def uploads_at(path: Path) -> Uploads:
    """What a folder or a zip holds. Raises NoSuchFolder."""
    if path.is_dir():
        return Uploads(in_folder(path))
    if zipfile.is_zipfile(path):
        return Uploads(in_zip(path))
    raise NoSuchFolder(path)


def in_folder(root: Path) -> Iterator[tuple[str, File]]:
    """The files below a folder; links are not followed, for they may lead out of it."""
    for folder, _folders, names in os.walk(root):
        for name in names:
            path = Path(folder) / name
            if not path.is_symlink():
                yield path.relative_to(root).as_posix(), File(name, path.stat().st_size, path.read_bytes)


def in_zip(path: Path) -> Iterator[tuple[str, File]]:
    """The files in a zip; nothing is unpacked, so that no name in it can lead anywhere."""
    with zipfile.ZipFile(path) as archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    for entry in entries:
        name = PurePosixPath(entry.filename).name
        yield entry.filename, File(name, entry.file_size, reader(path, entry))


def reader(path: Path, entry: zipfile.ZipInfo) -> Callable[[], bytes]:
    """Reads one entry, and no more of it than it says it holds."""

    def read() -> bytes:
        try:
            with zipfile.ZipFile(path) as archive, archive.open(entry) as file:
                return file.read(entry.file_size)
        except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError) as error:
            raise OSError(str(error)) from error

    return read
