"""What is carried through at providers beside the debits: what they told, what goes back, and what they are to forget."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce

from parvis.lib.funding.campaigns import Collection
from parvis.lib.payments import Gateway, KeyReused, NotReady, Return

from ..actions.counting import keep_method
from ..actions.hearing import done, hear, ignore, note_event, wait
from ..actions.recording import record
from ..actions.refunding import note_answer, note_no_answer, take_a_turn
from ..actions.settling import LEASE
from ..models import (
    OPEN,
    Attempt,
    AttemptState,
    Campaign,
    CardAccount,
    Detachment,
    Pledge,
    ProviderEvent,
    Refund,
    RefundState,
)
from .debiting import KEY_GOOD_FOR, Clock, say_problem
from .gateways import gateway_of

logger = logging.getLogger(__name__)

AT_ONCE = 20
"""How many of a kind are asked for in one step, so that nothing else waits long."""
UNTOLD = timedelta(hours=1)
"""When something that a bank decides, and of which nothing was told, is asked about."""
ASKED_AGAIN = timedelta(hours=6)
SOON = timedelta(minutes=10)
DISPUTED_WITHIN = timedelta(days=120)
"""How long after a collection has closed its payers may still ask their bank for the money back, as card schemes have it."""
TOLD_FOR = timedelta(days=30)
"""For how long Stripe knows what it told."""
A_SPAN, OVERLAP = timedelta(days=1), timedelta(hours=1)
MOST_TRIES = 12
CHECK = "cs_check"
"""A setup that no provider has: whoever says so lets us in."""


def hear_waiting(clock: Clock) -> bool:
    """Understand what was told and not understood at once; whether there was something."""
    at = clock()
    due = Q(next_try=None) | Q(next_try__lte=at)
    rows = ProviderEvent.objects.filter(due, done_at=None).select_related("account")
    found = list(rows.order_by("pk")[:AT_ONCE])
    for event in found:
        hear_safely(event, clock)
    return bool(found)


def hear_safely(event: ProviderEvent, clock: Clock) -> None:
    """Understand one thing that was told; what cannot be is looked at again later, and holds up nothing else."""
    try:
        if event.setup:
            hear_setup(event, clock)
        else:
            hear(event=event, at=clock())
    except NotReady as error:
        say_problem(event.account, str(error), clock())
        wait(event, clock(), str(error))
    except Exception as error:
        logger.exception("Event %s could not be understood", event.pk)
        wait(event, clock(), f"{type(error).__name__}: {error}")


def hear_setup(event: ProviderEvent, clock: Clock) -> None:
    """A way to pay was left, or was not: asked of the provider, whatever was told."""
    pledges = Pledge.objects.filter(public_id=event.metadata.get("pledge", ""))
    pledge = pledges.prefetch_related("campaign").first()
    if pledge is None or pledge.campaign.card_id != event.account_id:
        ignore(event.account)
        done(event, clock(), "nobody knows this pledge")
        return
    setup = gateway_of(event.account).read_setup(event.setup)
    if setup.status == "unknown":
        wait(event, clock(), "no answer")
        return
    if setup.method is not None and setup.status == "succeeded":
        keep_method(pledge=pledge, setup=setup.id, customer=setup.customer, method=setup.method, clock=clock)
    done(event, clock())


def look_after(campaign: Campaign, clock: Clock) -> None:
    """Ask about what a bank decides, and of which nothing was told for long: what a provider tells may be lost."""
    at = clock()
    rows = Attempt.objects.filter(
        Q(locked_until=None) | Q(locked_until__lte=at),
        campaign=campaign,
        state__in=[AttemptState.PROCESSING, AttemptState.ASKING],
        state_at__lte=at - UNTOLD,
    )
    for attempt in rows.select_related("account").order_by("state_at", "pk")[:AT_ONCE]:
        try:
            outcome = gateway_of(attempt.account).read(attempt.payment)
            if outcome.kind != "unknown":
                record(campaign=campaign, answers=[(attempt, outcome)], at=clock())
        except NotReady as error:
            say_problem(attempt.account, str(error), at)
        except Exception:
            logger.exception("Attempt %s could not be asked about", attempt.pk)
        Attempt.objects.filter(pk=attempt.pk, state__in=OPEN).update(locked_until=at + ASKED_AGAIN)


def hear_again(at: datetime) -> None:
    """Ask what providers told of refunds and disputes: it may have been lost on its way. What is known already changes nothing."""
    collecting = Q(collection__in=[Collection.COLLECTING, Collection.GRACE])
    lately = Q(collection__in=[Collection.CLOSED, Collection.UNDONE], collection_at__gt=at - DISPUTED_WITHIN)
    campaigns = Campaign.objects.unguarded("their payments are followed").filter(collecting | lately)
    rows = CardAccount.objects.filter(closed_at=None, pk__in=campaigns.values("card"))
    for account in rows.order_by("pk"):
        try:
            hear_span(account, at)
        except NotReady as error:
            say_problem(account, str(error), at)
        except Exception:
            logger.exception("Account %s could not be asked what it told", account.pk)


def hear_span(account: CardAccount, at: datetime) -> None:
    """Write down what was told since this was asked last, a day's worth at most; it is understood like what arrives."""
    begin = max(account.heard_until or account.made_at, at - TOLD_FOR)
    end = min(at, begin + A_SPAN)
    told = gateway_of(account).told(begin - OVERLAP, end)
    if told is None:
        return
    for event in told:
        note_event(account=account, event=event, at=at)
    CardAccount.objects.filter(pk=account.pk).update(heard_until=end)


def give_back_due(clock: Clock, failpoint: Callable[[str], None]) -> bool:
    """Send refunds that were prepared; whether there were any."""
    at = clock()
    due = Q(next_try=None) | Q(next_try__lte=at)
    free = Refund.objects.filter(due, state=RefundState.PREPARED, attempt__isnull=False)
    numbers = list(free.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    for number in numbers:
        # Two workers: the one whose statement finds it free has it.
        if not free.filter(pk=number).update(
            next_try=at + LEASE, first_sent_at=Coalesce("first_sent_at", at)
        ):
            continue
        refund = Refund.objects.select_related("attempt__account", "pledge").get(pk=number)
        give_back(refund, clock, failpoint)
    return bool(numbers)


def give_back(refund: Refund, clock: Clock, failpoint: Callable[[str], None]) -> None:
    """Ask the provider to give back, and write down its answer; nothing that goes wrong with one stops another."""
    assert refund.attempt is not None
    account = refund.attempt.account
    try:
        answer = ask_back(gateway_of(account), refund, clock())
    except NotReady as error:
        say_problem(account, str(error), clock())
        no_answer(refund, str(error), clock(), is_early=True)
        return
    except KeyReused:
        no_answer(refund, "the key was sent with other parameters", clock(), must_look_up=True)
        return
    except Exception as error:
        logger.exception("Refund %s could not be sent", refund.pk)
        no_answer(refund, f"{type(error).__name__}: {error}", clock())
        return
    failpoint("given back")
    try:
        note_answer(refund=refund, answer=answer, at=clock())
    except Exception as error:
        logger.exception("The answer for refund %s could not be written", refund.pk)
        no_answer(refund, f"{type(error).__name__}: {error}", clock())


def no_answer(
    refund: Refund, problem: str, at: datetime, *, is_early: bool = False, must_look_up: bool = False
) -> None:
    note_no_answer(refund=refund, problem=problem, is_early=is_early, must_look_up=must_look_up, at=at)


def ask_back(gateway: Gateway, refund: Refund, at: datetime) -> Return:
    """Give back, or find what an earlier request has done: never a second time, whatever happened to the first."""
    assert refund.attempt is not None
    payment = refund.attempt.payment
    since = refund.first_sent_at or at
    if refund.must_look_up or at - since >= KEY_GOOD_FOR:
        found = gateway.look_up_refund(payment, refund.key)
        if found is not None:
            return found
        take_a_turn(refund=refund, at=at)
    return gateway.refund(payment, refund.amount, refund.pledge.campaign.currency, refund.key)


def forget_due(clock: Clock) -> bool:
    """Have ways to pay forgotten that are not needed any more; whether there were any."""
    at = clock()
    in_use = Attempt.objects.filter(pledge=OuterRef("pledge"), method=OuterRef("method"), state__in=OPEN)
    due = Detachment.objects.filter(~Exists(in_use), done_at=None, next_try__lte=at)
    found = list(due.select_related("account").order_by("next_try", "pk")[:AT_ONCE])
    for one in found:
        forget(one, clock())
    return bool(found)


def forget(one: Detachment, at: datetime) -> None:
    """Ask for one; later again where that fails, and not for ever: an account may be gone for good."""
    tries = Detachment.objects.filter(pk=one.pk)
    tries.update(tries=F("tries") + 1, next_try=at + SOON * 2 ** min(one.tries, 8))
    try:
        is_done = gateway_of(one.account).detach(one.method)
    except NotReady:
        is_done = False
    except Exception:
        logger.exception("The way to pay %s could not be forgotten", one.pk)
        is_done = False
    if is_done or one.tries + 1 >= MOST_TRIES:
        tries.update(done_at=at)


def check_accounts(at: datetime) -> None:
    """Whether the accounts that are in use still let us in; what is wrong stands beside each."""
    for account in CardAccount.objects.filter(closed_at=None).order_by("pk"):
        try:
            answer = gateway_of(account).read_setup(CHECK)
        except NotReady as error:
            say_problem(account, str(error), at)
        except Exception:
            logger.exception("Account %s could not be checked", account.pk)
        else:
            if answer.status != "unknown":
                say_problem(account, "", at)
