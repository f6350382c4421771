"""A picture that does not come is asked for again as long as that may help; and whatever happens meanwhile, it hangs once."""

import threading
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage

from parvis.core.delivery.actions.errands import LEASE, claim
from parvis.core.delivery.outside import AT_ONCE
from parvis.core.stream import actions as stream
from parvis.lib.web import Fetcher
from parvis.lib.web.tests.site import fetcher, said
from parvis.rooms.places.bringing.undoing import undo
from parvis.rooms.places.models import Import, NotFetched
from parvis.rooms.places.posting.fetching import WITHIN, fetch_pictures, house_fetcher, settle
from parvis.rooms.places.posting.missing import SENTENCES
from parvis.rooms.places.posting.pictures import PAUSES, wanted

from .scenes import fetch, hung, picture, publication, rows

pytestmark = pytest.mark.django_db


class TestWhatDoesNotCome:
    @pytest.mark.parametrize(
        ("answer", "why"),
        [
            (said(status=404), NotFetched.GONE),
            (said(status=410), NotFetched.GONE),
            (said(status=403), NotFetched.CLOSED),
            (said("<h1>Log in</h1>"), NotFetched.NO_PICTURE),
            (said(picture("red", "TIFF"), Content_Type="image/jpeg"), NotFetched.NO_PICTURE),
            (said(picture("red")[:-40], Content_Type="image/jpeg"), NotFetched.UNSHOWABLE),
            (said(status=302, Location="/here"), NotFetched.NOT_ASKED),
            (said(status=302, Location="http://10.1.2.3/"), NotFetched.NOT_ASKED),
        ],
    )
    def test_is_given_up_where_trying_again_is_of_no_use(self, post, entry, either, there, at, answer, why):
        there.pages["/here"] = answer
        post(either, entry(photo=[there.url("/here")]))
        fetch(at)
        row = rows().get()
        assert (row.problem, row.due_at, row.fetched_at) == (why, None, None)
        assert not hung().exists()
        asked = len(there.asked)
        fetch(at + timedelta(days=9))
        assert len(there.asked) == asked

    def test_is_whatever_is_larger_than_members_may_add(self, post, entry, either, there, at, settings):
        data = picture("red")
        settings.PARVIS_UPLOAD_LIMIT = len(data) - 1
        post(either, entry(photo=[there.url("/red.jpg")]))
        fetch(at, most=house_fetcher().most)
        assert rows().get().problem == NotFetched.TOO_LARGE

        settings.PARVIS_UPLOAD_LIMIT = len(data)
        post(either, entry(2, photo=[there.url("/red.jpg")]))
        fetch(at, most=house_fetcher().most)
        assert hung().count() == 1

    def test_is_whatever_stands_on_ones_own_network(self, post, entry, either, there, at):
        post(either, entry(photo=[f"http://127.0.0.1:{there.port}/red.jpg", there.url("/red.jpg")]))
        fetch(at, Fetcher(agent="Test/1.0", ports=None, resolve=fetcher().resolve))
        assert [one.problem for one in rows()] == [NotFetched.NOT_ASKED] * 2
        assert there.asked == []

    def test_is_asked_for_five_times_with_longer_and_longer_pauses(self, post, entry, either, there, at):
        there.pages["/busy.jpg"] = said(status=503)
        post(either, entry(photo=[there.url("/busy.jpg")]))
        moment = at
        for pause in (*PAUSES, timedelta(days=30)):
            fetch(moment)
            fetch(moment + pause - timedelta(seconds=1))
            moment += pause
        row = rows().get()
        assert len(there.asked) == 5
        assert (row.problem, row.status, row.due_at) == (NotFetched.BUSY, 503, None)

    def test_is_a_picture_whose_site_is_too_slow(self, post, entry, either, there, at):
        over = threading.Event()

        def hangs(_asked, _line):
            over.wait(20)

        there.pages["/slow.jpg"] = hangs
        post(either, entry(photo=[there.url("/slow.jpg"), there.url("/red.jpg")]))
        fetch_pictures(at, fetcher(within=0.3))
        over.set()
        slow, red = rows().order_by("position")
        assert (slow.attempts, slow.problem, slow.fetched_at) == (1, "", None)
        assert slow.due_at > at
        assert red.fetched_at is not None
        assert house_fetcher().within == WITHIN

    def test_is_put_off_while_it_cannot_be_kept_here(self, post, entry, either, there, at, tmp_path):
        (tmp_path / "media").write_text("no folder: nothing can be stored in it")
        post(either, entry(photo=[there.url("/red.jpg")]))
        fetch(at)
        row = rows().get()
        assert (row.attempts, row.due_at, row.fetched_at) == (1, at + PAUSES[0], None)
        assert not hung().exists()

        (tmp_path / "media").unlink()
        fetch(at + PAUSES[0])

        assert hung().count() == 1

    def test_has_a_sentence_for_each_reason(self):
        assert set(SENTENCES) == set(NotFetched)
        for words in SENTENCES.values():
            assert str(words % {"status": 500, "limit": 25}).endswith(".")


class Killed(BaseException):
    """The worker is no more."""


class TestAWorker:
    def test_fetches_only_a_few_at_a_time(self, post, entry, alone, there, at):
        for number in range(AT_ONCE + 1):
            post(alone, entry(number, photo=[there.url("/red.jpg")]))
        fetch(at)
        assert len(there.asked) == AT_ONCE
        fetch(at)
        assert hung().count() == AT_ONCE + 1

    def test_that_was_killed_before_it_hung_a_picture_is_followed_by_another(
        self, post, entry, either, there, at
    ):
        class Dying(Fetcher):
            def get(self, url, **more):
                super().get(url, **more)
                raise Killed

        asked = fetcher()
        dying = Dying(agent="x", permitted=asked.permitted, ports=None, resolve=asked.resolve)
        post(either, entry(photo=[there.url("/red.jpg")]))
        with pytest.raises(Killed):
            fetch(at, dying)
        fetch(at + LEASE - timedelta(seconds=1))
        assert (len(there.asked), hung().count()) == (1, 0)

        fetch(at + LEASE)

        assert (len(there.asked), hung().count()) == (2, 1)

    def test_that_comes_too_late_hangs_nothing_a_second_time(self, post, entry, either, there, at):
        post(either, entry(photo=[there.url("/red.jpg")]))
        (late,) = claim(wanted(), worker="late", at=at, limit=1)
        fetch(at + LEASE)
        settle(late, fetcher().get(late.url), at + LEASE)
        assert hung().count() == 1

    def test_says_what_it_is_and_not_whose(self, settings):
        settings.PARVIS_URL = "https://parvis.example"
        assert house_fetcher().agent.startswith("Parvis/")
        assert "parvis.example" not in house_fetcher().agent
        assert (house_fetcher().permitted, house_fetcher().ports) == ((), frozenset({80, 443}))


class TestACheckinThatWasDeleted:
    def test_has_nothing_fetched(self, post, entry, either, there, at, alice):
        post(either, entry(photo=[there.url("/red.jpg")]))
        stream.delete(publication=publication(), by=alice, at=at)
        fetch(at)
        assert there.asked == []

    def test_while_a_picture_came_has_none_hung(self, post, entry, either, there, at, alice):
        post(either, entry(photo=[there.url("/red.jpg")]))
        (row,) = claim(wanted(), worker="me", at=at, limit=1)
        answer = fetcher().get(row.url)
        stream.delete(publication=publication(), by=alice, at=at)
        settle(row, answer, at)
        assert not hung().exists()

    def test_and_brought_back_has_them_fetched_after_all(self, post, entry, either, there, at, alice):
        post(either, entry(photo=[there.url("/red.jpg")]))
        stream.delete(publication=publication(), by=alice, at=at)
        fetch(at)
        stream.restore(publication=publication(), by=alice)
        fetch(at)
        assert hung().count() == 1

    def test_for_good_takes_its_rows_along(self, post, entry, either, there, at):
        post(either, entry(photo=[there.url("/red.jpg")]))
        publication().delete()
        assert not rows().exists()

    def test_with_its_import_leaves_no_file_behind(
        self, post, entry, either, there, at, tmp_path, django_capture_on_commit_callbacks
    ):
        post(either, entry(photo=[there.url("/red.jpg")]))
        fetch(at)
        assert default_storage.exists(hung().get().file)
        with django_capture_on_commit_callbacks(execute=True):
            undo(import_of=Import.objects.get(), at=at)
        assert not rows().exists()
        assert [path for path in (tmp_path / "media").rglob("*") if path.is_file()] == []
