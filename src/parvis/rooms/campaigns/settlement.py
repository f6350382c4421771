"""What follows the deadline of a campaign, carried through, wherever it was interrupted.

Whatever asks a provider is written down before it asks, and its answer after it, in transactions of their own; so a
worker that is killed anywhere begins again where it stood, with the same keys.
"""

import logging
import secrets
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from parvis.core.site.chores import soon
from parvis.lib.funding.campaigns import ENDED, CampaignState, Collection
from parvis.lib.funding.pledges import PledgeState
from parvis.lib.payments import NotReady, Outcome
from parvis.lib.payments.pace import Pace

from .actions.counting import expire, hold_longer, keep_method, unfinished
from .actions.letting_go import let_go_of_closed
from .actions.recording import record
from .actions.refunding import to_be_undone, undo_some
from .actions.settling import BATCH, bill, drop, give_up, go_on, in_the_way, prepare, unwind
from .deadlines import BOOKS, Deadlines, safely
from .models import Attempt, AttemptState, Campaign, Pledge, Way
from .provider.debiting import PAUSE, Answer, Asker, Clock, claim, put_off, say_problem
from .provider.following import AT_ONCE, forget_due, give_back_due, hear_waiting, look_after
from .provider.gateways import gateway_of

logger = logging.getLogger(__name__)


def go_through(_where: str) -> None:
    """A place where tests end the process."""


class Settlement:
    """One worker's part in it. `alone`: no other worker can be at work on this database."""

    def __init__(
        self,
        *,
        alone: bool,
        clock: Clock = timezone.now,
        is_stopping: Callable[[], bool] = lambda: False,
        failpoint: Callable[[str], None] = go_through,
        pace: Callable[[], Pace] = Pace,
    ) -> None:
        self.name = secrets.token_hex(10)
        self.clock = clock
        self.deadlines = Deadlines(clock)
        self.is_stopping = is_stopping
        self.failpoint = failpoint
        self.paces: dict[int, Pace] = defaultdict(pace)
        if alone:
            Attempt.objects.filter(state=AttemptState.PREPARED).exclude(claimed_by="").update(
                locked_until=None, claimed_by=""
            )

    def step(self) -> bool:
        """Close what is due, and go on with the rest; whether more may wait."""
        closed = self.deadlines.step()
        return self.go_on() or closed

    def go_on(self) -> bool:
        """Do a part of all that is to be carried through; whether more may wait."""
        found = safely(self.finish) | safely(hear_waiting, self.clock)
        for campaign in self.at_work():
            if self.is_stopping():
                return False
            found |= safely(self.carry_on, campaign)
        found |= safely(give_back_due, self.clock, self.failpoint)
        return found | safely(forget_due, self.clock)

    def finish(self) -> bool:
        """What was started and not finished in time: asked of the provider once more, then let go."""
        late = Pledge.objects.filter(unfinished(self.clock())).prefetch_related("campaign__card")
        rows = list(late.order_by("held_until", "pk")[:AT_ONCE])
        done = [safely(self.finish_one, pledge) for pledge in rows]
        for pledge in (one for one, is_done in zip(rows, done, strict=True) if not is_done):
            safely(hold_longer, pledge=pledge, at=self.clock())
        return any(done)

    def finish_one(self, pledge: Pledge) -> bool:
        """Whether its card was left and we were not told; what nobody left is let go."""
        account = pledge.campaign.card
        if pledge.way == Way.CARD and pledge.setup and account is not None:
            try:
                setup = gateway_of(account).read_setup(pledge.setup)
            except NotReady as error:
                say_problem(account, str(error), self.clock())
            else:
                if setup.status == "unknown" and hold_longer(pledge=pledge, at=self.clock()):
                    return True
                if setup.status == "succeeded" and setup.method is not None:
                    found = {"setup": setup.id, "customer": setup.customer, "method": setup.method}
                    pledge = keep_method(pledge=pledge, clock=self.clock, **found)  # type: ignore[arg-type]
        return expire(pledge=pledge, at=self.clock()) or pledge.state != PledgeState.STARTED

    def at_work(self) -> Sequence[Campaign]:
        """Campaigns of which something is to be carried through."""
        ended = Campaign.objects.unguarded("each is carried through").filter(state__in=[*map(str, ENDED)])
        collecting = Q(collection__in=[Collection.COLLECTING, Collection.GRACE])
        unsettled = Pledge.objects.filter(
            Q(state=PledgeState.STARTED) | Q(state=PledgeState.ACTIVE), campaign__state__in=[*map(str, ENDED)]
        )
        theirs = Pledge.objects.filter(campaign=OuterRef("pk"))
        remembered = Q(collection__in=[Collection.CLOSED, Collection.UNDONE]) & Exists(
            theirs.exclude(method="")
        )
        undone = Q(collection=Collection.UNDONE) & Exists(theirs.filter(to_be_undone()))
        rows = ended.filter(collecting | remembered | undone | Q(pk__in=unsettled.values("campaign")))
        return list(rows.select_related("card", "bank", "publication__author").order_by("decided_at", "pk"))

    def carry_on(self, campaign: Campaign) -> bool:
        """Do one batch of each thing that is to be done for a campaign; whether there may be more."""
        at = self.clock()
        if campaign.state != CampaignState.SUCCESSFUL:
            return unwind(campaign=campaign, at=at) > 0
        if campaign.collection in {Collection.CLOSED, Collection.UNDONE}:
            done = unwind(campaign=campaign, at=at) + undo_some(campaign=campaign, at=at)
            return done + let_go_of_closed(campaign=campaign, most=BATCH, at=at) > 0
        if self.ask_for_money(campaign, at) or self.tidy(campaign, at):
            return True
        went_on = go_on(campaign=campaign, at=self.clock()) is not None
        if went_on:
            soon(BOOKS)
        return went_on

    def ask_for_money(self, campaign: Campaign, at: datetime) -> bool:
        """Bill and debit a batch of what was promised, or is to be tried again; whether there was any."""
        done = bill(campaign=campaign, at=at)
        self.failpoint("billed")
        done += prepare(campaign=campaign, at=at, worker=self.name)
        self.failpoint("prepared")
        return done + self.send(campaign, at) > 0

    def tidy(self, campaign: Campaign, at: datetime) -> bool:
        """See to what did not come at once, when nothing else is to be done; whether there was any."""
        done = unwind(campaign=campaign, at=at) + self.clear_the_way(campaign)
        look_after(campaign, self.clock)
        done += give_up(campaign=campaign, at=at) + drop(campaign=campaign, at=at)
        self.failpoint("dropped")
        return done > 0

    def send(self, campaign: Campaign, claimed_at: datetime) -> int:
        """Ask the provider for a batch of what was prepared, and write down the answers; how many there were."""
        attempts = claim(campaign, worker=self.name, at=claimed_at)
        if not attempts:
            return 0
        self.failpoint("claimed")
        answers = list(self.answers(attempts))
        self.failpoint("answered")
        known = [one for one in answers if one.is_known]
        self.write(campaign, known)
        self.failpoint("recorded")
        for answer in answers:
            if not answer.is_known:
                put_off(answer, claimed_at=claimed_at, at=self.clock())
        return len(known)

    def answers(self, attempts: Sequence[Attempt]) -> Sequence[Answer]:
        """What the provider says of each. All of a batch are of one campaign, and so of one account."""
        account = attempts[0].account
        try:
            gateway = gateway_of(account)
        except NotReady as error:
            say_problem(account, str(error), self.clock())
            return [Answer(one, problem=str(error), is_early=True) for one in attempts]
        asker = Asker(gateway, self.clock, self.is_stopping, self.paces[account.pk])
        answers = list(asker.answers(attempts))
        shut = next((one.problem for one in answers if one.is_early and not self.is_stopping()), "")
        if shut or account.problem:
            say_problem(account, shut, self.clock())
        return answers

    def write(self, campaign: Campaign, answers: Sequence[Answer]) -> None:
        """All at once; where one of them cannot be written, each alone, so that it holds up no other."""
        pairs = [(one.attempt, one.outcome) for one in answers if one.outcome is not None]
        try:
            record(campaign=campaign, answers=pairs, at=self.clock())
        except Exception:
            logger.exception("A batch of answers for campaign %s could not be written", campaign.pk)
            for attempt, outcome in pairs:
                self.write_one(campaign, attempt, outcome)

    def write_one(self, campaign: Campaign, attempt: Attempt, outcome: Outcome) -> None:
        at = self.clock()
        try:
            record(campaign=campaign, answers=[(attempt, outcome)], at=at)
        except Exception as error:
            logger.exception("The answer for attempt %s could not be written", attempt.pk)
            put_off(Answer(attempt, problem=f"{type(error).__name__}: {error}"), claimed_at=at, at=at)

    def clear_the_way(self, campaign: Campaign) -> int:
        """Cancel what could still be debited of pledges that are to be tried anew; how many could be."""
        return sum([safely(self.clear, attempt, campaign) for attempt in in_the_way(campaign, self.clock())])

    def clear(self, attempt: Attempt, campaign: Campaign) -> bool:
        """Cancel one payment. Where that cannot be done now, it is tried again later, with another key: nothing can be cancelled twice."""
        at = self.clock()
        Attempt.objects.filter(pk=attempt.pk).update(locked_until=at + PAUSE)
        try:
            outcome = gateway_of(attempt.account).cancel(
                attempt.payment, f"{attempt.key}:cancel:{int(at.timestamp())}"
            )
        except NotReady as error:
            say_problem(attempt.account, str(error), at)
            return False
        if outcome.kind in {"unknown", "refused"}:
            logger.warning("Attempt %s could not be called off: %s", attempt.pk, outcome.code)
            return False
        record(campaign=campaign, answers=[(attempt, outcome)], at=at)
        return True


def watch(alone: bool, is_stopping: Callable[[], bool]) -> Callable[[], bool]:
    """The step of a worker that carries on."""
    return Settlement(alone=alone, is_stopping=is_stopping).go_on
