"""A backer at the provider: leaving a card, saying yes to their bank, and coming back. What is asked is written down before."""

from dataclasses import replace
from zoneinfo import ZoneInfo

from babel.dates import format_date
from django.utils import translation
from django.utils.translation import gettext as _

from parvis.lib.funding.pledges import PledgeState
from parvis.lib.money import format_amount
from parvis.lib.payments import Gateway, KeyReused, Outcome, Setup, SetupRequest

from ..actions.counting import keep_method
from ..actions.leaving_cards import (
    NoCardNow,
    give_up_setup,
    name_setup,
    number_confirmation,
    number_setup,
    takes_a_card,
)
from ..actions.locking import Clock
from ..actions.recording import record
from ..links import card_back_path, outside, paid_path
from ..models import Attempt, Campaign, CardAccount, Pledge
from .gateways import gateway_of

LANGUAGES = ("en", "fr")
TURNS = 3


def account_of(pledge: Pledge) -> CardAccount:
    """The account to which a pledge is paid by card. Raises NoCardNow."""
    account: CardAccount | None = pledge.campaign.card
    if account is None:
        raise NoCardNow
    return account


def begin_card(*, pledge: Pledge, clock: Clock) -> Setup:
    """Where a card is left for a pledge: the page that is open already, or a new one. However often it is asked, there is one at a time.

    Raises NoCardNow, TooManyCards, NotReady.
    """
    campaign = pledge.campaign
    gateway = gateway_of(account_of(pledge))
    if not takes_a_card(pledge, campaign, campaign.now(clock())):
        raise NoCardNow
    for _turn in range(TURNS):
        if pledge.setup:
            before = pledge.method
            known = look(gateway, pledge, clock)
            is_new = known.status == "succeeded" and pledge.method != before
            if is_new or known.status in {"open", "unknown"}:
                return known
        pledge = number_setup(pledge=pledge, instead_of=pledge.setup, clock=clock)
        if not pledge.setup:
            begun = begin(gateway, pledge)
            if begun is not None:
                return begun
    return Setup(status="unknown")


def look(gateway: Gateway, pledge: Pledge, clock: Clock) -> Setup:
    """How far it is with the page that was opened last; a card that was left there is kept."""
    setup = gateway.read_setup(pledge.setup)
    if setup.status == "succeeded" and setup.method is not None:
        keep_method(pledge=pledge, setup=setup.id, customer=setup.customer, method=setup.method, clock=clock)
    return setup


def begin(gateway: Gateway, pledge: Pledge) -> Setup | None:
    """Open the page that was written down; None where its key is of no use any more, and the next one is."""
    number = pledge.setups
    try:
        setup = gateway.begin_setup(request_for(pledge, number))
    except KeyReused:
        give_up_setup(pledge=pledge, number=number)
        return None
    if setup.status == "failed" or setup.code == "server_error":
        # Nothing is lost with it, and its key would be answered the same for a day.
        give_up_setup(pledge=pledge, number=number)
        return setup
    if setup.id:
        name_setup(pledge=pledge, number=number, setup=setup.id, customer=setup.customer)
    return setup


def request_for(pledge: Pledge, number: int) -> SetupRequest:
    campaign = pledge.campaign
    name = campaign.publication.public_id
    language = pledge.language[:2] if pledge.language[:2] in LANGUAGES else "en"
    return SetupRequest(
        key=f"parvis:{name}:{pledge.public_id}:setup:{number}",
        return_url=outside(card_back_path(pledge)),
        currency=campaign.currency,
        customer=pledge.customer,
        email=pledge.address,
        language=language,
        words=what_is_agreed(pledge, campaign, language),
        metadata={"campaign": name, "pledge": pledge.public_id},
    )


def what_is_agreed(pledge: Pledge, campaign: Campaign, language: str) -> str:
    """What will be debited, when, and that it is once: it stands beside the button of the provider's page."""
    with translation.override(language):
        amount = format_amount(pledge.amount, campaign.currency, language)
        if pledge.state in {PledgeState.DECLINED, PledgeState.ACTION_REQUIRED}:
            return _("%(amount)s is debited once, within the next minutes.") % {"amount": amount}
        assert campaign.deadline_at is not None
        day = format_date(campaign.deadline_at.astimezone(ZoneInfo(campaign.zone)), "long", locale=language)
        return _(
            "Nothing is debited today. %(amount)s is debited once, after %(day)s, and only if the campaign reaches its goal."
        ) % {"amount": amount, "day": day}


def come_back(*, pledge: Pledge, clock: Clock) -> Setup:
    """What was done on the provider's page, as the provider says. Raises NoCardNow, NotReady."""
    gateway = gateway_of(account_of(pledge))
    if not pledge.setup:
        return Setup(status="failed")
    return look(gateway, pledge, clock)


def pretend(*, pledge: Pledge, sample: str, clock: Clock) -> Setup:
    """Leave a card that never was, at an account that moves no money. Raises NoCardNow, NotReady."""
    gateway = gateway_of(account_of(pledge))
    if not pledge.setup:
        return Setup(status="failed")
    left = gateway.leave(pledge.setup, sample)  # type: ignore[attr-defined]
    return look(gateway, pledge, clock) if left.status == "succeeded" else replace(left, code="card_declined")


def confirm(*, pledge: Pledge, clock: Clock) -> Outcome:
    """Let a backer say yes to their bank, who is here now; its outcome is written down. Raises NothingToPay, NotReady."""
    account_of(pledge)
    attempt = number_confirmation(pledge=pledge, at=clock())
    gateway = gateway_of(attempt.account)
    key = f"{attempt.key}:confirm:{attempt.confirmations}"
    try:
        outcome = gateway.authenticate(attempt.payment, attempt.method, outside(paid_path(pledge)), key)
    except KeyReused:
        return Outcome(kind="unknown")
    return told(attempt, outcome, clock)


def paid_back(*, pledge: Pledge, clock: Clock) -> Outcome:
    """What came of it at the bank. Raises NotReady."""
    attempt = pledge.tries.select_related("account").exclude(payment="").order_by("-number").first()
    if attempt is None:
        return Outcome(kind="unknown")
    return told(attempt, gateway_of(attempt.account).read(attempt.payment), clock)


def told(attempt: Attempt, outcome: Outcome, clock: Clock) -> Outcome:
    if outcome.kind != "unknown":
        record(campaign=attempt.campaign, answers=[(attempt, outcome)], at=clock())
    return outcome
