"""Announcing at an account elsewhere what stands here, changing it with it, and taking it back when it stands no more.

For whom it stands is asked of the placements when the errand is taken up, and again right before it is run.
"""

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import Enum

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Mod
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from parvis.core.audiences.models import PUBLIC
from parvis.core.audiences.rule import microseconds
from parvis.core.stream.actions import SETTLED_AFTER
from parvis.core.stream.audience_now import audiences_now
from parvis.core.stream.models import Publication
from parvis.lib.refusal import Refusal

from .. import mastodon
from ..links import whole
from ..models import Announcement, Copy, CopyState, MastodonAccount, ReadThere
from .connecting import opened, settle
from .errands import PAUSES, done, put_off

IN_MASTODON = "mastodon"
IN_A_SLICE = 2_000
LONGEST = 480
"""Letters; servers take 500, and count an address as 23."""
KEY_HOLDS = timedelta(minutes=50)
"""A server knows the key of an announcement for an hour; asked again later, it would post twice."""


class NotConnected(Refusal):
    def __init__(self) -> None:
        super().__init__(_("No account of Mastodon is connected. Connect one first, or leave the box empty."))


class Doing(Enum):
    """What there is to do about an announcement."""

    POST = "post"
    CHANGE = "change"
    TAKE_BACK = "take back"
    NOTHING = "nothing"


def announce(*, publication: Publication, visibility: str, at: datetime) -> Announcement:
    """Announce this at its author's account, once it is out and can be withdrawn no more. Raises NotConnected."""
    account = MastodonAccount.objects.filter(person=publication.author, problem="").first()
    if account is None or publication.audience is None:
        raise NotConnected
    out_at = publication.published_at or at
    return Announcement.objects.create(
        publication=publication,
        account=account,
        key=secrets.token_urlsafe(24),
        visibility=ReadThere(visibility),
        audience=publication.audience,
        due_at=max(out_at, at) + SETTLED_AFTER,
    )


def publications_of(rows: Iterable[Announcement]) -> Mapping[int, Publication]:
    """The publications of these, whatever became of them."""
    numbers = [row.publication_id for row in rows]
    return Publication.objects.unguarded("its author announces it elsewhere").in_bulk(numbers)


def to_do(rows: Iterable[Announcement], at: datetime) -> dict[int, Doing]:
    """What there is to do about each of these at this moment."""
    rows = list(rows)
    known = publications_of(rows)
    audiences = audiences_now(known.values(), microseconds(at))
    return {row.pk: doing(row, known.get(row.publication_id), audiences, at) for row in rows}


def doing(
    row: Announcement, publication: Publication | None, audiences: Mapping[int, int], at: datetime
) -> Doing:
    if publication is None or not stands(row, publication, audiences, at):
        return Doing.TAKE_BACK if row.told_at is not None else Doing.NOTHING
    if row.told_at is None:
        return Doing.POST
    return Doing.CHANGE if row.revision != publication.revision else Doing.NOTHING


def stands(row: Announcement, publication: Publication, audiences: Mapping[int, int], at: datetime) -> bool:
    """Whether it is out for those for whom it was when its author agreed, or for everyone."""
    is_out = publication.published_at is not None and publication.published_at <= at
    is_left = publication.out_until is None or at < publication.out_until
    audience = audiences.get(publication.pk)
    return is_out and is_left and publication.deleted_at is None and audience in {row.audience_id, PUBLIC}


def notice_changes(at: datetime) -> None:
    """A chore: find what was changed, narrowed, hidden or deleted since it was announced; of many a part each minute."""
    slices = Announcement.objects.count() // IN_A_SLICE + 1
    rows = Announcement.objects.annotate(slice=Mod("pk", slices))
    some = rows.filter(slice=int(at.timestamp()) // 60 % slices, due_at=None)
    found = [number for number, what in to_do(some, at).items() if what != Doing.NOTHING]
    Announcement.objects.filter(pk__in=found, due_at=None).update(due_at=at)


def next_of_each_account(at: datetime) -> QuerySet[Announcement]:
    """Those before which nothing of the same account is due."""
    before = Announcement.objects.filter(account=OuterRef("account"), due_at__lte=at, pk__lt=OuterRef("pk"))
    return Announcement.objects.exclude(Exists(before))


@transaction.atomic
def about_to_announce(*, row: Announcement, at: datetime) -> tuple[Doing, mastodon.Call | None]:
    """Ask once more, write into the ledger what goes now, and say what to ask of the server; None for nothing."""
    what = to_do([row], at)[row.pk]
    publication = publications_of([row]).get(row.publication_id)
    token = opened(row.account.token_sealed)
    if what == Doing.NOTHING or publication is None:
        later = publication.published_at if publication is not None else None
        if row.told_at is None and row.doubtful_since is not None and (later is None or later <= at):
            settle(row, CopyState.UNKNOWN, at)  # it may stand there, under a name that nobody told us
            row.delete()
        elif row.told_at is None and later is not None and later > at:
            Announcement.objects.filter(pk=row.pk).update(due_at=later + SETTLED_AFTER, **FREE)
        else:
            done(Announcement.objects.all(), row)
        return Doing.NOTHING, None
    if what == Doing.POST and row.copy is None:
        row.copy = ledger_line(row, publication, at)
        row.save(update_fields=["copy"])
    if what == Doing.TAKE_BACK:
        settle(row, CopyState.ASKED, at)
    return what, call_for(what, row, publication, token, at)


FREE = {"locked_until": None, "claimed_by": ""}


def ledger_line(row: Announcement, publication: Publication, at: datetime) -> Copy:
    """The copy, before it goes."""
    return Copy.objects.create(
        publication=publication,
        revision=publication.revision,
        channel=IN_MASTODON,
        audience=row.audience,
        is_whole=True,
        queued_at=at,
        state_at=at,
    )


def call_for(
    what: Doing, row: Announcement, publication: Publication, token: str, at: datetime
) -> mastodon.Call:
    """What is asked of the server."""
    server = row.account.server
    if what == Doing.TAKE_BACK:
        return mastodon.take_back(server, token, row.remote)
    words, language = words_of(publication, at), publication.language
    row.revision = publication.revision
    if what == Doing.CHANGE:
        return mastodon.change(server, token, row.remote, words=words, language=language)
    return mastodon.post(server, token, row.key, words=words, language=language, visibility=row.visibility)


def words_of(publication: Publication, at: datetime) -> str:
    """What is said there: what its kind says, no more than its readers here may know; and the way to it if everyone reads it."""
    announced = publication.declared().announced
    with translation.override(publication.language):
        words = announced(publication) if announced is not None else publication.title
    if len(words) > LONGEST:
        words = words[: LONGEST - 1].rsplit(" ", 1)[0] + "…"
    is_public = audiences_now([publication], microseconds(at)).get(publication.pk) == PUBLIC
    return f"{words[: LONGEST - 60]}\n\n{whole(publication.get_absolute_url())}" if is_public else words


@transaction.atomic
def announced(*, row: Announcement, what: Doing, status: int, remote: str, at: datetime) -> None:
    """The server has answered for good."""
    rows, is_fine = Announcement.objects.all(), 200 <= status < 300
    if what == Doing.TAKE_BACK:
        settle(row, CopyState.CONFIRMED if is_fine or status in {404, 410} else CopyState.UNANSWERED, at)
        row.delete()
        return
    if what == Doing.CHANGE:
        if status in {404, 410}:  # somebody has deleted it there
            settle(row, CopyState.CONFIRMED, at)
            row.delete()
            return
        done(rows, row, revision=row.revision)
        settle(row, CopyState.LEFT, at, revision=row.revision)
        return
    if is_fine and remote:
        settle(row, CopyState.LEFT, at, left_at=at)
        done(rows, row, told_at=at, remote=remote, revision=row.revision, doubtful_since=None)
        return
    if status in {401, 403}:
        MastodonAccount.objects.filter(pk=row.account_id).update(problem=f"It answers {status}.")
    settle(row, CopyState.UNKNOWN if is_fine else CopyState.REFUSED, at)
    row.delete()


@transaction.atomic
def unanswered(*, row: Announcement, what: Doing, is_doubtful: bool, at: datetime) -> None:
    """The server could not be asked, or did not answer; it is tried again while that cannot post twice."""
    rows = Announcement.objects.all()
    since = row.doubtful_since or (at if is_doubtful and what == Doing.POST else None)
    again = at + PAUSES[min(row.attempts, len(PAUSES) - 1)]
    is_too_late = what == Doing.POST and since is not None and again > since + KEY_HOLDS
    if not is_too_late and put_off(rows, row, at=at, doubtful_since=since):
        return
    if what == Doing.CHANGE:
        done(rows, row, revision=row.revision)
        return
    gone = CopyState.UNKNOWN if since is not None else CopyState.REFUSED
    settle(row, CopyState.UNANSWERED if what == Doing.TAKE_BACK else gone, at)
    row.delete()
