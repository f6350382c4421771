"""Bills: what apps read in their codes, whatever a campaign is called; and what cannot be billed is known before the launch."""

import pytest
from django.utils import translation

from parvis.lib.bills import draw_code, draw_pdf, draw_svg
from parvis.lib.bills.tests.samples import of_pdf, of_svg, scanned
from parvis.rooms.campaigns.actions.launching import Missing, lacks
from parvis.rooms.campaigns.billing import bill_enclosure, bill_of, why_unbillable
from parvis.rooms.campaigns.tests.banks import billed, bring, notification, paid
from parvis.rooms.campaigns.tests.makers import (
    IBAN,
    QR_IBAN,
    WORDS,
    Hands,
    bank_of,
    make_campaign,
    make_pledge,
    make_reward,
    settle,
)

pytestmark = pytest.mark.django_db
GERMAN = "DE89370400440532013000"


def titled(title):
    return {code: said | {"title": title} for code, said in WORDS.items()}


def lines_in(picture):
    return scanned(picture)[0].decode().split("\n")


class TestCodes:
    def test_in_francs_say_what_is_to_be_paid(self, alice):
        _campaign, (pledge,), _clock = billed(alice, 40_00)
        bill = bill_of(pledge)
        lines = lines_in(of_pdf(draw_pdf(bill)))
        assert (lines[0], lines[3], lines[18], lines[19]) == ("SPC", IBAN, "40.00", "CHF")
        assert lines[27:30] == ["SCOR", pledge.reference, f"{pledge.code} Bread of the lake"]
        assert lines[5] == "Alice Favre"

    def test_for_a_qr_iban_have_its_reference(self, alice):
        _campaign, (pledge,), _clock = billed(alice, 40_00, bank=bank_of(alice, iban=QR_IBAN))
        bill = bill_of(pledge)
        assert lines_in(of_svg(draw_svg(bill)))[27:29] == ["QRR", pledge.reference]

    @pytest.mark.parametrize("draw", [draw_svg, draw_code])
    def test_in_euros_say_what_is_to_be_paid(self, alice, draw):
        bank = bank_of(alice, iban=GERMAN)
        _campaign, (pledge,), _clock = billed(alice, 40_00, bank=bank, currency="EUR")
        bill = bill_of(pledge)
        lines = lines_in(of_svg(draw(bill)))
        assert (lines[0], lines[5], lines[6], lines[7]) == ("BCD", "Alice Favre", GERMAN, "EUR40.00")
        assert lines[9:] == [pledge.reference, "", f"{pledge.code} Bread of the lake"]

    @pytest.mark.parametrize("currency", ["CHF", "EUR"])
    @pytest.mark.parametrize(
        "title",
        [
            "Хлеб 🍞 \u202eдома\u200d",
            "«\u00a0L’œuvre…\u00a0»\t—  ½ ℃",
            "€" * 400,
            "mot " * 120,
            "é" * 400,
            "\ufffd",
        ],
    )
    def test_take_any_title(self, alice, currency, title):
        bank = bank_of(alice, iban=GERMAN if currency == "EUR" else IBAN)
        _campaign, (pledge,), _clock = billed(alice, 40_00, bank=bank, currency=currency, words=titled(title))
        bill = bill_of(pledge)
        assert bill.additional_information.startswith(pledge.code)
        assert len(bill.additional_information) <= (140 if currency == "CHF" else 70)
        assert draw_pdf(bill).startswith(b"%PDF")


class TestLetter:
    def test_lists_what_the_amount_is_for_in_the_pledges_language(self, alice):
        clock = Hands()
        campaign = make_campaign(alice, goal=10_00)
        book = make_reward(campaign, rates={"FR": 9_00})
        extra = make_reward(campaign, price=5_00, is_addon=True, most_each=3, title="Une carte")
        pledge = make_pledge(
            campaign, amount=2_50, reward=book, additions={extra.pk: 2}, country="FR", clock=clock
        )
        pledge.language = "fr"
        pledge.save()
        clock.at = campaign.deadline_at
        settle(clock)
        pledge.refresh_from_db()
        bill = bill_of(pledge)
        assert [(line.words, line.amount) for line in bill.lines[:2]] == [
            ("Un livre", 25_00),
            ("2 × Une carte", 10_00),
        ]
        assert [line.amount for line in bill.lines[2:]] == [9_00, 2_50]
        assert (bill.amount, bill.language) == (46_50, "fr")
        assert "Le pain du lac" in bill.title
        assert pledge.due_on == bill.due_on

    def test_asks_for_the_rest_once_a_part_has_come(self, alice):
        _campaign, (pledge,), clock = billed(alice, 40_00)
        bring(alice, notification(paid(pledge, 15_00)), clock.at)
        pledge.refresh_from_db()
        bill = bill_of(pledge)
        assert bill.amount == 25_00
        assert [line.amount for line in bill.lines] == [40_00, -15_00]

    def test_is_enclosed_under_a_name_of_its_own(self, alice):
        _campaign, (pledge,), _clock = billed(alice, 40_00)
        name, content = bill_enclosure(pledge)
        assert name == "bill-le-pain-du-lac-1.pdf"
        assert scanned(of_pdf(content))[0].startswith(b"SPC")


class TestUnbillable:
    @pytest.mark.parametrize(
        ("currency", "account", "said"),
        [
            ("EUR", {"iban": IBAN}, "BIC"),
            ("EUR", {"iban": QR_IBAN, "bic": "POFICHBEXXX"}, "QR-IBAN"),
            ("CHF", {"iban": GERMAN}, "Switzerland or Liechtenstein"),
            ("USD", {"iban": IBAN}, "by card alone"),
            ("CHF", {"iban": IBAN, "holder": "Алиса"}, "Latin letters"),
            ("CHF", {"iban": "CH5604835012345678008"}, "check digits"),
        ],
    )
    def test_is_known_before_the_launch(self, alice, currency, account, said):
        bank = bank_of(alice, **account)
        campaign = make_campaign(alice, currency=currency, bank=bank, is_launched=False)
        (why,) = why_unbillable(campaign)
        assert said in why
        assert why in lacks(campaign)
        with pytest.raises(Missing):
            make_campaign(alice, currency=currency, bank=bank)

    def test_stands_in_no_way_where_nothing_is_paid_by_bank(self, alice):
        campaign = make_campaign(alice, currency="USD", bank=None, is_launched=False)
        assert lacks(campaign) == []

    def test_is_nothing_for_euros_with_the_bic_of_a_swiss_bank(self, alice):
        bank = bank_of(alice, bic="POFICHBEXXX")
        assert why_unbillable(make_campaign(alice, currency="EUR", bank=bank, is_launched=False)) == []

    def test_is_said_in_the_creators_language(self, alice):
        campaign = make_campaign(alice, currency="USD", is_launched=False)
        with translation.override("fr"):
            assert isinstance(why_unbillable(campaign)[0], str)
