"""Pages of publications, comments, media and people: each tried by an author, a connection, a stranger and a visitor."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from parvis.conftest import AT, without_tokens
from parvis.core.audiences.actions import Expression, audience_for, connections_group, make_circle
from parvis.core.audiences.models import MEMBERS, PUBLIC
from parvis.core.audiences.rule import Viewer
from parvis.core.people.actions import reinstate, suspend
from parvis.core.stream import actions
from parvis.core.stream.models import Attachment, Comment, Publication, StandingRule
from parvis.core.stream.search import search
from parvis.core.stream.who import who_can_see

pytestmark = pytest.mark.django_db


def picture(colour: str = "brown") -> bytes:
    data = BytesIO()
    Image.new("RGB", (900, 600), colour).save(data, "JPEG")
    return data.getvalue()


def say(person, groups=(), words="Some words", at=AT, pictures=()) -> Publication:
    audience = audience_for(expression=Expression(frozenset(groups)), owner=person)
    return actions.say(
        author=person, source=words, language="en", audience=audience, at=at, pictures=pictures
    )


@pytest.fixture
def for_connections(alice, bob):
    return say(alice, {connections_group(alice).pk}, "For those I know", pictures=[("a.jpg", picture())])


@pytest.fixture
def browsers(as_alice: Client, as_bob: Client, as_charlie: Client, as_visitor: Client) -> list[Client]:
    return [as_alice, as_bob, as_charlie, as_visitor]


def answers(browsers: list[Client], path: str) -> list[int]:
    return [browser.get(path).status_code for browser in browsers]


class TestAPublication:
    def test_is_read_by_those_it_is_for_and_absent_for_others(self, browsers, for_connections):
        assert answers(browsers, for_connections.get_absolute_url()) == [200, 200, 404, 404]

    def test_forbidden_looks_absent_to_the_byte(self, as_charlie, as_visitor, for_connections):
        for browser in (as_charlie, as_visitor):
            hidden = browser.get(for_connections.get_absolute_url())
            absent = browser.get("/p/" + "x" * 20 + "/")
            named = hidden.content.replace(for_connections.public_id.encode(), b"x" * 20)
            assert without_tokens(named) == without_tokens(absent.content)

    def test_answers_410_once_it_was_public_and_is_deleted(self, browsers, alice, bob):
        row = say(alice, {PUBLIC})
        actions.delete(publication=row, by=alice, at=AT)

        assert answers(browsers, f"/p/{row.public_id}/") == [410] * 4

    def test_is_back_for_the_same_people_when_deleting_is_undone(self, browsers, as_alice, for_connections):
        path = for_connections.get_absolute_url()
        as_alice.post(reverse("publication-delete", args=[for_connections.public_id]))
        assert answers(browsers, path) == [404] * 4

        as_alice.post(reverse("publication-restore", args=[for_connections.public_id]))
        assert answers(browsers, path) == [200, 200, 404, 404]

    @pytest.mark.parametrize("name", ["who", "audience", "delete", "links"])
    def test_is_handled_by_its_author_alone(self, browsers, for_connections, name):
        path = reverse(f"publication-{name}", args=[for_connections.public_id])

        assert answers(browsers, path) == [200, 404, 404, 302]

    def test_tells_its_author_who_reads_it_and_why(self, as_alice, for_connections):
        page = as_alice.get(reverse("publication-who", args=[for_connections.public_id]))

        assert b"Bob" in page.content
        assert b"Charlie" not in page.content

    def test_names_nobody_as_a_reader_who_is_suspended(self, for_connections, alice, bob, at):
        suspend(person=bob, because="spam", at=at)
        assert who_can_see(for_connections, Viewer.of(alice, at)).count == 0

        reinstate(person=bob)
        assert who_can_see(for_connections, Viewer.of(alice, at)).count == 1

    def test_closes_at_once_when_its_author_narrows_it(self, browsers, as_alice, for_connections):
        done = as_alice.post(
            reverse("publication-audience", args=[for_connections.public_id]), {"audience": "me"}
        )

        assert done.status_code == 303
        assert answers(browsers, for_connections.get_absolute_url()) == [200, 404, 404, 404]


class TestPictures:
    def test_are_served_to_those_who_see_the_publication_and_kept_by_no_cache(
        self, browsers, for_connections
    ):
        row = Attachment.objects.unguarded("test").get(publication=for_connections)
        for path in (f"/media/{row.public_id}/", f"/media/{row.public_id}/{row.widths[0]}.webp"):
            assert answers(browsers, path) == [200, 200, 404, 404]
            assert browsers[1].get(path)["Cache-Control"] == "private, no-store"

    def test_of_a_public_status_may_be_kept_for_a_while(self, as_visitor, alice):
        row = Attachment.objects.unguarded("test").get(
            publication=say(alice, {PUBLIC}, pictures=[("a.jpg", picture())])
        )
        answer = as_visitor.get(f"/media/{row.public_id}/480.webp")

        assert answer["Cache-Control"] == "public, max-age=300"
        again = as_visitor.get(f"/media/{row.public_id}/480.webp", headers={"if-none-match": answer["ETag"]})
        assert again.status_code == 304

    def test_that_are_no_pictures_are_refused_with_nothing_stored(self, as_alice, alice):
        from django.core.files.uploadedfile import SimpleUploadedFile

        file = SimpleUploadedFile("evil.jpg", b"<svg onload=alert(1)>", content_type="image/jpeg")
        answer = as_alice.post("/statuses/", {"text": "look", "audience": "everyone", "pictures": [file]})

        assert answer.status_code == 422
        assert not Publication.objects.unguarded("test").exists()


class TestSayingAFewWords:
    def test_reaches_the_people_chosen(self, as_alice, as_bob, as_charlie, alice, bob):
        answer = as_alice.post("/statuses/", {"text": "Tea at four", "audience": "connections"})

        assert answer.status_code == 303
        assert b"Tea at four" in as_bob.get("/").content
        assert b"Tea at four" not in as_charlie.get("/").content

    def test_says_what_to_do_when_there_is_nothing(self, as_alice):
        answer = as_alice.post("/statuses/", {"text": " ", "audience": "connections"})

        assert answer.status_code == 422
        assert b"nothing to publish" in answer.content

    def test_can_be_changed_by_its_author_alone(self, browsers, for_connections):
        path = reverse("status-edit", args=[for_connections.public_id])
        assert answers(browsers, path) == [200, 404, 404, 302]

        browsers[0].post(path, {"text": "Other words", "language": "en"})
        assert b"Other words" in browsers[1].get(for_connections.get_absolute_url()).content


class TestComments:
    @pytest.fixture
    def comment(self, for_connections, bob) -> Comment:
        return actions.answer(subject=for_connections, author=bob, source="Well *said*", at=AT)

    def test_are_written_by_members_who_see_the_publication(self, browsers, for_connections):
        path = reverse("comment-answer", args=[for_connections.public_id])
        codes = [browser.post(path, {"text": "hello"}).status_code for browser in browsers]

        assert codes == [303, 303, 404, 401]

    def test_keep_the_audience_they_were_written_for_when_the_text_widens(
        self, as_charlie, for_connections, comment, alice
    ):
        everyone = audience_for(expression=Expression(frozenset({PUBLIC})), owner=alice)
        actions.change_audience(publication=for_connections, audience=everyone, at=AT)
        page = as_charlie.get(for_connections.get_absolute_url())

        assert page.status_code == 200
        assert b"Well" not in page.content

    def test_close_with_the_text_they_stand_under(self, for_connections, comment, alice, bob, charlie):
        me = audience_for(expression=Expression(), owner=alice)
        actions.change_audience(publication=for_connections, audience=me, at=AT)
        viewer = Viewer.of(charlie, AT)

        assert not Comment.objects.visible_to(Viewer.of(bob, AT)).exists()
        assert not search(viewer, "said").hits

    def test_can_be_changed_for_fifteen_minutes(self, comment):
        actions.edit_comment(comment=comment, source="Better said", at=AT + timedelta(minutes=15))

        with pytest.raises(actions.TooLateToEdit):
            actions.edit_comment(comment=comment, source="Too late", at=AT + timedelta(minutes=15, seconds=1))

    def test_withdrawn_leave_their_place_only_to_answers_that_one_sees(
        self, as_alice, for_connections, comment, alice, bob
    ):
        actions.answer(subject=for_connections, author=alice, source="Thank you", at=AT, parent=comment)
        actions.withdraw_comment(comment=comment, by=bob, at=AT)
        page = as_alice.get(for_connections.get_absolute_url()).content

        assert b"Withdrawn by its author" in page
        assert b"Well" not in page

    def test_put_away_are_seen_by_their_writer_and_listed_for_the_author(
        self, as_alice, as_bob, for_connections, comment
    ):
        page = as_alice.post(reverse("comment-hide", args=[comment.publication.public_id]), follow=True)
        assert "The comment is out of sight." in page.content.decode()
        assert reverse("comment-show", args=[comment.publication.public_id]) in page.content.decode()

        assert b"out of sight" in as_alice.get(for_connections.get_absolute_url()).content
        assert b"only you see it" in as_bob.get(for_connections.get_absolute_url()).content

    def test_say_that_they_are_shown_again_closed_and_opened(self, as_alice, for_connections, comment):
        shown = reverse("comment-show", args=[comment.publication.public_id])
        switched = reverse("comments-switch", args=[for_connections.public_id])
        for path, said in (
            (shown, "Whoever reads this text reads the comment now."),
            (switched, "Comments are closed."),
            (switched, "Comments are open again."),
        ):
            assert said in as_alice.post(path, follow=True).content.decode()

    def test_are_not_ordered_about_by_others(self, as_bob, as_charlie, for_connections, comment):
        path = reverse("comment-hide", args=[comment.publication.public_id])

        assert [browser.post(path).status_code for browser in (as_bob, as_charlie)] == [404, 404]


class TestAPersonsPage:
    def test_is_known_to_members_and_to_visitors_when_listed(self, browsers, alice, bob):
        assert answers(browsers, f"/people/{alice.public_id}/") == [200, 200, 200, 200]
        assert answers(browsers, f"/people/{bob.public_id}/") == [200, 200, 200, 404]

    def test_shows_each_viewer_their_part(self, browsers, alice, for_connections):
        say(alice, {MEMBERS}, "For the members")
        pages = [browser.get(f"/people/{alice.public_id}/").content for browser in browsers]

        assert [b"For those I know" in page for page in pages] == [True, True, False, False]
        assert [b"For the members" in page for page in pages] == [True, True, True, False]

    def test_is_shown_to_its_owner_as_others_see_it(self, as_alice, alice, bob, charlie, for_connections):
        assert b"For those I know" in as_alice.get(f"/as/{bob.public_id}/").content
        assert b"For those I know" not in as_alice.get(f"/as/{charlie.public_id}/").content
        assert b"For those I know" not in as_alice.get("/as/visitor/").content


class TestStandingRules:
    def test_narrow_what_is_out_already_and_never_widen(self, alice, bob, charlie):
        old = say(alice, {PUBLIC}, "old", at=AT - timedelta(days=400))
        close = say(alice, {connections_group(alice).pk}, "close", at=AT - timedelta(days=400))
        members = audience_for(expression=Expression(frozenset({MEMBERS})), owner=alice)
        actions.set_standing_rule(person=alice, kind="", after_days=365, audience=members, at=AT)

        def seen(person):
            return set(Publication.objects.visible_to(Viewer.of(person, AT)).values_list("pk", flat=True))

        assert seen(None) == set()
        assert seen(charlie) == {old.pk}
        assert seen(bob) == {old.pk, close.pk}


class TestTheWorkingCopy:
    def test_refuses_an_older_version_and_keeps_the_newer(self, alice):
        draft = actions.begin(kind="stream.status", author=alice, language="en", at=AT)
        first = actions.save_working_copy(publication=draft, fields={"text": "one"}, version=0, at=AT)
        actions.save_working_copy(publication=draft, fields={"text": "two"}, version=first.version, at=AT)

        with pytest.raises(actions.StaleCopy):
            actions.save_working_copy(
                publication=draft, fields={"text": "late"}, version=first.version, at=AT
            )
        draft.refresh_from_db()
        assert draft.working_copy.fields == {"text": "two"}


class TestAMemberOneDoesNotKnow:
    def test_is_shown_what_is_for_the_members(self, as_alice, alice, for_connections):
        say(alice, {MEMBERS}, "For the members")
        page = as_alice.get("/as/member/").content

        assert b"For the members" in page
        assert b"For those I know" not in page


class TestWhatIsHungOnAStatus:
    PDF = b"%PDF-1.4\n1 0 obj<</Author(CANARY)>>endobj\ntrailer<</Info 1 0 R>>"

    @pytest.mark.parametrize(
        "data", [PDF, b"ID3\x04\x00 a sound", b"OggS a sound", b"\x1a\x45\xdf\xa3 a film", b"words"]
    )
    def test_is_a_picture_and_nothing_else(self, as_alice, data):
        file = SimpleUploadedFile("holiday.jpg", data, "image/jpeg")
        words = {"text": "Look", "audience": "connections", "pictures": file}
        answer = as_alice.post("/statuses/", words)

        assert answer.status_code == 422
        assert "“holiday.jpg” is not a picture" in answer.content.decode()
        assert not Attachment.objects.unguarded("a test counts").exists()
        assert not Publication.objects.unguarded("a test counts").exists()


class TestAPieceForACircle:
    def test_or_for_connections_names_its_author(self, for_connections, as_bob):
        assert "the connections of Alice" in as_bob.get(for_connections.get_absolute_url()).content.decode()

    def test_says_who_chose_its_readers_and_no_more(self, alice, bob, charlie, as_alice, as_bob):
        circle = make_circle(owner=alice, name="Difficult people", at=AT, people=[bob, charlie])
        piece = say(alice, {circle.pk}, "For the choir")
        for there in (piece.get_absolute_url(), f"/people/{alice.public_id}/"):
            page = as_bob.get(there).content.decode()
            assert "a small group chosen by Alice" in page
            assert "Difficult" not in page
            assert "chosen by" not in as_alice.get(there).content.decode()


class TestAStandingRule:
    @pytest.mark.parametrize("kind", ["", "stream.status"])
    def test_is_dropped_by_what_it_is_for(self, as_alice, as_bob, alice, kind):
        members = audience_for(expression=Expression(frozenset({MEMBERS})), owner=alice)
        for one in ("", "stream.status"):
            actions.set_standing_rule(person=alice, kind=one, after_days=365, audience=members, at=AT)
        name = kind or "everything"
        assert f'name="drop" value="{name}"' in as_alice.get("/me/standing/").content.decode()

        as_bob.post("/me/standing/", {"drop": name})
        assert StandingRule.objects.count() == 2
        as_alice.post("/me/standing/", {"drop": name})
        assert not StandingRule.objects.filter(kind=kind).exists()
        assert StandingRule.objects.count() == 1
