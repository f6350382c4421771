"""What a campaign says of itself: kept while it is written, put on the page on purpose, never lost between two windows."""

from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from parvis.conftest import AT
from parvis.core.stream.models import Attachment, WorkingCopy
from parvis.rooms.campaigns.actions import launching, wording
from parvis.rooms.campaigns.models import Campaign, Story
from parvis.rooms.campaigns.tests.makers import Hands, make_campaign

pytestmark = pytest.mark.django_db

HAND = {"title": "Le pain du lac", "line": "", "story": "Cent recettes.", "risks": "Le four.", "about": ""}


def path(campaign: Campaign, name: str = "words/fr/") -> str:
    return f"/campaigns/{campaign.slug}/edit/{name}"


def stories(campaign: Campaign) -> list[Story]:
    return list(Story.objects.unguarded("test").filter(campaign=campaign).order_by("number"))


def copies() -> int:
    return WorkingCopy.objects.unguarded("test").count()


def form(campaign: Campaign, language: str = "fr", **over: Any) -> dict[str, Any]:
    """The editor's form as a browser sends it, from what it was given."""
    return HAND | {"version": wording.version_of(wording.written(campaign, language)), "do": "save"} | over


def a_picture(name: str = "four.png") -> BytesIO:
    file = BytesIO()
    Image.new("RGB", (900, 600), "peru").save(file, "PNG")
    file.seek(0)
    file.name = name
    return file


@pytest.fixture
def draft(alice: Any) -> Campaign:
    return make_campaign(alice, is_launched=False)


@pytest.fixture
def live(alice: Any) -> Campaign:
    return make_campaign(alice)


class TestBeginning:
    def test_takes_a_title_and_leads_to_the_editor(self, as_alice):
        answer = as_alice.post("/campaigns/mine/", {"title": "Un four à pain", "language": "fr"})
        assert answer.headers["Location"] == "/campaigns/un-four-a-pain/edit/words/fr/"
        assert "Un four à pain" in as_alice.get(answer.headers["Location"]).content.decode()
        assert "Go on writing" in as_alice.get("/campaigns/mine/").content.decode()

    def test_without_a_title_is_refused_and_keeps_the_rest(self, as_alice):
        answer = as_alice.post("/campaigns/mine/", {"title": " ", "language": "en"})
        assert answer.status_code == 422
        assert '<option value="en" selected>' in answer.content.decode()

    def test_gives_no_campaign_the_address_of_another_page(self, alice):
        made = launching.start_campaign(author=alice, language="fr", title="Accounts", at=AT)
        assert made.slug == "accounts-2"


class TestADraft:
    def test_is_what_was_saved(self, as_alice, draft):
        answer = as_alice.post(path(draft), form(draft, story="Deux cents recettes."))
        assert answer.status_code == 303
        [story] = stories(draft)
        assert story.words["fr"]["story"] == "Deux cents recettes."
        assert story.words["en"]["story"] == "A hundred recipes."
        assert copies() == 0

    def test_is_saved_by_itself(self, as_alice, draft):
        answer = as_alice.post(path(draft, "words/fr/save/"), form(draft, risks="Tout."))
        assert stories(draft)[0].words["fr"]["risks"] == "Tout."
        assert answer.json()["version"] == wording.version_of(wording.written(draft, "fr"))

    def test_may_leave_a_language_empty_again(self, as_alice, draft):
        empty = dict.fromkeys(HAND, "")
        as_alice.post(path(draft, "words/en/"), form(draft, "en", **empty))
        assert set(stories(draft)[0].words) == {"fr"}

    def test_in_a_language_the_square_has_not_is_nowhere(self, as_alice, draft):
        assert as_alice.get(path(draft, "words/de/")).status_code == 404
        assert as_alice.post(path(draft, "words/de/save/"), form(draft)).status_code == 404

    def test_shows_what_was_typed_when_something_is_refused(self, as_alice, draft):
        page = as_alice.post(path(draft), form(draft, title="T" * 201, about="Une boulangère."))
        assert page.status_code == 422
        assert "T" * 201 in page.content.decode()
        assert "Une boulangère." in page.content.decode()


class TestTwoWindows:
    def test_do_not_overwrite_one_another(self, as_alice, draft):
        opened = form(draft)
        as_alice.post(path(draft), opened | {"story": "De la première."})
        answer = as_alice.post(path(draft), opened | {"story": "De la seconde."})
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "De la première." in page
        assert "De la seconde." in page
        assert stories(draft)[0].words["fr"]["story"] == "De la première."

    def test_are_told_by_the_autosave_too(self, as_alice, draft):
        opened = form(draft)
        as_alice.post(path(draft, "words/fr/save/"), opened | {"story": "De la première."})
        answer = as_alice.post(path(draft, "words/fr/save/"), opened | {"story": "De la seconde."})
        assert answer.status_code == 409
        assert answer.json()["current"]["story"] == "De la première."
        again = opened | {"story": "De la seconde.", "version": answer.json()["version"]}
        assert as_alice.post(path(draft, "words/fr/save/"), again).status_code == 200

    def test_on_two_languages_do_not_meet(self, as_alice, live):
        french, english = form(live), form(live, "en", title="Bread of the lake")
        as_alice.post(path(live, "words/fr/save/"), french | {"story": "En français."})
        answer = as_alice.post(path(live, "words/en/save/"), english | {"story": "In English."})
        assert answer.status_code == 200
        assert set(wording.unpublished(live)) == {"fr", "en"}


class TestAfterTheLaunch:
    def test_what_is_kept_is_on_no_page(self, as_alice, live):
        as_alice.post(path(live, "words/fr/save/"), form(live, story="Autrement."))
        assert [story.words["fr"]["story"] for story in stories(live)] == ["Cent recettes."]
        page = as_alice.get(path(live)).content.decode()
        assert "Autrement." in page
        assert "still says what it said before" in page

    def test_each_publication_is_a_version_that_stays(self, as_alice, live):
        as_alice.post(path(live), form(live, do="publish", story="Autrement."))
        as_alice.post(path(live), form(live, do="publish", story="Encore autrement."))
        texts = [story.words["fr"]["story"] for story in stories(live)]
        assert texts == ["Cent recettes.", "Autrement.", "Encore autrement."]
        assert stories(live)[-1].words["en"]["title"] == "Bread of the lake"
        assert copies() == 0

    def test_publishing_one_language_keeps_what_is_written_in_the_other(self, as_alice, live):
        as_alice.post(path(live, "words/en/save/"), form(live, "en", story="Not yet."))
        as_alice.post(path(live), form(live, do="publish", story="Autrement."))
        assert set(wording.unpublished(live)) == {"en"}
        assert stories(live)[-1].words["en"]["story"] == "A hundred recipes."

    def test_what_was_kept_can_be_forgotten(self, as_alice, live):
        as_alice.post(path(live, "words/fr/save/"), form(live, story="Autrement."))
        as_alice.post(path(live, "words/fr/forget/"))
        assert copies() == 0
        assert wording.written(live, "fr")["story"] == "Cent recettes."

    def test_it_cannot_fall_silent(self, as_alice, live):
        as_alice.post(path(live, "words/en/"), form(live, "en", do="publish", **dict.fromkeys(HAND, "")))
        answer = as_alice.post(path(live), form(live, do="publish", risks=""))
        assert answer.status_code == 422
        assert "Say what could go wrong." in answer.content.decode()

    def test_nothing_changes_once_it_has_ended(self, as_alice, live):
        launching.cancel(campaign=live, by=live.creator, because="Non.", clock=Hands(AT))
        answer = as_alice.post(path(live), form(live, do="publish", story="Autrement."))
        assert answer.status_code == 422
        assert as_alice.post(path(live, "words/fr/save/"), form(live, story="A.")).status_code == 422
        assert len(stories(live)) == 1


class TestPictures:
    def test_hang_on_the_campaign_and_are_seen_in_its_story(self, as_alice, draft):
        src = as_alice.post(path(draft, "pictures/"), {"picture": a_picture()}).json()["src"]
        as_alice.post(path(draft), form(draft, story=f"Le four : ![]({src})"))
        page = as_alice.get(path(draft)).content.decode()
        assert "One picture says nothing to those who cannot see it" in page
        [name] = Attachment.objects.unguarded("test").values_list("public_id", flat=True)
        as_alice.post(path(draft), form(draft, story=f"Le four : ![]({src})", **{f"alt-{name}": "Un four"}))
        assert f"![Un four]({src})" in stories(draft)[0].words["fr"]["story"]
        assert 'alt="Un four"' in stories(draft)[0].html["fr"]["story"]

    def test_arrive_without_a_script_too(self, as_alice, draft):
        page = as_alice.post(path(draft), form(draft, do="pictures", pictures=a_picture())).content.decode()
        assert "![](/media/" in page

    def test_that_are_none_are_refused(self, as_alice, draft):
        file = BytesIO(b"no picture")
        file.name = "a.txt"
        answer = as_alice.post(path(draft, "pictures/"), {"picture": file})
        assert answer.status_code == 422
        assert as_alice.post(path(draft, "pictures/")).status_code == 422

    def test_one_begins_the_page_and_says_what_it_shows(self, as_alice, draft):
        sent = {"do": "choose", "picture": a_picture(), "alt_fr": "Un four", "alt_en": ""}
        assert as_alice.post(path(draft, "picture/"), sent).status_code == 303
        draft.refresh_from_db()
        assert draft.picture.alt == {"fr": "Un four"}
        as_alice.post(path(draft, "picture/"), {"do": "describe", "alt_fr": "Un four", "alt_en": "An oven"})
        draft.refresh_from_db()
        assert draft.picture.alt == {"fr": "Un four", "en": "An oven"}

    def test_another_one_takes_its_place_and_none_can(self, as_alice, draft):
        for name in ("un.png", "deux.png"):
            as_alice.post(path(draft, "picture/"), {"do": "choose", "picture": a_picture(name)})
        assert list(Attachment.objects.unguarded("test").values_list("name", flat=True)) == ["deux.png"]
        as_alice.post(path(draft, "picture/"), {"do": "remove"})
        draft.refresh_from_db()
        assert draft.picture is None

    def test_an_empty_form_and_no_picture_are_refused_beside_the_field(self, as_alice, draft):
        assert as_alice.post(path(draft, "picture/"), {"do": "choose"}).status_code == 422
        file = BytesIO(b"no picture")
        file.name = "a.txt"
        page = as_alice.post(path(draft, "picture/"), {"do": "choose", "picture": file})
        assert page.status_code == 422
        assert "is not a picture" in page.content.decode()

    def test_the_preview_is_drawn_as_the_page(self, as_alice, draft):
        assert b"<em>un</em>" in as_alice.post(path(draft, "preview/"), {"text": "*un*"}).content
        page = as_alice.post(path(draft), form(draft, do="preview", story="*deux*")).content
        assert b"<em>deux</em>" in page


class TestTheList:
    def test_costs_the_same_for_one_as_for_many(self, alice, as_alice, django_assert_max_num_queries):
        for number in range(8):
            make_campaign(alice, is_launched=number > 3)
        with django_assert_max_num_queries(12):
            page = as_alice.get("/campaigns/mine/").content.decode()
        assert page.count("See how it stands") == 8  # the words, and the label that says of which

    def test_is_drawn_without_words_of_others(self, alice, as_alice, owner):
        make_campaign(owner, words={"fr": {"title": "Ailleurs", "story": "x", "risks": "y"}})
        assert "Ailleurs" not in as_alice.get("/campaigns/mine/").content.decode()
