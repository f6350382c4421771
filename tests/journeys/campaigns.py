"""Furnishes the square with campaigns: one that is being written, one that runs, one that has succeeded and is being paid."""

from parvis.core.stream import actions as stream
from parvis.rooms.campaigns.actions import (
    counting,
    explaining,
    fulfilling,
    launching,
    pledging,
    refunding,
    releasing,
)
from parvis.rooms.campaigns.actions.asking import keep_survey
from parvis.rooms.campaigns.actions.telling import start_update
from parvis.rooms.campaigns.links import token_of
from parvis.rooms.campaigns.models import BankLine
from parvis.rooms.campaigns.questions import Asked
from parvis.rooms.campaigns.readers import Readers, To
from parvis.rooms.campaigns.tests.banks import bring, came, paid, statement
from parvis.rooms.campaigns.tests.makers import (
    Hands,
    backer,
    leave_card,
    make_campaign,
    make_pledge,
    make_reward,
    settle,
)
from parvis.rooms.campaigns.wishes import Wish
from world import DAY, news


def furnish(world, at):
    """alice makes all three; charlie backs two of them by bank, bob and a guest by card and by bank. Returns their paths."""
    alice = world["alice"]
    draft = make_campaign(alice, is_launched=False, at=at - DAY)
    return {"book": written(draft)} | running(world, at) | paid_for(world, at)


def written(draft):
    """A draft with a reward; returns where it stands."""
    make_reward(draft, rates={"CH": 7_00, "": 20_00}, limit=5)
    return f"/campaigns/{draft.slug}/"


def running(world, at):
    """It has rewards of every kind, one of them gone, and news; its backers are charlie and a guest."""
    alice, charlie = world["alice"], world["charlie"]
    began = Hands(at - 3 * DAY)
    made = make_campaign(alice, goal=9_000_00, at=began.at)
    book = make_reward(made, rates={"CH": 7_00, "": 20_00}, price=45_00)
    once = make_reward(made, title="Une journée au four", price=180_00, limit=1)
    make_reward(made, title="Un tablier", price=30_00, is_addon=True, most_each=3)
    explaining.add_question(
        campaign=made,
        words={"fr": {"question": "Quand ?", "answer": "En mai."}, "en": {"question": "When?", "answer": "In May."}},
        at=began.at,
    )  # fmt: skip
    explaining.add_milestone(
        campaign=made,
        words={"fr": "Des photographies", "en": "Photographs"},
        amount=12_000_00,
        at=began.at,
    )
    news(made, "The first loaves", Readers(To.EVERYONE), began.pass_by(hours=2))
    update = start_update(campaign=made, at=began.at)
    words = {"title": "Soon", "text": "Not ready yet."}
    stream.save_working_copy(publication=update.publication, fields=words, version=0, at=began.at)
    mine = make_pledge(made, charlie, clock=began, reward=book, country="CH")
    make_pledge(made, world["bob"], clock=began, reward=once)
    guest = a_guest(made, "Lebrac", began, way="card")
    leave_card(guest, "pm_card_visa", clock=began)
    words = {"en": {"title": "Bread of the lake, and of the hills"}}
    launching.write_story(campaign=made, words=words, at=at - DAY)
    here = f"/campaigns/{made.slug}/"
    return {
        "oven": here,
        "gone": f"{here}wait/{once.public_id}/",
        "reward": f"{here}edit/rewards/{book.public_id}/",
        "unsent": f"{here}updates/write/{update.publication.public_id}/",
        "declined": f"{here}desk/pledges/{mine.public_id}/remove/",
        "pledge": f"/campaigns/pledge/{token_of(mine)}/",
        "guest": f"/campaigns/pledge/{token_of(guest)}/",
    }


def a_guest(campaign, name, clock, **wish):
    """A pledge of somebody without an account, who has said that it is them."""
    made = pledging.pledge(
        campaign=campaign,
        wish=Wish(extra=20_00, **wish),
        backer=backer(name=name),
        form=name,
        agreed="",
        clock=clock,
    )
    return counting.prove_address(pledge=made, clock=clock)


def paid_for(world, at):
    """It has succeeded three days ago: charlie's bill waits, the guest's was paid, bob was debited and gets some of it back."""
    alice, bob, charlie = world["alice"], world["bob"], world["charlie"]
    clock = Hands(at - 33 * DAY)
    made = make_campaign(alice, goal=50_00, at=clock.at)
    book = make_reward(made, price=45_00)
    billed = make_pledge(made, charlie, clock=clock, reward=book)
    debited = make_pledge(made, bob, 30_00, clock=clock, card="pm_card_visa")
    guest = a_guest(made, "Lagaffe", clock)
    clock.at = made.deadline_at
    settle(clock)
    for one in (made, debited, guest):
        one.refresh_from_db()
    stray = came(45_00, debtor="Prunelle")
    bring(alice, statement(paid(guest), stray, total=65_00), clock.pass_by(days=1))
    refunding.refund(
        pledge=debited, number=1, amount=5_00, because="Un livre de moins", by=alice, at=clock.at
    )
    questions = [Asked(name="size", words={"fr": "Votre taille ?", "en": "Your size?"})]
    keep_survey(campaign=made, reward=book, questions=questions, asks_address=True, open_at=clock.at)
    work = releasing.start_work(campaign=made, at=clock.at)
    given = releasing.Given(
        title="Le pain du lac", source="Cent recettes.", language="fr", licence="cc-by-sa"
    )
    releasing.write_work(work=work, given=given, at=clock.at)
    releasing.add_files(work=work, files=[("pain.pdf", b"%PDF-1.7\n%%EOF")], at=clock.at)
    releasing.give_to_backers(campaign=made, at=clock.at)
    fulfilling.mark_sent(campaign=made, pledges=[debited.public_id], at=clock.at)
    here = f"/campaigns/{made.slug}/"
    return {
        "done": here,
        "refund": f"{here}desk/pledges/{debited.public_id}/refund/",
        "by_hand": f"/campaigns/statements/refund/{guest.public_id}/",
        "line": f"/campaigns/statements/{BankLine.objects.exclude(state='paid').get().public_id}/",
        "owed": f"/campaigns/pledge/{token_of(billed)}/",
        "debited": f"/campaigns/pledge/{token_of(debited)}/",
    }
