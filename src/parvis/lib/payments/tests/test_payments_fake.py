"""The gateway without money behaves like the one with, where both can be asked."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from parvis.lib.payments import EventRefused, Gateway, KeyReused
from parvis.lib.payments.fake import FakeGateway
from parvis.lib.payments.samples import SAMPLES
from parvis.lib.payments.tests.charges import BACK, at_stripe, charge, left, now, request
from parvis.lib.payments.tests.fakestripe import FakeStripe, fake_stripe

type Both = tuple[Gateway, FakeStripe]


@pytest.fixture(params=["stripe", "fake"])
def both(request: pytest.FixtureRequest) -> Iterator[Both]:
    with fake_stripe() as there:
        yield (at_stripe(there) if request.param == "stripe" else FakeGateway(leaves="")), there


LEFT = [name for name, sample in SAMPLES.items() if sample.on_setup != "declines"]
DEBITED = {"pm_card_visa", "pm_card_mastercard", "pm_card_threeDSecure2Required", "pm_card_createDispute"}


class TestBoth:
    def test_begin_with_an_open_page(self, both: Both) -> None:
        gateway, _there = both
        setup = gateway.begin_setup(request())
        assert (setup.status, setup.method, bool(setup.url)) == ("open", None, True)
        assert gateway.read_setup(setup.id) == setup == gateway.begin_setup(request())

    def test_do_not_know_a_setup_that_never_was(self, both: Both) -> None:
        gateway, _there = both
        setup = gateway.read_setup("cs_none")
        assert (setup.status, setup.code) == ("failed", "resource_missing")

    @pytest.mark.parametrize("name", LEFT)
    def test_debit_as_the_name_says(self, name: str, both: Both) -> None:
        gateway, there = both
        outcome = gateway.collect(charge(left(gateway, there, name)))
        sample = SAMPLES[name]
        kinds = {
            "succeeds": "collected",
            "asks": "action required",
            "processes": "processing",
            "declines": "declined",
        }
        assert outcome.kind == kinds[sample.on_charge]
        assert outcome.received == (4000 if name in DEBITED else 0)
        if sample.on_charge == "declines":
            codes = sample.code, sample.decline_code, sample.advice_code
            assert (outcome.code, outcome.decline_code, outcome.advice_code) == codes

    def test_answer_a_key_once(self, both: Both) -> None:
        gateway, there = both
        asked = charge(left(gateway, there, "pm_card_visa"))
        assert gateway.collect(asked) == gateway.collect(asked)
        with pytest.raises(KeyReused):
            gateway.collect(charge((asked.customer, asked.method, "card"), amount=5))

    def test_look_up_by_attempt(self, both: Both) -> None:
        gateway, there = both
        asked = charge(left(gateway, there, "pm_card_visa"))
        assert gateway.look_up(asked, now(there)).kind == "absent"
        paid = gateway.collect(asked)
        assert gateway.look_up(asked, now(there)).payment == paid.payment

    def test_refuse_to_debit_what_was_detached(self, both: Both) -> None:
        gateway, there = both
        asked = charge(left(gateway, there, "pm_card_visa"))
        assert gateway.detach(asked.method)
        assert gateway.collect(asked).kind == "refused"

    def test_give_back_what_was_debited_and_no_more(self, both: Both) -> None:
        gateway, there = both
        payment = gateway.collect(charge(left(gateway, there, "pm_card_visa"))).payment
        done = gateway.refund(payment, 3000, "CHF", "refund:1")
        assert (done.stage, done.amount) == ("returned", 3000)
        assert gateway.refund(payment, 3000, "CHF", "refund:1").id == done.id
        assert gateway.refund(payment, 1001, "CHF", "refund:2").stage == "refused"
        assert gateway.look_up_refund(payment, "refund:1") == done
        assert gateway.look_up_refund(payment, "refund:9") is None

    def test_cancel_what_was_declined_for_good(self, both: Both) -> None:
        gateway, there = both
        asked = charge(left(gateway, there, "pm_card_chargeCustomerFail"))
        payment = gateway.collect(asked).payment
        assert gateway.cancel(payment, "cancel:1").kind == "canceled"
        assert gateway.authenticate(payment, asked.method, BACK, "auth:1").kind == "canceled"

    def test_do_not_cancel_what_was_debited(self, both: Both) -> None:
        gateway, there = both
        payment = gateway.collect(charge(left(gateway, there, "pm_card_visa"))).payment
        assert gateway.cancel(payment, "cancel:1").kind == "collected"


class TestFake:
    def test_lets_everybody_leave_a_card_at_once(self) -> None:
        setup = FakeGateway().begin_setup(request())
        assert (setup.status, setup.url, setup.method.last4) == ("succeeded", BACK, "4242")  # type: ignore[union-attr]

    def test_leaves_the_page_open_for_a_card_that_is_declined(self) -> None:
        gateway = FakeGateway(leaves="")
        setup = gateway.begin_setup(request())
        assert gateway.leave(setup.id, "pm_card_visa_chargeDeclined").status == "open"

    def test_tells_the_cards_of_two_people_apart(self) -> None:
        gateway = FakeGateway(leaves="")
        prints = set()
        for name in ("alice", "b.ob"):
            setup = gateway.begin_setup(request(name))
            assert gateway.collect(charge(("cus_1", f"pm_card_visa:{name}", "card"), name)).received == 4000
            prints.add(gateway.leave(setup.id, f"pm_card_visa:{name}").method.fingerprint)  # type: ignore[union-attr]
        assert len(prints) == 2

    def test_ends_what_is_processing_when_it_is_read(self) -> None:
        gateway = FakeGateway()
        arrives = gateway.collect(charge(("cus_1", "pm_twint", "twint"), "1"))
        fails = gateway.collect(charge(("cus_1", "pm_sepaDebit_fails", "sepa_debit"), "2"))
        assert (gateway.read(arrives.payment).kind, gateway.read(arrives.payment).received) == (
            "collected",
            4000,
        )
        assert gateway.read(fails.payment).kind == "declined"

    def test_lets_the_person_say_yes(self) -> None:
        gateway = FakeGateway()
        asked = charge(("cus_1", "pm_card_authenticationRequired", "card"))
        payment = gateway.collect(asked).payment
        assert gateway.authenticate(payment, asked.method, BACK, "auth:1").kind == "collected"
        assert gateway.charges == {asked.key: 1}

    @pytest.mark.parametrize(
        ("trouble", "again", "found"),
        [
            ("lost before", "collected", "absent"),
            ("lost after", "collected", "collected"),
            ("broken before", "unknown", "absent"),
            ("broken after", "unknown", "collected"),
        ],
    )
    def test_fails_to_answer_at_command(
        self, trouble: str, again: str, found: str, there: FakeStripe
    ) -> None:
        gateway = FakeGateway()
        asked = charge(("cus_1", "pm_card_visa", "card"))
        gateway.trouble[asked.key] = trouble  # type: ignore[assignment]
        outcome = gateway.collect(asked)
        assert (outcome.kind, outcome.must_look_up) == ("unknown", trouble.startswith("broken"))
        assert gateway.look_up(asked, now(there)).kind == found
        assert gateway.collect(asked).kind == again
        assert gateway.charges[asked.key] == (again == "collected" or found == "collected")

    def test_calls_the_failpoints_around_a_debit(self) -> None:
        seen: list[tuple[str, int]] = []
        gateway = FakeGateway(failpoint=lambda where: seen.append((where, gateway.charges.total())))
        gateway.collect(charge(("cus_1", "pm_card_visa", "card")))
        assert seen == [("before charge", 0), ("after charge", 1)]

    def test_remembers_in_its_ledger_what_it_debited_before_it_died(self, tmp_path: Path) -> None:
        class Killed(Exception):
            pass

        def kill(where: str) -> None:
            if where == "after charge":
                raise Killed

        asked = charge(("cus_1", "pm_card_visa", "card"))
        with pytest.raises(Killed):
            FakeGateway(ledger=tmp_path / "ledger", failpoint=kill).collect(asked)
        gateway = FakeGateway(ledger=tmp_path / "ledger")
        assert gateway.charges == {asked.key: 1}
        assert gateway.collect(asked).kind == "collected"
        assert FakeGateway(ledger=tmp_path / "ledger").charges == {asked.key: 1}

    def test_is_known_by_another_process_as_it_began(self) -> None:
        first, other = FakeGateway(), FakeGateway()
        setup = first.begin_setup(request())
        assert other.read_setup(setup.id).method == setup.method
        paid = first.collect(charge(("cus_1", "pm_card_visa", "card")))
        assert other.read(paid.payment) == paid
        assert other.refund(paid.payment, 4001, "CHF", "refund:1").stage == "refused"
        assert other.refund(paid.payment, 4000, "CHF", "refund:2").stage == "returned"

    def test_does_not_know_what_never_was(self) -> None:
        gateway = FakeGateway()
        assert gateway.read("pi_other").kind == gateway.cancel("pi_other", "c").kind == "refused"
        assert gateway.authenticate("pi_other", "pm_card_visa", BACK, "a").kind == "refused"
        assert gateway.refund("pi_other", 1, "CHF", "r").stage == "refused"

    def test_posts_no_events(self, there: FakeStripe) -> None:
        with pytest.raises(EventRefused):
            FakeGateway().parse_event(b"{}", "", now(there))
