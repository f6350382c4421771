"""The finished work: given to those who backed it, then free for everyone; who has it when, on pages, in files and in mails."""

from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse

from parvis.conftest import AT
from parvis.core.audiences.rule import Viewer
from parvis.core.delivery.tests.worlds import LATER, sent, text
from parvis.lib.funding.moving import NoSuchMove
from parvis.rooms.campaigns.actions import counting, releasing
from parvis.rooms.campaigns.actions.releasing import Given, NoTerms, NothingToGive, OnlyAfterSuccess
from parvis.rooms.campaigns.given import release_for
from parvis.rooms.campaigns.links import token_of
from parvis.rooms.campaigns.models import Passed, Work
from parvis.rooms.campaigns.tests.makers import Hands, backer, make_campaign, make_pledge, settle

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 cent recettes"


@pytest.fixture(autouse=True)
def known(settings):
    settings.PARVIS_URL = "https://parvis.example"


@pytest.fixture
def clock():
    return Hands()


@pytest.fixture
def campaign(alice, bob, clock):
    """A campaign that reached its goal, backed by bob and by a guest."""
    made = make_campaign(alice, goal=10_00, days=1)
    make_pledge(made, bob, 10_00, card="pm_card_visa")
    guest = make_pledge(made, amount=10_00, by=backer(name="Gaston"))
    counting.prove_address(pledge=guest, clock=clock)
    clock.at = made.deadline_at
    settle(clock)
    made.refresh_from_db()
    return made


@pytest.fixture
def work(campaign, clock):
    made = releasing.start_work(campaign=campaign, at=clock.at)
    given = Given(
        title="Le pain du lac", source="Cent recettes, mot à mot.", language="fr", licence="cc-by-sa"
    )
    releasing.write_work(work=made, given=given, at=clock.at)
    releasing.add_files(work=made, files=[("livre.pdf", PDF)], at=clock.at)
    return made


def seen_by(viewer):
    return Work.objects.visible_to(viewer).exists()


def readers(campaign, clock, **people):
    """Which of these people, and of passers-by, read it now."""
    found = {name for name, person in people.items() if seen_by(Viewer.of(person, clock.at + LATER))}
    return found | ({"visitor"} if seen_by(Viewer.of(None, clock.at + LATER)) else set())


class TestSteps:
    def test_lead_from_its_author_to_the_backers_to_everyone(
        self, campaign, work, clock, alice, bob, charlie
    ):
        people = {"alice": alice, "bob": bob, "charlie": charlie}
        assert readers(campaign, clock, **people) == {"alice"}
        releasing.give_to_backers(campaign=campaign, at=clock.at)
        assert readers(campaign, clock, **people) == {"alice", "bob"}
        releasing.release_free(campaign=campaign, at=clock.pass_by(days=30))
        assert readers(campaign, clock, **people) == {"alice", "bob", "charlie", "visitor"}
        campaign.refresh_from_db()
        assert (campaign.release, campaign.release_at) == ("public", clock.at)
        moves = Passed.objects.filter(campaign=campaign, move__in=["give", "free"]).order_by("number")
        assert list(moves.values_list("before", "after")) == [("none", "backers"), ("backers", "public")]

    def test_may_go_to_everyone_at_once(self, campaign, work, clock, charlie):
        releasing.release_free(campaign=campaign, at=clock.at)
        assert readers(campaign, clock, charlie=charlie) == {"charlie", "visitor"}

    def test_never_lead_back(self, campaign, work, clock):
        releasing.release_free(campaign=campaign, at=clock.at)
        for step in (releasing.give_to_backers, releasing.release_free):
            with pytest.raises(NoSuchMove):
                step(campaign=campaign, at=clock.at)

    def test_wait_for_something_to_give(self, campaign, clock):
        with pytest.raises(NothingToGive):
            releasing.give_to_backers(campaign=campaign, at=clock.at)
        releasing.start_work(campaign=campaign, at=clock.at)
        with pytest.raises(NothingToGive):
            releasing.release_free(campaign=campaign, at=clock.at)

    def test_are_only_for_what_reached_its_goal(self, alice, clock):
        running = make_campaign(alice)
        with pytest.raises(OnlyAfterSuccess):
            releasing.start_work(campaign=running, at=clock.at)
        with pytest.raises(OnlyAfterSuccess):
            releasing.release_free(campaign=running, at=clock.at)

    @pytest.mark.parametrize(("licence", "terms"), [("gpl", ""), ("own", " ")])
    def test_need_to_say_what_may_be_done_with_it(self, work, clock, licence, terms):
        given = Given(title="", source="", language="fr", licence=licence, terms=terms)
        with pytest.raises(NoTerms):
            releasing.write_work(work=work, given=given, at=clock.at)


class TestMails:
    def test_tell_the_backers_and_then_the_followers(self, campaign, work, clock, charlie):
        from parvis.core.delivery.actions import subscribe

        subscribe(person=charlie, source=campaign.source, channel="mail", at=clock.at)
        releasing.give_to_backers(campaign=campaign, at=clock.pass_by(hours=1))
        first = [mail for mail in sent(clock.at + LATER) if "Cent recettes, mot à mot." in text(mail)]
        assert {mail["To"] for mail in first} == {"Bob <bob@parvis.example>", "gaston@guests.example"}
        releasing.release_free(campaign=campaign, at=clock.pass_by(days=1))
        assert [mail["To"] for mail in sent(clock.at + LATER)] == ["Charlie <charlie@parvis.example>"]


class TestPages:
    @pytest.fixture
    def path(self, campaign):
        return reverse("campaigns:work", args=[campaign.slug])

    def file_of(self, work):
        file = work.publication.attachments.unguarded("a test").get()
        return reverse("media", args=[file.public_id])

    def test_and_files_follow_the_rule(self, campaign, work, path, clock, as_bob, as_charlie, as_visitor):
        file = self.file_of(work)
        for page in (as_bob, as_charlie, as_visitor):
            assert (page.get(path).status_code, page.get(file).status_code) == (404, 404)
        releasing.give_to_backers(campaign=campaign, at=AT)
        assert (as_bob.get(path).status_code, as_bob.get(file).status_code) == (200, 200)
        for page in (as_charlie, as_visitor):
            assert (page.get(path).status_code, page.get(file).status_code) == (404, 404)
        releasing.release_free(campaign=campaign, at=AT)
        page = as_visitor.get(path)
        assert "https://creativecommons.org/licenses/by-sa/4.0/" in page.content.decode()
        answer = as_visitor.get(file)
        assert answer.headers["Content-Disposition"] == 'attachment; filename="livre.pdf"'
        assert b"".join(answer.streaming_content) == PDF

    def test_open_to_a_guest_by_the_link_of_their_pledge(self, campaign, work, clock):
        pledge = campaign.pledges.get(name="Gaston")
        path = reverse("campaigns:work-by-link", args=[token_of(pledge)])
        assert Client().get(path).status_code == 404
        releasing.give_to_backers(campaign=campaign, at=AT)
        page = Client().get(path)
        assert "Cent recettes" in page.content.decode()
        file = work.publication.attachments.unguarded("a test").get()
        answer = Client().get(f"{path}{file.public_id}/")
        assert b"".join(answer.streaming_content) == PDF
        assert answer.headers["Cache-Control"] == "private, no-store"
        wrong = reverse("campaigns:work-by-link", args=[pledge.public_id + "0" * 40])
        assert Client().get(f"{wrong}{file.public_id}/").status_code == 404

    def test_say_on_the_campaign_how_far_it_is_given(self, campaign, work, clock, bob, charlie):
        def told(person):
            campaign.refresh_from_db()
            return release_for(campaign, Viewer.of(person, clock.at + LATER))

        assert told(bob) is None
        releasing.give_to_backers(campaign=campaign, at=clock.at)
        assert (told(bob).is_free, told(bob).path != "", told(charlie).path) == (False, True, "")
        releasing.release_free(campaign=campaign, at=clock.at)
        assert (told(charlie).is_free, told(charlie).path != "") == (True, True)

    def test_are_prepared_by_who_makes_the_campaign_alone(
        self, campaign, as_alice, as_bob, as_owner, as_visitor
    ):
        begin, edit = (reverse(f"campaigns:work-{name}", args=[campaign.slug]) for name in ("begin", "edit"))
        for page in (as_bob, as_owner):
            assert page.post(begin).status_code == 404
        assert as_alice.post(begin).headers["Location"] == edit
        for page in (as_bob, as_owner):
            assert (page.get(edit).status_code, page.post(edit, {"do": "free"}).status_code) == (404, 404)
        assert as_visitor.get(edit).status_code == 302

    def test_take_words_files_and_the_two_steps(self, campaign, as_alice, path):
        as_alice.post(reverse("campaigns:work-begin", args=[campaign.slug]))
        edit = reverse("campaigns:work-edit", args=[campaign.slug])
        said = {"title": "Le pain", "text": "Tout.", "language": "fr", "licence": "own", "terms": "Copiez."}
        assert as_alice.post(edit, said | {"terms": ""}).status_code == 422
        assert as_alice.post(edit, said).status_code == 303
        book, wrong = BytesIO(PDF), BytesIO(b"MZ")
        book.name, wrong.name = "livre.pdf", "virus.exe"
        assert as_alice.post(edit, {"do": "files", "chosen": [book, wrong]}).status_code == 422
        assert "livre.pdf" not in as_alice.get(edit).content.decode()
        book.seek(0)
        as_alice.post(edit, {"do": "files", "chosen": [book]})
        assert "livre.pdf" in as_alice.get(edit).content.decode()
        page = as_alice.get(edit).content.decode()
        assert "Visible to 2 people: those who back “Le pain du lac”" in page
        assert as_alice.post(edit, {"do": "give"}).headers["Location"] == path
        as_alice.post(edit, {"do": "free"})
        assert "Copiez." in Client().get(path).content.decode()
        file = Work.objects.unguarded("a test").get().publication.attachments.unguarded("a test").get()
        as_alice.post(reverse("campaigns:work-file-remove", args=[campaign.slug, file.public_id]))
        assert "livre.pdf" not in Client().get(path).content.decode()
