"""Campaigns for benches: launched, with as many backers as are wanted."""

from collections.abc import Callable
from datetime import UTC, datetime

from parvis.core.people.models import Address, Person, Square
from parvis.lib.funding.pledges import PledgeState
from parvis.rooms.campaigns.actions import launching
from parvis.rooms.campaigns.models import BankAccount, Campaign, CardAccount, Pledge, PledgeEvent

AT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
AMOUNT = 50_00


def clock(at: datetime) -> Callable[[], datetime]:
    return lambda: at


def launched(
    goal: int, *, at: datetime = AT, explained: Callable[[Campaign], object] = lambda _campaign: None
) -> Campaign:
    """A campaign of one author that takes bills and make-believe cards, launched at a moment; before it, `explained` says more of it."""
    Square.objects.get_or_create(pk=1, defaults={"name": "Bench", "language": "fr", "opened_at": at})
    author = Person.objects.create(name="Alice", role="author", language="fr", zone="UTC", joined_at=at)
    made = launching.start_campaign(author=author, language="fr", title="Le pain du lac", at=at)
    words = {"fr": {"title": "Le pain du lac", "story": "Cent recettes.", "risks": "Le four."}}
    launching.write_story(campaign=made, words=words, at=at)
    bank = BankAccount.objects.create(
        person=author,
        holder="Alice",
        postal_code="1800",
        town="Vevey",
        iban="CH5604835012345678009",
        made_at=at,
    )
    card = CardAccount.objects.create(person=author, provider="fake", made_at=at)
    terms = launching.Terms(goal=goal, currency="CHF", zone="UTC", days=30, bank=bank, card=card)
    launching.set_terms(campaign=made, terms=terms)
    explained(made)
    return launching.launch(campaign=made, clock=clock(at))


def people(count: int, prefix: str) -> list[Person]:
    """So many guests with an address each."""
    made = Person.objects.bulk_create(
        (
            Person(name=f"{prefix}{number}", role="guest", language="fr", zone="UTC", joined_at=AT)
            for number in range(count)
        ),
        batch_size=5_000,
    )
    Address.objects.bulk_create(
        (
            Address(
                person=person,
                value=f"{person.name}@there.example",
                canonical=f"{person.name}@there.example",
                is_primary=True,
                added_at=AT,
                verified_at=AT,
            )
            for person in made
        ),
        batch_size=5_000,
    )
    return made


def pledged_by_card(campaign: Campaign, backers: list[Person]) -> None:
    """A pledge of each, as pledging would have left it, written many at a time."""
    at = campaign.launched_at
    assert at is not None
    made = Pledge.objects.bulk_create(
        (
            Pledge(
                campaign=campaign,
                number=number,
                form=f"f{number}",
                person=person,
                name=person.name,
                address=f"{person.name}@there.example",
                way="card",
                state=PledgeState.ACTIVE,
                state_at=at,
                events=1,
                amount=AMOUNT,
                extra=AMOUNT,
                started_at=at,
                counted_at=at,
                address_proved_at=at,
                customer=f"cus_{number}",
                method=f"pm_card_visa:{number}",
                method_kind="card",
            )
            for number, person in enumerate(backers, 1)
        ),
        batch_size=2_000,
    )
    PledgeEvent.objects.bulk_create(
        (
            PledgeEvent(
                pledge=one,
                campaign=campaign,
                number=1,
                at=at,
                move="confirm",
                before="started",
                after="active",
                amount=AMOUNT,
                change=AMOUNT,
                told_at=at,
            )
            for one in made
        ),
        batch_size=5_000,
    )
    Campaign.objects.filter(pk=campaign.pk).update(
        pledged=AMOUNT * len(made), backers=len(made), last_number=len(made)
    )
