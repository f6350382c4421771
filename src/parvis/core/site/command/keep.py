"""`parvis backup` and `parvis restore`."""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from .house import bring_up_to_date, data_folder, open_house, set_up
from .lock import the_lock
from .options import add_json
from .progress import Progress
from .shape import Command
from .words import _, data, say

if TYPE_CHECKING:
    from ..keeping.archive import Manifest


def add_file(parser: ArgumentParser) -> None:
    """FILE and --json."""
    parser.add_argument("file", metavar=_("FILE"), type=Path, help=_("the backup, a .tar.gz file"))
    add_json(parser)


def backup(arguments: Namespace) -> None:
    """Write everything into one file; the square may be open meanwhile."""
    open_house()
    from django.utils import timezone  # noqa: PLC0415

    from ..keeping.backup import make_backup  # noqa: PLC0415

    with Progress(_("Backup")) as progress:
        made = make_backup(arguments.file, at=timezone.now(), tell=progress.to)
    if arguments.json:
        data({"file": str(made.path), "bytes": made.size, "files": made.files, "at": made.at.isoformat()})
    else:
        say(_("The backup is in %(file)s (%(size).1f MB).") % {"file": made.path, "size": made.size / 10**6})


def restore(arguments: Namespace) -> None:
    """Give a backup back to an empty folder; who has left since is forgotten again."""
    from ..keeping.archive import NoSuchFile  # noqa: PLC0415
    from ..keeping.restore import empty_again, missing, remove, unpack_backup  # noqa: PLC0415

    if not arguments.file.is_file():
        raise NoSuchFile(arguments.file)
    where = data_folder()
    made = missing(where)
    with Progress(_("Restoring")) as progress:
        manifest = unpack_backup(arguments.file, where, tell=progress.to)
    try:
        with the_lock(where):
            forgotten = stand_again(manifest, where)
    except BaseException:
        empty_again(where)
        remove(made)
        raise
    if arguments.json:
        data(
            {
                "folder": str(where),
                "files": len(manifest.files),
                "made_at": manifest.at,
                "forgotten": forgotten,
            }
        )
    else:
        words = _("The square of %(at)s stands again in %(folder)s. Start it with “parvis serve”.")
        say(words % {"at": manifest.at[:16].replace("T", " "), "folder": where})


def stand_again(manifest: "Manifest", where: Path) -> int:
    """The database in its place, as this version wants it; how many people were forgotten again."""
    set_up()
    from ..keeping.erasure import replay_erasures  # noqa: PLC0415
    from ..keeping.restore import load_database  # noqa: PLC0415

    load_database(manifest)
    bring_up_to_date(where)
    return replay_erasures(where)


COMMANDS = (
    Command(
        name="backup",
        help=_("write everything into one file, while the square is open"),
        add_arguments=add_file,
        run=backup,
    ),
    Command(
        name="restore", help=_("give a backup back to an empty folder"), add_arguments=add_file, run=restore
    ),
)
