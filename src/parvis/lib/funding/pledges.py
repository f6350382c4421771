"""What becomes of a pledge (research: campaigns a.3): from a promise that costs nothing to money that came, or did not.

Between the promise and the money stands one door: `COLLECT` or `BILL`, which the settlement of a successful campaign
alone passes.
"""

from enum import StrEnum

from .moving import Moves, moves


class PledgeState(StrEnum):
    STARTED = "started"
    """Its reward is held for some minutes, while a card is set up or an address confirmed."""
    EXPIRED = "expired"
    ACTIVE = "active"
    """It counts."""
    WITHDRAWN = "withdrawn"
    REMOVED = "removed"
    """By the creator, before the deadline."""
    VOIDED = "voided"
    """The campaign came to nothing: nothing was debited."""
    BILLED = "billed"
    PART_PAID = "part-paid"
    COLLECTING = "collecting"
    """An attempt has been written down, and may have been sent."""
    PROCESSING = "processing"
    """A bank takes days."""
    ACTION_REQUIRED = "action-required"
    """The bank wants its holder to say yes."""
    DECLINED = "declined"
    COLLECTED = "collected"
    PART_REFUNDED = "part-refunded"
    REFUNDED = "refunded"
    DISPUTED = "disputed"
    CHARGED_BACK = "charged-back"
    DROPPED = "dropped"
    """It was never paid, and is not waited for any more."""


class PledgeMove(StrEnum):
    CONFIRM = "confirm"
    EXPIRE = "expire"
    CHANGE = "change"
    WITHDRAW = "withdraw"
    REMOVE = "remove"
    VOID = "void"
    BILL = "bill"
    PAY_PART = "pay-part"
    PAY = "pay"
    COLLECT = "collect"
    WAIT = "wait"
    ASK = "ask"
    DECLINE = "decline"
    DROP = "drop"
    REFUND_PART = "refund-part"
    REFUND = "refund"
    DISPUTE = "dispute"
    WIN = "win"
    LOSE = "lose"
    KEEP = "keep"
    """What was to go back did not."""
    KEEP_PART = "keep-part"
    """A part went back, the rest stays."""


S, M = PledgeState, PledgeMove
UNPAID = (S.COLLECTING, S.PROCESSING, S.ACTION_REQUIRED, S.DECLINED)
PAID = (S.COLLECTED, S.PART_REFUNDED)

PLEDGES = Moves(
    moves(
        {
            M.CONFIRM: {S.STARTED: S.ACTIVE},
            M.EXPIRE: {S.STARTED: S.EXPIRED},
            M.CHANGE: {S.ACTIVE: S.ACTIVE},
            M.WITHDRAW: {S.STARTED: S.WITHDRAWN, S.ACTIVE: S.WITHDRAWN},
            M.REMOVE: {S.ACTIVE: S.REMOVED},
            M.VOID: {S.STARTED: S.VOIDED, S.ACTIVE: S.VOIDED},
            M.BILL: {S.ACTIVE: S.BILLED},
            M.PAY_PART: dict.fromkeys((S.BILLED, S.PART_PAID), S.PART_PAID),
            # What was dropped may still be paid: money that comes late has come (a.5).
            M.PAY: dict.fromkeys((S.BILLED, S.PART_PAID, *UNPAID, S.DROPPED), S.COLLECTED),
            # From an attempt of which nothing ever came to be, straight to the next one.
            M.COLLECT: dict.fromkeys((S.ACTIVE, S.COLLECTING, S.ACTION_REQUIRED, S.DECLINED), S.COLLECTING),
            # A provider tells in any order: what it says of one attempt follows what it said before.
            M.WAIT: dict.fromkeys((S.COLLECTING, S.ACTION_REQUIRED, S.DECLINED), S.PROCESSING),
            M.ASK: dict.fromkeys((S.COLLECTING, S.PROCESSING, S.DECLINED), S.ACTION_REQUIRED),
            M.DECLINE: dict.fromkeys((S.COLLECTING, S.PROCESSING, S.ACTION_REQUIRED), S.DECLINED),
            M.DROP: dict.fromkeys((S.BILLED, S.PART_PAID, S.ACTION_REQUIRED, S.DECLINED), S.DROPPED),
            M.REFUND_PART: dict.fromkeys(PAID, S.PART_REFUNDED),
            # A part that came for what was dropped goes back whole.
            M.REFUND: dict.fromkeys((*PAID, S.PART_PAID, S.DROPPED, S.DISPUTED), S.REFUNDED),
            M.DISPUTE: dict.fromkeys(PAID, S.DISPUTED),
            M.WIN: {S.DISPUTED: S.COLLECTED},
            M.LOSE: dict.fromkeys((*PAID, S.DISPUTED, S.REFUNDED), S.CHARGED_BACK),
            M.KEEP: dict.fromkeys((S.PART_REFUNDED, S.REFUNDED, S.CHARGED_BACK), S.COLLECTED),
            M.KEEP_PART: dict.fromkeys((S.DISPUTED, S.REFUNDED, S.CHARGED_BACK), S.PART_REFUNDED),
        }
    ),
    known=frozenset({(S.PROCESSING, M.WAIT), (S.DECLINED, M.DECLINE), (S.ACTION_REQUIRED, M.ASK)}),
)

COUNTED = frozenset({S.ACTIVE})
"""What the total of a running campaign is the sum of."""
HOLDING = frozenset({S.STARTED, S.ACTIVE, S.BILLED, S.PART_PAID, *UNPAID, *PAID, S.DISPUTED, S.DROPPED})
"""Whose reward nobody else can have: that of what was dropped is not sold again by itself."""
BACKING = frozenset({S.ACTIVE, S.BILLED, S.PART_PAID, *UNPAID, *PAID, S.DISPUTED})
"""Who is among the backers of a campaign, and reads what is for them."""
SETTLED = frozenset(
    {S.EXPIRED, S.WITHDRAWN, S.REMOVED, S.VOIDED, S.DROPPED, S.REFUNDED, S.DISPUTED, S.CHARGED_BACK, *PAID}
)
"""Where every pledge of a campaign is once its collection is closed."""
