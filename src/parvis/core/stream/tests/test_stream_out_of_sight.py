"""What was put out of sight, or taken down, stays there: nobody brings it back by another door."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from parvis.conftest import AT, make_person
from parvis.core.audiences.models import PUBLIC, Audience
from parvis.core.audiences.rule import Viewer
from parvis.core.site.actions import take_down
from parvis.core.stream import actions
from parvis.core.stream.models import Attachment, Comment, Report
from parvis.core.stream.search import search

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def status(alice):
    everyone = Audience.objects.get(pk=PUBLIC)
    return actions.say(author=alice, source="Good morning", language="en", audience=everyone, at=AT - HOUR)


@pytest.fixture
def comment(status, charlie):
    return actions.answer(subject=status, author=charlie, source="Pamphlet", at=AT - HOUR)


def is_seen(comment):
    passer_by = Viewer.of(None, AT)
    by_rule = Comment.objects.visible_to(passer_by).filter(pk=comment.pk).exists()
    return by_rule or bool(search(passer_by, "pamphlet").hits)


class TestAHiddenComment:
    @pytest.fixture(autouse=True)
    def hidden(self, comment, alice):
        actions.hide_comment(comment=comment, by=alice, at=AT)
        assert not is_seen(comment)

    @pytest.mark.parametrize("ways", [["delete", "restore"], ["audience"], ["links"], ["newcomers"]])
    def test_is_not_brought_back_by_its_writer(self, comment, as_charlie, ways):
        answers = [
            as_charlie.post(f"/p/{comment.publication.public_id}/{way}/", {"audience": "everyone"})
            for way in ways
        ]

        assert [answer.status_code for answer in answers] == [404] * len(ways)
        assert not is_seen(comment)

    def test_is_put_in_sight_by_whoever_hid_it(self, comment, as_alice):
        as_alice.post(f"/comments/{comment.publication.public_id}/show/")

        assert is_seen(comment)


class TestACommentThatWasTakenDown:
    def test_is_not_brought_back_by_the_author_of_what_it_answers(self, comment, bob, as_alice):
        actions.report(publication=comment.publication, by=bob, words="Look", at=AT)
        report = Report.objects.unguarded("a test").get()
        take_down(report=report, by=make_person("olive", role="owner"), outcome="It goes.", at=AT)

        answer = as_alice.post(f"/comments/{comment.publication.public_id}/show/")

        assert answer.status_code == 404
        assert not is_seen(comment)


class TestAButtonOfAPersonsPage:
    @pytest.mark.parametrize(
        "where", ["nowhere", "//evil.example/", "https://evil.example/", "/\\evil.example"]
    )
    def test_leads_to_a_page_of_ours(self, alice, as_charlie, where):
        answer = as_charlie.post(f"/people/{alice.public_id}/follow/", {"next": where})

        assert answer.headers["Location"] == "/sources/"


class TestAPicture:
    def test_whose_file_is_lost_is_absent(self, alice, as_visitor):
        everyone = Audience.objects.get(pk=PUBLIC)
        data = BytesIO()
        Image.new("RGB", (600, 400), "teal").save(data, "JPEG")
        files = [("a.jpg", data.getvalue())]
        actions.say(author=alice, source="", language="en", audience=everyone, at=AT - HOUR, pictures=files)
        picture = Attachment.objects.unguarded("a test").get()

        default_storage.delete(picture.file)

        assert as_visitor.get(f"/media/{picture.public_id}/").status_code == 404
