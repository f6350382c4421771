"""Which declines may be tried again without asking the person: only what passes by itself.

From Stripe's lists of decline codes and of advice codes; whatever is not named here waits for the person.
"""

_PASSING = frozenset(
    {
        "approve_with_id",
        "card_velocity_exceeded",
        "generic_decline",
        "insufficient_funds",
        "issuer_not_available",
        "processing_error",
        "reenter_transaction",
        "refer_to_customer",
        "try_again_later",
        "withdrawal_count_limit_exceeded",
    }
)
_NEVER = frozenset(
    {
        "authentication_required",
        "do_not_honor",
        "expired_card",
        "fraudulent",
        "lost_card",
        "merchant_blacklist",
        "pickup_card",
        "restricted_card",
        "revocation_of_all_authorizations",
        "revocation_of_authorization",
        "security_violation",
        "stolen_card",
        "stop_payment_order",
    }
)
"""No advice makes up for these: a network fines who tries again, or the person said no."""


def may_try_again(code: str, advice: str = "") -> bool:
    """Whether a debit declined with this decline code (or error code) and advice code may be repeated as it is."""
    if code in _NEVER:
        return False
    return advice == "try_again_later" if advice else code in _PASSING
