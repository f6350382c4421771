"""The clock of the campaigns: closes what is due, and carries what follows through, wherever it was interrupted.

Whatever asks a provider is written down before it asks, and its answer after it, in transactions of their own; so a
worker that is killed anywhere begins again where it stood, with the same keys.
"""

import logging
import secrets
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from parvis.core.site.chores import soon
from parvis.lib.funding.campaigns import ENDED, CampaignState, Collection
from parvis.lib.funding.pledges import PledgeState
from parvis.lib.payments import Charge, Gateway, KeyReused, NotReady, Outcome

from .actions.closing import close
from .actions.pledging import expire, keep_method, unfinished
from .actions.recording import kept, outcome_in, record
from .actions.settling import BATCH, bill, drop, go_on, in_the_way, prepare, unwind
from .gateways import gateway_of
from .models import Attempt, AttemptState, Campaign, CardAccount, Pledge, Way

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
KEY_GOOD_FOR = timedelta(hours=23)
"""A provider knows a key for a day; after that a payment is looked for (research: campaigns a.5)."""
PAUSE = timedelta(minutes=5)
"""After an answer that did not come, times how often it did not."""
MOST_PROBLEMS = 3
AT_A_TIME = 8
NEAR_THE_END = timedelta(minutes=10)
BOOKS = "campaigns.books"
"""The chore that checks the books."""

type Clock = Callable[[], datetime]


def go_through(_where: str) -> None:
    """A place where tests end the process."""


@dataclass(frozen=True)
class Answer:
    """What a provider said of an attempt; or what went wrong before it could.

    `is_held`: nothing more is tried by itself. `is_early`: nothing was sent, and it is no fault of this attempt.
    """

    attempt: Attempt
    outcome: Outcome | None = None
    problem: str = ""
    is_held: bool = False
    is_early: bool = False


class Settlement:
    """One worker's part in it. `alone`: no other worker can be at work on this database."""

    def __init__(
        self,
        *,
        alone: bool,
        clock: Clock = timezone.now,
        is_stopping: Callable[[], bool] = lambda: False,
        failpoint: Callable[[str], None] = go_through,
    ) -> None:
        self.name = secrets.token_hex(10)
        self.clock = clock
        self.is_stopping = is_stopping
        self.failpoint = failpoint
        if alone:
            Attempt.objects.filter(state=AttemptState.PREPARED).exclude(claimed_by="").update(
                locked_until=None, claimed_by=""
            )

    def step(self) -> bool:
        """Do what is due; whether more may wait. What goes wrong with one campaign holds up no other."""
        self.look_at_the_clock()
        found = [self.apart(self.finish)]
        for campaign in Campaign.objects.past_their_deadline(self.clock()):
            found.append(self.apart(partial(self.close, campaign)))
        for campaign in self.at_work():
            if self.is_stopping():
                return False
            found.append(self.apart(partial(self.carry_on, campaign)))
        return any(found)

    def apart(self, work: Callable[[], bool]) -> bool:
        """Whether it found something to do; False where it failed, which whoever runs the house reads in the log and on the page of chores."""
        try:
            return work()
        except Exception:
            logger.exception("A step of the settlement failed, and is tried again")
            return False

    def close(self, campaign: Campaign) -> bool:
        """Close it, and have the books checked after it, as they were when it was about to end."""
        closed = close(campaign=campaign, clock=self.clock)
        if closed is not None:
            soon(BOOKS)
        return closed is not None

    def look_at_the_clock(self) -> None:
        """Note the moment beside campaigns that are about to end, for a clock that is put back later."""
        at = self.clock()
        near = Campaign.objects.unguarded("the clock of each").filter(
            state__in=[CampaignState.LIVE, CampaignState.WAITING], deadline_at__lte=at + NEAR_THE_END
        )
        if near.filter(seen_at=None).exists():
            soon(BOOKS)
        near.filter(Q(seen_at=None) | Q(seen_at__lt=at)).update(seen_at=at)

    def finish(self) -> bool:
        """What was started and not finished in time: asked of the provider once more, then let go."""
        late = Pledge.objects.filter(unfinished(self.clock())).prefetch_related("campaign__card")
        rows = list(late.order_by("held_until", "pk")[:BATCH])
        for pledge in rows:
            if not self.was_finished(pledge):
                expire(pledge=pledge, at=self.clock())
        return len(rows) == BATCH

    def was_finished(self, pledge: Pledge) -> bool:
        """Whether its card was left and we were not told."""
        account = pledge.campaign.card
        if pledge.way != Way.CARD or not pledge.setup or account is None:
            return False
        try:
            setup = gateway_of(account).read_setup(pledge.setup)
        except NotReady:
            return False
        if setup.status != "succeeded" or setup.method is None:
            return False
        done = keep_method(
            pledge=pledge, setup=setup.id, customer=setup.customer, method=setup.method, clock=self.clock
        )
        return done.state != PledgeState.STARTED

    def at_work(self) -> Sequence[Campaign]:
        """Campaigns of which something is to be carried through."""
        ended = Campaign.objects.unguarded("each is carried through").filter(state__in=[*map(str, ENDED)])
        collecting = Q(collection__in=[Collection.COLLECTING, Collection.GRACE])
        unsettled = Pledge.objects.filter(
            Q(state=PledgeState.STARTED) | Q(state=PledgeState.ACTIVE), campaign__state__in=[*map(str, ENDED)]
        )
        rows = ended.filter(collecting | Q(pk__in=unsettled.values("campaign")))
        return list(rows.select_related("card", "bank", "publication__author").order_by("decided_at", "pk"))

    def carry_on(self, campaign: Campaign) -> bool:
        """Do one batch of each thing that is to be done for a campaign; whether there may be more."""
        at = self.clock()
        done = unwind(campaign=campaign, at=at)
        if campaign.state != CampaignState.SUCCESSFUL:
            return done > 0
        done += bill(campaign=campaign, at=at)
        self.failpoint("billed")
        done += self.clear_the_way(campaign, at)
        done += prepare(campaign=campaign, at=at)
        self.failpoint("prepared")
        done += self.send(campaign)
        done += drop(campaign=campaign, at=at)
        self.failpoint("dropped")
        if done > 0:
            return True
        went_on = go_on(campaign=campaign, at=self.clock()) is not None
        if went_on:
            soon(BOOKS)
        return went_on

    def send(self, campaign: Campaign) -> int:
        """Ask the provider for a batch of what was prepared, and write down the answers; how many there were."""
        attempts = claim(campaign, worker=self.name, at=self.clock())
        if not attempts:
            return 0
        self.failpoint("claimed")
        answers = list(self.answers(attempts))
        self.failpoint("answered")
        at = self.clock()
        self.write(campaign, [one for one in answers if one.outcome is not None], at)
        self.failpoint("recorded")
        for answer in answers:
            if answer.outcome is None or answer.outcome.kind == "unknown":
                put_off(answer, at)
        return sum(1 for one in answers if one.outcome is not None and one.outcome.kind != "unknown")

    def write(self, campaign: Campaign, answers: Sequence[Answer], at: datetime) -> None:
        """All at once; where one of them cannot be written, each alone, so that it holds up no other."""
        pairs = [(one.attempt, one.outcome) for one in answers if one.outcome is not None]
        try:
            record(campaign=campaign, answers=pairs, at=at)
        except Exception:
            logger.exception("A batch of answers for campaign %s could not be written", campaign.pk)
            for attempt, outcome in pairs:
                self.write_one(campaign, attempt, outcome, at)

    def write_one(self, campaign: Campaign, attempt: Attempt, outcome: Outcome, at: datetime) -> None:
        try:
            record(campaign=campaign, answers=[(attempt, outcome)], at=at)
        except Exception as error:
            logger.exception("The answer for attempt %s could not be written", attempt.pk)
            put_off(Answer(attempt, problem=f"{type(error).__name__}: {error}"), at)

    def answers(self, attempts: Sequence[Attempt]) -> Iterator[Answer]:
        """What the provider says of each."""
        account = attempts[0].account
        try:
            gateway = gateway_of(account)
        except NotReady as error:
            say_problem(account, str(error), self.clock())
            yield from (Answer(one, problem=str(error), is_early=True) for one in attempts)
            return
        ask = partial(ask_for, gateway, at=self.clock())
        if gateway.name == "fake":
            yield from map(ask, attempts)
            return
        with ThreadPoolExecutor(AT_A_TIME) as threads:
            yield from threads.map(ask, attempts)

    def clear_the_way(self, campaign: Campaign, at: datetime) -> int:
        """Cancel what could still be debited of pledges that are to be tried anew; how many could be."""
        cleared = 0
        for attempt in in_the_way(campaign, at):
            try:
                outcome = gateway_of(attempt.account).cancel(attempt.payment, f"{attempt.key}:cancel")
            except (NotReady, KeyReused) as error:
                say_problem(attempt.account, str(error), at)
                continue
            if outcome.kind in {"canceled", "collected"}:
                record(campaign=campaign, answers=[(attempt, outcome)], at=at)
                cleared += 1
        return cleared


def watch(alone: bool, is_stopping: Callable[[], bool]) -> Callable[[], bool]:
    """The step of a worker that looks at the clock each second."""
    return Settlement(alone=alone, is_stopping=is_stopping).step


@transaction.atomic
def claim(campaign: Campaign, *, worker: str, at: datetime) -> Sequence[Attempt]:
    """Take a batch of what waits to be sent, and write down that it may be on its way from now on."""
    free = Attempt.objects.filter(campaign=campaign, state=AttemptState.PREPARED).filter(
        Q(locked_until=None) | Q(locked_until__lte=at)
    )
    numbers = list(free.order_by("pk").values_list("pk", flat=True)[:BATCH])
    if not numbers:
        return []
    free.filter(pk__in=numbers).update(
        locked_until=at + LEASE, claimed_by=worker, first_sent_at=Coalesce("first_sent_at", at)
    )
    mine = Attempt.objects.filter(pk__in=numbers, claimed_by=worker, locked_until=at + LEASE)
    return list(mine.select_related("account").order_by("pk"))


def ask_for(gateway: Gateway, attempt: Attempt, *, at: datetime) -> Answer:
    """Debit it, or look for what an earlier request has done: never a second time, whatever happened to the first."""
    charge = Charge(**attempt.charge)
    known = outcome_in(attempt.outcome)
    since = attempt.first_sent_at or at
    try:
        if known.must_look_up or at - since >= KEY_GOOD_FOR:
            return Answer(attempt, gateway.look_up(charge, since))
        return Answer(attempt, gateway.collect(charge))
    except KeyReused:
        return Answer(attempt, problem="the key was sent with other parameters", is_held=True)
    except NotReady as error:
        return Answer(attempt, problem=str(error), is_early=True)
    except Exception as error:  # whatever one pledge does must not stop the others
        logger.exception("Attempt %s could not be sent", attempt.pk)
        return Answer(attempt, problem=f"{type(error).__name__}: {error}")


def put_off(answer: Answer, at: datetime) -> None:
    """Ask again later; what went wrong too often waits for somebody to look at it."""
    attempt = answer.attempt
    outcome = answer.outcome
    problems = attempt.problems + (0 if answer.is_early else 1)
    is_held = answer.is_held or (outcome is None and problems >= MOST_PROBLEMS)
    fields: dict[str, object] = {
        "problems": problems,
        "problem": (answer.problem or "no answer")[:500],
    }
    if outcome is not None:
        fields["outcome"] = kept(replace(outcome_in(attempt.outcome), must_look_up=outcome.must_look_up))
    if is_held:
        fields |= {"state": AttemptState.HELD, "state_at": at, "locked_until": None, "claimed_by": ""}
    else:
        fields |= {"locked_until": at + PAUSE * max(problems, 1), "claimed_by": ""}
    Attempt.objects.filter(pk=attempt.pk, state=AttemptState.PREPARED).update(**fields)


def say_problem(account: CardAccount, problem: str, at: datetime) -> None:
    """What stands beside an account that cannot be used now."""
    CardAccount.objects.filter(pk=account.pk).update(problem=problem[:200], checked_at=at)
