"""Where the money goes: accounts of one's own, checked as bills need them, whose keys nobody reads again."""

from collections.abc import Iterator
from datetime import timedelta
from threading import Thread
from time import monotonic
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from parvis.conftest import AT, left_open, logged_in
from parvis.lib.bills import Fault
from parvis.lib.money import SENTENCES as MONEY_SENTENCES
from parvis.lib.payments import Gateway, NotReady
from parvis.lib.payments.tests.charges import at_stripe
from parvis.lib.payments.tests.fakestripe import FakeStripe, fake_stripe
from parvis.lib.refusal import Refusal
from parvis.rooms.campaigns import amounts
from parvis.rooms.campaigns.actions import accounts, launching
from parvis.rooms.campaigns.actions.lacking import lacks
from parvis.rooms.campaigns.models import BankAccount, CardAccount
from parvis.rooms.campaigns.provider import gateways, keys
from parvis.rooms.campaigns.tests.card_makers import paid
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


OTHER_KEYS = {"key": "rk_test_51abcdefghijklmnop5678", "secret": "whsec_zyxwvutsrq"}


@pytest.fixture(autouse=True)
def there(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeStripe]:
    """The Stripe that is asked whose keys are."""
    with fake_stripe() as stripe:

        def here(key: str, secret: str) -> Gateway:
            return at_stripe(stripe, key=key, webhook_secret=secret)

        monkeypatch.setitem(gateways.MADE_BY, "stripe", here)
        yield stripe


def keyed(person: Any, **over: str) -> CardAccount:
    return keys.open_at_stripe(person=person, keys=accounts.Keys(**KEYS | over), at=AT)


def rekeyed(account: CardAccount, **over: str) -> None:
    keys.change_keys(account=account, keys=accounts.Keys(**KEYS | over))


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

    def test_one_account_is_enough_and_takes_other_keys(self, as_alice, alice, there):
        account = keyed(alice)
        assert as_alice.post(f"{HERE}cards/", KEYS).status_code == 422
        there.knows = ("sk_live_",)
        new = {"key": "sk_live_51abcdefghijklmnop9999", "secret": "whsec_zyxwvutsrq"}
        as_alice.post(f"{HERE}cards/{account.public_id}/", new)
        account.refresh_from_db()
        assert (account.is_live, gateways.last_four(account)) == (True, "9999")

    def test_that_a_campaign_runs_with_keep_their_mode(self, alice, there):
        account = keyed(alice)
        make_campaign(alice, card=account)
        rekeyed(account, key="rk_test_51abcdefghijklmnop5678")
        there.knows = ("sk_live_",)
        with pytest.raises(accounts.ModeStands):
            rekeyed(account, key="sk_live_51abcdefghijklmnop9")
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


class TestWhoseKeys:
    """Stripe says whose keys are, before anything is kept."""

    def test_is_written_down(self, alice, there):
        assert keyed(alice).name == there.account["id"]
        assert [path for _verb, path, _form in there.asked] == ["/v1/account"]

    def test_is_known_already_when_they_are_no_keys(self, as_alice, there):
        as_alice.post(f"{HERE}cards/", KEYS | {"key": "pk_live_51abcdefghijklmnop"})
        assert there.asked == []

    def refused(self, client, words, path="cards/", given=KEYS):
        """That a page says these words beside the key, and sends no key back."""
        answer = client.post(f"{HERE}{path}", given)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert words in page[page.index('id="id_key_error"') :].split("</div>")[0]
        assert not any(value in page for value in given.values())

    def test_that_stripe_does_not_know_are_refused_at_once(self, as_alice, there):
        there.knows = ()
        self.refused(as_alice, "Stripe does not accept this key.")
        assert not CardAccount.objects.exists()

    @pytest.mark.parametrize("trouble", ["lost before", "500 before"])
    def test_is_asked_again_later_where_stripe_does_not_answer(self, as_alice, there, trouble):
        there.will(trouble, "/v1/account")
        self.refused(as_alice, "Stripe does not answer now.")
        assert not CardAccount.objects.exists()
        assert as_alice.post(f"{HERE}cards/", KEYS).status_code == 303

    def test_needs_a_permission_of_a_restricted_key(self, as_alice, there):
        there.lacking["/v1/account"] = "rak_accounts_kyc_basic_read"
        self.refused(as_alice, "the permission accounts_kyc_basic_read", given=OTHER_KEYS)
        assert not CardAccount.objects.exists()

    def test_of_another_account_are_refused_while_a_campaign_needs_this_one(self, as_alice, alice, there):
        account = keyed(alice)
        make_campaign(alice, card=account)
        before = account.key
        there.account["id"] = "acct_2fake"
        self.refused(
            as_alice, "another account at Stripe. “Le pain du lac”", f"cards/{account.public_id}/", OTHER_KEYS
        )
        account.refresh_from_db()
        assert (account.key, account.name) == (before, "acct_1fake")

    def test_of_another_account_are_refused_once_something_was_paid_through_this_one(self, alice, there):
        account = keyed(alice)
        _campaign, _pledge, attempt = paid(alice, Hands())
        attempt.account = account
        attempt.save()
        there.account["id"] = "acct_2fake"
        with pytest.raises(accounts.PaidThrough):
            rekeyed(account)

    def test_of_another_account_are_taken_while_nothing_has_happened(self, alice, there):
        account = keyed(alice)
        make_campaign(alice, is_launched=False, card=account)
        there.account["id"] = "acct_2fake"
        rekeyed(account, **OTHER_KEYS)
        account.refresh_from_db()
        assert (account.name, gateways.last_four(account)) == ("acct_2fake", "5678")

    def test_is_nobodys_where_the_library_is_missing(self, as_alice, monkeypatch):
        def missing(_key, _secret):
            raise NotReady("not installed")

        monkeypatch.setitem(gateways.MADE_BY, "stripe", missing)
        self.refused(as_alice, "cannot talk to Stripe yet")


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


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one write at a time")
class TestTwoAtTheSameTime:
    """Closing an account beside a launch: one comes first, and the other knows it."""

    def beside(self, first, second):
        """What became of the second, which waits for the first to end."""
        found = []

        def wait() -> None:
            try:
                second()
            except Refusal as refusal:
                found.append(type(refusal))
            finally:
                connection.close()

        thread = Thread(target=wait)
        with transaction.atomic():
            first()
            thread.start()
            until = monotonic() + 20
            while not waiting() and thread.is_alive() and monotonic() < until:
                pass
        thread.join()
        return found

    @pytest.mark.parametrize(
        ("account", "close"), [("bank", accounts.close_bank), ("card", accounts.close_cards)]
    )
    def test_a_launch_keeps_its_account(self, alice, account, close):
        draft = make_campaign(alice, is_launched=False)
        chosen = getattr(draft, account)
        refused = self.beside(
            lambda: launching.launch(campaign=draft, clock=Hands()), lambda: close(account=chosen, at=AT)
        )
        chosen.refresh_from_db()
        assert (refused, chosen.closed_at) == ([accounts.InUse], None)

    @pytest.mark.parametrize(
        ("account", "close"), [("bank", accounts.close_bank), ("card", accounts.close_cards)]
    )
    def test_a_launch_without_the_account_that_was_closed(self, alice, account, close):
        other = {"bank": "card", "card": "bank"}[account]
        draft = make_campaign(alice, is_launched=False, **{other: None})
        chosen = getattr(draft, account)
        refused = self.beside(
            lambda: close(account=chosen, at=AT), lambda: launching.launch(campaign=draft, clock=Hands())
        )
        draft.refresh_from_db()
        assert (refused, draft.state) == ([launching.Missing], "draft")

    def test_terms_that_come_after_the_launch_change_nothing(self, alice):
        draft = make_campaign(alice, is_launched=False)
        before = draft.bank_id
        terms = launching.Terms(goal=draft.goal, currency="CHF", zone=draft.zone, days=30, card=draft.card)
        refused = self.beside(
            lambda: launching.launch(campaign=draft, clock=Hands()),
            lambda: launching.set_terms(campaign=draft, terms=terms),
        )
        draft.refresh_from_db()
        assert (refused, draft.bank_id) == ([launching.AfterTheLaunch], before)


def waiting() -> bool:
    """Whether a line to the database waits for another."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


class TestALaunchedCampaign:
    @pytest.mark.parametrize("account", ["bank", "card"])
    def test_keeps_its_accounts_in_the_database_itself(self, alice, account):
        campaign = make_campaign(alice)
        rows = type(campaign).objects.unguarded("a test").filter(pk=campaign.pk)
        with pytest.raises(DatabaseError, match="campaigns_frozen"), transaction.atomic():
            rows.update(**{account: None})
