"""Whatever people, clocks and providers do, in any order, a campaign ends as a small and slow model of it says."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from parvis.conftest import AT, make_person
from parvis.lib.payments.fake import FakeGateway
from parvis.lib.refusal import Refusal
from parvis.rooms.campaigns.actions import launching, pledging
from parvis.rooms.campaigns.auditing import audit
from parvis.rooms.campaigns.letters import Teller
from parvis.rooms.campaigns.models import Attempt, Pledge
from parvis.rooms.campaigns.provider import gateways
from parvis.rooms.campaigns.settlement import Settlement
from parvis.rooms.campaigns.tests.makers import Hands, backer, card_of, leave_card, make_campaign, make_reward
from parvis.rooms.campaigns.wishes import Wish

GOAL, PRICE, LIMIT = 100_00, 30_00, 2
PEOPLE = 5
DEBITED = {"pm_card_visa", "pm_sepaDebit"}
CARDS = st.sampled_from(
    ["", "pm_card_visa", "pm_card_doNotHonor", "pm_card_visa_chargeDeclinedInsufficientFunds"]
)
TROUBLES = st.sampled_from(["", "", "lost before", "lost after", "broken before", "broken after"])
WHO = st.integers(0, PEOPLE - 1)
EXTRA = st.sampled_from([1_00, 10_00, 40_00, 69_99, 70_00])


@dataclass
class Model:
    """The campaign as a child would keep it: who promises how much, with a book or without, and how."""

    deadline: datetime
    promises: dict[int, tuple[int, bool, str]] = field(default_factory=dict)
    is_called_off: bool = False
    final: dict[int, tuple[int, bool, str]] | None = None

    @property
    def total(self) -> int:
        return sum(amount for amount, _book, _card in self.promises.values())

    @property
    def books(self) -> int:
        return sum(book for _amount, book, _card in self.promises.values())

    def runs(self, now: datetime) -> bool:
        return now < self.deadline and not self.is_called_off

    def falls(self, now: datetime, less: int) -> bool:
        """Whether giving so much less is what nobody may do on the last day."""
        last_day = now >= self.deadline - timedelta(hours=24)
        return less > 0 and last_day and self.total >= GOAL and self.total - less < GOAL


class Campaigns(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.clock = Hands(AT)
        creator = make_person("creator", role="author")
        self.people = [make_person(f"p{number}") for number in range(PEOPLE)]
        self.gateway = FakeGateway()
        gateways.OTHERWISE[card_of(creator).public_id] = self.gateway
        self.campaign = make_campaign(creator, goal=GOAL, days=3)
        self.reward = make_reward(self.campaign, price=PRICE, limit=LIMIT)
        self.model = Model(self.campaign.deadline_at)
        self.pledges: dict[int, Pledge] = {}
        self.forms = 0

    def teardown(self) -> None:
        try:
            self.run_to_the_end()
        finally:
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    def wish(self, extra: int, with_book: bool, card: str) -> Wish:
        return Wish(reward=self.reward if with_book else None, extra=extra, way="card" if card else "bank")

    @rule(who=WHO, extra=EXTRA, book=st.booleans(), card=CARDS, trouble=TROUBLES, twice=st.booleans())
    def pledges_something(
        self, who: int, extra: int, book: bool, card: str, trouble: str, twice: bool
    ) -> None:
        now, model = self.clock(), self.model
        is_taken = model.runs(now) and who not in model.promises and not (book and model.books >= LIMIT)
        self.forms += 1
        try:
            for _time in range(1 + twice):
                made = pledging.pledge(
                    campaign=self.campaign,
                    wish=self.wish(extra, book, card),
                    backer=backer(self.people[who]),
                    form=f"f{self.forms}",
                    agreed="",
                    clock=self.clock,
                )
        except Refusal:
            assert not is_taken
            return
        assert is_taken
        if card:
            leave_card(made, card, clock=self.clock)
            if trouble:
                self.gateway.trouble[f"parvis:{self.campaign.publication.public_id}:{made.public_id}:1"] = (
                    trouble
                )
        self.pledges[who] = made
        model.promises[who] = (extra + (PRICE if book else 0), book, card)

    @precondition(lambda self: self.pledges)
    @rule(who=WHO, extra=EXTRA, book=st.booleans())
    def changes_it(self, who: int, extra: int, book: bool) -> None:
        if who not in self.model.promises:
            return
        now, model = self.clock(), self.model
        amount, had, card = model.promises[who]
        wanted = extra + (PRICE if book else 0)
        is_free = not book or had or model.books < LIMIT
        is_allowed = model.runs(now) and is_free and not model.falls(now, amount - wanted)
        try:
            pledging.change(
                pledge=self.pledges[who], wish=self.wish(extra, book, card), agreed="", clock=self.clock
            )
        except Refusal:
            assert not is_allowed
            return
        assert is_allowed
        model.promises[who] = (wanted, book, card)

    @precondition(lambda self: self.pledges)
    @rule(who=WHO)
    def takes_it_back(self, who: int) -> None:
        if who not in self.model.promises:
            return
        now, model = self.clock(), self.model
        is_allowed = model.runs(now) and not model.falls(now, model.promises[who][0])
        try:
            pledging.withdraw(pledge=self.pledges[who], clock=self.clock)
        except Refusal:
            assert not is_allowed
            return
        assert is_allowed
        del model.promises[who]

    @rule(hours=st.sampled_from([1, 7, 23, 24, 47]))
    def time_passes(self, hours: int) -> None:
        self.clock.pass_by(hours=hours)

    @rule()
    def the_clock_is_put_back(self) -> None:
        """After the deadline was seen, an hour less opens nothing again."""
        self.campaign.refresh_from_db()
        if self.campaign.has_ended:
            self.clock.pass_by(hours=-1)
            with pytest.raises(Refusal):
                pledging.pledge(
                    campaign=self.campaign,
                    wish=Wish(extra=1_00),
                    backer=backer(self.people[0]),
                    form="back",
                    agreed="",
                    clock=self.clock,
                )
            self.clock.pass_by(hours=1)

    @precondition(lambda self: self.model.runs(self.clock()))
    @rule(is_meant=st.sampled_from([False, False, False, True]))
    def is_called_off(self, is_meant: bool) -> None:
        if is_meant:
            launching.cancel(
                campaign=self.campaign, by=self.campaign.creator, because="No.", clock=self.clock
            )
            self.model.is_called_off = True

    @rule(steps=st.integers(1, 3))
    def a_worker_works(self, steps: int) -> None:
        worker = Settlement(alone=True, clock=self.clock)
        for _step in range(steps):
            worker.step()
        Teller(clock=self.clock).step()

    @invariant()
    def all_is_as_the_model_says(self) -> None:
        self.campaign.refresh_from_db()
        assert self.campaign.pledged == self.model.total
        assert self.campaign.backers == len(self.model.promises)
        late = {9}  # letters and closing wait for a worker
        assert [one for one in audit(self.clock()) if one.invariant not in late] == []
        if self.campaign.decided_at is not None:
            assert (self.campaign.state == "successful") == (self.model.total >= GOAL)

    def run_to_the_end(self) -> None:
        """Three weeks later everything is decided, paid once or dropped, and adds up."""
        for span in (*[timedelta(minutes=20)] * 4, *[timedelta(days=1)] * 4, *[timedelta(days=4)] * 4):
            self.a_worker_works(5)
            self.clock.at += span
        self.all_is_as_the_model_says()
        assert list(audit(self.clock())) == []
        states = {who: Pledge.objects.get(pk=self.pledges[who].pk).state for who in self.model.promises}
        debits = Counter[int]()
        for attempt in Attempt.objects.all():
            debits[attempt.pledge_id] += self.gateway.charges[attempt.key]
        if self.model.is_called_off or self.model.total < GOAL:
            assert set(states.values()) <= {"voided"}
            assert not Attempt.objects.exists()
            return
        self.campaign.refresh_from_db()
        assert (self.campaign.state, self.campaign.collection) == ("successful", "closed")
        for who, (_amount, _book, card) in self.model.promises.items():
            is_paid = card in DEBITED
            assert states[who] == ("collected" if is_paid else "dropped")
            assert debits[self.pledges[who].pk] == is_paid


class TestAnyStory:
    @pytest.mark.django_db
    def test_ends_as_the_model_says(self, square):
        run_state_machine_as_test(
            Campaigns,
            settings=settings(
                max_examples=20,
                stateful_step_count=14,
                deadline=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            ),
        )
