"""Where the money goes: accounts of one's own, checked as bills need them, whose keys nobody reads again."""

from datetime import timedelta
from typing import Any

import pytest

from parvis.conftest import AT, left_open, logged_in
from parvis.lib.bills import Fault
from parvis.lib.money import SENTENCES as MONEY_SENTENCES
from parvis.rooms.campaigns import amounts
from parvis.rooms.campaigns.actions import accounts, launching
from parvis.rooms.campaigns.actions.lacking import lacks
from parvis.rooms.campaigns.models import BankAccount, CardAccount
from parvis.rooms.campaigns.provider import gateways
from parvis.rooms.campaigns.tests.makers import IBAN, QR_IBAN, Hands, bank_of, card_of, make_campaign
from parvis.rooms.campaigns.words import faults

pytestmark = pytest.mark.django_db

BANK = {
    "holder": "Alice Favre",
    "street": "Rue du Lac",
    "house_number": "3",
    "postal_code": "1800",
    "town": "Vevey",
    "country": "CH",
    "iban": "CH56 0483 5012 3456 7800 9",
    "bic": "",
}
KEYS = {"key": "sk_test_51abcdefghijklmnop1234", "secret": "whsec_abcdefghijkl"}
HERE = "/campaigns/accounts/"


def keyed(person: Any, **over: str) -> CardAccount:
    return accounts.open_cards(person=person, provider="stripe", at=AT, **KEYS | over)


class TestABank:
    def test_account_is_kept_as_bills_write_it(self, as_alice, alice):
        assert as_alice.post(f"{HERE}bank/", BANK).status_code == 303
        account = BankAccount.objects.get()
        assert (account.iban, account.person, account.street) == (IBAN, alice, "Rue du Lac")
        assert "CH56\xa00483" in as_alice.get(HERE).content.decode()

    @pytest.mark.parametrize(
        ("over", "field", "words"),
        [
            ({"iban": "CH56 0483 5012 3456 7800 8"}, "iban", "This is not an IBAN"),
            ({"bic": "NOPE"}, "bic", "This is not a BIC"),
            ({"holder": "Ελένη"}, "holder", "Please write this in Latin letters."),
            ({"town": "V" * 36}, "town", "At most 35 characters fit here"),
        ],
    )
    def test_says_beside_the_field_what_is_wrong(self, as_alice, over, field, words):
        answer = as_alice.post(f"{HERE}bank/", BANK | over)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert words in page[page.index(f'id="id_{field}_error"') :].split("</div>")[0]
        assert not BankAccount.objects.exists()

    def test_is_not_told_twice(self, as_alice):
        as_alice.post(f"{HERE}bank/", BANK)
        assert as_alice.post(f"{HERE}bank/", BANK).status_code == 422
        assert BankAccount.objects.count() == 1

    def test_is_known_for_a_qr_iban(self, as_alice, alice):
        bank_of(alice, iban=QR_IBAN)
        assert "QR-IBAN" in as_alice.get(HERE).content.decode()

    def test_is_closed_and_leaves_drafts(self, as_alice, alice):
        draft = make_campaign(alice, is_launched=False)
        account = bank_of(alice)
        as_alice.post(f"{HERE}bank/{account.public_id}/close/")
        account.refresh_from_db()
        draft.refresh_from_db()
        assert account.closed_at is not None
        assert draft.bank is None

    def test_stays_while_a_campaign_runs_or_collects(self, alice):
        campaign, account, clock = make_campaign(alice, goal=1), bank_of(alice), Hands()
        with pytest.raises(accounts.InUse):
            accounts.close_bank(account=account, at=AT)
        launching.suspend(campaign=campaign, by=alice, because="?", at=AT)
        with pytest.raises(accounts.InUse):
            accounts.close_bank(account=account, at=AT)
        launching.cancel(campaign=campaign, by=alice, because="Non.", clock=clock)
        accounts.close_bank(account=account, at=AT)
        account.refresh_from_db()
        assert account.closed_at == AT

    def test_of_another_is_nowhere(self, as_owner, alice):
        account, cards = bank_of(alice), card_of(alice)
        for path in (f"bank/{account.public_id}/close/", f"cards/{cards.public_id}/close/"):
            assert as_owner.post(f"{HERE}{path}").status_code == 404
        assert as_owner.get(f"{HERE}cards/{cards.public_id}/").status_code == 404


class TestCards:
    def test_keys_are_sealed_and_never_shown(self, as_alice):
        answer = as_alice.post(f"{HERE}cards/", KEYS)
        account = CardAccount.objects.get()
        assert answer.headers["Location"] == f"{HERE}cards/{account.public_id}/"
        assert KEYS["key"] not in account.key
        assert (account.is_live, gateways.last_four(account)) == (False, "1234")
        for path in (HERE, f"{HERE}cards/{account.public_id}/"):
            page = as_alice.get(path).content.decode()
            assert "1234" in page
            assert KEYS["key"] not in page
            assert KEYS["secret"] not in page
        assert "payment_intent.succeeded" in page

    @pytest.mark.parametrize(
        ("over", "words"),
        [
            ({"key": "pk_live_51abcdefghijklmnop"}, "This is the publishable key"),
            ({"key": "rubbish-rubbish-rubbish"}, "begins with sk_live_"),
            ({"secret": "we_1abcdefghijkl"}, "begins with whsec_"),
        ],
    )
    def test_what_is_no_key_is_refused_and_not_sent_back(self, as_alice, over, words):
        answer = as_alice.post(f"{HERE}cards/", KEYS | over)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert words in page
        assert not any(value in page for value in (KEYS | over).values())

    def test_keys_are_asked_for_after_proving_who_one_is(self, alice):
        account = keyed(alice)
        client = left_open(logged_in(alice))
        for path in ("cards/", f"cards/{account.public_id}/"):
            assert client.get(f"{HERE}{path}").status_code == 302
            assert client.post(f"{HERE}{path}", KEYS).status_code == 302
        assert client.post(f"{HERE}cards/{account.public_id}/close/").status_code == 302
        assert client.post(f"{HERE}bank/", BANK).status_code == 302
        account.refresh_from_db()
        assert (account.closed_at, BankAccount.objects.count()) == (None, 0)

    def test_one_account_is_enough_and_takes_other_keys(self, as_alice, alice):
        account = keyed(alice)
        assert as_alice.post(f"{HERE}cards/", KEYS).status_code == 422
        new = {"key": "sk_live_51abcdefghijklmnop9999", "secret": "whsec_zyxwvutsrq"}
        as_alice.post(f"{HERE}cards/{account.public_id}/", new)
        account.refresh_from_db()
        assert (account.is_live, gateways.last_four(account)) == (True, "9999")

    def test_that_a_campaign_runs_with_keep_their_mode(self, alice):
        account = keyed(alice)
        make_campaign(alice, card=account)
        accounts.change_keys(account=account, key="rk_test_51abcdefghijklmnop5678", secret=KEYS["secret"])
        with pytest.raises(accounts.ModeStands):
            accounts.change_keys(account=account, key="sk_live_51abcdefghijklmnop9", secret=KEYS["secret"])
        with pytest.raises(accounts.InUse):
            accounts.close_cards(account=account, at=AT)

    def test_closed_are_forgotten(self, as_alice, alice):
        account = keyed(alice)
        as_alice.post(f"{HERE}cards/{account.public_id}/close/")
        account.refresh_from_db()
        assert (account.key, account.secret) == ("", "")
        assert account.closed_at is not None
        assert gateways.last_four(account) == ""

    def test_pretend_only_where_the_square_does(self, as_alice, settings):
        assert "make-believe" not in as_alice.get(HERE).content.decode()
        as_alice.post(f"{HERE}cards/pretend/")
        assert not CardAccount.objects.exists()
        settings.PARVIS_PRETEND_PAYMENTS = True
        assert "make-believe" in as_alice.get(HERE).content.decode()
        as_alice.post(f"{HERE}cards/pretend/")
        assert CardAccount.objects.get().provider == "fake"


class TestWhatABillNeeds:
    @pytest.mark.parametrize(
        ("iban", "currency", "words"),
        [
            (IBAN, "CHF", ""),
            (IBAN, "EUR", "need its BIC"),
            (QR_IBAN, "EUR", "QR-IBAN only takes Swiss"),
            ("FR7630006000011234567890189", "CHF", "needs an account in Switzerland"),
            (IBAN, "JPY", "Swiss francs or in euros"),
        ],
    )
    def test_stands_in_the_way_of_a_launch(self, alice, iban, currency, words):
        account = bank_of(alice, iban=iban)
        draft = make_campaign(alice, is_launched=False, currency=currency, bank=account)
        assert words in " ".join(lacks(draft))
        assert bool(lacks(draft)) == bool(words)

    def test_is_an_account_that_is_open(self, alice):
        draft = make_campaign(alice, is_launched=False)
        account = bank_of(alice)
        account.closed_at = AT + timedelta(days=1)
        account.save()
        draft.refresh_from_db()
        assert "closed meanwhile" in " ".join(lacks(draft))


class TestSentences:
    def test_are_those_of_the_library(self):
        assert {fault: str(said) for fault, said in faults.SENTENCES.items()} == {
            fault: fault.value for fault in faults.SENTENCES
        }
        assert set(faults.SENTENCES) <= set(Fault)
        assert {why: str(said) for why, said in amounts.SENTENCES.items()} == MONEY_SENTENCES
