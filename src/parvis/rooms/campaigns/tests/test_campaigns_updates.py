"""News of a campaign: for whom it is, who reads it on which page and in which mail, and who writes under it."""

from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from PIL import Image

from parvis.conftest import AT, logged_in, make_person, without_tokens
from parvis.core.audiences.rule import Viewer
from parvis.core.delivery.actions.noticing import choose_ways
from parvis.core.delivery.inbound import reply_address
from parvis.core.delivery.tests.posts import DOMAIN, come_in, written
from parvis.core.delivery.tests.worlds import LATER, sent, text
from parvis.core.people.models import Notice
from parvis.core.stream import actions as stream
from parvis.core.stream.actions.comments import CommentsClosed, NotAmongThose
from parvis.core.stream.models import Comment, Publication
from parvis.rooms.campaigns.actions import counting, launching, pledging, telling
from parvis.rooms.campaigns.actions.telling import News, NothingToTell, NotOutYet
from parvis.rooms.campaigns.links import pledge_path, token_of
from parvis.rooms.campaigns.models import Update
from parvis.rooms.campaigns.readers import Readers, To, audience_of, chosen, in_words
from parvis.rooms.campaigns.tests.makers import Hands, backer, make_campaign, make_pledge, make_reward
from parvis.rooms.campaigns.told import updates_for

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def known(settings):
    settings.PARVIS_URL = "https://parvis.example"


def tell(
    campaign, words="Le four est là.", *, to=To.EVERYONE, rewards=(), title="Le four", is_whole=True, at=AT
):
    """An update that came out."""
    update = telling.start_update(campaign=campaign, at=at)
    return telling.publish_update(
        update=update,
        fields={},
        version=stream.version_of(update.publication, None),
        news=News(title=title, source=words, language="fr", is_whole=is_whole),
        audience=audience_of(Readers(to, rewards), campaign),
        at=at,
    )


def told():
    """The mails that bring an update."""
    return [mail for mail in sent() if "Le four" in mail["Subject"]]


class World:
    """alice's campaign, and everyone who may have to do with it."""

    def __init__(self, alice):
        self.campaign = make_campaign(alice)
        self.book = make_reward(self.campaign)
        self.card = make_reward(self.campaign, title="Une carte", price=5_00)
        clock = Hands()
        names = ("has the book", "has the card", "gave", "took back", "follows", "takes part")
        self.people = {name: make_person(name.replace(" ", "-")) for name in names}
        make_pledge(self.campaign, self.people["has the book"], reward=self.book)
        make_pledge(self.campaign, self.people["has the card"], reward=self.card)
        make_pledge(self.campaign, self.people["gave"], 7_00)
        gone = make_pledge(self.campaign, self.people["took back"], reward=self.book)
        pledging.withdraw(pledge=gone, clock=clock)
        stream.follow(person=self.people["follows"], source=self.campaign.source, at=AT)
        self.guest = make_pledge(self.campaign, by=backer(name="Gaston"), reward=self.book)
        counting.prove_address(pledge=self.guest, clock=clock)
        for reward in (self.book, self.card):
            reward.refresh_from_db()
        self.people |= {"makes it": alice, "guest with the book": self.guest.person}

    def tell(self, to):
        return tell(self.campaign, to=to, rewards=[self.book] if to == To.REWARDS else [])


@pytest.fixture
def world(alice):
    return World(alice)


BACKERS = {"makes it", "has the book", "has the card", "gave", "guest with the book"}
WITH_THE_BOOK = {"makes it", "has the book", "guest with the book"}
READ_BY = [(To.EVERYONE, None), (To.BACKERS, BACKERS), (To.REWARDS, WITH_THE_BOOK)]


class TestWhoSeesWhat:
    @pytest.mark.parametrize(("to", "readers"), READ_BY)
    def test_in_the_rule_and_on_the_pages(self, world, to, readers):
        update = world.tell(to)
        path = update.publication.get_absolute_url()
        for name, person in world.people.items():
            sees = readers is None or name in readers
            viewer = Viewer.of(person, AT + LATER)
            assert Update.objects.visible_to(viewer).filter(pk=update.pk).exists() == sees, name
            assert bool(updates_for(world.campaign, viewer)) == sees, name
            if name != "guest with the book":
                assert logged_in(person).get(path).status_code == (200 if sees else 404), name
        visitor = Client().get(path)
        assert visitor.status_code == (200 if readers is None else 404)
        assert not readers or "Le four" not in visitor.content.decode()

    @pytest.mark.parametrize(("to", "readers"), READ_BY)
    def test_in_the_mails(self, world, to, readers):
        world.tell(to)
        by_mail = {"has the book", "has the card", "gave", "guest with the book"}
        names = {world.people[name].name for name in by_mail & (readers or by_mail)}
        names = {"gaston@guests.example" if name == "Gaston" else name for name in names}
        mails = told()
        assert {str(mail["To"]).split(" <")[0] for mail in mails} == names
        assert all("Le four est là." in text(mail) for mail in mails)

    def test_by_mail_a_link_alone_when_its_author_says_so(self, world):
        tell(world.campaign, to=To.BACKERS, is_whole=False)
        mails = told()
        assert len(mails) == 4
        assert not any("Le four est là." in text(mail) for mail in mails)

    def test_whoever_comes_to_back_it_reads_what_was_told_before(self, world):
        update = world.tell(To.BACKERS)
        make_pledge(world.campaign, world.people["takes part"], 5_00)
        viewer = Viewer.of(world.people["takes part"], AT + LATER)
        assert Update.objects.visible_to(viewer).filter(pk=update.pk).exists()

    def test_a_guest_reads_theirs_by_the_link_of_their_pledge(self, world):
        world.tell(To.REWARDS)
        tell(world.campaign, "Pour les cartes.", to=To.REWARDS, rewards=[world.card], title="Cartes")
        page = Client().get(reverse("campaigns:updates-by-link", args=[token_of(world.guest)]))
        assert page.headers["Cache-Control"] == "no-store"
        assert "Le four est là." in page.content.decode()
        assert "Pour les cartes" not in page.content.decode()
        wrong = reverse("campaigns:updates-by-link", args=[world.guest.public_id + "0" * 40])
        assert Client().get(wrong).status_code == 404

    def test_stands_in_the_source_of_the_campaign_and_of_who_makes_it(self, world, alice):
        update = world.tell(To.EVERYONE)
        placed = update.publication.placements.unguarded("a test")
        sources = set(placed.values_list("stream__source", flat=True))
        assert sources == {world.campaign.source_id, stream.source_of(alice).pk}

    def test_leaves_no_trace_on_the_pages_of_who_may_not_read_it(self, world):
        seen = world.tell(To.EVERYONE)
        with time_machine.travel(AT + timedelta(days=1), tick=False):
            pages = [Client(), logged_in(world.people["takes part"]), logged_in(world.people["has the card"])]
            paths = [
                "/campaigns/",
                world.campaign.get_absolute_url(),
                seen.publication.get_absolute_url(),
                "/",
            ]
            before = [without_tokens(page.get(path).content) for page in pages for path in paths]
            world.tell(To.REWARDS)
            after = [without_tokens(page.get(path).content) for page in pages for path in paths]
        assert before == after

    def test_waits_until_its_campaign_is_known(self, alice):
        with pytest.raises(NotOutYet):
            tell(make_campaign(alice, is_launched=False))

    def test_says_something(self, world):
        with pytest.raises(NothingToTell):
            tell(world.campaign, " ")

    def test_is_numbered_as_it_comes_out_and_keeps_its_number(self, world, alice):
        draft = telling.start_update(campaign=world.campaign, at=AT)
        assert draft.number is None
        first, second = world.tell(To.EVERYONE), world.tell(To.BACKERS)
        telling.delete_update(update=first, by=alice, at=AT)
        assert (first.number, second.number, world.tell(To.EVERYONE).number) == (1, 2, 3)


class TestTheSentence:
    @pytest.mark.parametrize(
        ("to", "words"),
        [
            (To.EVERYONE, "Visible to everyone, search engines included."),
            (To.BACKERS, "Visible to 4 people: those who back “Le pain du lac”"),
            (To.REWARDS, "Visible to 2 people: those who have “Un livre”"),
        ],
    )
    def test_says_who_before_it_is_published(self, world, to, words):
        readers = Readers(to, [world.book])
        assert in_words(readers, world.campaign, AT).sentence == words
        again = chosen(audience_of(readers, world.campaign), world.campaign)
        assert again.to == to

    def test_comes_alone_while_one_chooses(self, world, as_alice):
        update = telling.start_update(campaign=world.campaign, at=AT)
        path = reverse("campaigns:update-sentence", args=[world.campaign.slug, update.publication.public_id])
        said = as_alice.get(path, {"to": "rewards", "rewards": [world.book.public_id, world.card.public_id]})
        assert (
            "Visible to 3 people: those who have “Un livre” and those who have “Une carte”"
            in said.content.decode()
        )
        assert "Choose one of the rewards" in as_alice.get(path, {"to": "rewards"}).content.decode()


def sent_form(update, **over):
    version = stream.version_of(update.publication, stream.copy_of(update.publication))
    return {
        "title": "Le four",
        "text": "Il chauffe.",
        "language": "fr",
        "to": "everyone",
        "version": version,
    } | over


class TestTheEditor:
    @pytest.fixture
    def update(self, world, as_alice):
        as_alice.post(reverse("campaigns:update-begin", args=[world.campaign.slug]))
        return Update.objects.unguarded("a test").select_related("publication", "campaign").get()

    @pytest.fixture
    def path(self, update):
        return reverse("campaigns:update-edit", args=[update.campaign.slug, update.publication.public_id])

    def test_publishes_for_those_chosen(self, world, as_alice, update, path):
        page = as_alice.get(path)
        assert "Those who back it (4)" in page.content.decode()
        said = sent_form(update, do="publish", to="rewards", rewards=[world.book.public_id], is_whole="on")
        answer = as_alice.post(path, said)
        assert answer.headers["Location"] == f"/campaigns/{world.campaign.slug}/updates/1/"
        assert logged_in(world.people["has the book"]).get(answer.headers["Location"]).status_code == 200
        assert logged_in(world.people["has the card"]).get(answer.headers["Location"]).status_code == 404

    def test_keeps_changes_beside_what_is_published(self, as_alice, update, path, as_visitor):
        as_alice.post(path, sent_form(update, do="publish"))
        update.refresh_from_db()
        update.publication.refresh_from_db()
        as_alice.post(path, sent_form(update, text="Il est froid."))
        assert "Il est froid." in as_alice.get(path).content.decode()
        page = as_visitor.get(update.publication.get_absolute_url())
        assert "Il chauffe." in page.content.decode()

    def test_shows_both_texts_when_another_window_wrote(self, as_alice, update, path):
        as_alice.post(path, sent_form(update, text="Ailleurs."))
        answer = as_alice.post(path, sent_form(update, text="Ici.", version=0))
        assert answer.status_code == 409
        page = answer.content.decode()
        assert ">Ailleurs.</textarea>" in page
        assert "\nIci.</textarea>" in page

    def test_saves_by_itself_and_tells_a_stale_one(self, as_alice, update, path):
        first = as_alice.post(f"{path}save/", sent_form(update))
        assert first.status_code == 200
        assert as_alice.post(f"{path}save/", sent_form(update, version=0)).status_code == 409
        assert Client().post(f"{path}save/", {}).status_code == 401

    def test_asks_what_a_picture_shows(self, as_alice, update, path):
        drawing = BytesIO()
        Image.new("RGB", (40, 30), "red").save(drawing, "PNG")
        drawing.seek(0)
        drawing.name = "four.png"
        src = as_alice.post(f"{path}pictures/", {"file": drawing}).json()["src"]
        said = sent_form(update, do="publish", text=f"![]({src})")
        asked = as_alice.post(path, said)
        assert asked.status_code == 422
        name = src.split("/")[2]
        as_alice.post(path, said | {f"alt-{name}": "Le four"})
        update.refresh_from_db()
        assert 'alt="Le four"' in update.html

    def test_takes_away_and_brings_back(self, as_alice, update, path, as_visitor):
        as_alice.post(path, sent_form(update, do="publish"))
        there = "/campaigns/le-pain-du-lac/updates/1/"
        as_alice.post(path.replace("write/", "write/") + "delete/")
        assert as_visitor.get(there).status_code == 410
        as_alice.post(f"{path}restore/")
        assert as_visitor.get(there).status_code == 200

    def test_is_its_authors_alone(self, update, path, as_bob, as_owner, as_visitor):
        desk = reverse("campaigns:updates", args=[update.campaign.slug])
        for one in (path, f"{path}delete/", f"{path}sentence/", desk):
            assert as_owner.get(one).status_code == 404
            assert as_bob.get(one).status_code == 404
            assert as_visitor.get(one).status_code == 302
        for one in ("save", "pictures", "preview", "restore"):
            assert as_owner.post(f"{path}{one}/", {}).status_code == 404

    def test_is_erased_when_it_has_lain_in_the_trash(self, world, alice):
        update = world.tell(To.EVERYONE)
        telling.delete_update(update=update, by=alice, at=AT)
        telling.forget_updates(AT)
        telling.forget_updates(AT + telling.KEPT_FOR)
        update.refresh_from_db()
        publication = Publication.objects.unguarded("a test").get(pk=update.publication_id)
        assert (update.html, publication.title, publication.text) == ("", "", "")


class TestWhoWritesUnderIt:
    @pytest.mark.parametrize("what", ["campaign", "update"])
    def test_are_those_who_back_it_and_who_makes_it(self, world, what):
        subject = (world.campaign if what == "campaign" else world.tell(To.EVERYONE)).publication
        path = reverse("comment-answer", args=[subject.public_id])
        for name, person in world.people.items():
            if name == "guest with the book":
                continue
            is_heard = name in BACKERS
            page = logged_in(person)
            assert (b"<textarea" in page.get(path).content) == is_heard, name
            assert page.post(path, {"text": "Bravo."}).status_code == (303 if is_heard else 200), name
        assert Comment.objects.unguarded("a test").under(subject).count() == len(BACKERS) - 1

    def test_the_page_says_who_may(self, world):
        path = world.tell(To.EVERYONE).publication.get_absolute_url()
        only = "Those who back it and who makes it write here."
        with translation.override("fr"):
            assert gettext(only) in Client().get(path).content.decode()
        assert only in logged_in(world.people["takes part"]).get(path).content.decode()
        assert only not in logged_in(world.people["gave"]).get(path).content.decode()

    def test_whoever_took_a_pledge_back_does_no_more(self, world):
        subject = world.tell(To.EVERYONE).publication
        with pytest.raises(NotAmongThose):
            stream.answer(subject=subject, author=world.people["took back"], source="Et moi ?", at=AT)

    def test_nor_by_mail(self, world, alice, settings):
        settings.PARVIS_MAIL_IN_DOMAIN = DOMAIN
        subject = world.tell(To.EVERYONE).publication
        writer = world.people["gave"]
        mine = stream.answer(subject=subject, author=writer, source="Bravo.", at=AT)
        stream.answer(subject=subject, author=alice, source="Merci.", at=AT, parent=mine)
        notice = Notice.objects.get(person=writer, kind="stream.comment")
        choose_ways(person=writer, ways={"stream.comment": "now"}, at=AT)
        pledging.withdraw(pledge=writer.pledges.get(), clock=Hands())
        (row,) = come_in(reply_address(notice), written("Encore moi.", "gave@parvis.example"))
        assert row.problem == ""
        assert (row.answer, row.words) == ("reply-refused", "Those who back it and who makes it write here.")
        assert Comment.objects.unguarded("a test").count() == 2

    def test_nobody_does_where_its_author_has_closed_them(self, world):
        subject = world.tell(To.EVERYONE).publication
        stream.close_comments(publication=subject, at=AT)
        with pytest.raises(CommentsClosed):
            stream.answer(subject=subject, author=world.people["gave"], source="Bravo.", at=AT)


class TestBeforeTheLaunch:
    def test_an_announced_campaign_tells_its_followers(self, alice, bob):
        campaign = make_campaign(alice, is_launched=False)
        launching.announce(campaign=campaign, at=AT)
        campaign.refresh_from_db()
        update = tell(campaign)
        assert (
            Update.objects.visible_to(Viewer(at=Viewer.of(bob, AT + LATER).at)).filter(pk=update.pk).exists()
        )


class TestOnThePagesOfACampaign:
    def test_stand_its_news_and_what_was_answered_to_it(self, world):
        world.tell(To.EVERYONE)
        backer = world.people["gave"]
        stream.answer(subject=world.campaign.publication, author=backer, source="Bravo.", at=AT)
        page = Client().get(world.campaign.get_absolute_url()).content.decode()
        assert "/campaigns/le-pain-du-lac/updates/1/" in page
        assert "Bravo." in page
        assert 'name="text"' not in page

    def test_stands_the_way_to_the_news_on_that_of_a_pledge(self, world):
        page = Client().get(pledge_path(world.guest)).content.decode()
        assert f"{pledge_path(world.guest)}updates/" in page
