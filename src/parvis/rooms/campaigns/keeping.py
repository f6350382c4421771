"""What a person gets of this room in their own copy, and what is forgotten when they leave."""

from typing import Any

from parvis.lib.money import plain

from .models import (
    Answer,
    Attempt,
    BankAccount,
    BankLine,
    BankStatement,
    BudgetLine,
    Campaign,
    CardAccount,
    Entry,
    Milestone,
    Pledge,
    PledgeEvent,
    PledgeItem,
    Question,
    Receipt,
    Refund,
    Reward,
    ShippingRate,
    Story,
    Survey,
    Update,
    Waiting,
    Work,
)


def money(amount: int, currency: str) -> str:
    return f"{plain(amount, currency)} {currency}"


def campaign_export(row: Campaign) -> dict[str, Any]:
    """A campaign of one's own, with what it says of itself."""
    story = row.stories.unguarded("one's own copy").order_by("-number").first()
    return {
        "id": row.publication.public_id,
        "words": story.words if story is not None else {},
        "state": row.state,
        "goal": money(row.goal, row.currency),
        "pledged": money(row.pledged, row.currency),
        "collected": money(row.collected, row.currency),
        "returned": money(row.returned, row.currency),
        "backers": row.backers,
        "launched_at": row.launched_at,
        "deadline_at": row.deadline_at,
        "zone": row.zone,
    }


def pledge_export(row: Pledge) -> dict[str, Any]:
    """A pledge, with what it is for."""
    currency = row.campaign.currency
    return {
        "id": row.public_id,
        "campaign": row.campaign.slug,
        "number": row.number,
        "state": row.state,
        "amount": money(row.amount, currency),
        "extra": money(row.extra, currency),
        "shipping": money(row.shipping, currency),
        "country": row.country,
        "reward": row.reward.said("title", row.language) if row.reward is not None else "",
        "name": row.name,
        "address": row.address,
        "shown": row.shown,
        "way": row.way,
        "paid_with": row.method_shown,
        "agreed": row.agreed,
        "reference": row.reference,
        "received": money(row.received, currency),
        "returned": money(row.returned, currency),
        "started_at": row.started_at,
        "counted_at": row.counted_at,
        "billed_at": row.billed_at,
    }


def pledge_forget(row: Pledge) -> None:
    """The books keep what was paid; the name and the address go."""
    Pledge.objects.filter(pk=row.pk).update(name="", address="", shown="hidden", method_shown="", agreed="")


def event_export(row: PledgeEvent) -> dict[str, Any]:
    return {
        "pledge": row.pledge.public_id,
        "at": row.at,
        "what": row.move,
        "state": row.after,
        "amount": money(row.amount, row.campaign.currency),
        "because": row.because,
    }


def attempt_export(row: Attempt) -> dict[str, Any]:
    return {
        "pledge": row.pledge.public_id,
        "at": row.prepared_at,
        "amount": money(row.amount, row.campaign.currency),
        "state": row.state,
    }


def refund_export(row: Refund) -> dict[str, Any]:
    return {
        "pledge": row.pledge.public_id,
        "at": row.at,
        "amount": money(row.amount, row.pledge.campaign.currency),
        "state": row.state,
        "because": row.because,
    }


def entry_export(row: Entry) -> dict[str, Any]:
    legs = row.legs.all()
    return {
        "at": row.at,
        "what": row.what,
        "legs": [{"account": leg.account, "amount": money(leg.amount, leg.currency)} for leg in legs],
    }


def receipt_export(row: Receipt) -> dict[str, Any]:
    return {
        "number": str(row),
        "at": row.at,
        "amount": money(row.amount, row.pledge.campaign.currency),
        "campaign": row.pledge.campaign.slug,
    }


def bank_export(row: BankAccount) -> dict[str, Any]:
    return {
        "holder": row.holder,
        "street": f"{row.street} {row.house_number}".strip(),
        "town": f"{row.country} {row.postal_code} {row.town}",
        "iban": row.iban,
        "bic": row.bic,
        "stated_as": row.stated_as,
        "since": row.made_at,
        "until": row.closed_at,
    }


def bank_forget(row: BankAccount) -> None:
    """Bills that were paid name it; it is used no more."""
    if row.closed_at is None:
        row.closed_at = row.made_at
        row.save(update_fields=["closed_at"])


def card_export(row: CardAccount) -> dict[str, Any]:
    """Never the keys."""
    return {"provider": row.provider, "since": row.made_at, "until": row.closed_at}


def card_forget(row: CardAccount) -> None:
    row.key = row.secret = ""
    row.save(update_fields=["key", "secret"])


def statement_export(row: BankStatement) -> dict[str, Any]:
    return {"account": row.account.iban, "format": row.format, "file": row.file, "at": row.at}


def line_export(row: BankLine) -> dict[str, Any]:
    return {
        "account": row.account.iban,
        "on": row.booked_on,
        "amount": money(row.amount, row.currency),
        "from": row.party,
        "text": row.text,
        "references": row.references,
        "state": row.state,
    }


def answer_export(row: Answer) -> dict[str, Any]:
    return {"pledge": row.pledge.public_id, "answers": row.answers, "address": row.postal, "at": row.at}


def update_export(row: Update) -> dict[str, Any]:
    return {"publication": row.publication.public_id, "number": row.number, "text": row.source}


def work_export(row: Work) -> dict[str, Any]:
    return {
        "publication": row.publication.public_id,
        "licence": row.licence,
        "terms": row.terms,
        "text": row.source,
    }


def waiting_export(row: Waiting) -> dict[str, Any]:
    return {"for": row.reward.said("title", row.person.language), "since": row.at}


def story_export(row: Story) -> dict[str, Any]:
    return {"campaign": row.campaign.slug, "version": row.number, "at": row.at, "words": row.words}


def reward_export(row: Reward) -> dict[str, Any]:
    return {
        "campaign": row.campaign.slug,
        "words": row.words,
        "price": money(row.price, row.campaign.currency),
        "limit": row.limit,
        "taken": row.taken,
        "delivery_on": row.delivery_on,
    }


def rate_export(row: ShippingRate) -> dict[str, Any]:
    return {
        "reward": row.reward.public_id,
        "country": row.country,
        "cost": money(row.cost, row.reward.campaign.currency),
    }


def budget_export(row: BudgetLine) -> dict[str, Any]:
    return {
        "campaign": row.campaign.slug,
        "words": row.words,
        "amount": money(row.amount, row.campaign.currency),
    }


def question_export(row: Question) -> dict[str, Any]:
    return {"campaign": row.campaign.slug, "words": row.words, "at": row.at}


def milestone_export(row: Milestone) -> dict[str, Any]:
    return {
        "campaign": row.campaign.slug,
        "words": row.words,
        "amount": money(row.amount, row.campaign.currency),
        "reached_at": row.reached_at,
    }


def survey_export(row: Survey) -> dict[str, Any]:
    return {"campaign": row.campaign.slug, "questions": row.questions, "opened_at": row.opened_at}


def item_export(row: PledgeItem) -> dict[str, Any]:
    return {
        "pledge": row.pledge.public_id,
        "what": row.reward.said("title", row.pledge.language),
        "quantity": row.quantity,
        "price": money(row.price, row.pledge.campaign.currency),
    }


def nothing(row: Any) -> dict[str, Any]:
    """It stands in another row's words."""
    return {}
