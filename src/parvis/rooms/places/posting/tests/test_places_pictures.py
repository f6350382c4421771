"""Pictures that a program names by their address are fetched once each, and hang on their check-in in the order of the post."""

from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from parvis.conftest import without_tokens
from parvis.core.stream import actions as stream
from parvis.core.stream.forms import MOST_PICTURES
from parvis.core.stream.models import Attachment
from parvis.lib.checkins import Photo
from parvis.lib.web.tests.site import said
from parvis.rooms.places.models import PictureElsewhere
from parvis.rooms.places.posting.fetching import ACCEPT
from parvis.rooms.places.posting.pictures import PAUSES, note

from .scenes import colour, fetch, hung, publication, rows

pytestmark = pytest.mark.django_db


class TestAPicture:
    def test_hangs_on_its_checkin_once_it_has_come(self, post, entry, either, there, at):
        answer = post(either, entry(photo=[there.url("/red.jpg")]))
        assert (answer.status_code, "not_taken" in answer.json()) == (201, False)
        assert not hung().exists()

        fetch(at)

        one = hung().get()
        assert (one.publication, one.owner, one.name) == (publication(), publication().author, "red.jpg")
        assert (one.mime, one.width, one.added_at) == ("image/jpeg", 60, at)
        assert rows().get().fetched_at == at
        assert there.asked[0].headers["accept"] == ACCEPT

    def test_has_the_words_that_came_with_it_in_the_language_of_the_checkin(
        self, post, entry, either, there, at, as_alice
    ):
        photos = [{"value": there.url("/red.jpg"), "alt": "The jetty"}, there.url("/blue.png")]
        path = urlsplit(post(either, entry(photo=photos)).headers["Location"]).path
        fetch(at)
        assert [one.alt for one in hung()] == [{publication().language: "The jetty"}, {}]
        assert 'alt="The jetty"' in as_alice.get(path).text

    def test_comes_from_a_form_too(self, either, there, at, client, time_machine_at):
        fields = {"h": "entry", "checkin[name]": "Café", "access_token": either}
        assert client.post("/places/micropub/", fields | {"photo": there.url("/red.jpg")}).status_code == 201
        fetch(at)
        assert hung().count() == 1

    def test_comes_after_redirects(self, post, entry, either, there, at):
        there.pages["/old"] = said(status=301, Location=there.url("/older", "other.example"))
        there.pages["/older"] = said(status=302, Location="/blue.png")
        post(either, entry(photo=[there.url("/old")]))
        fetch(at)
        assert hung().get().name == "blue.png"

    def test_stands_where_the_post_says_however_late_it_comes(self, post, entry, either, there, at):
        red = there.pages.pop("/red.jpg")
        there.pages["/red.jpg"] = said(status=503)
        post(either, entry(photo=[there.url("/red.jpg"), there.url("/blue.png")]))
        fetch(at)
        assert [colour(one) for one in hung()] == ["blue"]

        there.pages["/red.jpg"] = red
        fetch(at + PAUSES[0])

        assert [colour(one) for one in hung()] == ["red", "blue"]

    def test_that_is_added_later_stands_after_the_others(self, post, entry, either, there, at):
        url = post(either, entry(photo=[there.url("/red.jpg")])).headers["Location"]
        fetch(at)
        change = {"action": "update", "url": url, "add": {"photo": [there.url("/blue.png")]}}
        assert post(either, change).status_code == 204
        fetch(at)
        assert [colour(one) for one in hung()] == ["red", "blue"]

    def test_is_added_to_a_checkin_whose_words_its_author_changed(self, post, entry, either, there, at):
        url = post(either, entry()).headers["Location"]
        stream.edit(publication=publication(), said=stream.Said(text="Mine", language="en"), at=at)
        change = {"action": "update", "url": url, "add": {"photo": there.url("/red.jpg")}}
        assert post(either, change).status_code == 204
        fetch(at)
        assert (hung().count(), publication().text) == (1, "Mine")

    def test_changes_nothing_else_and_tells_nobody(self, post, entry, told, bob, there, at):
        def everything_else():
            models = [one for one in apps.get_models() if one not in {Attachment, PictureElsewhere}]
            return {one._meta.label: list(one._base_manager.order_by("pk").values()) for one in models}

        post(told, entry(photo=[there.url("/red.jpg")]))
        before = everything_else()
        fetch(at)
        assert hung().exists()
        assert everything_else() == before

    def test_is_seen_by_whoever_sees_the_checkin_and_by_nobody_else(
        self, post, entry, told, there, at, as_bob, as_charlie
    ):
        path = urlsplit(post(told, entry(photo=[there.url("/red.jpg")])).headers["Location"]).path
        others = (as_charlie, Client())
        pages = (path, "/places/", "/")
        before = [without_tokens(client.get(page).content) for client in others for page in pages]
        fetch(at)
        assert [without_tokens(client.get(page).content) for client in others for page in pages] == before
        media = f"/media/{hung().get().public_id}/"
        assert [client.get(media).status_code for client in (as_bob, *others)] == [200, 404, 404]
        assert media in as_bob.get(path).text


class TestTheSameAgain:
    def test_brings_no_second_picture(self, post, entry, either, there, at):
        for _time in range(3):
            post(either, entry(photo=[there.url("/red.jpg"), there.url("/red.jpg#again")]))
            fetch(at)
        assert (rows().count(), hung().count(), len(there.asked)) == (1, 1, 1)

    def test_brings_back_nothing_that_was_taken_away_here(self, post, entry, either, there, at):
        post(either, entry(photo=[there.url("/red.jpg")]))
        fetch(at)
        stream.detach(attachment=hung().get())
        post(either, entry(photo=[there.url("/red.jpg")]))
        fetch(at)
        assert not hung().exists()

    def test_with_one_more_brings_that_one(self, post, entry, either, there, at):
        post(either, entry(photo=[there.url("/red.jpg")]))
        post(either, entry(photo=[there.url("/red.jpg"), there.url("/blue.png")]))
        fetch(at)
        assert [colour(one) for one in hung()] == ["red", "blue"]

    def test_cannot_be_noted_twice(self, post, entry, alone, there, at):
        post(alone, entry(photo=[there.url("/red.jpg")]))
        row = rows().get()
        row.pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save(force_insert=True)


class TestWhatIsNotTaken:
    def test_is_more_than_a_checkin_can_have(self, post, entry, either, there, at):
        urls = [there.url(f"/{number}.jpg") for number in range(MOST_PICTURES + 1)]
        assert post(either, entry(photo=urls)).json()["not_taken"] == ["photo"]
        assert [one.url for one in rows().order_by("position")] == urls[:-1]
        assert post(either, entry(photo=urls[:-1])).status_code == 201
        url = post(either, entry(photo=urls)).headers["Location"]
        change = {"action": "update", "url": url, "add": {"photo": [there.url("/x.jpg")]}}
        assert post(either, change).json()["not_taken"] == ["photo"]
        assert rows().count() == MOST_PICTURES

    def test_is_nothing_as_long_as_there_is_room_beside_what_has_come(self, post, entry, alone, there, at):
        come = [there.url("/red.jpg"), there.url("/blue.png")]
        url = post(alone, entry(photo=come)).headers["Location"]
        fetch(at)
        more = [there.url(f"/{number}.jpg") for number in range(MOST_PICTURES - len(come))]
        change = {"action": "update", "url": url, "add": {"photo": more}}
        assert post(alone, change).status_code == 204
        assert rows().count() == MOST_PICTURES

    @pytest.mark.parametrize(
        "photo",
        [
            "",
            "red.jpg",
            "ftp://x.example/a.jpg",
            "https://me:secret@x.example/a.jpg",
            "data:image/png,x",
            "https://x.example/" + "a" * 2_000,
            "https://x.example/" + "é" * 500,
            {"alt": "Nowhere"},
            None,
            7,
        ],
    )
    def test_is_no_address_that_could_be_asked(self, post, entry, either, photo):
        answer = post(either, entry(photo=[photo, "https://x.example/b.jpg"]))
        assert (answer.status_code, answer.json()["not_taken"]) == (201, ["photo"])
        assert rows().get().url == "https://x.example/b.jpg"

    def test_is_said_of_what_would_be_taken_away(self, post, entry, either, there):
        url = post(either, entry(photo=[there.url("/red.jpg")])).headers["Location"]
        change = {"action": "update", "url": url, "replace": {"photo": [there.url("/blue.png")]}}
        assert post(either, change).json() == {"not_taken": ["photo"]}
        assert rows().get().url == there.url("/red.jpg")

    def test_is_found_among_whatever_is_sent(self, post, entry, alone, at):
        post(alone, entry())
        made = publication()

        @settings(deadline=None, max_examples=60)
        @given(st.lists(st.text(max_size=30).map(lambda end: f"https://{end}"), max_size=12))
        def tried(urls):
            with transaction.atomic():
                took_all = note(publication=made, photos=[Photo(url) for url in urls], at=at)
                noted = rows().count()
                transaction.set_rollback(True)
            assert noted <= MOST_PICTURES
            assert not took_all or (noted > 0) == bool(urls)

        tried()
