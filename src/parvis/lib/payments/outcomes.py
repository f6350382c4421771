"""What is known of one payment, and how what is told of it in any order becomes one thing."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from parvis.lib.payments.declines import may_try_again

type Kind = Literal[
    "absent", "unknown", "refused", "processing", "action required", "declined", "canceled", "collected"
]
type Stage = Literal["unknown", "refused", "asked", "returned", "kept"]

_RANKS: dict[Kind, tuple[int, int]] = {
    "absent": (0, 0),
    "unknown": (0, 1),
    "refused": (1, 0),
    "processing": (1, 1),
    "action required": (1, 2),
    "declined": (1, 3),
    "canceled": (2, 0),
    "collected": (3, 0),
}
"""How final a kind is, and which of two equally final ones wins when both were said in one second."""

_STAGES: tuple[Stage, ...] = ("unknown", "refused", "asked", "returned", "kept")


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """Money that goes back to the one who paid: by a refund, or by a dispute at their bank.

    refused: the provider would not (`code` says why). asked: on its way, or the dispute is open, to be answered
    by `due_at`. returned: it went back, the dispute was lost. kept: it failed, the dispute was won or withdrawn.
    unknown: no answer came; to be asked again with the same key. Amounts in minor units, moments in Unix seconds
    on the provider's clock (0: none).
    """

    id: str = ""
    by: Literal["refund", "dispute"] = "refund"
    stage: Stage
    amount: int = 0
    said_at: int = 0
    due_at: int = 0
    code: str = ""

    @property
    def weight(self) -> tuple[int, int, int, int, str, str]:
        """Of two that tell of the same return, the heavier one stands."""
        return self.said_at, _STAGES.index(self.stage), self.amount, self.due_at, self.code, self.by


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What is known of one payment (one attempt to debit one pledge).

    collected: `received` was debited. processing: it will be decided later (SEPA, TWINT). action required: the
    person must open `url` and say yes to their bank; empty: `Gateway.authenticate` makes one. declined: by their
    bank or card, for `code`, `decline_code`, `advice_code`. canceled: nothing can be debited by it any more.
    refused: the request itself was not carried out, for `code`; nothing was debited by it. Another way to pay may
    help where the code begins with `payment_method` or is `resource_missing`; else it is for us to look at. unknown:
    it may have been debited or not; never assume, send the same request with the same key again, or where
    `must_look_up` says so, `look_up` the charge (`read` the payment, if it is known). absent: it was looked up, and
    there is no such payment.

    Amounts in minor units. `said_at` is when the provider said so, in Unix seconds on its clock (0: it did not).
    """

    kind: Kind
    payment: str = ""
    said_at: int = 0
    received: int = 0
    url: str = ""
    code: str = ""
    decline_code: str = ""
    advice_code: str = ""
    must_look_up: bool = False
    returns: tuple[Return, ...] = ()

    def __post_init__(self) -> None:
        if self.returns:
            object.__setattr__(self, "returns", _last_told(self.returns))

    @property
    def is_soft(self) -> bool:
        """Whether the same card may be debited again without the person; never for what was not declined."""
        return self.kind == "declined" and may_try_again(self.decline_code or self.code, self.advice_code)

    @property
    def is_disputed(self) -> bool:
        return any(one.by == "dispute" and one.stage == "asked" for one in self.returns)

    @property
    def returned(self) -> int:
        """What went back or is on its way back by refunds, and was lost by disputes; minor units."""
        stages = {"refund": {"asked", "returned"}, "dispute": {"returned"}}
        return sum(one.amount for one in self.returns if one.stage in stages[one.by])

    @property
    def weight(self) -> tuple[int, int, int, str, str, str, str, bool]:
        """Of two outcomes, the heavier one stands: it holds all that `merge` does not take from both."""
        finality, rank = _RANKS[self.kind]
        told = self.code, self.decline_code, self.advice_code, self.url
        return finality, self.said_at, rank, *told, self.must_look_up


def merge(one: Outcome, other: Outcome) -> Outcome:
    """What both know together. Commutative, associative and idempotent, so that news may come in any order and twice.

    What is more final stands, then what was said later, then what ranks higher; amounts received only grow; each
    return stands as it was last told. Raises ValueError for outcomes of two payments.
    """
    if one.payment and other.payment and one.payment != other.payment:
        raise ValueError("these are outcomes of two payments")
    stands = max(one, other, key=lambda outcome: outcome.weight)
    return replace(
        stands,
        payment=one.payment or other.payment,
        received=max(one.received, other.received),
        returns=(*one.returns, *other.returns),
    )


def _last_told(returns: Iterable[Return]) -> tuple[Return, ...]:
    """Each return once, in the order of their names; what has no name never came to be."""
    last = {one.id: one for one in sorted(returns, key=lambda one: one.weight) if one.id}
    return tuple(last[identifier] for identifier in sorted(last))
