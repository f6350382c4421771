"""Ways to pay that never existed, by the names of Stripe's test cards: what each of them does, here as at Stripe.

Those marked “ours” have no name at Stripe. A name may have an ending of one's own behind a colon: `pm_card_visa:alice`.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """`on_setup` and `on_charge` are what happens then; a decline has its codes; `arrives`: what is processing is collected in the end."""

    kind: Literal["card", "sepa_debit", "twint"] = "card"
    brand: str = ""
    last4: str = ""
    on_setup: Literal["succeeds", "asks", "declines"] = "succeeds"
    on_charge: Literal["succeeds", "asks", "processes", "declines"] = "succeeds"
    code: str = "card_declined"
    decline_code: str = ""
    advice_code: str = ""
    arrives: bool = True
    is_disputed: bool = False


def _declined(last4: str, decline_code: str, advice_code: str = "", code: str = "card_declined") -> Sample:
    return Sample(
        brand="visa",
        last4=last4,
        on_charge="declines",
        code=code,
        decline_code=decline_code,
        advice_code=advice_code,
    )


SAMPLES: dict[str, Sample] = {
    "pm_card_visa": Sample(brand="visa", last4="4242"),
    "pm_card_mastercard": Sample(brand="mastercard", last4="4444"),
    "pm_card_threeDSecure2Required": Sample(brand="visa", last4="3155", on_setup="asks"),
    "pm_card_authenticationRequired": Sample(brand="visa", last4="3184", on_setup="asks", on_charge="asks"),
    "pm_card_chargeCustomerFail": _declined("0341", "generic_decline"),
    "pm_card_visa_chargeDeclined": Sample(
        brand="visa", last4="0002", on_setup="declines", on_charge="declines", decline_code="generic_decline"
    ),
    "pm_card_visa_chargeDeclinedInsufficientFunds": _declined(
        "9995", "insufficient_funds", "try_again_later"
    ),
    "pm_card_visa_chargeDeclinedLostCard": _declined("9987", "lost_card", "do_not_try_again"),
    "pm_card_visa_chargeDeclinedStolenCard": _declined("9979", "stolen_card", "do_not_try_again"),
    "pm_card_chargeDeclinedExpiredCard": _declined("0069", "", "confirm_card_data", "expired_card"),
    "pm_card_chargeDeclinedProcessingError": _declined("0119", "", "try_again_later", "processing_error"),
    "pm_card_doNotHonor": _declined("0005", "do_not_honor"),  # ours
    "pm_card_createDispute": Sample(brand="visa", last4="0259", is_disputed=True),
    "pm_sepaDebit": Sample(kind="sepa_debit", last4="3000", on_charge="processes"),  # ours, as are those below
    "pm_sepaDebit_fails": Sample(
        kind="sepa_debit", last4="3001", on_charge="processes", arrives=False, code="insufficient_funds"
    ),
    "pm_twint": Sample(kind="twint", on_setup="asks", on_charge="processes"),
    "pm_twint_fails": Sample(
        kind="twint", on_setup="asks", on_charge="processes", arrives=False, code="payment_method_provider_decline"
    ),
}  # fmt: skip


def sample(name: str) -> Sample | None:
    """What stands behind a name; None: nothing."""
    return SAMPLES.get(name.partition(":")[0])
