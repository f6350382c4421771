"""The pages on which a backer leaves a card and says yes to their bank; and where providers tell what happened."""

import pytest
import time_machine
from django.test import Client

from parvis.conftest import AT
from parvis.lib.payments import Event, EventRefused, NotReady, Outcome, Return, Setup
from parvis.lib.payments.fake import FakeGateway
from parvis.rooms.campaigns.actions import pledging
from parvis.rooms.campaigns.actions.hearing import hear, note_event
from parvis.rooms.campaigns.actions.leaving_cards import NoCardNow, TooManyCards, number_setup
from parvis.rooms.campaigns.actions.refunding import refund
from parvis.rooms.campaigns.links import card_back_path, card_path, pledge_path
from parvis.rooms.campaigns.models import CardAccount, Pledge, ProviderEvent, Refund
from parvis.rooms.campaigns.provider import gateways, paying
from parvis.rooms.campaigns.tests.card_makers import ASKS, VISA, backed, end, moody, paid
from parvis.rooms.campaigns.tests.makers import (
    Hands,
    backer,
    card_of,
    leave_card,
    make_campaign,
    settle,
)
from parvis.rooms.campaigns.views.own import facts
from parvis.rooms.campaigns.wishes import Wish

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock():
    return Hands()


@pytest.fixture
def frozen():
    """Pages ask the clock of the house."""
    with time_machine.travel(AT, tick=False):
        yield


class Pages(FakeGateway):
    """A provider whose pages can be made to fail; `asked` are the setups that were begun."""

    def __init__(self):
        super().__init__(leaves="")
        self.asked = []
        self.says = {}

    def begin_setup(self, request):
        self.asked.append(request)
        if "begin" in self.says:
            return self.says["begin"]
        return super().begin_setup(request)

    def read_setup(self, setup):
        return self.says.get("read") or super().read_setup(setup)


@pytest.fixture
def started(alice, bob):
    """A pledge by card that was begun, and the provider of its campaign."""
    gateway = Pages()
    card_of(alice, gateway)
    campaign = make_campaign(alice)
    return start(campaign, backer(bob)), gateway


def start(campaign, by, way="card"):
    return pledging.pledge(
        campaign=campaign, wish=Wish(extra=60_00, way=way), backer=by, form="f", agreed="", clock=Hands()
    )


class TestLeavingACard:
    def test_is_written_down_before_it_is_asked(self, started, clock):
        pledge, gateway = started
        gateway.says["begin"] = Setup(status="unknown")
        assert paying.begin_card(pledge=pledge, clock=clock).status == "unknown"
        pledge.refresh_from_db()
        assert (pledge.setups, pledge.setup) == (1, "")

    def test_is_asked_with_the_same_key_until_an_answer_comes(self, started, clock):
        pledge, gateway = started
        gateway.says["begin"] = Setup(status="unknown")
        paying.begin_card(pledge=pledge, clock=clock)
        del gateway.says["begin"]
        setup = paying.begin_card(pledge=pledge, clock=clock)
        pledge.refresh_from_db()
        assert gateway.asked[0] == gateway.asked[1]
        assert (setup.status, pledge.setup, pledge.setups) == ("open", setup.id, 1)

    def test_twice_leads_to_the_same_page(self, started, clock):
        pledge, gateway = started
        again = Pledge.objects.get(pk=pledge.pk)
        assert paying.begin_card(pledge=pledge, clock=clock) == paying.begin_card(pledge=again, clock=clock)
        assert len(gateway.asked) == 1

    def test_takes_the_next_key_where_the_last_is_of_no_use(self, started, clock):
        pledge, gateway = started
        gateway.says["begin"] = Setup(status="unknown", code="server_error")
        paying.begin_card(pledge=pledge, clock=clock)
        del gateway.says["begin"]
        assert paying.begin_card(pledge=pledge, clock=clock).status == "open"
        assert [one.key.rpartition(":")[2] for one in gateway.asked] == ["1", "2"]

    def test_takes_the_next_key_where_the_words_have_changed(self, started, clock):
        pledge, gateway = started
        gateway.says["begin"] = Setup(status="unknown")
        paying.begin_card(pledge=pledge, clock=clock)
        FakeGateway.begin_setup(gateway, gateway.asked[0])
        del gateway.says["begin"]
        pledge.amount = 61_00
        pledge.save(update_fields=["amount"])
        assert paying.begin_card(pledge=pledge, clock=clock).status == "open"

    def test_says_what_is_agreed(self, started, clock):
        pledge, gateway = started
        paying.begin_card(pledge=pledge, clock=clock)
        assert gateway.asked[0].words == (
            "Nothing is debited today. CHF\xa060.00 is debited once, after December 22, 2026, "
            "and only if the campaign reaches its goal."
        )
        assert gateway.asked[0].metadata["pledge"] == pledge.public_id

    def test_counts_the_pledge_once_its_backer_is_back(self, started, clock):
        pledge, gateway = started
        setup = paying.begin_card(pledge=pledge, clock=clock)
        gateway.leave(setup.id, VISA)
        for _twice in range(2):
            assert paying.come_back(pledge=pledge, clock=clock).status == "succeeded"
        assert (pledge.state, pledge.method_shown) == ("active", "visa •••• 4242")
        assert dict(facts(pledge, pledge.campaign))["How you pay"].endswith(" (visa •••• 4242)")

    def test_keeps_the_old_card_until_the_new_one_is_left(self, started, clock):
        pledge, gateway = started
        gateway.leave(paying.begin_card(pledge=pledge, clock=clock).id, VISA)
        paying.come_back(pledge=pledge, clock=clock)
        first = pledge.method
        setup = paying.begin_card(pledge=pledge, clock=clock)
        settle(clock)
        assert (pledge.setups, setup.customer, gateway.detached) == (2, pledge.customer, set())
        gateway.leave(setup.id, "pm_card_mastercard")
        paying.come_back(pledge=pledge, clock=clock)
        settle(clock)
        assert (pledge.method_shown, gateway.detached) == ("mastercard •••• 4444", {first})

    def test_ends_where_it_is_being_debited_and_where_it_was_let_go(self, started, clock):
        pledge, _gateway = started
        for state in ("collecting", "collected", "voided", "dropped"):
            Pledge.objects.filter(pk=pledge.pk).update(state=state)
            pledge.refresh_from_db()
            with pytest.raises(NoCardNow):
                paying.begin_card(pledge=pledge, clock=clock)

    def test_ends_after_so_many_cards(self, started, clock):
        pledge, _gateway = started
        Pledge.objects.filter(pk=pledge.pk).update(setups=20, setup="cs_20")
        pledge.refresh_from_db()
        with pytest.raises(TooManyCards):
            number_setup(pledge=pledge, instead_of="cs_20", clock=clock)

    def test_is_found_out_when_nobody_came_back(self, started, clock):
        pledge, gateway = started
        setup = paying.begin_card(pledge=pledge, clock=clock)
        gateway.leave(setup.id, VISA)
        clock.pass_by(minutes=16)
        settle(clock)
        pledge.refresh_from_db()
        assert pledge.state == "active"

    def test_is_waited_for_a_little_where_the_provider_does_not_answer(self, started, clock):
        pledge, gateway = started
        paying.begin_card(pledge=pledge, clock=clock)
        gateway.says["read"] = Setup(status="unknown")
        clock.pass_by(minutes=16)
        settle(clock)
        pledge.refresh_from_db()
        assert pledge.state == "started"
        clock.pass_by(hours=1)
        settle(clock)
        pledge.refresh_from_db()
        assert pledge.state == "expired"


class TestPages:
    def test_lead_a_visitor_through_a_make_believe_card(self, started, as_visitor, frozen):
        pledge, _gateway = started
        page = as_visitor.get(card_path(pledge)).content.decode()
        assert "Nothing is debited now." in page
        there = as_visitor.post(card_path(pledge))
        assert (there.status_code, there["Location"]) == (303, f"{card_path(pledge)}pretended/")
        assert "no money moves" in as_visitor.get(there["Location"]).content.decode()
        declined = as_visitor.post(there["Location"], {"card": "pm_card_visa_chargeDeclined"})
        assert "This card was declined" in declined.content.decode()
        left = as_visitor.post(there["Location"], {"card": VISA})
        assert (left.status_code, left["Location"]) == (303, pledge_path(pledge))
        pledge.refresh_from_db()
        assert pledge.state == "active"

    def test_lead_to_the_provider_without_a_redirect(self, started, as_visitor, frozen):
        pledge, gateway = started
        CardAccount.objects.update(provider="stripe")
        gateway.says["begin"] = Setup(status="open", id="cs_1", url="https://pay.example/cs_1")
        page = as_visitor.post(card_path(pledge))
        assert page.status_code == 200
        assert '<meta http-equiv="refresh" content="0;url=https://pay.example/cs_1">' in page.content.decode()
        assert as_visitor.get(f"{card_path(pledge)}pretended/").status_code == 404

    @pytest.mark.parametrize(
        ("said", "status", "words"),
        [
            (Setup(status="open"), 200, "No card has been left so far"),
            (Setup(status="open", code="card_declined"), 200, "This card was declined"),
            (Setup(status="failed"), 200, "No card was left"),
            (Setup(status="unknown"), 503, "We do not know yet"),
        ],
    )
    def test_say_what_happened_and_what_to_do(self, started, as_visitor, clock, said, status, words, frozen):
        pledge, gateway = started
        paying.begin_card(pledge=pledge, clock=clock)
        gateway.says["read"] = said
        page = as_visitor.get(card_back_path(pledge))
        assert (page.status_code, page["Cache-Control"]) == (status, "no-store")
        assert words in page.content.decode()

    def test_say_so_where_the_provider_is_shut(self, started, as_visitor, frozen):
        pledge, _gateway = started
        CardAccount.objects.update(closed_at=Hands()())
        gateways.OTHERWISE.clear()
        page = as_visitor.post(card_path(pledge))
        assert (page.status_code, "No cards at the moment" in page.content.decode()) == (503, True)

    def test_are_nothing_for_whoever_has_no_link(self, started, as_visitor, as_alice):
        pledge, _gateway = started
        for path in ("card/", "card/back/", "card/pretended/", "pay/", "pay/back/"):
            for browser in (as_visitor, as_alice):
                assert (
                    browser.get(f"/campaigns/pledge/{pledge.public_id}{'0' * 40}/{path}").status_code == 404
                )

    def test_speak_the_language_of_the_pledge(self, started, as_visitor, frozen):
        pledge, _gateway = started
        Pledge.objects.filter(pk=pledge.pk).update(language="fr")
        assert "60\xa0CHF" in as_visitor.get(card_path(pledge)).content.decode()

    def test_refuse_in_words_what_cannot_be_done(self, started, as_visitor, frozen):
        pledge, _gateway = started
        Pledge.objects.filter(pk=pledge.pk).update(state="voided")
        page = as_visitor.post(card_path(pledge))
        assert (page.status_code, "cannot be changed now" in page.content.decode()) == (409, True)
        assert as_visitor.post(f"{pledge_path(pledge)}pay/").status_code == 409


class Bank(FakeGateway):
    """A bank that is to be asked on a page of its own; `said` is what its customer said there."""

    def __init__(self):
        super().__init__()
        self.said = ""
        self.keys = []

    def authenticate(self, payment, method, return_url, key):
        self.keys.append(key)
        if self.said == "yes":
            return super().authenticate(payment, method, return_url, key)
        url = "https://bank.example/"
        return Outcome(kind="action required", payment=payment, url=url, said_at=len(self.keys))

    def read(self, payment):
        if self.said == "no":
            return Outcome(kind="declined", payment=payment, code="authentication_failure", said_at=50)
        if self.said == "yes":
            return super().authenticate(payment, "", "", "")
        return super().read(payment)


@pytest.fixture
def asked(alice, clock):
    """A pledge whose bank wants its holder to say yes."""
    bank = Bank()
    card_of(alice, bank)
    campaign, (pledge,) = backed(alice, ASKS)
    end(campaign, clock)
    pledge.refresh_from_db()
    assert pledge.state == "action-required"
    return pledge, bank


class TestSayingYes:
    def test_leads_to_the_bank_and_back(self, asked, as_visitor):
        pledge, bank = asked
        page = as_visitor.post(f"{pledge_path(pledge)}pay/").content.decode()
        assert "0;url=https://bank.example/" in page
        bank.said = "yes"
        back = as_visitor.get(f"{pledge_path(pledge)}pay/back/")
        assert (back.status_code, back["Location"]) == (303, pledge_path(pledge))
        pledge.refresh_from_db()
        assert (pledge.state, pledge.received, sum(bank.charges.values())) == ("collected", 60_00, 1)

    def test_has_another_key_each_time(self, asked, as_visitor):
        pledge, bank = asked
        for _twice in range(2):
            as_visitor.post(f"{pledge_path(pledge)}pay/")
        assert [one.rpartition(":confirm:")[2] for one in bank.keys] == ["1", "2"]

    def test_that_fails_is_said_and_another_card_works(self, asked, as_visitor, clock):
        pledge, bank = asked
        as_visitor.post(f"{pledge_path(pledge)}pay/")
        bank.said = "no"
        page = as_visitor.get(f"{pledge_path(pledge)}pay/back/")
        assert "It was not debited" in page.content.decode()
        pledge.refresh_from_db()
        assert (pledge.state, pledge.next_try) == ("declined", None)
        leave_card(pledge, VISA, clock=clock)
        settle(clock)
        pledge.refresh_from_db()
        assert (pledge.state, [one.state for one in pledge.tries.order_by("number")]) == (
            "collected",
            ["canceled", "collected"],
        )
        assert sum(bank.charges.values()) == 1

    def test_is_found_out_when_nobody_came_back(self, asked, as_visitor, clock):
        pledge, bank = asked
        paying.confirm(pledge=pledge, clock=clock)
        bank.said = "yes"
        clock.pass_by(minutes=61)
        settle(clock)
        pledge.refresh_from_db()
        assert pledge.state == "collected"

    def test_is_offered_beside_another_card(self, asked, as_visitor):
        pledge, _bank = asked
        page = as_visitor.get(card_path(pledge)).content.decode()
        assert "Your bank wants you to say yes first." in page
        assert f'action="{pledge_path(pledge)}pay/"' in page

    def test_is_not_offered_for_what_is_paid(self, alice, clock, as_visitor):
        _campaign, pledge, _attempt = paid(alice, clock)
        page = as_visitor.get(card_path(pledge)).content.decode()
        assert "No card is needed now" in page
        assert "pay/" not in page


class Telling(FakeGateway):
    """A provider that tells what the test says; `event` is what stands in any post."""

    event: Event | None = None

    def parse_event(self, body, signature, at):
        if signature != "right" or self.event is None:
            raise EventRefused("signature")
        return self.event


def told(attempt=None, name="evt_1", **over):
    known = {"type": "payment_intent.succeeded", "created": 9, "is_live": False, "object": {}}
    metadata = {"attempt": attempt.charge["attempt"]} if attempt is not None else {}
    return Event(**{"id": name, "metadata": metadata} | known | over)


@pytest.fixture
def waiting(alice, clock):
    """An attempt whose answer has not come, and its provider."""
    gateway = Telling()
    card_of(alice, gateway)
    campaign, (pledge,) = backed(alice, VISA)
    gateway.collect = lambda _charge: Outcome(kind="unknown")
    end(campaign, clock)
    return pledge.tries.get(), gateway


def post(account, signature="right", body=b"{}"):
    client = Client(enforce_csrf_checks=True)
    path = f"/campaigns/hook/{account.public_id}/"
    return client.post(path, body, "application/json", headers={"Stripe-Signature": signature}).status_code


PAID = Outcome(kind="collected", payment="pi_1", received=60_00, said_at=9)


class TestHook:
    def test_merges_what_comes_before_our_own_answer(self, waiting):
        attempt, gateway = waiting
        gateway.event = told(attempt, payment="pi_1", outcome=PAID)
        assert [post(attempt.account) for _twice in range(2)] == [200, 200]
        attempt.refresh_from_db()
        assert (attempt.state, attempt.payment, attempt.pledge.state) == ("collected", "pi_1", "collected")
        assert ProviderEvent.objects.get().done_at is not None

    def test_refuses_what_is_not_signed(self, waiting):
        attempt, _gateway = waiting
        assert post(attempt.account, "wrong") == 400
        assert not ProviderEvent.objects.exists()

    def test_refuses_what_is_too_long_and_knows_no_other_account(self, waiting):
        attempt, _gateway = waiting
        assert post(attempt.account, body=b"x" * 300_000) == 413
        assert post(CardAccount(public_id="x" * 20)) == 404

    def test_counts_and_ignores_what_is_none_of_ours(self, waiting):
        attempt, gateway = waiting
        for name, about in (("evt_1", {"payment": "pi_x"}), ("evt_2", {"type": "invoice.paid"})):
            gateway.event = told(name=name, **about)
            assert post(attempt.account) == 200
        gateway.event = told(name="evt_3", payment="pi_x", metadata={"attempt": "elsewhere-1"}, outcome=PAID)
        assert post(attempt.account) == 200
        attempt.account.refresh_from_db()
        assert attempt.account.ignored == 3
        assert [one.name for one in ProviderEvent.objects.all()] == ["evt_3"]

    def test_keeps_a_dispute_until_its_payment_is_known(self, waiting, clock):
        attempt, gateway = waiting
        lost = Return(id="dp_1", by="dispute", stage="returned", amount=60_00, said_at=20)
        gateway.event = told(
            type="charge.dispute.closed", payment="pi_1", metadata={},
            outcome=Outcome(kind="unknown", payment="pi_1", returns=(lost,)),
        )  # fmt: skip
        assert post(attempt.account) == 200
        event = note_event(
            account=attempt.account, event=told(attempt, "evt_2", payment="pi_1", outcome=PAID), at=clock.at
        )
        assert hear(event=event, at=clock.at)
        ProviderEvent.objects.update(next_try=None)
        settle(clock)
        attempt.pledge.refresh_from_db()
        assert attempt.pledge.state == "charged-back"
        assert not ProviderEvent.objects.filter(done_at=None).exists()

    def test_waits_with_what_cannot_be_understood_and_not_for_ever(self, waiting, clock):
        attempt, gateway = waiting
        other = Outcome(kind="collected", payment="pi_2", received=60_00, said_at=9)
        type(attempt).objects.filter(pk=attempt.pk).update(outcome={"kind": "processing", "payment": "pi_1"})
        gateway.event = told(attempt, payment="pi_2", outcome=other)
        assert post(attempt.account) == 200
        event = ProviderEvent.objects.get()
        assert (event.done_at, event.tries, "two payments" in event.problem) == (None, 1, True)
        for _try in range(12):
            clock.pass_by(days=2)
            settle(clock)
        event.refresh_from_db()
        assert event.tries == 10
        assert event.done_at is not None

    def test_leaves_setups_to_the_worker(self, started, clock):
        pledge, pages = started
        setup = paying.begin_card(pledge=pledge, clock=clock)
        FakeGateway.leave(pages, setup.id, VISA)
        event = told(type="checkout.session.completed", setup=setup.id, metadata={"pledge": pledge.public_id})
        note_event(account=pledge.campaign.card, event=event, at=clock.at)
        settle(clock)
        pledge.refresh_from_db()
        assert (pledge.state, pledge.setup) == ("active", setup.id)
        assert ProviderEvent.objects.get().done_at is not None

    def test_keeps_a_card_whose_setup_has_no_name_here(self, started, clock):
        pledge, pages = started
        setup = paying.begin_card(pledge=pledge, clock=clock)
        Pledge.objects.filter(pk=pledge.pk).update(setup="")
        pages.leave(setup.id, VISA)
        event = told(type="checkout.session.completed", setup=setup.id, metadata={"pledge": pledge.public_id})
        note_event(account=pledge.campaign.card, event=event, at=clock.at)
        settle(clock)
        pledge.refresh_from_db()
        assert (pledge.state, pledge.setup) == ("active", setup.id)

    def test_knows_a_refund_of_ours_by_its_key(self, alice, clock):
        gateway = moody(alice)
        _campaign, pledge, attempt = paid(alice, clock)
        gateway.raises = lambda call, _about: NotReady("shut") if call == "refund" else None
        row = refund(pledge=pledge, number=1, amount=60_00, because="", by=alice, at=clock.at)
        back = Outcome(
            kind="unknown",
            payment=attempt.payment,
            returns=(Return(id="re_1", stage="returned", amount=60_00),),
        )
        event = told(type="refund.created", payment=attempt.payment, metadata={"key": row.key}, outcome=back)
        hear(event=note_event(account=attempt.account, event=event, at=clock.at), at=clock.at)
        row.refresh_from_db()
        assert (row.name, row.state, Refund.objects.count()) == ("re_1", "returned", 1)
