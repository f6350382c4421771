"""Mentions from elsewhere: received, looked at, and shown once somebody here has said yes."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from parvis.core.people.models import Notice, Person
from parvis.core.stream.models import Publication
from parvis.lib.refusal import Refusal
from parvis.lib.web import Entry, WebAddress

from ..models import MentionState, WebMention, WebMentionQuerySet, WelcomeSite
from .errands import done, put_off

NOTICE = "delivery.web_mention"
MOST_WAITING, MOST_OF_A_DOMAIN, MOST_OF_A_HOST = 100, 20, 10
"""Under one text: so that one site cannot take the place of all others."""
SAID = ("site", "kind", "author_name", "author_url", "title", "text", "written_at")


class TooManyWait(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Many mentions of this text wait to be read already. Try again in some days."))


def all_mentions() -> WebMentionQuerySet:
    """Every mention, for whoever looks at them in the house's own name: the worker."""
    return WebMention.objects.unguarded("the worker looks at what others say, and shows it to nobody")


@transaction.atomic
def receive(*, publication: Publication, source: str, target: str, at: datetime) -> None:
    """Somebody says that the page `source` links to `target`: it is looked at later. Raises TooManyWait.

    What was said before is looked at again, but for what has been declined: that stays so, and nobody is told.
    """
    rows = all_mentions().filter(publication=publication)
    known = rows.filter(source=source).first()
    if known is not None:
        if known.state != MentionState.DECLINED:
            rows.filter(pk=known.pk).update(target=target, due_at=at, attempts=0)
        return
    if is_full(rows, WebAddress.read(source).host):
        raise TooManyWait
    WebMention.objects.bulk_create(
        [
            WebMention(
                publication=publication,
                source=source,
                target=target,
                site=WebAddress.read(source).host,
                received_at=at,
                fresh_at=at,
                due_at=at,
            )
        ],
        ignore_conflicts=True,
    )


def is_full(rows: WebMentionQuerySet, host: str) -> bool:
    """Whether no more may wait under a text from this host, from the domain it belongs to, or at all.

    Whoever has a domain has as many hosts in it as they like.
    """
    waiting = rows.filter(state__in=[MentionState.RECEIVED, MentionState.WAITING])
    sources = list(waiting.values_list("source", flat=True)[:MOST_WAITING])
    hosts = [WebAddress.read(one).host for one in sources]
    family = family_of(host)
    return (
        len(hosts) >= MOST_WAITING
        or hosts.count(host) >= MOST_OF_A_HOST
        or sum(family_of(one) == family for one in hosts) >= MOST_OF_A_DOMAIN
    )


def family_of(host: str) -> str:
    """The domain to which a host belongs, roughly: its last two labels, three below co.uk and its like; an address is alone."""
    labels = host.split(".")
    if ":" in host or labels[-1].isdigit():
        return host
    return ".".join(labels[-3:] if len(labels) > 2 and len(labels[-2]) <= 3 else labels[-2:])


@transaction.atomic
def seen(*, mention: WebMention, entry: Entry, site: str, at: datetime) -> None:
    """The page does link here, and says this of itself; `site` is where it was read, wherever redirects led.

    One that is shown and says something else now waits again, for what was agreed to was other words; but not from a
    site that is always welcome.
    """
    said = {
        "site": site,
        "kind": entry.kind,
        "author_name": entry.author_name,
        "author_url": entry.author_url,
        "title": entry.title,
        "text": entry.text,
        "written_at": entry.published_at,
    }
    is_new = mention.state == MentionState.RECEIVED or any(getattr(mention, key) != said[key] for key in SAID)
    author = mention.publication.author
    state = mention.state
    if WelcomeSite.objects.filter(person=author, site=site).exists():
        state = MentionState.SHOWN
    elif is_new:
        state = MentionState.WAITING
    rows = all_mentions().exclude(state=MentionState.DECLINED)  # by somebody who was faster than we
    done(rows, mention, state=state, fresh_at=at if is_new else mention.fresh_at, **said)
    if is_new and state == MentionState.WAITING:
        tell_author(mention.publication, at)


def tell_author(publication: Publication, at: datetime) -> None:
    """One notice for all that waits under a text, until it has been seen."""
    about = {"publication": publication.pk}
    mine = Notice.objects.filter(person=publication.author, kind=NOTICE, seen_at=None)
    if not mine.filter(about__publication=publication.pk).exists():
        Notice.objects.create(person=publication.author, kind=NOTICE, about=about, at=at)


def vanished(*, mention: WebMention) -> None:
    """The page is gone, or does not link here any more: nothing of it is kept."""
    all_mentions().filter(pk=mention.pk, due_at=mention.due_at).exclude(state=MentionState.DECLINED).delete()


def unread(*, mention: WebMention, at: datetime) -> None:
    """The page could not be read just now. Tried often enough, it stays what it was; what never was anything goes."""
    if put_off(all_mentions(), mention, at=at):
        return
    if mention.state == MentionState.RECEIVED:
        vanished(mention=mention)
    else:
        done(all_mentions(), mention)


def show(*, mention: WebMention, by: Person, at: datetime) -> None:
    """Let everyone who reads the text read that it is mentioned there."""
    decide(mention, MentionState.SHOWN, by, at)


def decline(*, mention: WebMention, by: Person, at: datetime) -> None:
    """Do not show it, now or when it is sent again. Its sender learns nothing of that."""
    decide(mention, MentionState.DECLINED, by, at)


def decide(mention: WebMention, state: MentionState, by: Person, at: datetime) -> None:
    rows = all_mentions().filter(pk=mention.pk).exclude(state=MentionState.RECEIVED)
    rows.update(state=state, decided_by=by, decided_at=at)


@transaction.atomic
def welcome(*, person: Person, site: str, at: datetime) -> None:
    """Show what comes from a site under all one's texts without asking, from now on and what waits."""
    WelcomeSite.objects.get_or_create(person=person, site=site, defaults={"at": at})
    waiting = all_mentions().waiting().filter(site=site, publication__author=person)
    waiting.update(state=MentionState.SHOWN, decided_by=person, decided_at=at)


def ask_again(*, person: Person, site: str) -> None:
    """Be asked again about each mention of a site; what is shown stays."""
    WelcomeSite.objects.filter(person=person, site=site).delete()
