"""The part of the worker that speaks with other sites: reads pages that mention ours, tells those that ours link to."""

import logging
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from importlib.metadata import version

from django.conf import settings
from django.utils import timezone

from parvis.lib.web import Answer, Entry, Fetcher, Unfetched, WebAddress, endpoint_of, entry_of, points_to

from . import mastodon
from .actions import announcing, outward, web_mentions
from .actions.announcing import Doing
from .actions.errands import claim, free_all
from .actions.outward import Saying
from .elsewhere import is_here, is_reachable
from .links import whole
from .models import Announcement, HubPing, SentMention, Told, WebMention
from .outside import GONE, Found, ask_at_once, is_busy

logger = logging.getLogger(__name__)

A_BATCH = 24


@dataclass(frozen=True)
class Page:
    """What a page says, and the host that said it: what one welcomes is a host, and not whatever it redirects to."""

    entry: Entry
    site: str


class Envoy:
    """One worker's part in the conversation between sites. `alone`: no other worker can be at work on this database.

    Others are asked in threads that know nothing of the database, and never while a transaction is open.
    """

    def __init__(
        self,
        *,
        alone: bool,
        is_stopping: Callable[[], bool] = lambda: False,
        fetcher: Fetcher | None = None,
    ) -> None:
        self.name = secrets.token_hex(10)
        self.is_stopping = is_stopping
        self.given = fetcher
        if alone:
            free_all(
                web_mentions.all_mentions(),
                Told.objects.all(),
                SentMention.objects.all(),
                HubPing.objects.all(),
                Announcement.objects.all(),
            )

    @cached_property
    def fetcher(self) -> Fetcher:
        return self.given or Fetcher(agent=f"Parvis/{version('parvis')} (webmention; +{whole('/')})")

    def step(self) -> bool:
        """Do what is due, a batch of each kind; False when nothing was."""
        at = timezone.now()
        was_announced = self.announce(at)
        if not is_reachable():
            return was_announced
        return any([was_announced, self.look(at), self.tell(at), self.mention(at), self.ping(at)])

    def look(self, at: datetime) -> bool:
        """Read the pages that say they mention ours."""
        rows = web_mentions.all_mentions().select_related("publication__author")
        batch = claim(rows, worker=self.name, at=at, limit=A_BATCH)
        for mention, found in self.at_once(batch, self.page_of):
            if isinstance(found, Unfetched) and not found.is_lasting:
                web_mentions.unread(mention=mention, at=timezone.now())
            elif isinstance(found, Page):
                web_mentions.seen(mention=mention, entry=found.entry, site=found.site, at=timezone.now())
            else:
                web_mentions.vanished(mention=mention)
        return bool(batch)

    def page_of(self, mention: WebMention) -> Page | None:
        """What a page says, if it links to ours; None when it does not. Raises Unfetched."""
        answer = self.fetcher.get(mention.source)
        if answer.status in GONE or is_here(answer.url):
            return None
        needs_to_be_fine(answer)
        if not points_to(answer, mention.target):
            return None
        return Page(entry_of(answer, mention.target), WebAddress.read(answer.url).host)

    def tell(self, at: datetime) -> bool:
        """Find whom to tell of what came out or has changed."""
        batch = claim(Told.objects.all(), worker=self.name, at=at, limit=A_BATCH)
        for told in batch:
            outward.tell(told=told, at=timezone.now())
        return bool(batch)

    def mention(self, at: datetime) -> bool:
        """Tell pages that ours links to them, or does no more."""
        batch = claim(SentMention.objects.select_related("copy"), worker=self.name, at=at, limit=A_BATCH)
        saying = {sent.pk: outward.to_say(sent, timezone.now()) for sent in batch}
        ready: list[SentMention] = []
        for sent, endpoint in self.at_once(batch, partial(self.endpoint_for, saying)):
            now = timezone.now()
            if isinstance(endpoint, Unfetched) and not endpoint.is_lasting:
                outward.untold(sent=sent, saying=saying[sent.pk], problem=str(endpoint), at=now)
            elif not isinstance(endpoint, str):
                outward.takes_none(sent=sent, saying=saying[sent.pk], at=now)
            else:
                saying[sent.pk] = outward.about_to_tell(sent=sent, endpoint=endpoint, at=now)
                ready += [sent] if saying[sent.pk] != Saying.NOTHING else []
        for sent, answer in self.at_once(ready, self.told_to):
            self.settle(sent, saying[sent.pk], answer)
        return bool(batch)

    def endpoint_for(self, saying: dict[int, Saying], sent: SentMention) -> str | None:
        """Where a page takes mentions: looked up each time, but for saying that ours is gone. Raises Unfetched."""
        if saying[sent.pk] == Saying.NOTHING or (saying[sent.pk] == Saying.THAT_IT_IS_GONE and sent.endpoint):
            return sent.endpoint
        answer = self.fetcher.get(sent.target)
        if answer.status in GONE:
            return None
        needs_to_be_fine(answer)
        endpoint = endpoint_of(answer)
        return None if endpoint is None or is_here(endpoint) else endpoint

    def told_to(self, sent: SentMention) -> Answer:
        return self.fetcher.post(sent.endpoint, [("source", sent.source), ("target", sent.target)])

    def settle(self, sent: SentMention, saying: Saying, answer: Found[Answer]) -> None:
        """Write down what the other side said."""
        now = timezone.now()
        if isinstance(answer, Answer) and not is_busy(answer):
            outward.told(sent=sent, saying=saying, status=answer.status, at=now)
        elif isinstance(answer, Unfetched) and answer.is_lasting:
            outward.takes_none(sent=sent, saying=saying, at=now)
        else:
            problem = str(answer) if isinstance(answer, Unfetched) else f"It answers {answer.status}."
            outward.untold(sent=sent, saying=saying, problem=problem, at=now)

    def announce(self, at: datetime) -> bool:
        """Announce at accounts elsewhere what their owners chose, and take back what stands here no more.

        One thing of each account at a time: there it stands in the order in which it came.
        """
        rows = announcing.next_of_each_account(at).select_related("account", "audience", "copy")
        batch = claim(rows, worker=self.name, at=at, limit=A_BATCH)
        ready: list[tuple[Announcement, Doing, mastodon.Call]] = []
        for row in batch:
            what, call = announcing.about_to_announce(row=row, at=timezone.now())
            ready += [(row, what, call)] if call is not None else []
        for (row, what, _call), answer in self.at_once(ready, self.asked):
            now = timezone.now()
            if isinstance(answer, Answer) and not is_busy(answer):
                remote = mastodon.text_of(mastodon.said(answer), "id", 100)
                announcing.announced(row=row, what=what, status=answer.status, remote=remote, at=now)
            else:
                is_doubtful = isinstance(answer, Unfetched) and not answer.is_lasting
                announcing.unanswered(row=row, what=what, is_doubtful=is_doubtful, at=now)
        return bool(batch)

    def asked(self, errand: tuple[Announcement, Doing, mastodon.Call]) -> Answer:
        return mastodon.ask(errand[2], self.fetcher)

    def ping(self, at: datetime) -> bool:
        """Tell the hub which feeds have changed."""
        if not settings.PARVIS_WEBSUB_HUB:
            return False
        batch = claim(HubPing.objects.all(), worker=self.name, at=at, limit=A_BATCH)
        for ping, answer in self.at_once(batch, self.told_hub):
            if isinstance(answer, Answer) and answer.is_fine:
                outward.pinged(ping=ping)
            elif not outward.not_pinged(ping=ping, at=timezone.now()):
                logger.warning("The hub of the feeds did not take that one has changed: %s", answer)
        return bool(batch)

    def told_hub(self, ping: HubPing) -> Answer:
        fields = [("hub.mode", "publish"), ("hub.url", ping.topic), ("hub.topic", ping.topic)]
        return self.fetcher.post(settings.PARVIS_WEBSUB_HUB, fields)

    def at_once[E, T](self, batch: Sequence[E], ask: Callable[[E], T]) -> Sequence[tuple[E, Found[T]]]:
        """What comes of asking for each, several at a time; when we are to stop, the rest is left to others."""
        return ask_at_once(batch, ask, is_stopping=self.is_stopping)


def needs_to_be_fine(answer: Answer) -> None:
    """Raises Unfetched for an answer that is no page: it may be one another time."""
    if not answer.is_fine:
        raise Unfetched(f"It answers {answer.status}.")
