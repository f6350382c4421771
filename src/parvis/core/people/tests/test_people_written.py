"""What was written while the login ran out is shown again, and is nowhere else."""

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile

from parvis.core.audiences.actions import Expression, audience_for
from parvis.core.stream.actions import say
from parvis.core.stream.models import Publication

WORDS = "Bravo,\n  & <merci>"


@pytest.fixture
def status(alice, at):
    everyone = audience_for(expression=Expression(frozenset({1})), owner=alice)
    return say(author=alice, source="Bonjour.", language="fr", audience=everyone, at=at)


class TestWordsOfAVisitor:
    def test_under_a_publication_are_shown_again_with_the_way_back(self, status, as_visitor):
        page = status.get_absolute_url()
        answer = as_visitor.post(
            f"/p/{status.public_id}/comment/",
            {"text": WORDS},
            headers={"referer": f"http://testserver{page}"},
        )
        assert answer.status_code == 401
        assert "Bravo,\n  &amp; &lt;merci&gt;</textarea>" in answer.text
        assert f"/account/login/?next={page}" in answer.text
        assert answer.headers["Cache-Control"] == "private, no-store"

    def test_from_home_are_shown_again_and_kept_nowhere(self, square, as_visitor):
        sent = {"text": "Bravo", "language": "fr", "audience": "members", "csrfmiddlewaretoken": "token"}
        answer = as_visitor.post("/statuses/", sent, headers={"referer": "http://testserver/?page=2"})
        assert (answer.status_code, ">\nBravo</textarea>" in answer.text) == (401, True)
        assert "next=/%3Fpage%3D2" in answer.text
        assert answer.text.count("<textarea") == 1
        assert not answer.cookies
        assert not Session.objects.exists()
        assert not Publication.objects.unguarded("a test counts").exists()

    def test_say_that_pictures_are_to_be_chosen_again(self, square, as_visitor):
        sent = {"text": "Bravo", "pictures": SimpleUploadedFile("a.png", b"png")}
        as_visitor.cookies["django_language"] = "en"
        assert "Choose your pictures" in as_visitor.post("/statuses/", sent).text

    def test_never_lead_to_another_site(self, square, as_visitor):
        answer = as_visitor.post("/statuses/", {"text": "x"}, headers={"referer": "https://evil.example/a"})
        assert "evil" not in answer.text

    def test_hold_no_password(self, square, as_visitor):
        answer = as_visitor.post("/statuses/", {"text": "x", "password": "two words"})
        assert "two words" not in answer.text

    def test_that_are_none_lead_to_log_in_and_back(self, square, as_visitor):
        answer = as_visitor.post(
            "/people/nobody/follow/", {}, headers={"referer": "http://testserver/people/nobody/"}
        )
        assert (answer.status_code, answer.url) == (302, "/account/login/?next=/people/nobody/")

    def test_are_the_same_whatever_stands_there(self, status, as_visitor):
        sent = {"text": WORDS}
        there = as_visitor.post(
            f"/p/{status.public_id}/comment/", sent, headers={"referer": "http://testserver/"}
        )
        nothing = as_visitor.post("/p/nothing/comment/", sent, headers={"referer": "http://testserver/"})
        assert there.content == nothing.content
