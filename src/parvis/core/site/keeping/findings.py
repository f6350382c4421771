"""What is wrong with this house, and what to do: for `parvis check` and for the owner's page."""

import os
import platform
import shutil
import sqlite3
import stat
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from difflib import get_close_matches
from pathlib import Path

from django.conf import settings
from django.core import checks
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.formats import number_format
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from parvis.core.delivery.checks import RELAY
from parvis.core.delivery.mail import waiting
from parvis.core.delivery.relay import NoRelay, RelayAddress, how_to_write_it, knock
from parvis.core.delivery.signing import FOLDER as SIGNING_KEYS
from parvis.lib.environment import SECRET_FILE, SETTINGS_FILE, read_settings_file

from ..models import ChoreRun
from ..setup import has_owner
from .backup import last_backup
from .finding import Finding, State
from .mail_domain import mail_domain

__all__ = ["Finding", "State", "findings"]

BACKUP_OLD = timedelta(days=8)
LITTLE_ROOM, NO_ROOM = 2 * 2**30, 200 * 2**20
MODES = {
    "": 0o700,
    SECRET_FILE: 0o600,
    SETTINGS_FILE: 0o600,
    "parvis.sqlite3": 0o600,
    "media": 0o700,
    "outbox": 0o700,
    "mail-in": 0o700,
    "backups": 0o700,
    "scratch": 0o700,
    SIGNING_KEYS: 0o700,
}


def findings(at: datetime, *, knocks: bool = False) -> list[Finding]:
    """Everything that was looked at, in the reader's language; nothing is changed.

    `knocks` goes as far as the mail relay and the DNS, which may take seconds.
    """
    looks: tuple[Callable[[datetime], Iterator[Finding]], ...] = (
        versions,
        folder,
        database,
        set_up,
        address,
        unread_settings,
        *((relay, mail_domain) if knocks and settings.PARVIS_MAIL_URL else (mail,)),
        backups,
        room_on_disk,
        worker,
        system_checks,
    )
    return [finding for look in looks for finding in look(at)]


def versions(at: datetime) -> Iterator[Finding]:
    """Python and SQLite."""
    words = _("Python %(python)s, SQLite %(sqlite)s.")
    yield Finding(
        _("Versions"), "fine", words % {"python": platform.python_version(), "sqlite": sqlite3.sqlite_version}
    )


def folder(at: datetime) -> Iterator[Finding]:
    """The data folder: there, ours to write, closed to others."""
    data = Path(settings.PARVIS_DATA)
    subject = _("Data folder")
    if not os.access(data, os.R_OK | os.W_OK | os.X_OK):
        advice = _("Give it to the account under which Parvis runs.")
        yield Finding(
            subject, "wrong", _("%(folder)s cannot be read and written.") % {"folder": data}, advice
        )
        return
    open_to_others = [data / name for name, mode in MODES.items() if too_open(data / name, mode)]
    for path in open_to_others:
        words = _("Other accounts of this machine can read %(path)s.") % {"path": path}
        mode = "600" if path.is_file() else "700"
        yield Finding(
            subject, "wrong", words, _("Run: chmod %(mode)s %(path)s") % {"mode": mode, "path": path}
        )
    if not open_to_others:
        yield Finding(
            subject, "fine", _("%(folder)s is there, and closed to other accounts.") % {"folder": data}
        )


def too_open(path: Path, mode: int) -> bool:
    """Whether a path lets in more than `mode` says."""
    return path.exists() and bool(stat.S_IMODE(path.stat().st_mode) & ~mode)


def database(at: datetime) -> Iterator[Finding]:
    """Reachable, and as this version wants it."""
    subject = _("Database")
    try:
        connection.ensure_connection()
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        words = _("The database does not answer: %(reason)s") % {"reason": " ".join(str(error).split())}
        yield Finding(subject, "wrong", words, _("See that it runs, and that PARVIS_DATABASE_URL names it."))
        return
    if pending:
        words = ngettext(
            "%(count)d change to the database waits to be made.",
            "%(count)d changes to the database wait to be made.",
            len(pending),
        )
        advice = _("Start “parvis serve”: it makes them, and keeps a copy of an SQLite database first.")
        yield Finding(subject, "wrong", words % {"count": len(pending)}, advice)
        return
    engine = "SQLite" if connection.vendor == "sqlite" else "PostgreSQL"
    yield Finding(
        subject, "fine", _("The %(engine)s database answers and is up to date.") % {"engine": engine}
    )


def set_up(at: datetime) -> Iterator[Finding]:
    """Whether somebody runs this square; says nothing where somebody does."""
    try:
        waits = not has_owner()
    except DatabaseError:
        return
    if waits:
        words = _("Nobody has set this square up yet.")
        advice = _("Open the link that “parvis serve” prints when it starts, or run “parvis init”.")
        yield Finding(_("Set-up"), "note", words, advice)


def unread_settings(at: datetime) -> Iterator[Finding]:
    """Names in parvis.env that nothing reads, such as one that was mistyped."""
    known = settings.PARVIS_KNOWN
    for name in read_settings_file(Path(settings.PARVIS_DATA) / SETTINGS_FILE):
        if name in known:
            continue
        words = _("%(name)s stands in parvis.env, and nothing reads it there.") % {"name": name}
        near = get_close_matches(name, known, n=1, cutoff=0.8)
        advice = (
            _("Perhaps %(name)s is meant; docs/settings.md names them all.") % {"name": near[0]}
            if near
            else _("Take the line out, or correct its name: docs/settings.md names them all.")
        )
        yield Finding(_("Settings"), "note", words, advice)


def address(at: datetime) -> Iterator[Finding]:
    """PARVIS_URL, and whether it is protected on its way."""
    subject = _("Address")
    if not settings.PARVIS_URL:
        words = _(
            "PARVIS_URL is not set: the square answers on this machine only, and its links name localhost."
        )
        advice = _(
            "Set PARVIS_URL=https://your.domain in the data folder's parvis.env when others are to come."
        )
        yield Finding(subject, "note", words, advice)
    elif not settings.SECURE:
        words = _("%(url)s is not protected on its way: passwords and letters could be read.")
        advice = _("Put Caddy or nginx with a certificate in front, and begin PARVIS_URL with https://.")
        yield Finding(subject, "wrong", words % {"url": settings.PARVIS_URL}, advice)
    elif not settings.PARVIS_BEHIND_PROXY:
        words = _("%(url)s is protected, but Parvis does not know that a proxy stands before it.")
        advice = _("Set PARVIS_BEHIND_PROXY=yes, so that limits count visitors and not the proxy.")
        yield Finding(subject, "wrong", words % {"url": settings.PARVIS_URL}, advice)
    else:
        yield Finding(subject, "fine", _("%(url)s, protected on its way.") % {"url": settings.PARVIS_URL})


def mail(at: datetime) -> Iterator[Finding]:
    """Whether mail leaves."""
    subject = _("Mail")
    lying = waiting()
    if settings.PARVIS_MAIL_URL:
        try:
            RelayAddress.read(settings.PARVIS_MAIL_URL)
        except NoRelay as refusal:
            yield Finding(subject, "wrong", str(refusal), how_to_write_it())
        else:
            yield Finding(subject, "fine", _("Mail is handed to the relay of PARVIS_MAIL_URL."))
        return
    words = ngettext(
        "There is no mail relay: mail is not sent, it lies in outbox/*.eml (%(count)d mail).",
        "There is no mail relay: mail is not sent, it lies in outbox/*.eml (%(count)d mails).",
        lying,
    )
    yield Finding(subject, "note", words % {"count": lying}, how_to_write_it())


def relay(at: datetime) -> Iterator[Finding]:
    """Whether the relay takes mail from this square, asked of the relay itself."""
    try:
        found = RelayAddress.read(settings.PARVIS_MAIL_URL)
    except NoRelay:
        yield from mail(at)
        return
    trouble = knock(found)
    if trouble is not None:
        yield Finding(_("Mail"), "wrong", trouble.words, trouble.advice)
        return
    words = _("The mail relay %(place)s answers, and takes mail from this square.")
    yield Finding(_("Mail"), "fine", words % {"place": f"{found.host}:{found.port}"})


def backups(at: datetime) -> Iterator[Finding]:
    """When the last backup was made."""
    subject = _("Backups")
    advice = _("Run “parvis backup FILE” every night, and carry the file to another machine.")
    made = last_backup()
    if made is None:
        yield Finding(subject, "note", _("No backup has been made yet."), advice)
    elif at - made > BACKUP_OLD:
        yield Finding(
            subject, "wrong", _("The last backup is %(age)s old.") % {"age": timesince(made, at)}, advice
        )
    else:
        yield Finding(subject, "fine", _("The last backup is %(age)s old.") % {"age": timesince(made, at)})


def room_on_disk(at: datetime) -> Iterator[Finding]:
    """How much can still be written."""
    subject = _("Disk")
    left = shutil.disk_usage(settings.PARVIS_DATA).free
    words = _("%(size)s GB are free.") % {"size": number_format(left / 2**30, 1)}
    advice = _("Make room, or move the data folder to a larger disk.")
    state: State = "wrong" if left < NO_ROOM else "note" if left < LITTLE_ROOM else "fine"
    yield Finding(subject, state, words, "" if state == "fine" else advice)


def worker(at: datetime) -> Iterator[Finding]:
    """Chores that did not end well."""
    subject = _("Work out of sight")
    try:
        failed = list(ChoreRun.objects.filter(failures__gt=0).order_by("name"))
    except DatabaseError:
        return
    for run in failed:
        words = _("The chore %(name)s stopped: %(reason)s") % {"name": run.name, "reason": run.last_error}
        yield Finding(subject, "wrong", words, _("It is tried again by itself; the server's log says more."))
    if not failed:
        yield Finding(subject, "fine", _("Every chore ended well the last time."))


def system_checks(at: datetime) -> Iterator[Finding]:
    """What Django and the house check at each start."""
    for message in checks.run_checks():
        if message.level >= checks.WARNING and message.id != RELAY:
            state: State = "wrong" if message.level >= checks.ERROR else "note"
            yield Finding(str(message.id or _("Check")), state, str(message.msg), str(message.hint or ""))
