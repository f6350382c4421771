"""Asking a provider to debit what was prepared: who asks for what, what is said, and when it is asked again."""

import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Coalesce

from parvis.lib.payments import Charge, Gateway, KeyReused, NotReady, Outcome, merge
from parvis.lib.payments.pace import Pace

from ..actions.recording import kept, outcome_in
from ..actions.settling import BATCH, LEASE
from ..models import Attempt, AttemptState, Campaign, CardAccount

logger = logging.getLogger(__name__)

KEY_GOOD_FOR = timedelta(hours=23)
"""A provider knows a key for a day; after that a payment is looked for (research: campaigns a.5)."""
PAUSE = timedelta(minutes=5)
"""After an answer that did not come; longer after each mistake."""
MOST_PROBLEMS = 3
AT_A_TIME = 8

type Clock = Callable[[], datetime]


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

    @property
    def is_known(self) -> bool:
        return self.outcome is not None and self.outcome.kind != "unknown"


@dataclass(frozen=True)
class Asker:
    """Asks one account about attempts, `pace` by pace, until it is to stop."""

    gateway: Gateway
    clock: Clock
    is_stopping: Callable[[], bool]
    pace: Pace

    def answers(self, attempts: Sequence[Attempt]) -> Iterator[Answer]:
        """What the provider says of each."""
        if self.gateway.name == "fake":
            yield from map(self.ask_for, attempts)
            return
        with ThreadPoolExecutor(AT_A_TIME) as threads:
            yield from threads.map(self.ask_in_turn, attempts)

    def ask_in_turn(self, attempt: Attempt) -> Answer:
        if not self.is_stopping():
            self.pace.wait()
        return self.ask_for(attempt)

    def ask_for(self, attempt: Attempt) -> Answer:
        """Debit it, or look for what an earlier request has done: never a second time, whatever happened to the first."""
        at = self.clock()
        if self.is_stopping() or (attempt.locked_until is not None and at >= attempt.locked_until):
            return Answer(attempt, problem="not asked in time", is_early=True)
        charge = Charge(**attempt.charge)
        since = attempt.first_sent_at or at
        try:
            if outcome_in(attempt.outcome).must_look_up or at - since >= KEY_GOOD_FOR:
                return Answer(attempt, self.look_up(attempt, charge, since))
            return Answer(attempt, self.gateway.collect(charge))
        except KeyReused:
            return Answer(attempt, problem="the key was sent with other parameters", is_held=True)
        except NotReady as error:
            return Answer(attempt, problem=str(error), is_early=True)
        except Exception as error:  # whatever one pledge does must not stop the others
            logger.exception("Attempt %s could not be sent", attempt.pk)
            return Answer(attempt, problem=f"{type(error).__name__}: {error}")

    def look_up(self, attempt: Attempt, charge: Charge, since: datetime) -> Outcome:
        return self.gateway.read(attempt.payment) if attempt.payment else self.gateway.look_up(charge, since)


@transaction.atomic
def claim(campaign: Campaign, *, worker: str, at: datetime) -> Sequence[Attempt]:
    """Take a batch of what waits to be sent, beside what was prepared for this worker, and write down that it may be on its way from now on."""
    waiting = Attempt.objects.filter(campaign=campaign, state=AttemptState.PREPARED)
    free = waiting.filter(Q(locked_until=None) | Q(locked_until__lte=at))
    numbers = list(free.order_by("pk").values_list("pk", flat=True)[:BATCH])
    if numbers:
        free.filter(pk__in=numbers).update(
            locked_until=at + LEASE, claimed_by=worker, first_sent_at=Coalesce("first_sent_at", at)
        )
    mine = waiting.filter(claimed_by=worker, locked_until=at + LEASE)
    return list(mine.prefetch_related("account").order_by("pk"))


@transaction.atomic
def put_off(answer: Answer, *, claimed_at: datetime, at: datetime) -> None:
    """Ask again later; what went wrong too often waits for somebody to look at it.

    What was told meanwhile of the attempt is kept, and what needs no more asking stays as it is.
    """
    rows = Attempt.objects.select_for_update(of=("self",))
    attempt = rows.filter(pk=answer.attempt.pk, state=AttemptState.PREPARED).first()
    if attempt is None or attempt.claimed_by != answer.attempt.claimed_by:
        return  # answered meanwhile, or another worker has taken it over
    is_fault = answer.outcome is None and not answer.is_early
    attempt.problems += is_fault
    attempt.problem = (answer.problem or "no answer")[:500]
    attempt.claimed_by, attempt.locked_until = "", at + PAUSE * max(attempt.problems, 1)
    if answer.is_early and attempt.first_sent_at == claimed_at:
        attempt.first_sent_at = None
    if answer.outcome is not None:
        known = merge(outcome_in(attempt.outcome), answer.outcome)
        attempt.outcome = kept(replace(known, must_look_up=answer.outcome.must_look_up))
    if answer.is_held or (is_fault and attempt.problems >= MOST_PROBLEMS):
        attempt.state, attempt.state_at, attempt.locked_until = AttemptState.HELD, at, None
        logger.error("Attempt %s is held until somebody looks at it", attempt.pk)
    attempt.save(
        update_fields=[
            "state",
            "state_at",
            "problems",
            "problem",
            "claimed_by",
            "locked_until",
            "first_sent_at",
            "outcome",
        ]
    )


def say_problem(account: CardAccount, problem: str, at: datetime) -> None:
    """What stands beside an account that cannot be used now; nothing once it can."""
    account.problem = problem[:200]
    CardAccount.objects.filter(pk=account.pk).update(problem=account.problem, checked_at=at)
