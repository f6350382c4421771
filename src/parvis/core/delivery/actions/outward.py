"""Saying the web at large of what is public here: the pages it links to, and the hub of its feeds.

Nothing is told of what is not public: the rule is asked when the errands are written down, and again right before each
is run. What was told of a text that is public no more is told that it is gone, so that it can be taken away there.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import Enum

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Mod

from parvis.core.stream.models import Publication
from parvis.lib.web import links_out

from ..elsewhere import is_on, public_now, public_one
from ..links import whole
from ..models import Copy, CopyState, HubPing, SentMention, Told
from .errands import done, put_off

IN_MENTIONS = "webmention"
IN_A_SLICE = 2_000


class Saying(Enum):
    """What there is to say to a page that a publication links, or linked, to."""

    THAT_IT_LINKS = "links"
    THAT_IT_IS_GONE = "gone"
    NOTHING = "nothing"


def take_up(publications: Iterable[Publication], *, at: datetime) -> None:
    """These have just come out: whom they link to is told, if they are public by then."""
    Told.objects.bulk_create(
        (Told(publication=one, due_at=at) for one in publications), ignore_conflicts=True
    )


def notice_changes(at: datetime) -> None:
    """A chore: find what was changed, narrowed, opened or deleted since it was told of; of a long journal a part each minute."""
    slices = Told.objects.count() // IN_A_SLICE + 1
    rows = Told.objects.annotate(slice=Mod("pk", slices)).filter(slice=int(at.timestamp()) // 60 % slices)
    rows = rows.annotate(is_public_now=Exists(public_now(at).filter(pk=OuterRef("publication_id"))))
    changed = rows.filter(due_at=None).exclude(
        revision=F("publication__revision"), is_public=F("is_public_now")
    )
    numbers = list(changed.values_list("pk", flat=True))
    Told.objects.filter(pk__in=numbers, due_at=None).update(due_at=at)


@transaction.atomic
def tell(*, told: Told, at: datetime) -> None:
    """Write down whom to tell of a publication as it is now."""
    rows = Publication.objects.unguarded("whether it is public is asked right after")
    publication = rows.filter(pk=told.publication_id).first()
    if publication is None:
        return
    public = public_one(publication.pk, at)
    if public is None or is_on():
        mention(publication, links_of(public) if public is not None else [], at)
    if public is not None or told.is_public:
        announce(publication, at)
    done(Told.objects.all(), told, revision=publication.revision, is_public=public is not None)


def mention(publication: Publication, links: Sequence[str], at: datetime) -> None:
    """These are the pages to be told that the text leads to them; those it led to before are told that it changed."""
    known = SentMention.objects.filter(publication=publication)
    known.filter(told_at=None).exclude(target__in=links).delete()
    known.update(due_at=at, attempts=0, is_linked=False)
    known.filter(target__in=links).update(is_linked=True)
    SentMention.objects.bulk_create(
        (SentMention(publication=publication, target=one, due_at=at) for one in links), ignore_conflicts=True
    )


def links_of(publication: Publication) -> Sequence[str]:
    """The addresses elsewhere to which the text of a public publication leads."""
    html = publication.declared().html
    return links_out(html(publication), whole(publication.get_absolute_url())) if html is not None else []


def announce(publication: Publication, at: datetime) -> None:
    """Write down that the hub is to hear of the feeds in which a publication stands; each once, however many change it."""
    feeds = publication.declared().feeds
    if not settings.PARVIS_WEBSUB_HUB or feeds is None:
        return
    topics = [whole(path) for path in feeds(publication)]
    known = HubPing.objects.filter(topic__in=topics)
    known.update(due_at=at, attempts=0)
    HubPing.objects.bulk_create((HubPing(topic=one, due_at=at) for one in topics), ignore_conflicts=True)


def pinged(*, ping: HubPing) -> None:
    """The hub knows. What changed meanwhile it is told again."""
    if not HubPing.objects.filter(pk=ping.pk, due_at=ping.due_at).delete()[0]:
        done(HubPing.objects.all(), ping)


def not_pinged(*, ping: HubPing, at: datetime) -> bool:
    """The hub did not take it; False when it is given up."""
    if put_off(HubPing.objects.all(), ping, at=at):
        return True
    pinged(ping=ping)
    return False


def to_say(sent: SentMention, at: datetime) -> Saying:
    """What there is to say now: asked of the rule each time."""
    is_public = public_one(sent.publication_id, at) is not None
    if is_public and sent.is_linked:
        return Saying.THAT_IT_LINKS if is_on() else Saying.NOTHING
    return Saying.THAT_IT_IS_GONE if sent.told_at is not None else Saying.NOTHING


@transaction.atomic
def about_to_tell(*, sent: SentMention, endpoint: str, at: datetime) -> Saying:
    """Ask the rule once more, and write into the ledger what goes now, before it goes."""
    saying = to_say(sent, at)
    if saying == Saying.NOTHING:
        say_nothing(sent=sent)
        return saying
    publication = Publication.objects.unguarded("its address, and what the ledger says of it").get(
        pk=sent.publication_id
    )
    assert publication.audience is not None  # it is, or was, public
    sent.endpoint, sent.source = endpoint, sent.source or whole(publication.get_absolute_url())
    if sent.copy is None:
        sent.copy = Copy.objects.create(
            publication=publication,
            revision=publication.revision,
            channel=IN_MENTIONS,
            audience=publication.audience,
            is_whole=False,
            queued_at=at,
            state_at=at,
        )
    elif saying == Saying.THAT_IT_IS_GONE:
        settle(sent, CopyState.ASKED, at)
    else:
        Copy.objects.filter(pk=sent.copy.pk).update(revision=publication.revision)
    sent.save(update_fields=["endpoint", "source", "copy"])
    return saying


def say_nothing(*, sent: SentMention) -> None:
    """There is nothing to tell: what was never told needs no row."""
    if sent.told_at is None:
        SentMention.objects.filter(pk=sent.pk, due_at=sent.due_at).delete()
    done(SentMention.objects.all(), sent)


@transaction.atomic
def told(*, sent: SentMention, saying: Saying, status: int, at: datetime) -> None:
    """The other side has answered: it took the mention (2xx), or will never take it."""
    is_taken = 200 <= status < 300 or status == 303
    if saying == Saying.THAT_IT_IS_GONE:
        if status == 200:  # it says that it has looked already; 201 and 202 only say that it will
            settle(sent, CopyState.CONFIRMED, at)
        elif not is_taken:
            settle(sent, CopyState.REFUSED, at)
        forget_it(sent)
        return
    if is_taken:
        settle(sent, CopyState.LEFT, at, left_at=at)
        done(SentMention.objects.all(), sent, told_at=at, problem="")
        return
    if sent.told_at is None:
        settle(sent, CopyState.REFUSED, at)
    done(SentMention.objects.all(), sent, problem=f"It answers {status}.")


@transaction.atomic
def untold(*, sent: SentMention, saying: Saying, problem: str, at: datetime) -> None:
    """The other side could not be reached. It is tried again for some days, and then nobody knows."""
    rows = SentMention.objects.all()
    if put_off(rows, sent, at=at, problem=problem[:500]):
        return
    if saying == Saying.THAT_IT_IS_GONE:
        settle(sent, CopyState.UNANSWERED, at)
        forget_it(sent)
        return
    if sent.told_at is None:
        settle(sent, CopyState.UNKNOWN, at)
    done(rows, sent, problem=problem[:500])


def forget_it(sent: SentMention) -> None:
    """They have been asked to take it away: what remains stands in the ledger. Opened again, it is told anew."""
    if not SentMention.objects.filter(pk=sent.pk, due_at=sent.due_at).delete()[0]:
        done(SentMention.objects.all(), sent, told_at=None, copy=None)


@transaction.atomic
def takes_none(*, sent: SentMention, saying: Saying, at: datetime) -> None:
    """The page says of no place that takes mentions, or of one that may not be asked: it is asked again when the text changes."""
    if saying == Saying.THAT_IT_IS_GONE:
        settle(sent, CopyState.UNANSWERED, at)
        forget_it(sent)
        return
    if sent.copy is not None and sent.copy.state == CopyState.QUEUED:
        settle(sent, CopyState.CANCELLED, at)
    done(SentMention.objects.all(), sent, endpoint="", problem="")


def settle(sent: SentMention, state: str, at: datetime, **more: object) -> None:
    """The ledger says what became of it."""
    if sent.copy is not None:
        Copy.objects.filter(pk=sent.copy.pk).update(state=state, state_at=at, **more)
