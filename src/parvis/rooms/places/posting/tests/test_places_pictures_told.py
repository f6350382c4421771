"""Which pictures did not come, and why, is for the author of the check-in to read, and for nobody else."""

from datetime import timedelta
from urllib.parse import urlsplit
from zipfile import ZipFile

import pytest

from parvis.core.people.personal import PERSONAL
from parvis.core.site.keeping.erasure import erase_person
from parvis.core.site.keeping.export import export_zip
from parvis.core.stream import actions as stream
from parvis.rooms.places.models import Import, NotFetched, PictureElsewhere

from .scenes import fetch, hung, publication, rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def failed(post, entry, told, there, at):
    """The check-in of a picture that did not come, which alice's connections see: its path, and that of its import."""
    path = urlsplit(post(told, entry(photo=[there.url("/gone.jpg")])).headers["Location"]).path
    fetch(at)
    return path, f"/places/import/{Import.objects.get().public_id}/"


class TestItsAuthor:
    def test_reads_which_did_not_come_and_why(self, failed, there, as_alice):
        for path in failed:
            page = as_alice.get(path).text
            assert f'href="{there.url("/gone.jpg")}" rel="noreferrer"' in page
            assert "There is nothing at this address any more." in page
            assert "Try again" in page

    def test_reads_how_many_are_still_to_come(self, post, entry, alone, there, at, as_alice):
        photos = [there.url("/red.jpg"), there.url("/blue.png")]
        path = urlsplit(post(alone, entry(photo=photos)).headers["Location"]).path
        assert "2 pictures are still to come." in as_alice.get(path).text
        fetch(at)
        assert "still to come" not in as_alice.get(path).text

    def test_has_it_asked_for_again(self, failed, there, at, as_alice):
        there.pages["/gone.jpg"] = there.pages["/red.jpg"]
        answer = as_alice.post(f"{failed[0]}pictures/", {"again": rows().get().pk})
        assert (answer.status_code, answer.headers["Location"]) == (303, failed[0])
        row = rows().get()
        assert (row.problem, row.status, row.attempts) == ("", None, 0)
        fetch(row.due_at)
        assert hung().count() == 1
        assert all("did not come" not in as_alice.get(path).text for path in failed)

    def test_has_nothing_asked_for_again_that_came_or_is_to_come(
        self, failed, post, entry, told, there, at, as_alice
    ):
        path = urlsplit(post(told, entry(2, photo=[there.url("/red.jpg")])).headers["Location"]).path
        number = rows().get(url=there.url("/red.jpg")).pk
        assert as_alice.post(f"{path}pictures/", {"again": number}).status_code == 404
        fetch(at)
        assert as_alice.post(f"{path}pictures/", {"again": number}).status_code == 404
        for nonsense in ("", "x", "0", str(rows().first().pk)):
            assert as_alice.post(f"{path}pictures/", {"again": nonsense}).status_code == 404

    def test_reads_of_no_more_than_a_page_holds(
        self, failed, there, at, as_alice, django_assert_max_num_queries
    ):
        row = rows().get()
        for number in range(60):
            row.pk, row.url = None, there.url(f"/{number}.jpg")
            row.save(force_insert=True)
        with django_assert_max_num_queries(12):
            page = as_alice.get(failed[1]).text
        assert page.count('name="again"') == 50
        assert "… and 11 more" in page

    def test_does_not_read_of_checkins_that_they_deleted(self, failed, as_alice, alice, at):
        stream.delete(publication=publication(), by=alice, at=at)
        assert "did not come" not in as_alice.get(failed[1]).text

    def test_is_the_only_one_who_reads_it(self, failed, there, as_bob, as_owner, as_charlie, as_visitor):
        assert as_bob.get(failed[0]).status_code == 200
        for reader in (as_bob, as_owner, as_charlie, as_visitor):
            for path in failed:
                page = reader.get(path, follow=True).text
                assert "did not come" not in page
                assert "gone.jpg" not in page
        number = rows().get().pk
        answers = [
            reader.post(f"{failed[0]}pictures/", {"again": number}).status_code
            for reader in (as_bob, as_owner, as_charlie)
        ]
        assert answers == [404] * 3
        assert rows().get().problem == NotFetched.GONE

    def test_reads_nothing_in_french_that_was_left_in_english(self, failed, as_alice, alice):
        alice.language = "fr"
        alice.save()
        page = as_alice.get(failed[0]).text
        assert "Il n’y a plus rien à cette adresse." in page


class TestOnesOwnCopy:
    def test_holds_what_was_named_and_what_became_of_it(self, failed, there, alice, at):
        (declared,) = [one for one in PERSONAL if one.model is PictureElsewhere]
        assert declared.export(rows().get()) == {
            "publication": publication().public_id,
            "address": there.url("/gone.jpg"),
            "shows": "",
            "fetched_at": None,
            "did_not_come": "gone",
        }
        with export_zip(person=alice, at=at) as file, ZipFile(file) as copy:
            held = [copy.read(name) for name in copy.namelist() if name.endswith(".json")]
        assert any(b"/gone.jpg" in one for one in held)

    @pytest.mark.parametrize("keep_words", [True, False])
    def test_is_all_there_is_once_they_have_left(self, failed, there, at, as_alice, alice, keep_words):
        as_alice.post(f"{failed[0]}pictures/", {"again": rows().get().pk})
        erase_person(person=alice, at=at, keep_words=keep_words)
        assert not rows().exists()
        fetch(at + timedelta(days=9))
        assert len(there.asked) == 1
