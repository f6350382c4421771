"""Real files: those of other projects' tests, with what is known of them."""

from datetime import date

import pytest

from parvis.conftest import SHARED_DATA, skip_or_fail
from parvis.lib import banking
from parvis.lib.banking import Reason, StatementRefused
from parvis.lib.banking.references import found_in

FILES = {
    "bsp_camt.053.001.02.xml": [("50000000054910000003", "SEK", 50000000, 43567850, 3)],
    "bsp_camt053_duplicate_same_day.xml": [("DE89370400440532013000", "EUR", None, None, 2)],
    "bsp_camt053_multicurrency.xml": [
        ("DE89370400440532013000", "EUR", 1000000, 1075025, 2),
        ("US-ACCT-0099", "USD", 250000, 240001, 1),
    ],
    "bsp_camt053_no_namespace.xml": [("GB29NWBK60161331926819", "GBP", 10000, 35000, 1)],
    "bsp_sample.mt940": [("NL91ABNA0417164300", "EUR", 100000, 217025, 2)],
}
SEPA = "mt940_betterplace_sepa_mt9401.sta"

pytestmark = pytest.mark.data


def real(name):
    path = SHARED_DATA / "campaigns" / "bank" / name
    if not path.exists():
        skip_or_fail("the real files of ../shared/data are absent")
    return path


def refused(name):
    with pytest.raises(StatementRefused) as refusal:
        banking.read(real(name))
    return refusal.value


class TestRealFiles:
    @pytest.mark.parametrize("name", FILES)
    def test_have_their_figures(self, name):
        found = banking.read(real(name))
        assert [(s.account, s.currency, s.opening, s.closing, len(s.lines)) for s in found] == FILES[name]

    @pytest.mark.parametrize("name", [*FILES, SEPA])
    def test_give_the_same_keys_each_time_and_no_key_twice(self, name):
        keys = [line.key for each in banking.read(real(name)) for line in each.lines]
        again = [line.key for each in banking.read(real(name).read_bytes()) for line in each.lines]
        assert keys == again
        assert len(set(keys)) == len(keys)

    def test_keep_two_equal_transfers_of_one_day_apart(self):
        one, two = banking.read(real("bsp_camt053_duplicate_same_day.xml"))[0].lines
        assert (one.amount, one.booked_on, one.text) == (two.amount, two.booked_on, two.text)
        assert one.key != two.key
        assert not banking.same_payment(one.names, two.names)

    def test_with_a_garbled_amount_are_refused_with_its_line(self):
        refusal = refused("bsp_camt053_garbled_amount.xml")
        assert str(refusal) == (
            "In line 17, entry 1 of statement GOLDEN-GARBLED, the amount “12..34” cannot be read. "
            "Nothing was taken from the file; ask the bank for it again."
        )

    def test_keep_currencies_apart(self):
        euros, dollars = banking.read(real("bsp_camt053_multicurrency.xml"))
        assert [(line.amount, line.currency) for line in (*euros.lines, *dollars.lines)] == [
            (125050, "EUR"),
            (-50025, "EUR"),
            (-9999, "USD"),
        ]
        assert (euros.lines[0].party_name, euros.lines[0].text) == ("ACME GMBH", "Invoice 2026-117")
        assert dollars.lines[0].value_on == date(2026, 4, 21)

    def test_say_what_was_paid_in_another_currency_and_what_was_not_told_apart(self):
        paid, batch, exchanged = banking.read(real("bsp_camt.053.001.02.xml"))[0].lines
        assert (paid.amount, paid.party_name, paid.end_to_end_id) == (
            10567850,
            "MUELLER",
            "MUELL/FINP/RA12345",
        )
        assert (batch.amount, batch.is_batch) == (-20000000, True)
        assert exchanged.instructed == (325500, "EUR")


class TestRealMT940:
    """26 statements of a German bank, with debts, reversals and interim balances."""

    def test_add_up_each_by_itself(self):
        found = banking.read(real(SEPA))
        assert (len(found), sum(len(each.lines) for each in found)) == (26, 97)
        assert all(each.is_checked for each in found)
        assert sum(line.is_reversal for each in found for line in each.lines) == 2

    def test_continue_from_page_to_page(self):
        pages = [each for each in banking.read(real(SEPA)) if each.account == "50880050/0194785000888"]
        assert [each.page for each in pages] == [1, 2, 3]
        assert [each.closing for each in pages][:-1] == [each.opening for each in pages][1:]
        assert len({each.key for each in pages}) == 3

    def test_name_who_paid_and_what_for(self):
        found = banking.read(real(SEPA))[1].lines[0]
        assert (found.amount, found.party_iban) == (1500005, "DE42100100100043921105")
        assert found.party_name == "Richter Renate 70 Zeichen Beginn Fuellzeichen xxxxxxxx"
        assert found.end_to_end_id == "EndToEndIdTFNR2000400001"
        assert found.text.startswith("TO 13 TFNr 20004 Eingangskanal Mint")

    def test_hold_no_reference_of_ours(self):
        assert not [each for s in banking.read(real(SEPA)) for line in s.lines for each in found_in(line)]

    def test_that_was_cut_out_of_a_longer_one_is_refused_with_the_difference(self):
        refusal = refused("mt940_betterplace_sepa_snippet.sta")
        assert refusal.reason == Reason.BALANCE
        assert refusal.values["statement"] == "T089414096000001"
        assert refusal.values["difference"] == "300.08"
