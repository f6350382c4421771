"""The file a backup is: a .tar.gz whose last member, manifest.json, says what each other one must be (SHA-256).

It knows nothing of Django: a backup is given back before there are settings to load. Its sentences are for a terminal.
"""

import gzip
import hashlib
import io
import json
import os
import tarfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from gettext import gettext as _
from pathlib import Path, PurePosixPath
from typing import IO, Any, cast

from parvis.lib.refusal import Refusal

FORMAT = 1
MANIFEST = "manifest.json"
CHUNK = 2**20
QUICKLY = 1

type Tell = Callable[[int, int], None]


class NotABackup(Refusal):
    def __init__(self, path: Path) -> None:
        super().__init__(_("%(file)s is not a backup of Parvis, or it is cut short.") % {"file": path})


class NoSuchFile(Refusal):
    def __init__(self, path: Path) -> None:
        super().__init__(_("There is no file %(file)s. Look at its name and its folder.") % {"file": path})


class WithoutDatabase(Refusal):
    def __init__(self, path: Path) -> None:
        super().__init__(
            _(
                "%(file)s holds no database, so it is no whole backup. Nothing was restored; try another backup."
            )
            % {"file": path}
        )


class Damaged(Refusal):
    def __init__(self, path: Path, member: str) -> None:
        super().__init__(
            _(
                "%(file)s is damaged: %(member)s is not what was kept. Nothing was restored; try another backup."
            )
            % {"file": path, "member": member}
        )


class FromNewerParvis(Refusal):
    def __init__(self, path: Path, version: str) -> None:
        super().__init__(
            _(
                "%(file)s was made by Parvis %(version)s, in a form this version does not know. Install that version."
            )
            % {"file": path, "version": version}
        )


@dataclass(frozen=True)
class Kept:
    """What the manifest says of one member: bytes and SHA-256."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself."""

    format: int
    parvis: str
    at: str
    engine: str
    files: Mapping[str, Kept]


class Digesting(io.RawIOBase):
    """Passes a file on as it is read, and knows its SHA-256 afterwards."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.digest = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        data = self.file.read(size)
        self.digest.update(data)
        return data


@contextmanager
def whole_or_nothing(path: Path) -> Iterator[IO[bytes]]:
    """A file that only its owner can read and that has its name only once it is complete and on the disk."""
    part = path.with_name(f".{path.name}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def write_archive(path: Path, members: Mapping[str, Path], about: Mapping[str, str], tell: Tell) -> Manifest:
    """Pack these files; one that vanishes meanwhile (a picture just deleted) is left out."""
    kept: dict[str, Kept] = {}
    with (
        whole_or_nothing(path) as raw,
        gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=QUICKLY) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        for number, (name, file) in enumerate(members.items()):
            tell(number, len(members))
            try:
                kept[name] = add(tar, name, file)
            except FileNotFoundError:
                continue
        manifest = Manifest(FORMAT, about["parvis"], about["at"], about["engine"], kept)
        add_bytes(tar, MANIFEST, json.dumps(asdict(manifest), indent=1).encode())
    tell(len(members), len(members))
    return manifest


def add(tar: tarfile.TarFile, name: str, path: Path) -> Kept:
    """Pack one file. One that shrinks while it is read raises OSError."""
    with path.open("rb") as file:
        member = tar.gettarinfo(arcname=name, fileobj=file)
        member.uid = member.gid = 0
        member.uname = member.gname = ""
        member.mode = 0o600
        digesting = Digesting(file)
        tar.addfile(member, cast(IO[bytes], digesting))
    return Kept(member.size, digesting.digest.hexdigest())


def add_bytes(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    """Pack a file made here."""
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(data), 0o600
    tar.addfile(member, io.BytesIO(data))


def unpack(path: Path, folder: Path, tell: Tell) -> Manifest:
    """Unpack into an empty folder and hold every file against the manifest.

    Raises NotABackup, FromNewerParvis, Damaged; what was unpacked until then is the caller's to remove.
    """
    found: dict[str, Kept] = {}
    manifest: Manifest | None = None
    try:
        with tarfile.open(path, "r:gz") as tar:
            for member in tar:
                if member.name == MANIFEST:
                    manifest = read_manifest(path, cast(IO[bytes], tar.extractfile(member)).read())
                elif member.isfile():
                    found[member.name] = write(tar, member, inside(path, folder, member.name))
                    tell(len(found), 0)
    except (tarfile.TarError, zlib.error, EOFError, OSError, ValueError, KeyError, TypeError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise NotABackup(path) from error
    if manifest is None:
        raise NotABackup(path)
    for name in [*manifest.files, *found]:
        if found.get(name) != manifest.files.get(name):
            raise Damaged(path, name)
    return manifest


def read_manifest(path: Path, data: bytes) -> Manifest:
    """The manifest, if this version can read it."""
    said: dict[str, Any] = json.loads(data)
    if int(said["format"]) > FORMAT:
        raise FromNewerParvis(path, str(said["parvis"]))
    files = {str(name): Kept(int(kept["size"]), str(kept["sha256"])) for name, kept in said["files"].items()}
    return Manifest(int(said["format"]), str(said["parvis"]), str(said["at"]), str(said["engine"]), files)


def inside(path: Path, folder: Path, name: str) -> Path:
    """Where a member goes; a name that leads out of the folder is no backup of ours."""
    parts = PurePosixPath(name).parts
    if not parts or name.startswith("/") or ".." in parts:
        raise NotABackup(path)
    return folder.joinpath(*parts)


def write(tar: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> Kept:
    """Unpack one file, for its owner's eyes only."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    source = cast(IO[bytes], tar.extractfile(member))
    digest, size = hashlib.sha256(), 0
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        while data := source.read(CHUNK):
            digest.update(data)
            size += len(data)
            file.write(data)
    return Kept(size, digest.hexdigest())
