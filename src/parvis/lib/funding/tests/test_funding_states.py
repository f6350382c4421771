"""What the tables of states promise, whatever happens in whatever order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.lib.funding.campaigns import (
    CAMPAIGNS,
    COLLECTIONS,
    ENDED,
    RELEASES,
    CampaignMove,
    CampaignState,
    Collection,
    CollectionMove,
    Release,
)
from parvis.lib.funding.moving import NoSuchMove
from parvis.lib.funding.pledges import BACKING, COUNTED, HOLDING, PLEDGES, SETTLED, PledgeMove, PledgeState

MONEY_CAME = {PledgeState.COLLECTED, PledgeState.PART_REFUNDED, PledgeState.REFUNDED, PledgeState.PART_PAID}
THE_DOOR = {PledgeMove.BILL, PledgeMove.COLLECT}
stories = st.lists(st.integers(0, 99), max_size=30)


def told(table, state, choices):
    """(before, move, after) of a story in which each choice is one of the moves that there are."""
    for choice in choices:
        ways = sorted(table.of(state))
        if not ways:
            return
        move = ways[choice % len(ways)]
        before, state = state, table.after(state, move)
        yield before, move, state


class TestEveryTable:
    @pytest.mark.parametrize(
        ("table", "first", "states"),
        [
            (PLEDGES, PledgeState.STARTED, PledgeState),
            (CAMPAIGNS, CampaignState.DRAFT, CampaignState),
            (COLLECTIONS, Collection.NONE, Collection),
            (RELEASES, Release.NONE, Release),
        ],
    )
    def test_reaches_every_state_from_the_first(self, table, first, states):
        assert table.reached_from(first) == set(states)

    def test_refuses_what_it_does_not_name(self):
        with pytest.raises(NoSuchMove) as refused:
            PLEDGES.after(PledgeState.VOIDED, PledgeMove.COLLECT)
        assert (refused.value.state, refused.value.move) == (PledgeState.VOIDED, PledgeMove.COLLECT)


class TestAPledge:
    def test_costs_nothing_before_the_campaign_has_succeeded(self):
        before = PLEDGES.reached_from(PledgeState.STARTED, without=THE_DOOR)
        assert before.isdisjoint(MONEY_CAME)
        assert before == {
            PledgeState.STARTED,
            PledgeState.EXPIRED,
            PledgeState.ACTIVE,
            PledgeState.WITHDRAWN,
            PledgeState.REMOVED,
            PledgeState.VOIDED,
        }

    @pytest.mark.parametrize(
        "state", [PledgeState.EXPIRED, PledgeState.WITHDRAWN, PledgeState.REMOVED, PledgeState.VOIDED]
    )
    def test_that_came_to_nothing_stays_so(self, state):
        assert PLEDGES.of(state) == frozenset()

    def test_counts_alone_while_it_may_still_change(self):
        assert {state for state in PledgeState if PledgeMove.CHANGE in PLEDGES.of(state)} == COUNTED

    def test_always_finds_an_end(self):
        assert PLEDGES.leading_to(SETTLED) == set(PledgeState)

    def test_holds_its_reward_while_it_backs(self):
        assert BACKING < HOLDING
        assert {PledgeState.STARTED, PledgeState.DROPPED} == HOLDING - BACKING

    @given(stories)
    def test_is_billed_or_debited_once_in_any_story(self, choices):
        doors = 0
        for before, move, after in told(PLEDGES, PledgeState.STARTED, choices):
            doors += before is PledgeState.ACTIVE and move in THE_DOOR
            assert doors == 1 or after not in MONEY_CAME
        assert doors <= 1

    @given(stories)
    def test_is_not_debited_again_once_the_money_came(self, choices):
        has_come = False
        for _before, move, after in told(PLEDGES, PledgeState.STARTED, choices):
            assert not (has_come and move in THE_DOOR)
            has_come = has_come or after is PledgeState.COLLECTED


class TestACampaign:
    def test_never_runs_again_once_it_has_ended(self):
        assert {state for state in CampaignState if not CAMPAIGNS.of(state)} == ENDED

    def test_that_waits_for_the_last_pledges_opens_no_more(self):
        after = CAMPAIGNS.reached_from(CampaignState.WAITING, without={CampaignMove.SUSPEND})
        assert CampaignState.LIVE not in after

    def test_collects_once(self):
        assert Collection.COLLECTING not in COLLECTIONS.reached_from(
            Collection.NONE, without={CollectionMove.BEGIN}
        )
        assert all(
            CollectionMove.BEGIN not in COLLECTIONS.of(state)
            for state in Collection
            if state != Collection.NONE
        )
