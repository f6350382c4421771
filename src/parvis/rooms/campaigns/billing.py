"""The bill of a pledge: what its backer gets once the campaign has succeeded, and what would stand in its way, known before the launch."""

from collections.abc import Iterator
from datetime import date, datetime
from functools import partial
from zoneinfo import ZoneInfo

from babel import Locale
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from parvis.lib.banking.references import is_qr_iban, make_qrr, make_scor
from parvis.lib.bills import Address, Bill, Fault, Line, Unbillable, draw_pdf
from parvis.lib.bills.bill import LONGEST_MESSAGE
from parvis.lib.bills.characters import payable, printable
from parvis.lib.bills.words import long_day
from parvis.lib.funding.pledges import PledgeState

from .models import BankAccount, Campaign, Pledge, Way
from .words.faults import said

PAYABLE = (PledgeState.BILLED, PledgeState.PART_PAID, PledgeState.DROPPED)
"""What a bill can still be paid for: what was dropped too, should the money come late (research: campaigns a.5)."""
LONGEST_TITLE, LONGEST_LINE = 140, 300
ELLIPSIS = "…"
ENGLISH = "en"


def language_of(pledge: Pledge) -> str:
    """The language in which its bill is written: one that the house speaks."""
    code = pledge.language[:2].lower()
    return code if code in dict(settings.LANGUAGES) else ENGLISH


def due_of(pledge: Pledge) -> int:
    """What is still to be paid, in minor units."""
    return pledge.amount - pledge.received


def bill_of(pledge: Pledge) -> Bill:
    """The bill for what is still to be paid of a pledge. Raises Unbillable, which the launch has made sure of."""
    campaign = pledge.campaign
    assert campaign.bank is not None
    assert pledge.billed_at is not None
    assert pledge.due_on is not None
    language = language_of(pledge)
    called = title_in(campaign, language)
    with override(language):
        make = partial(
            Bill,
            creditor=creditor_of(campaign.bank),
            iban=campaign.bank.iban,
            bic=campaign.bank.bic if campaign.currency == "EUR" else "",
            amount=due_of(pledge),
            currency=campaign.currency,
            reference=pledge.reference,
            issued_on=day_in(campaign, pledge.billed_at),
            due_on=pledge.due_on,
            title=shown(_("Your pledge for “%(title)s”") % {"title": called}, LONGEST_TITLE),
            lines=tuple(lines_of(pledge, language)),
            words=tuple(letter_of(pledge, called, language)),
            language=language,
        )
    try:
        return make(additional_information=message_of(pledge.code, called, campaign.currency))
    except Unbillable as refused:
        if refused.fault != Fault.CODE_FULL:
            raise
        return make(additional_information=pledge.code)


def title_in(campaign: Campaign, language: str) -> str:
    """What a campaign is called in this language, or in the one that it has."""
    story = campaign.stories.unguarded("the bill of one of its backers").order_by("-number").first()
    said: str = story.said("title", language)[1] if story is not None else ""
    return said or campaign.publication.title


def creditor_of(account: BankAccount) -> Address:
    return Address(
        name=account.holder,
        street=account.street,
        house_number=account.house_number,
        postal_code=account.postal_code,
        town=account.town,
        country=account.country,
    )


def day_in(campaign: Campaign, moment: datetime) -> date:
    """The day in the campaign's zone."""
    return moment.astimezone(ZoneInfo(campaign.zone)).date()


def message_of(code: str, title: str, currency: str) -> str:
    """What goes with the payment: the code first, then as much of the title as banks take."""
    return cut(f"{code} {payable(title)[0]}".strip(), LONGEST_MESSAGE[currency], "...")


def shown(text: str, most: int) -> str:
    """A text as the letter can show it; a dash where nothing is left of it."""
    return cut(printable(text)[0], most) or "–"


def cut(text: str, most: int, end: str = ELLIPSIS) -> str:
    """A text no longer than `most`, cut between two words where that loses little."""
    if len(text) <= most:
        return text
    kept = text[: most - len(end)]
    before, blank, _rest = kept.rpartition(" ")
    return (before if blank and len(before) > most // 2 else kept).rstrip(" ,;:.-–«“(") + end


def lines_of(pledge: Pledge, language: str) -> Iterator[Line]:
    """What its amount is for; together they are what is still to be paid."""
    items = list(pledge.items.prefetch_related("reward"))
    added = sum(item.price * item.quantity for item in items)
    if base := pledge.amount - pledge.extra - pledge.shipping - added:
        assert pledge.reward is not None
        yield Line(shown(pledge.reward.said("title", language), LONGEST_LINE), base)
    for item in items:
        title = shown(item.reward.said("title", language), LONGEST_LINE - 10)
        many = f"{item.quantity} × " if item.quantity > 1 else ""
        yield Line(many + title, item.price * item.quantity)
    if pledge.shipping:
        yield Line(_("Postage to %(country)s") % {"country": country_in(language, pledge)}, pledge.shipping)
    if pledge.extra:
        yield Line(_("Given beyond") if base else _("Your contribution"), pledge.extra)
    if pledge.received:
        yield Line(_("Received already"), -pledge.received)


def country_in(language: str, pledge: Pledge) -> str:
    """The name of the country to which its rewards are sent."""
    names = Locale(language).territories
    return printable(str(names.get(pledge.country, pledge.country)))[0]


def letter_of(pledge: Pledge, called: str, language: str) -> Iterator[str]:
    """The paragraphs above the sums."""
    day = long_day(day_in(pledge.campaign, pledge.counted_at or pledge.started_at), language)
    if name := printable(pledge.name)[0]:
        yield _("Hello %(name)s,") % {"name": name}
    yield _(
        "“%(title)s” has reached its goal, and will be made. Here is the bill for what you pledged on %(day)s. Thank you."
    ) % {"title": shown(called, LONGEST_TITLE), "day": day}
    yield _(
        "Please leave the reference as it is: it tells that the payment is yours. Where there is no room for it, write %(code)s."
    ) % {"code": pledge.code}


def name_of_bill(pledge: Pledge, ending: str) -> str:
    """What the file of its bill is called."""
    with override(language_of(pledge)):
        return f"{_('bill')}-{pledge.campaign.slug[:60]}-{pledge.number}.{ending}"


def bill_enclosure(pledge: Pledge) -> tuple[str, bytes]:
    """(name of the file, PDF) of a pledge's bill, for a mail. Raises Unbillable."""
    return name_of_bill(pledge, "pdf"), draw_pdf(bill_of(pledge))


def has_a_bill(pledge: Pledge) -> bool:
    """Whether its bill can be paid now."""
    return pledge.way == Way.BANK and pledge.state in PAYABLE and pledge.billed_at is not None


def why_unbillable(campaign: Campaign) -> list[str]:
    """What would stand in the way of bills for a campaign, in sentences to its creator; nothing where none are to be made."""
    account = campaign.bank
    if account is None:
        return []
    if account.closed_at is not None:
        return [_("The account at the bank is not used any more. Choose another one.")]
    day = date(2000, 1, 1)
    reference = make_qrr("1") if is_qr_iban(account.iban) else make_scor("1")
    try:
        Bill(
            creditor=creditor_of(account),
            iban=account.iban,
            bic=account.bic if campaign.currency == "EUR" else "",
            amount=1,
            currency=campaign.currency,
            reference=reference,
            issued_on=day,
            due_on=day,
            title="1",
            lines=(Line("1", 1),),
            additional_information="ABCDEF",
        )
    except Unbillable as refused:
        if refused.fault == Fault.CURRENCY:
            return [
                _(
                    "Bills are in Swiss francs or in euros. Choose one of these, or have it paid by card alone."
                )
            ]
        return [said(refused)]
    return []
