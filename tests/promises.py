"""What the campaigns of a square hold that is nobody else's business: what their creators prepare, what backers say to them."""

from datetime import datetime, timedelta

from parvis.core.people.models import Person
from parvis.core.stream import actions as stream
from parvis.rooms.campaigns.actions import fulfilling, launching, pledging, releasing, telling, wording
from parvis.rooms.campaigns.actions.asking import Postal, answer_surveys, keep_survey, name_of
from parvis.rooms.campaigns.links import mark, token_of
from parvis.rooms.campaigns.models import BankAccount, BankLine, Campaign, Pledge, Reward
from parvis.rooms.campaigns.questions import Asked
from parvis.rooms.campaigns.tests.banks import bring, came, statement
from parvis.rooms.campaigns.tests.makers import Hands, settle
from parvis.rooms.campaigns.wishes import Wish

DAY = timedelta(days=1)
BY_LINK = (
    *("", "confirm/", "change/", "withdraw/", "card/", "card/back/", "card/pretended/", "pay/", "pay/back/"),
    *("bill/", "bill.pdf", "bill.svg", "updates/", "survey/", "arrived/", "work/"),
)
OF_A_CAMPAIGN = (
    *("bar/", "backers/", "changes/", "list.csv", "pledge/", "edit/", "edit/launch/", "edit/terms/", "desk/"),
    *("desk/pledges/", "desk/returns/", "desk/cancel/", "hold/", "updates/", "surveys/", "surveys/all/"),
    *("fulfilment/", "export/", "export/file/", "thanks/", "thanks/list/", "work/", "work/edit/"),
)


def back(campaign: Campaign, person: Person, wish: Wish, at: datetime, agreed: str = "") -> Pledge:
    """A pledge by bank of somebody who has an account."""
    address = person.addresses.get(is_primary=True).value
    backer = pledging.Backer(name=person.name, address=address, language="en", person=person)
    form = f"{campaign.slug}-{person.pk}"
    return pledging.pledge(
        campaign=campaign, wish=wish, backer=backer, form=form, agreed=agreed, clock=lambda: at
    )


def launched(draft: Campaign, at: datetime) -> Campaign:
    """A draft with one reward begins to run."""
    Reward.objects.create(campaign=draft, words={"en": {"title": "The book"}}, price=45_00, made_at=at)
    return launching.launch(campaign=draft, clock=lambda: at)


def succeeded(draft: Campaign, backer: Person, at: datetime) -> Campaign:
    """A draft runs, is backed by one person to the full, and ends at this moment; the bill waits."""
    began = at - 30 * DAY
    made = launched(draft, began)
    back(made, backer, Wish(extra=9_000_00, shown="hidden"), began + DAY)
    assert made.deadline_at is not None
    settle(Hands(made.deadline_at))
    return Campaign.objects.unguarded("a test").get(pk=made.pk)


def prepared(running: Campaign, paid: Campaign, at: datetime, word: str) -> list[tuple[str, str]]:
    """What is written, asked, answered and paid between a creator and a backer, and who else never learns of it.

    `word` stands in all of it. Returns (address, the same address of nothing) of what came of it.
    """
    alice = running.creator
    there = wording.written(running, "en")
    words = {**there, "title": f"{word} title", "story": f"{word} story"}
    wording.keep_words(campaign=running, language="en", words=words, version=wording.version_of(there), at=at)
    update = telling.start_update(campaign=running, at=at)
    stream.save_working_copy(
        publication=update.publication, fields={"title": word, "text": word}, version=0, at=at
    )
    account = {"person": alice, "holder": word, "postal_code": "1800", "town": "Vevey", "made_at": at}
    bank = BankAccount.objects.create(iban="CH9300762011623852957", **account)
    bring(alice, statement(came(7_00, debtor=word), total=7_00), at)
    answered(paid, at, word)
    work = releasing.start_work(campaign=paid, at=at)
    given = releasing.Given(title=word, source=word, language="en", licence="cc-by-sa")
    releasing.write_work(work=work, given=given, at=at)
    (file,) = releasing.add_files(work=work, files=[(f"{word}.pdf", b"%PDF-1.7\n%%EOF")], at=at)
    own = (
        *(
            f"/campaigns/{running.slug}/updates/write/{update.publication.public_id}/{do}"
            for do in ("", "save/")
        ),
        *(f"/campaigns/statements/{BankLine.objects.get().public_id}/{do}" for do in ("", "decide/")),
        f"/campaigns/statements/account/{bank.public_id}/",
        f"/campaigns/accounts/bank/{bank.public_id}/close/",
        f"/campaigns/{paid.slug}/work/{file.public_id}/remove/",
        f"/p/{update.publication.public_id}/",
        f"/p/{work.publication.public_id}/",
        f"/media/{file.public_id}/",
    )
    return [(path, nothing_like(path)) for path in own] + [
        pair for one in Pledge.objects.filter(campaign__in=[running.pk, paid.pk]) for pair in of_a_pledge(one)
    ]


def answered(paid: Campaign, at: datetime, word: str) -> None:
    """The backer says where something is to be sent, and it is."""
    pledge = Pledge.objects.get(campaign=paid)
    question = Asked(name="size", words={"en": word})
    survey = keep_survey(campaign=paid, reward=None, questions=[question], asks_address=True, open_at=at)
    postal = Postal(name=word, street=word, postal_code="1800", town="Vevey", country="CH")
    answer_surveys(pledge=pledge, answers={name_of(survey, question): word}, postal=postal, at=at)
    fulfilling.mark_sent(campaign=paid, pledges=[pledge.public_id], at=at)


def of_a_pledge(pledge: Pledge) -> list[tuple[str, str]]:
    """What opens with the key of a pledge answers to a wrong one as if there were no such pledge; so do its creator's pages."""
    wrong, slug = mark("x" * 20), pledge.campaign.slug
    paths = [
        *(f"/campaigns/pledge/{pledge.public_id}{wrong}/{do}" for do in BY_LINK),
        *(f"/campaigns/pledge/{pledge.public_id}/{do}" for do in ("", "bill/", "bill.pdf", "bill.svg")),
        *(f"/campaigns/{slug}/desk/pledges/{pledge.public_id}/{do}/" for do in ("remove", "refund")),
        f"/campaigns/statements/refund/{pledge.public_id}/",
    ]
    nothing = "y" * 20  # a key of its own, so that it is wrong there too
    return [(path, path.replace(pledge.public_id, nothing)) for path in paths]


def opened(pledge: Pledge) -> list[str]:
    """The pages of a pledge, for whoever has its key."""
    return [
        f"/campaigns/pledge/{token_of(pledge)}/{do}" for do in BY_LINK if "card" not in do and "pay" not in do
    ]


def nothing_like(path: str) -> str:
    """The same address with a name that nothing bears."""
    parts = path.split("/")
    return "/".join("x" * 20 if len(part) == 20 and part.isalnum() else part for part in parts)
