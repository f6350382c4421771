"""What is known of a payment does not depend on the order in which it was told."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.lib.payments import Outcome, Return, merge
from parvis.lib.payments.declines import may_try_again

SECONDS = st.integers(0, 3)
AMOUNTS = st.integers(0, 3)
NAMES = st.sampled_from(["", "a", "b"])
STAGES = st.sampled_from(["asked", "returned", "kept"])
KINDS = st.sampled_from(
    ["absent", "unknown", "refused", "processing", "action required", "declined", "canceled", "collected"]
)
RETURNS = st.builds(
    Return,
    id=st.sampled_from(["re_1", "dp_1", "dp_2"]),
    by=st.sampled_from(["refund", "dispute"]),
    stage=STAGES,
    amount=AMOUNTS,
    said_at=SECONDS,
    due_at=SECONDS,
    code=NAMES,
)
OUTCOMES = st.builds(
    Outcome,
    kind=KINDS,
    payment=st.sampled_from(["", "pi_1"]),
    said_at=SECONDS,
    received=AMOUNTS,
    url=NAMES,
    code=NAMES,
    decline_code=NAMES,
    advice_code=NAMES,
    must_look_up=st.booleans(),
    returns=st.lists(RETURNS, max_size=3).map(tuple),
)


class TestMerge:
    @given(OUTCOMES, OUTCOMES)
    def test_is_the_same_either_way_round(self, one: Outcome, other: Outcome) -> None:
        assert merge(one, other) == merge(other, one)

    @given(OUTCOMES, OUTCOMES, OUTCOMES)
    def test_is_the_same_in_any_grouping(self, one: Outcome, other: Outcome, third: Outcome) -> None:
        assert merge(merge(one, other), third) == merge(one, merge(other, third))

    @given(OUTCOMES, OUTCOMES)
    def test_hears_the_same_twice_as_once(self, one: Outcome, other: Outcome) -> None:
        assert merge(one, one) == one
        assert merge(merge(one, other), other) == merge(one, other)

    @given(st.lists(OUTCOMES, min_size=1))
    def test_never_forgets_that_it_was_collected(self, told: list[Outcome]) -> None:
        known = told[0]
        for one in told:
            known = merge(known, one)
        assert (known.kind == "collected") == any(one.kind == "collected" for one in told)
        assert known.received == max(one.received for one in told)

    def test_takes_the_later_of_two_that_are_not_final(self) -> None:
        declined = Outcome(kind="declined", said_at=5)
        asks = Outcome(kind="action required", said_at=6)
        assert merge(declined, asks) == asks
        assert merge(asks, Outcome(kind="declined", said_at=7)).kind == "declined"

    def test_keeps_a_late_failure_from_undoing_a_debit(self) -> None:
        collected = Outcome(kind="collected", said_at=5, received=4000)
        assert merge(collected, Outcome(kind="declined", said_at=9)) == collected

    def test_lets_a_refund_come_back(self) -> None:
        returned = Outcome(
            kind="unknown", returns=(Return(id="re_1", stage="returned", amount=5, said_at=1),)
        )
        kept = Outcome(kind="unknown", returns=(Return(id="re_1", stage="kept", amount=5, said_at=2),))
        assert [merge(*pair).returned for pair in permutations([returned, kept])] == [0, 0]

    def test_does_not_mix_two_payments(self) -> None:
        with pytest.raises(ValueError, match="two payments"):
            merge(Outcome(kind="unknown", payment="pi_1"), Outcome(kind="unknown", payment="pi_2"))

    def test_of_every_order_of_what_may_be_told_is_one(self) -> None:
        told = [
            Outcome(kind="action required", payment="pi_1", said_at=1, code="authentication_required"),
            Outcome(kind="collected", payment="pi_1", said_at=9, received=4000),
            Outcome(kind="declined", payment="pi_1", said_at=2, code="card_declined"),
            dispute("asked", 11),
            dispute("returned", 12),
        ]
        ends = set()
        for order in permutations(told):
            known = Outcome(kind="unknown")
            for one in order:
                known = merge(known, one)
            ends.add(known)
        (end,) = ends
        assert (end.kind, end.received, end.returned, end.is_disputed) == ("collected", 4000, 1000, False)


def dispute(stage: str, said_at: int) -> Outcome:
    one = Return(id="dp_1", by="dispute", stage=stage, amount=1000, said_at=said_at)  # type: ignore[arg-type]
    return Outcome(kind="unknown", payment="pi_1", returns=(one,))


class TestReturned:
    def test_counts_a_refund_that_is_on_its_way_and_a_dispute_that_is_lost(self) -> None:
        refund = Return(id="re_1", stage="asked", amount=100)
        known = merge(Outcome(kind="collected", received=4000, returns=(refund,)), dispute("returned", 2))
        assert known.returned == 1100

    def test_does_not_count_a_dispute_that_is_open_or_won(self) -> None:
        assert (dispute("asked", 1).returned, dispute("asked", 1).is_disputed) == (0, True)
        assert (dispute("kept", 1).returned, dispute("kept", 1).is_disputed) == (0, False)

    def test_does_not_count_what_never_came_to_be(self) -> None:
        assert Outcome(kind="collected", returns=(Return(stage="refused", amount=5),)).returns == ()


class TestDeclines:
    @pytest.mark.parametrize("code", ["insufficient_funds", "processing_error", "generic_decline"])
    def test_that_pass_by_themselves_may_be_tried_again(self, code: str) -> None:
        assert may_try_again(code)
        assert not may_try_again(code, "do_not_try_again")
        assert not may_try_again(code, "confirm_card_data")

    @pytest.mark.parametrize(
        "code", ["lost_card", "stolen_card", "pickup_card", "do_not_honor", "authentication_required"]
    )
    def test_that_are_hard_stay_so_whatever_is_advised(self, code: str) -> None:
        assert not may_try_again(code)
        assert not may_try_again(code, "try_again_later")

    def test_that_nobody_knows_wait_for_the_person(self) -> None:
        assert not may_try_again("something_new")
        assert may_try_again("something_new", "try_again_later")

    @given(KINDS, st.sampled_from(["insufficient_funds", "lost_card"]))
    def test_are_the_only_outcomes_that_are_soft(self, kind: str, code: str) -> None:
        outcome = Outcome(kind=kind, decline_code=code)  # type: ignore[arg-type]
        assert outcome.is_soft == (kind == "declined" and code == "insufficient_funds")
