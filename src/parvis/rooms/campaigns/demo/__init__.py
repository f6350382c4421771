"""What the sample square shows of the campaigns; nobody there is debited, for its cards are make-believe."""

import random
import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from parvis.core.people.actions import guest, verify_address
from parvis.core.people.models import Person

from ..actions import launching, pledging
from ..models import (
    BankAccount,
    BudgetLine,
    Campaign,
    CardAccount,
    Milestone,
    Passed,
    PledgeEvent,
    Provider,
    Question,
    Reward,
    ShippingRate,
    Shown,
)
from ..settlement import Settlement
from ..wishes import Wish

HERE = Path(__file__).parent
IBAN = "CH5604835012345678009"
"""The account of the examples of the Swiss payment standards."""


GIVEN = (
    *("Aline", "Bastien", "Chantal", "Damien", "Élodie", "Fatou", "Gilles", "Hélène", "Idris", "Jeanne"),
    *("Karim", "Léa", "Mathieu", "Nadia", "Olivier", "Pauline", "Quentin", "Rosa", "Samuel", "Thérèse"),
)
FAMILY = ("Aubert", "Besson", "Crettenand", "Dufour", "Emery", "Favre", "Genoud", "Hofer", "Jaquier", "Moret")


def furnish(at: datetime) -> None:
    """A campaign that runs and one that has succeeded, with members and guests who back them."""
    told = tomllib.loads((HERE / "campaigns.toml").read_text(encoding="utf-8"))
    people = {
        address.partition("@")[0]: person
        for person in Person.objects.prefetch_related("addresses")
        for address in person.addresses.values_list("value", flat=True)
    }
    for row in told["campaign"]:
        begun = at - timedelta(days=row["began_days_ago"])
        campaign = a_campaign(people[row["who"]], row, begun)
        rewards = [a_reward(campaign, one, place, begun) for place, one in enumerate(row.get("reward", ()))]
        tell(campaign, row, begun)
        launching.launch(campaign=campaign, clock=moment(begun))
        for number, one in enumerate(row.get("pledge", ())):
            pledge(campaign, people[one["who"]], one, rewards, begun + timedelta(days=number, hours=5))
        guests(campaign, row["guests"], rewards, begun, min(at, begun + timedelta(days=row["days"])))
    carry_on(at)
    # Nobody in the sample square waits for letters of what has been made up.
    PledgeEvent.objects.filter(told_at=None).update(told_at=at)
    Passed.objects.filter(told_at=None).update(told_at=at)


def moment(at: datetime) -> Callable[[], datetime]:
    return lambda: at


def a_campaign(creator: Person, row: Mapping[str, Any], at: datetime) -> Campaign:
    """A draft with its words and terms, which takes bills and make-believe cards."""
    made = launching.start_campaign(
        author=creator, language="fr", title=row["words"]["fr"]["title"], at=at, currency=row["currency"]
    )
    launching.write_story(campaign=made, words=row["words"], at=at)
    bank = BankAccount.objects.create(
        person=creator,
        holder=creator.name,
        postal_code="1800",
        town="Vevey",
        country="CH",
        iban=IBAN,
        made_at=at,
    )
    card = CardAccount.objects.create(person=creator, provider=Provider.FAKE, made_at=at)
    terms = launching.Terms(
        goal=row["goal"],
        currency=row["currency"],
        zone="Europe/Zurich",
        days=row["days"],
        bank=bank,
        card=card,
    )
    return launching.set_terms(campaign=made, terms=terms)


def a_reward(campaign: Campaign, row: Mapping[str, Any], place: int, at: datetime) -> Reward:
    languages = row["title"]
    made = Reward.objects.create(
        campaign=campaign,
        words={
            code: {"title": row["title"][code], "holds": row["holds"].get(code, "")} for code in languages
        },
        price=row["price"],
        limit=row.get("limit"),
        is_addon=row.get("is_addon", False),
        most_each=row.get("most_each", 1),
        is_shipped="rates" in row,
        delivery_on=date.fromisoformat(row["delivery"]) if "delivery" in row else None,
        position=place,
        made_at=at,
    )
    for country, cost in row.get("rates", {}).items():
        ShippingRate.objects.create(reward=made, country=country, cost=cost)
    return made


def tell(campaign: Campaign, row: Mapping[str, Any], at: datetime) -> None:
    """What it costs, what is often asked, what lies beyond the goal."""
    for place, one in enumerate(row.get("budget", ())):
        BudgetLine.objects.create(campaign=campaign, words=one["words"], amount=one["amount"], position=place)
    for place, one in enumerate(row.get("question", ())):
        words = {
            code: {"question": one["question"][code], "answer": one["answer"][code]}
            for code in one["question"]
        }
        Question.objects.create(campaign=campaign, words=words, position=place, at=at)
    for one in row.get("milestone", ()):
        Milestone.objects.create(campaign=campaign, amount=one["amount"], words=one["words"])


def pledge(
    campaign: Campaign, person: Person, row: Mapping[str, Any], rewards: Sequence[Reward], at: datetime
) -> None:
    """Somebody backs it; by bank, which needs no page of a provider."""
    wish = Wish(
        reward=rewards[row["reward"]] if "reward" in row else None,
        additions={rewards[int(place)].pk: many for place, many in row.get("additions", {}).items()},
        extra=row.get("extra", 0),
        country=row.get("country", ""),
        shown=row.get("shown", Shown.NAME),
    )
    mail = person.addresses.filter(is_primary=True).values_list("value", flat=True)[0]
    pledging.pledge(
        campaign=campaign,
        wish=wish,
        backer=pledging.Backer(name=person.name, address=mail, language=person.language, person=person),
        form=f"demo-{campaign.pk}-{person.pk}",
        agreed="",
        clock=moment(at),
    )


def guests(
    campaign: Campaign, row: Mapping[str, Any], rewards: Sequence[Reward], begun: datetime, ends: datetime
) -> None:
    """Passers-by with a mail address, most of them in the first days and in the last, as it goes."""
    chance = random.Random(row["seed"])  # noqa: S311 - the same square each time
    packs = [place for place, one in enumerate(rewards) if not one.is_addon]
    for number in range(row["count"]):
        share = chance.betavariate(0.6, 0.8)
        at = begun + (ends - begun) * (0.01 + 0.98 * share)
        name = f"{chance.choice(GIVEN)} {chance.choice(FAMILY)}"
        person = guest(name=name, address=None, at=at)
        verify_address(person=person, value=f"c{campaign.pk}-{number}@guests.example", at=at)
        choice: dict[str, Any] = {"country": chance.choice(["CH", "CH", "CH", "FR"])}
        if chance.random() < 0.75:
            choice["reward"] = packs[0] if chance.random() < 0.9 else packs[-1]
        else:
            choice["extra"] = chance.choice([10_00, 20_00, 50_00, 100_00])
        choice["shown"] = chance.choice([Shown.NAME, Shown.NAME, Shown.FIRST, Shown.HIDDEN])
        pledge(campaign, person, choice, rewards, at)


def carry_on(at: datetime) -> None:
    """Close what is over, and ask for what was promised."""
    worker = Settlement(alone=True, clock=moment(at))
    while worker.step():
        pass
