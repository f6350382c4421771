"""Bills that wait for their money, and statements that bring it, for tests."""

from parvis.conftest import make_person
from parvis.lib.banking.tests import messages
from parvis.lib.banking.tests.messages import entry, payment
from parvis.lib.money import plain
from parvis.rooms.campaigns.actions.bank.bringing import bring_statement
from parvis.rooms.campaigns.models import Account, BankLine, Entry, Leg, Pledge
from parvis.rooms.campaigns.tests.makers import IBAN, Hands, backer, make_campaign, make_pledge, settle


def billed(creator, *amounts, names=(), **over):
    """(campaign, pledges, clock) of a campaign that has succeeded, where each pledge has its bill."""
    clock = Hands()
    campaign = make_campaign(creator, goal=1_00, **over)
    for place, amount in enumerate(amounts):
        person = make_person(f"payer{Pledge.objects.count()}")
        if names:
            person.name = names[place]
            person.save()
        make_pledge(campaign, amount=amount, by=backer(person))
    clock.at = campaign.deadline_at
    settle(clock)
    campaign.refresh_from_db()
    return campaign, list(Pledge.objects.filter(campaign=campaign).order_by("number")), clock


def came(amount, *, ref="", currency="CHF", **said):
    """An entry with one payment of so many minor units."""
    return entry(
        plain(amount, currency),
        payment(plain(amount, currency), currency=currency, ref=ref, **said),
        currency=currency,
        ref=ref and f"E{ref}",
    )


def paid(pledge, amount=None, **said):
    """An entry that pays a pledge by its reference, the whole of it unless told otherwise."""
    return came(pledge.amount if amount is None else amount, references=[pledge.reference], **said)


def notification(*entries, account=IBAN, currency="CHF", **over):
    inside = messages.statement(*entries, account=account, currency=currency, **over)
    return messages.message(inside, kind="054")


def statement(*entries, total=0, account=IBAN, currency="CHF", **over):
    """A camt.053 that adds up: `total` is what its entries come to."""
    balances = (
        messages.balance("OPBD", "0.00", currency),
        messages.balance("CLBD", plain(total, currency), currency),
    )
    inside = messages.statement(*balances, *entries, account=account, currency=currency, **over)
    return messages.message(inside)


def bring(person, content, at, **over):
    return bring_statement(
        **{"person": person, "source": content, "file": "a.xml", "by": person, "at": at} | over
    )


def told(pledge):
    """How a pledge stands now."""
    pledge.refresh_from_db()
    return pledge.state, pledge.received


def lines():
    """(amount, state, why, over) of each line that was kept, in their order."""
    rows = BankLine.objects.order_by("pk")
    return [tuple(row) for row in rows.values_list("amount", "state", "because", "over")]


def stands(account):
    """What stands in an account of the books."""
    return sum(Leg.objects.filter(account=account).values_list("amount", flat=True))


def balance():
    """The three accounts that a bank touches; they come to nothing, each entry by itself."""
    for one in Entry.objects.all():
        assert sum(one.legs.values_list("amount", flat=True)) == 0
    return tuple(map(stands, (Account.BANK, Account.PLEDGES, Account.UNALLOCATED)))
