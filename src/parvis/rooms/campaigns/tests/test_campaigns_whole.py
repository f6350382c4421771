"""The whole of it: put up, backed by guests, missed by a house that was down, billed, paid, given; and every letter on the way."""

import re
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.core import mail
from django.db import connection
from django.test import Client

from parvis.core.delivery.letters import letter_for
from parvis.core.delivery.models import Mail
from parvis.lib.bills import payload
from parvis.lib.bills.tests.samples import of_pdf, scanned
from parvis.rooms.campaigns.actions import launching, pledging, releasing
from parvis.rooms.campaigns.actions.asking import open_survey
from parvis.rooms.campaigns.actions.fulfilling import mark_sent
from parvis.rooms.campaigns.actions.waiting import wait_for
from parvis.rooms.campaigns.auditing import audit
from parvis.rooms.campaigns.billing import bill_of
from parvis.rooms.campaigns.letters import LETTERS, Teller, remind_of_debts
from parvis.rooms.campaigns.letters.afterwards import ask_backers, tell_sent, tell_who_waits
from parvis.rooms.campaigns.letters.queueing import TO_BACKERS, TO_CREATORS
from parvis.rooms.campaigns.models import Campaign, Pledge, Survey
from parvis.rooms.campaigns.tests.banks import billed, bring, notification, paid, statement
from parvis.rooms.campaigns.tests.makers import (
    Hands,
    card_of,
    make_campaign,
    make_pledge,
    make_reward,
    settle,
)
from parvis.rooms.campaigns.tests.test_campaigns_pledging import form_at, said

pytestmark = pytest.mark.django_db


def read(queued, at):
    """A letter as its reader gets it."""
    made = letter_for(queued, at)
    return message_from_bytes(made.data, policy=policy.default) if made is not None else None


def letters(at):
    """Every letter that was queued, by its kind, as it would leave now."""
    rows = Mail.objects.filter(kind="letter").select_related("person").order_by("pk")
    return [(row.letter.removeprefix("campaigns."), read(row, at)) for row in rows]


def guest_pledges(campaign, reward, name, seen):
    """A visitor on a phone that speaks French fills in the page, and presses the button behind the mail."""
    visitor = Client(headers={"accept-language": "fr"})
    values = said(
        reward=reward.public_id, country="CH", seen=seen, name=name, email=f"{name.lower()}@guests.example"
    )
    assert visitor.post(form_at(campaign), values).status_code in {200, 303}
    link = re.search(r"https?://[^/\s]+(/campaigns/pledge/\S+)", mail.outbox[-1].body)[1]
    path = link.removesuffix("confirm/")
    assert visitor.post(f"{path}confirm/").status_code == 303
    return path


class TestABook:
    def test_is_backed_billed_paid_and_given(self, alice, now, settings):
        settings.PARVIS_URL = "https://parvis.example"
        campaign = make_campaign(alice, goal=100_00, at=now - timedelta(days=3))
        book = make_reward(campaign, price=45_00, rates={"CH": 7_00})
        make_reward(campaign, price=180_00, limit=2, rates={"CH": 7_00}, title="Signé")
        clock = Hands(now)
        pages = [guest_pledges(campaign, book, name, 52_00) for name in ("Gaston", "Lagaffe")]
        assert all(Client().get(page).status_code == 200 for page in pages)
        clock.at = campaign.deadline_at + timedelta(days=2)  # the house was down when it ended
        settle(clock)
        campaign = Campaign.objects.unguarded("a test").get(pk=campaign.pk)
        assert (campaign.state, campaign.decided_total, campaign.collection) == (
            "successful",
            104_00,
            "grace",
        )
        Teller(clock=clock).step()
        bills = [letter for kind, letter in letters(clock.at) if kind == "billed"]
        pledges = list(Pledge.objects.order_by("number"))
        for letter, pledge in zip(bills, pledges, strict=True):
            (pdf,) = letter.iter_attachments()
            assert scanned(of_pdf(pdf.get_content()))[0].decode() == payload(bill_of(pledge))
            assert "a atteint son but : votre facture" in letter["Subject"].replace("\xa0", " ").replace(
                "\u202f", " "
            )
        clock.pass_by(days=3)
        brought = bring(alice, statement(*(paid(one) for one in pledges), total=104_00), clock.at)
        assert brought.as_json()["paid"] == 2
        settle(clock)
        campaign.refresh_from_db()
        assert (campaign.collection, campaign.collected) == ("closed", 104_00)
        work = releasing.start_work(campaign=campaign, at=clock.at)
        releasing.add_files(work=work, files=[("pain.pdf", b"%PDF-1.7\n%%EOF")], at=clock.at)
        releasing.write_work(
            work=work,
            given=releasing.Given(
                title="Le pain du lac", source="Cent recettes.", language="fr", licence="cc-by-sa"
            ),
            at=clock.at,
        )
        releasing.give_to_backers(campaign=campaign, at=clock.at)
        releasing.release_free(campaign=campaign, at=clock.at)
        Teller(clock=clock).step()
        assert list(audit(clock.at)) == []


class TestLetters:
    def test_say_what_happened_to_each_backer_and_creator_in_their_language(
        self, alice, square, settings, now
    ):
        """Every kind of letter is written once, and none of them fails."""
        settings.PARVIS_URL = "https://parvis.example"
        clock = Hands(now)
        cards = ["pm_card_visa", "pm_card_doNotHonor", "pm_card_authenticationRequired", "pm_sepaDebit"]
        campaign = make_campaign(alice, goal=10_00, at=now)
        book = make_reward(campaign, price=30_00)
        for card in cards:
            make_pledge(campaign, amount=5_00, card=card, reward=book, clock=clock)
        make_pledge(campaign, amount=20_00, clock=clock)
        other = make_campaign(alice, goal=500_00, at=now)
        make_pledge(other, amount=20_00, clock=clock)
        launching.suspend(campaign=other, by=alice, because="Un doute.", at=now)
        Teller(clock=clock).step()
        launching.resume(campaign=other, by=alice, clock=clock)
        clock.at = campaign.deadline_at
        settle(clock)
        Teller(clock=clock).step()
        clock.pass_by(days=2, hours=1)
        remind_of_debts(clock.at)
        written = letters(clock.at)
        kinds = {kind for kind, letter in written if letter is not None}
        assert kinds >= {
            *("confirmed", "voided", "billed", "paid", "declined", "asks", "processing", "owing", "on-hold"),
            *("launched", "succeeded", "failed", "suspended", "resumed"),
        }
        for _kind, letter in written:
            if letter is not None:
                text = letter.get_body(("plain",)).get_content()
                assert letter["Subject"]
                assert "%(" not in text
                assert "None" not in text

    def test_tell_who_has_waited_longest_that_a_reward_can_be_had_again(
        self, alice, bob, charlie, clock, settings
    ):
        settings.PARVIS_URL = "https://parvis.example"
        campaign = make_campaign(alice, at=clock.at)
        book = make_reward(campaign, limit=1)
        held = make_pledge(campaign, reward=book, clock=clock)
        book.refresh_from_db()
        for person in (bob, charlie):
            wait_for(reward=book, person=person, at=clock.pass_by(hours=1))
        tell_who_waits(clock.at)
        assert not Mail.objects.filter(letter="campaigns.free").exists()
        pledging.withdraw(pledge=held, clock=clock)
        for _time in range(2):
            tell_who_waits(clock.at)
        ((kind, letter),) = letters(clock.at)
        assert (kind, str(letter["To"])) == ("free", "Bob <bob@parvis.example>")
        assert f"/pledge/?reward={book.public_id}" in letter.get_body(("plain",)).get_content()

    def test_ask_each_backer_once_and_say_what_is_on_its_way(self, alice, clock, settings):
        settings.PARVIS_URL = "https://parvis.example"
        campaign = make_campaign(alice, goal=1_00, at=clock.at)
        book = make_reward(campaign)
        first = make_pledge(campaign, reward=book, card="pm_card_visa", clock=clock)
        make_pledge(campaign, amount=5_00, card="pm_card_visa", clock=clock)
        clock.at = campaign.deadline_at
        settle(clock)
        survey = Survey.objects.create(campaign=campaign, reward=book, asks_address=True)
        open_survey(survey=survey, at=clock.at)
        mark_sent(campaign=campaign, pledges=[first.public_id], at=clock.at)
        for _time in range(2):
            ask_backers(clock.at)
            tell_sent(clock.at)
        assert [kind for kind, letter in letters(clock.at) if letter is not None] == ["survey", "sent"]

    def test_have_a_kind_each(self):
        declared = {kind.name for kind in LETTERS}
        assert {*TO_BACKERS.values(), *TO_CREATORS.values()} <= declared

    def test_leave_once_however_often_they_are_looked_for(self, alice, clock):
        campaign = make_campaign(alice, at=clock.at)
        make_pledge(campaign, amount=20_00, clock=clock)
        for _time in range(3):
            Teller(clock=clock).step()
        assert Mail.objects.filter(kind="letter", letter="campaigns.confirmed").count() == 1


class TestTheAudit:
    @pytest.mark.parametrize(
        ("invariant", "sql"),
        [
            (1, "UPDATE campaigns_campaign SET pledged = pledged + 1"),
            (1, "UPDATE campaigns_campaign SET backers = backers + 1"),
            (2, "UPDATE campaigns_reward SET taken = taken + 1"),
            (4, "UPDATE campaigns_pledge SET billed_at = started_at"),
            (12, "UPDATE campaigns_campaign SET last_number = last_number + 1"),
            (12, "UPDATE campaigns_pledge SET events = events + 1"),
            (
                13,
                "DELETE FROM audiences_membership WHERE group_id = (SELECT group_id FROM campaigns_campaign /*unguarded: a test*/)",
            ),
            (14, "UPDATE campaigns_pledge SET address_proved_at = NULL"),
        ],
    )
    def test_names_what_is_wrong_while_it_runs(self, alice, clock, sql, invariant):
        campaign = make_campaign(alice, at=clock.at)
        book = make_reward(campaign)
        make_pledge(campaign, amount=1_00, reward=book, clock=clock)
        Teller(clock=clock).step()
        assert list(audit(clock.at)) == []
        with connection.cursor() as cursor:
            cursor.execute(sql)
        assert {one.invariant for one in audit(clock.at)} == {invariant}

    @pytest.mark.parametrize(
        ("invariants", "sql"),
        [
            ({3}, "UPDATE campaigns_campaign SET decided_digest = 'another'"),
            (
                {5, 7},
                "UPDATE campaigns_attempt SET state = 'collected', pledge_id = (SELECT MIN(pledge_id) FROM campaigns_attempt), number = id",
            ),
            ({6}, "UPDATE campaigns_campaign SET collected = collected + 1"),
            ({8}, "UPDATE campaigns_pledge SET state = 'billed' WHERE state = 'collected'"),
        ],
    )
    def test_names_what_is_wrong_after_it(self, alice, clock, sql, invariants):
        campaign = make_campaign(alice, goal=1_00, at=clock.at)
        for card in ("pm_card_visa", "pm_card_doNotHonor"):
            make_pledge(campaign, amount=10_00, card=card, clock=clock)
        clock.at = campaign.deadline_at
        for _week in range(3):
            settle(clock)
            Teller(clock=clock).step()
            clock.pass_by(days=8)
        assert card_of(alice)
        assert list(audit(clock.at)) == []
        with connection.cursor() as cursor:
            cursor.execute(sql)
        assert {one.invariant for one in audit(clock.at)} >= invariants

    @pytest.mark.parametrize(
        "sql",
        [
            "UPDATE campaigns_bankline SET amount = amount + 1",
            "UPDATE campaigns_bankline SET currency = 'EUR'",
            "UPDATE campaigns_bankline SET state = 'open', over = 0 WHERE over = 0",
            'INSERT INTO campaigns_bankline (public_id, key, names, amount, currency, party, text, "references", state, because, over, '
            "account_id, pledge_id, statement_id) SELECT 'another', 'another', '[]', amount, currency, '', '', '[]', state, because, over, "
            "account_id, pledge_id, statement_id FROM campaigns_bankline WHERE over = 0",
        ],
    )
    def test_names_payments_that_the_books_know_otherwise(self, alice, sql):
        _campaign, (one, other), clock = billed(alice, 40_00, 20_00)
        bring(alice, notification(paid(one, ref="1"), paid(other, 50_00, ref="2")), clock.at)
        Teller(clock=clock).step()
        assert list(audit(clock.at)) == []
        with connection.cursor() as cursor:
            cursor.execute(sql)
        assert 7 in {one.invariant for one in audit(clock.at)}
