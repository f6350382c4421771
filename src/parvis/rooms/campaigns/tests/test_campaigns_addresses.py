"""Every address of the campaigns, as the list of them has it: whose pages they are, and that a link opens one pledge alone."""

import re

import pytest
from django.test import Client

from parvis.conftest import logged_in, make_person
from parvis.core.stream.models import Attachment
from parvis.rooms.campaigns.actions import counting, explaining, pledging, releasing, telling
from parvis.rooms.campaigns.links import mark, token_of
from parvis.rooms.campaigns.models import BankLine, BudgetLine, Campaign, Pledge
from parvis.rooms.campaigns.tests.banks import bring, came, paid, statement
from parvis.rooms.campaigns.tests.makers import (
    IBAN,
    Hands,
    backer,
    bank_of,
    card_of,
    make_campaign,
    make_reward,
    settle,
)
from parvis.rooms.campaigns.urls import urlpatterns
from parvis.rooms.campaigns.wishes import Wish

pytestmark = pytest.mark.django_db

PATTERNS = {one.name: str(one.pattern) for one in urlpatterns}
BY_LINK = sorted(name for name, pattern in PATTERNS.items() if ":token>" in pattern)
EVERYONES = {
    "home", "campaign", "bar", "changes", "backers", "list", "pledge", "again", "wait", "update", "work", "thanks",
    "my-pledges", "hook",
}  # fmt: skip
"""Open to whoever may read a campaign, or of each reader's own; a provider knocks at the `hook`, which has its own tests."""
OWNERS = {"hold"}
CREATORS = sorted(PATTERNS.keys() - EVERYONES - OWNERS - {*BY_LINK})
OF_NO_CAMPAIGN = {"mine", "accounts", "bank-new", "card-new", "card-pretend", "statements"}
"""Pages on which each creator finds their own."""
SECRET = "Lagaffe"
"""Somebody who stands on the pages of whoever makes the campaign, on their own, and on no other."""


@pytest.fixture
def campaign(alice):
    """Alice's, which has succeeded: one guest has paid their bill, another has not, and a payment came from nowhere."""
    clock = Hands()
    made = make_campaign(alice, goal=50_00)
    explaining.add_question(
        campaign=made, words={"fr": {"question": "Quand ?", "answer": "En mai."}}, at=clock.at
    )
    explaining.add_milestone(campaign=made, words={"fr": "Un autre"}, amount=500_00, at=clock.at)
    book = make_reward(made, price=45_00)
    pledges = [a_guest(made, book, name, clock) for name in (SECRET, "Prunelle")]
    clock.at = made.deadline_at
    settle(clock)
    for one in (made, *pledges):
        one.refresh_from_db()
    bring(alice, statement(paid(pledges[0]), came(7_00, debtor=SECRET), total=52_00), clock.at)
    telling.start_update(campaign=made, at=clock.at)
    BudgetLine.objects.create(campaign=made, words={"fr": "Le papier"}, amount=50_00)
    work = releasing.start_work(campaign=made, at=clock.at)
    releasing.add_files(work=work, files=[("pain.pdf", b"%PDF-1.7\n%%EOF")], at=clock.at)
    return made


def a_guest(campaign, reward, name, clock):
    made = pledging.pledge(
        campaign=campaign,
        wish=Wish(reward=reward, shown="hidden"),
        backer=backer(name=name),
        form=name,
        agreed="",
        clock=clock,
    )
    return counting.prove_address(pledge=made, clock=clock)


def there(name, campaign):
    """The address of this name, of something that this campaign has."""
    pledge = Pledge.objects.get(name=SECRET)
    reward = campaign.rewards.unguarded("a test").get()
    ids = {
        "reward": reward.public_id,
        "pledge": pledge.public_id,
        "refund": pledge.public_id,
        "payment": BankLine.objects.get(amount=7_00).public_id,
        "same": bank_of(campaign.creator).public_id,
        "bank": bank_of(campaign.creator).public_id,
        "card": card_of(campaign.creator).public_id,
        "update": campaign.updates.unguarded("a test").get().publication.public_id,
        "work": Attachment.objects.unguarded("a test").get().public_id,
    }
    numbers = {
        "budget": campaign.budget.unguarded("a test").get().pk,
        "questions": campaign.questions.unguarded("a test").get().pk,
        "milestones": campaign.milestones.unguarded("a test").get().pk,
    }
    kind = name.partition("-")[0]
    given = {
        "slug": campaign.slug,
        "language": "fr",
        "name": "all",
        "token": token_of(pledge),
        "public_id": ids.get(kind, "x" * 20),
        "number": str(numbers.get(kind, 1)),
    }
    return "/campaigns/" + re.sub(r"<\w+:(\w+)>", lambda found: given[found[1]], PATTERNS[name])


def kept():
    """All that a deed could have changed."""
    return [
        list(kind.order_by("pk").values())
        for kind in (Campaign.objects.unguarded("a test"), Pledge.objects, BankLine.objects)
    ]


def tried(browser, path):
    """(status, words) of looking at an address, and of doing something there."""
    answers = (browser.get(path), browser.post(path, {"do": "x", "because": "x"}))
    return [(answer.status_code, answer.content.decode().replace(" ", "")) for answer in answers]


class TestTheCreatorsPages:
    def test_are_nobody_elses(self, campaign, bob, charlie, owner):
        other = make_person("ruth", role="author")
        make_campaign(other)
        before = kept()
        found = [
            (name, person.name, status)
            for person in (bob, charlie, owner, other)
            for browser in [logged_in(person)]
            for name in CREATORS
            for status, words in tried(browser, there(name, campaign))
            if SECRET in words
            or (IBAN in words and person != other)
            or (status not in {404, 405} and name not in OF_NO_CAMPAIGN)
        ]
        assert found == []
        assert kept() == before

    def test_lead_a_visitor_to_log_in(self, campaign):
        statuses = {status for name in CREATORS for status, _words in tried(Client(), there(name, campaign))}
        assert statuses <= {302, 401, 405}

    @pytest.mark.parametrize("role", ["author", "member"])
    def test_are_there_for_the_creator_who_may_be_no_author_any_more(self, campaign, alice, role):
        """Without this, addresses of nothing would have been tried above."""
        alice.role = role
        alice.save()
        browser = logged_in(alice)
        absent = {name for name in CREATORS if browser.get(there(name, campaign)).status_code == 404}
        assert absent == {"pledge-remove"}  # nothing is declined once it has succeeded


class TestALink:
    def test_that_this_house_has_not_written_opens_nothing(self, campaign, bob, owner):
        first, second = Pledge.objects.order_by("pk")
        right, before = token_of(first), kept()
        wrong = (
            first.public_id + mark(second.public_id),
            first.public_id,
            right[:-1],
            right[:-1] + ("1" if right[-1] == "0" else "0"),
            "x" * len(right),
        )
        found = [
            (name, token, status)
            for browser in (Client(), logged_in(bob), logged_in(owner))
            for name in BY_LINK
            for token in wrong
            for status, words in tried(browser, there(name, campaign).replace(right, token))
            if status not in {404, 405} or SECRET in words
        ]
        assert found == []
        assert kept() == before

    def test_shows_nothing_of_another_pledge_and_is_kept_by_nothing_on_the_way(self, campaign):
        first, second = Pledge.objects.order_by("pk")
        opened = set()
        for name in BY_LINK:
            answer = Client().get(there(name, campaign).replace(token_of(first), token_of(second)))
            assert SECRET.encode() not in answer.content, name
            assert first.public_id.encode() not in answer.content, name
            if answer.status_code == 200:
                opened.add(name)
                assert "no-store" in answer.headers["Cache-Control"], name
        assert opened >= {"own", "bill", "bill-pdf", "bill-svg", "updates-by-link"}
