"""What backers are written of their pledges."""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from parvis.core.delivery.models import Mail
from parvis.core.delivery.room_letters import Enclosure, Written
from parvis.lib.bills import Unbillable, draw_pdf
from parvis.lib.funding.pledges import PledgeState

from ..billing import bill_of
from ..models import Pledge, PledgeEvent
from .words import Rows, day, how, moment, money, page, title, what_for

TEMPLATE = "campaigns/mail/letter"
type Say = Callable[[Pledge, PledgeEvent], Written | None]


def written(
    subject: str,
    paragraphs: Sequence[str],
    *,
    rows: Rows = (),
    url: str = "",
    button: str = "",
    enclosures: tuple[Enclosure, ...] = (),
) -> Written:
    """A letter: a subject, some paragraphs, perhaps a table, a place to go, a file."""
    context = {"paragraphs": paragraphs, "rows": rows, "url": url, "button": button}
    return Written(subject=subject, template=TEMPLATE, context=context, enclosures=enclosures)


def by_event(say: Say) -> Callable[[Mail, datetime], Written | None]:
    """Writes of the event that a letter is about."""

    def write(mail: Mail, at: datetime) -> Written | None:
        rows = PledgeEvent.objects.select_related("pledge__person")
        event = rows.filter(pk=mail.about["event"], pledge__person=mail.person).first()
        return say(event.pledge, event) if event is not None else None

    return write


def by_pledge(say: Callable[[Pledge], Written | None]) -> Callable[[Mail, datetime], Written | None]:
    """Writes of a pledge as it stands when the letter leaves."""

    def write(mail: Mail, at: datetime) -> Written | None:
        pledge = Pledge.objects.filter(pk=mail.about["pledge"], person=mail.person).first()
        return say(pledge) if pledge is not None else None

    return write


def confirmed(pledge: Pledge, event: PledgeEvent) -> Written:
    name = title(pledge.campaign)
    return written(
        _("Your pledge for “%(title)s” counts") % {"title": name},
        [
            _("Thank you. Your pledge for “%(title)s” counts from now on.") % {"title": name},
            how(pledge),
            _(
                "Until then you can change it or take it back on its page. In the last 24 hours nobody can take the campaign below a goal that it has reached."
            ),
        ],
        rows=what_for(pledge),
        url=page(pledge),
        button=_("Your pledge"),
    )


def changed(pledge: Pledge, event: PledgeEvent) -> Written:
    values = {"title": title(pledge.campaign)}
    return written(
        _("Your pledge for “%(title)s” is another one") % values,
        [_("You have changed your pledge for “%(title)s”. This is what it is now.") % values, how(pledge)],
        rows=what_for(pledge),
        url=page(pledge),
        button=_("Your pledge"),
    )


def withdrawn(pledge: Pledge, event: PledgeEvent) -> Written:
    values = {"title": title(pledge.campaign), "amount": money(event.amount, pledge.campaign)}
    return written(
        _("You have taken back your pledge for “%(title)s”") % values,
        [
            _(
                "You have taken back the %(amount)s that you had pledged for “%(title)s”. Nothing was debited, and nothing will be."
            )
            % values
        ],
    )


def removed(pledge: Pledge, event: PledgeEvent) -> Written:
    values = {
        "title": title(pledge.campaign),
        "name": pledge.campaign.creator.name,
        "amount": money(event.amount, pledge.campaign),
        "why": event.because,
    }
    return written(
        _("Your pledge for “%(title)s” was declined") % values,
        [
            _(
                "%(name)s, who makes “%(title)s”, has declined your pledge of %(amount)s. Nothing was debited, and nothing will be."
            )
            % values,
            _("The reason given: %(why)s") % values,
        ],
    )


def expired(pledge: Pledge, event: PledgeEvent) -> Written:
    values = {"title": title(pledge.campaign)}
    words = [
        _(
            "You had begun a pledge for “%(title)s”, and it was not finished in time. It does not count, and nothing was debited."
        )
        % values
    ]
    if pledge.campaign.state == "live":
        words.append(_("The campaign still runs: you can begin again on its page."))
    return written(
        _("Your pledge for “%(title)s” was not finished") % values,
        words,
        url=page(pledge),
        button=_("How it stands"),
    )


def voided(pledge: Pledge, event: PledgeEvent) -> Written:
    campaign = pledge.campaign
    values = {
        "title": title(campaign),
        "pledged": money(campaign.decided_total or campaign.pledged, campaign),
        "goal": money(campaign.goal, campaign),
        "amount": money(event.amount, campaign),
        "name": campaign.creator.name,
        "why": campaign.because,
    }
    if campaign.state == "canceled":
        return written(
            _("“%(title)s” was called off") % values,
            [
                _(
                    "The campaign “%(title)s” was called off. Your pledge of %(amount)s is void: nothing was debited, and nothing will be."
                )
                % values,
                _("The reason given: %(why)s") % values,
            ],
        )
    return written(
        _("“%(title)s” has not reached its goal") % values,
        [
            _("“%(title)s” has not reached its goal: %(pledged)s were pledged of %(goal)s.") % values,
            _(
                "Your pledge of %(amount)s is void: nothing was debited, and nothing will be. Thank you for having been there."
            )
            % values,
        ],
    )


def billed(pledge: Pledge, event: PledgeEvent) -> Written | None:
    """The bill, while it is to be paid."""
    if pledge.state not in {PledgeState.BILLED, PledgeState.PART_PAID}:
        return None
    values = {
        "title": title(pledge.campaign),
        "amount": money(pledge.amount - pledge.received, pledge.campaign),
        "day": day(pledge.due_on),
        "reference": pledge.reference,
    }
    return written(
        _("“%(title)s” has reached its goal: your bill") % values,
        [
            _(
                "“%(title)s” has reached its goal, thanks to you. Here is the bill for what you pledged: %(amount)s, to be paid by %(day)s."
            )
            % values,
            _("Scan its code with the app of your bank, or pay with the reference %(reference)s.") % values,
        ],
        rows=what_for(pledge),
        url=page(pledge),
        button=_("The bill, and how it stands"),
        enclosures=bill_file(pledge),
    )


def bill_file(pledge: Pledge) -> tuple[Enclosure, ...]:
    try:
        data = draw_pdf(bill_of(pledge))
    except Unbillable:
        return ()  # its page says what to do; the letter still says how much, and by when
    return (Enclosure(name=_("bill.pdf"), content_type="application/pdf", data=data),)


def reminded(pledge: Pledge) -> Written | None:
    if pledge.state not in {PledgeState.BILLED, PledgeState.PART_PAID}:
        return None
    values = {
        "title": title(pledge.campaign),
        "amount": money(pledge.amount - pledge.received, pledge.campaign),
        "day": day(pledge.due_on),
    }
    return written(
        _("The bill for “%(title)s” is not paid yet") % values,
        [
            _(
                "Your pledge for “%(title)s” is not paid so far: %(amount)s, by %(day)s. If you have paid in the last days, all is well, and you need do nothing."
            )
            % values,
            _("This is the only reminder. What is not paid by then is dropped, and the reward with it."),
        ],
        url=page(pledge),
        button=_("The bill, and how it stands"),
        enclosures=bill_file(pledge),
    )


def part_paid(pledge: Pledge, event: PledgeEvent) -> Written | None:
    if pledge.state != PledgeState.PART_PAID:
        return None
    values = {
        "title": title(pledge.campaign),
        "received": money(pledge.received, pledge.campaign),
        "rest": money(pledge.amount - pledge.received, pledge.campaign),
        "day": day(pledge.due_on),
    }
    return written(
        _("Part of your pledge for “%(title)s” has come") % values,
        [
            _(
                "%(received)s of your pledge for “%(title)s” have come. The rest, %(rest)s, is to be paid by %(day)s with the same reference."
            )
            % values
        ],
        url=page(pledge),
        button=_("The bill, and how it stands"),
    )


def paid(pledge: Pledge, event: PledgeEvent) -> Written:
    receipt = getattr(pledge, "receipt", None)
    values = {
        "title": title(pledge.campaign),
        "amount": money(event.amount, pledge.campaign),
        "number": str(receipt or ""),
        "name": pledge.campaign.creator.name,
    }
    came = (
        _("“%(title)s” has reached its goal, and your payment of %(amount)s has come. Thank you.")
        if pledge.way == "bank"
        else _(
            "“%(title)s” has reached its goal, and your card was debited with %(amount)s, once. Thank you."
        )
    )
    words = [came % values]
    if receipt is not None:
        words.append(
            _("This is your receipt, number %(number)s, for what %(name)s received of you.") % values
        )
    return written(
        _("“%(title)s”: your receipt") % values,
        words,
        rows=what_for(pledge),
        url=page(pledge),
        button=_("Your pledge"),
    )


def processing(pledge: Pledge, event: PledgeEvent) -> Written:
    values = {"title": title(pledge.campaign), "amount": money(pledge.amount, pledge.campaign)}
    return written(
        _("“%(title)s” has reached its goal: your account is being debited") % values,
        [
            _(
                "“%(title)s” has reached its goal. Your account is being debited with %(amount)s, once; your bank needs some days for that."
            )
            % values,
            _("You will hear once it has come, and also if it could not."),
        ],
        rows=what_for(pledge),
        url=page(pledge),
        button=_("Your pledge"),
    )


def asks(pledge: Pledge, event: PledgeEvent) -> Written | None:
    if pledge.state != PledgeState.ACTION_REQUIRED:
        return None
    values = {"title": title(pledge.campaign), "amount": money(pledge.amount, pledge.campaign)}
    return written(
        _("“%(title)s” has reached its goal: your bank asks you") % values,
        [
            _(
                "“%(title)s” has reached its goal. Your bank wants you to say yes before your card is debited with %(amount)s."
            )
            % values,
            _("You have seven days. Nothing was debited so far."),
        ],
        url=page(pledge),
        button=_("Say yes, or take another card"),
    )


def declined(pledge: Pledge, event: PledgeEvent) -> Written | None:
    if pledge.state != PledgeState.DECLINED:
        return None
    values = {"title": title(pledge.campaign), "amount": money(pledge.amount, pledge.campaign)}
    return written(
        _("“%(title)s” has reached its goal, but your card was declined") % values,
        [
            _(
                "“%(title)s” has reached its goal. Your card could not be debited with %(amount)s: your bank declined it."
            )
            % values,
            _("You have seven days to leave another card. Nothing was debited so far."),
        ],
        url=page(pledge),
        button=_("Leave another card"),
    )


def owing(pledge: Pledge) -> Written | None:
    """Once more, while it still cannot be debited."""
    if pledge.state not in {PledgeState.ACTION_REQUIRED, PledgeState.DECLINED}:
        return None
    values = {"title": title(pledge.campaign), "amount": money(pledge.amount, pledge.campaign)}
    return written(
        _("Your pledge for “%(title)s” still could not be debited") % values,
        [
            _("Your pledge of %(amount)s for “%(title)s” still could not be debited.") % values,
            _(
                "What is not paid within seven days of the end of the campaign is dropped, and the reward with it."
            ),
        ],
        url=page(pledge),
        button=_("Say yes, or take another card"),
    )


def dropped(pledge: Pledge, event: PledgeEvent) -> Written:
    values = {"title": title(pledge.campaign), "amount": money(event.amount, pledge.campaign)}
    return written(
        _("Your pledge for “%(title)s” is not waited for any more") % values,
        [
            _(
                "The %(amount)s that you pledged for “%(title)s” have not come in time, and are not waited for any more. Nothing more will be debited."
            )
            % values
        ],
        url=page(pledge),
        button=_("How it stands"),
    )


def refunded(pledge: Pledge, event: PledgeEvent) -> Written:
    values = {
        "title": title(pledge.campaign),
        "returned": money(pledge.returned, pledge.campaign),
        "received": money(pledge.received, pledge.campaign),
        "name": pledge.campaign.creator.name,
        "why": event.because,
    }
    words = [
        _(
            "%(name)s gives back %(returned)s of the %(received)s that you paid for “%(title)s”. Your bank may need some days."
        )
        % values
    ]
    if event.because:
        words.append(_("The reason given: %(why)s") % values)
    return written(
        _("Money goes back to you from “%(title)s”") % values,
        words,
        url=page(pledge),
        button=_("How it stands"),
    )


def on_hold(pledge: Pledge) -> Written:
    values = {"title": title(pledge.campaign), "when": moment(pledge.campaign.deadline_at, pledge.campaign)}
    return written(
        _("“%(title)s” is on hold") % values,
        [
            _(
                "Whoever runs this square has put “%(title)s” on hold. Your pledge stands as it is, nothing is debited, and you will hear how it goes on."
            )
            % values
        ],
        url=page(pledge),
        button=_("How it stands"),
    )
