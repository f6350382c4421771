"""What programs post is taken once each, for those whom its person chose, and nothing else is."""

import json
from datetime import timedelta
from io import BytesIO
from urllib.parse import urlencode, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from parvis.core.audiences.actions import Expression, audience_for
from parvis.core.people.actions import suspend
from parvis.core.stream import actions as stream
from parvis.core.stream.models import Attachment, Publication
from parvis.rooms.places.bringing.undoing import undo
from parvis.rooms.places.models import (
    Checkin,
    Import,
    ImportItem,
    Mode,
    PictureElsewhere,
    PostingKey,
    Precise,
    Tally,
    Venue,
    Whereabouts,
)
from parvis.rooms.places.posting.keys import key_of

from .conftest import ENDPOINT, SWARM, a_key

pytestmark = pytest.mark.django_db


def publications():
    return Publication.objects.unguarded("test")


def lived():
    return Whereabouts.objects.unguarded("test").select_related("venue", "publication")


class TestACheckIn:
    def test_stands_with_its_place_and_its_words(self, post, entry, either, alice, as_alice):
        answer = post(either, entry(content=[{"value": "#lemonade\n*two*", "html": "<b>no</b>"}]))

        row, shown = lived().get(), Checkin.objects.unguarded("test").get()
        assert answer.status_code == 201
        assert answer.headers["Location"] == f"http://testserver/places/c/{row.publication.public_id}/"
        assert (row.person, row.origin, row.external_id) == (alice, "foursquare", f"{1:024x}")
        assert (row.venue.name, row.venue.street, row.venue.made_by) == ("Café du Lac", "Rue 1", alice)
        assert (shown.precision, shown.source, shown.html) == (
            Precise.VENUE,
            "#lemonade\n*two*",
            "<p>#lemonade<br>*two*</p>",
        )
        assert "Café du Lac" in as_alice.get("/places/mine/").text

    def test_is_for_its_author_alone_by_itself(self, post, entry, alone, as_bob, as_charlie):
        path = urlsplit(post(alone, entry()).headers["Location"]).path
        assert [client.get(path).status_code for client in (as_bob, as_charlie, Client())] == [404] * 3

    def test_is_for_those_whom_the_key_names(self, post, entry, told, as_bob, as_charlie):
        path = urlsplit(post(told, entry()).headers["Location"]).path
        assert [client.get(path).status_code for client in (as_bob, as_charlie, Client())] == [200, 404, 404]
        assert lived().get().mode == Mode.HERE

    @pytest.mark.parametrize(
        "instead",
        [
            {"visibility": ["private"]},
            {"checked-in-by": [{"type": ["h-card"], "properties": {"name": ["Bea"]}}]},
            {"published": ["2020-01-01T10:00:00+01:00"]},
            {"checkin": [{"type": ["h-card"], "properties": {"name": ["Nowhere known"]}}]},
        ],
    )
    def test_is_for_its_author_alone_where_it_says_so_or_is_old_or_said_by_others(
        self, post, entry, told, as_bob, alice, instead
    ):
        path = urlsplit(post(told, entry(**instead)).headers["Location"]).path
        assert as_bob.get(path).status_code == 404
        assert publications().get().audience == audience_for(expression=Expression(), owner=alice)

    def test_counts_in_the_game_of_its_author(self, post, entry, either, alice):
        post(either, entry())
        assert Tally.objects.get(person=alice).state["visits"] == 1
        assert lived().get().is_played

    def test_names_nobody(self, post, entry, either):
        friend = {"type": ["h-card"], "properties": {"name": ["Beatrix"], "url": ["https://bea.example/"]}}
        answer = post(either, entry(category=["tag", friend]))
        assert "not_taken" not in answer.json()
        assert "Beatrix" not in str(list(Checkin.objects.unguarded("test").values()))

    def test_comes_from_a_form_too_with_its_pictures(self, entry, either, time_machine_at, at):
        data = BytesIO()
        Image.new("RGB", (60, 40), "teal").save(data, "JPEG")
        fields = {
            "h": "entry",
            "published": (at - timedelta(hours=1)).isoformat(),
            "content": "Lemonade",
            "syndication[]": f"{SWARM}{1:024x}",
            "checkin[name]": "Café du Lac",
            "location": "geo:46.5196,6.6322;u=20",
            "access_token": either,
            "photo": SimpleUploadedFile("a.jpg", data.getvalue()),
        }
        assert Client().post(ENDPOINT, fields).status_code == 201
        row = lived().get()
        assert (row.venue.name, row.venue.latitude) == ("Café du Lac", 46.5196)
        assert Attachment.objects.unguarded("test").get().publication == row.publication

    def test_with_a_broken_picture_is_not_taken_at_all(self, either, time_machine_at):
        fields = {"h": "entry", "checkin[name]": "Café", "access_token": either}
        answer = Client().post(ENDPOINT, fields | {"photo": SimpleUploadedFile("a.jpg", b"nonsense")})
        assert (answer.status_code, publications().count(), Import.objects.count()) == (400, 0, 0)


class TestAgain:
    def test_changes_nothing(self, post, entry, either):
        one = post(either, entry())
        before = list(publications().values())
        other = post(either, entry())
        assert (one.status_code, one.headers["Location"]) == (other.status_code, other.headers["Location"])
        assert list(publications().values()) == before
        assert (Venue.objects.count(), ImportItem.objects.count()) == (1, 1)

    def test_with_other_words_changes_those(self, post, entry, either):
        post(either, entry())
        post(either, entry(content=["Later"]))
        assert Checkin.objects.unguarded("test").get().source == "Later"

    def test_leaves_what_its_author_changed_or_deleted(self, post, entry, either, alice, at):
        post(either, entry())
        stream.edit(publication=publications().get(), said=stream.Said(text="Mine", language="en"), at=at)
        assert post(either, entry(content=["Theirs"])).status_code == 400
        stream.delete(publication=publications().get(), by=alice, at=at)
        assert post(either, entry()).status_code == 400
        assert publications().get().text == "Mine"

    def test_by_the_archive_of_swarm_finds_it_here(self, post, entry, either, alice, at, tmp_path):
        from parvis.rooms.places.bringing.report import Report
        from parvis.rooms.places.bringing.running import bring

        post(either, entry())
        path, report = tmp_path / "checkins1.json", Report()
        venue = {"id": "4b0588f1f964a520000020e3", "name": "Café du Lac"}
        when = (at - timedelta(hours=1)).strftime("%Y-%m-%d %H:%M:%S.%f")
        item = {"id": f"{1:024x}", "createdAt": when, "venue": venue}
        path.write_text(json.dumps({"count": 1, "items": [item]}))
        bring(path, person=alice, at=at, report=report)
        assert (report.created, publications().count(), Venue.objects.count()) == (0, 1, 1)

    def test_all_of_it_can_be_taken_back(self, post, entry, either, at, as_alice):
        post(either, entry(1))
        post(either, entry(2))
        one = Import.objects.get()
        assert (one.report["created"], one.called) == (2, "Robot")
        assert as_alice.get(f"/places/import/{one.public_id}/").status_code == 200
        assert undo(import_of=one, at=at) == 2
        assert not publications().exists()
        assert post(either, entry(1)).status_code == 201
        assert Import.objects.count() == 2


class TestAChange:
    def test_gives_other_words(self, post, entry, either):
        url = post(either, entry(content=["One"])).headers["Location"]
        answer = post(either, {"action": "update", "url": url, "replace": {"content": ["Two"]}})
        assert (answer.status_code, answer.content) == (204, b"")
        assert Checkin.objects.unguarded("test").get().source == "Two"
        assert post(either, {"action": "update", "url": url, "delete": ["content"]}).status_code == 204
        assert Checkin.objects.unguarded("test").get().source == ""

    def test_says_what_it_does_not_take(self, post, entry, either):
        url = post(either, entry()).headers["Location"]
        change = {"action": "update", "url": url, "add": {"category": ["tag"]}, "delete": ["photo"]}
        answer = post(either, change)
        assert (answer.status_code, answer.json()) == (200, {"not_taken": ["category", "photo"]})

    def test_of_what_another_wrote_or_one_wrote_oneself_is_refused(self, post, entry, either, bob, at, alice):
        theirs = post(a_key(bob, at), entry(7)).headers["Location"]
        own = stream.say(
            author=alice,
            source="Mine",
            language="en",
            audience=audience_for(expression=Expression(), owner=alice),
            at=at,
        )
        for url in (
            theirs,
            f"http://testserver/places/c/{own.public_id}/",
            "https://elsewhere.example/",
            "::",
        ):
            change = {"action": "update", "url": url, "replace": {"content": ["Two"]}}
            assert post(either, change).status_code == 400
            headers = {"Authorization": f"Bearer {either}"}
            assert (
                Client()
                .get(f"{ENDPOINT}?{urlencode({'q': 'source', 'url': url})}", headers=headers)
                .status_code
                == 400
            )
        assert "Two" not in str(list(publications().values()))

    @pytest.mark.parametrize("part", [{"replace": "x"}, {"add": ["x"]}, {"delete": 3}])
    def test_in_another_shape_is_refused(self, post, entry, either, part):
        url = post(either, entry()).headers["Location"]
        assert post(either, {"action": "update", "url": url, **part}).status_code == 400


class TestQuestions:
    def test_are_answered(self, post, entry, either):
        url = post(either, entry(content=["One"])).headers["Location"]
        headers = {"Authorization": f"Bearer {either}"}

        def ask(**what):
            return Client().get(f"{ENDPOINT}?{urlencode(what)}", headers=headers).json()

        assert ask(q="config")["syndicate-to"] == []
        assert ask(q="syndicate-to") == {"syndicate-to": []}
        source = ask(q="source", url=url)
        assert source["type"] == ["h-entry"]
        assert source["properties"]["content"] == ["One"]
        assert source["properties"]["checkin"][0]["properties"]["latitude"] == [46.5196]
        assert ask(q="source", url=url, **{"properties[]": "content"}) == {"properties": {"content": ["One"]}}
        assert ask(q="nothing")["error"] == "invalid_request"


class TestWithoutAKey:
    def test_nothing_is_taken(self, post, entry, alone, alice, at, as_alice):
        keys = ["", "wrong", alone[:-1]]
        assert [post(key, entry()).status_code for key in keys] == [401] * 3
        assert post("", entry()).headers["WWW-Authenticate"] == "Bearer"
        assert (
            as_alice.post(ENDPOINT, json.dumps(entry()), content_type="application/json").status_code == 401
        )
        number = PostingKey.objects.get().public_id
        assert as_alice.post("/places/posting/", {"do": f"close:{number}"}).status_code == 303
        assert post(alone, entry()).status_code == 401
        assert not publications().exists()

    def test_twice_in_one_request_is_refused(self, alone, time_machine_at):
        headers = {"Authorization": f"Bearer {alone}"}
        assert Client().post(ENDPOINT, {"access_token": alone}, headers=headers).status_code == 400

    def test_of_whoever_is_suspended_opens_nothing(self, post, entry, alone, alice, at):
        suspend(person=alice, because="A pause", at=at)
        assert post(alone, entry()).status_code == 401

    def test_that_allows_it_nothing_is_changed(self, post, entry, alice, at):
        token = a_key(alice, at, client="https://swarm.example/", scope="create")
        url = post(token, entry()).headers["Location"]
        assert post(token, {"action": "update", "url": url, "replace": {"content": ["x"]}}).status_code == 403

    def test_is_kept_as_a_hash_alone(self, alone):
        assert alone not in str(list(PostingKey.objects.values()))
        assert key_of(alone) is not None


class TestNonsense:
    @pytest.mark.parametrize(
        "body",
        [
            [],
            {"type": ["h-entry"]},
            {"type": ["h-event"], "properties": {}},
            {"type": ["h-entry"], "properties": {"content": ["A note"]}},
            {"type": ["h-entry"], "properties": {"checkin": [{}]}},
            {
                "type": ["h-entry"],
                "properties": {"checkin": [{"properties": {"latitude": [91], "longitude": [1]}}]},
            },
            {"type": ["h-entry"], "properties": {"checkin": ["geo:91,2"]}},
            {
                "type": ["h-entry"],
                "properties": {"checkin": [{"properties": {"name": ["x"]}}], "published": ["soon"]},
            },
            {
                "type": ["h-entry"],
                "properties": {"checkin": [{"properties": {"name": ["x"]}}], "published": ["2099-01-01"]},
            },
            {"action": "delete", "url": "http://testserver/"},
        ],
    )
    def test_is_refused_in_words(self, post, alone, body):
        answer = post(alone, body)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
        assert not publications().exists()

    def test_that_is_long_or_deep_is_refused(self, alone, time_machine_at):
        headers = {"Authorization": f"Bearer {alone}"}
        for body in (b"x" * 70_000, b"[" * 60_000, b"\xff", b""):
            answer = Client().post(ENDPOINT, body, content_type="application/json", headers=headers)
            assert answer.status_code == 400

    def test_comes_only_so_often(self, post, entry, alone, monkeypatch):
        monkeypatch.setattr("parvis.rooms.places.views.live.BY_KEY", "2/h/key")
        answers = [post(alone, entry(n)) for n in range(3)]
        assert [answer.status_code for answer in answers] == [201, 201, 429]
        assert int(answers[-1].headers["Retry-After"]) > 0


class TestPayloadsOfOwnYourSwarm:
    """Written after its code; they stand beside the project."""

    @pytest.fixture
    def folder(self, shared_data):
        folder = shared_data / "places/ownyourswarm"
        if not folder.is_dir():
            pytest.skip("the payloads of OwnYourSwarm are not there")
        return folder

    def test_are_taken(self, folder, alice, at, as_bob, told):
        import time_machine

        def read(name):
            return json.loads((folder / name).read_text())

        def send(body):
            headers = {"Authorization": f"Bearer {told}"}
            return Client().post(ENDPOINT, json.dumps(body), content_type="application/json", headers=headers)

        with time_machine.travel("2026-03-25T12:00:00Z", tick=False):
            full, home = send(read("checkin_full.json")), send(read("checkin_offgrid_home.json"))
            change = read("update_photo.json") | {"url": full.headers["Location"]}
            changed = send(change)
        assert (full.status_code, home.status_code, changed.status_code) == (201, 201, 204)
        rows = {row.external_id[:1]: row for row in lived()}
        assert (rows["1"].name, rows["1"].is_off_grid) == ("Café de l’Exemple", False)
        assert (rows["2"].name, rows["2"].is_off_grid) == ("La maison", True)
        assert (
            Checkin.objects.unguarded("test").get(publication=rows["1"].publication).source
            == "texte ajouté après coup"
        )
        named = PictureElsewhere.objects.unguarded("test").filter(publication=rows["1"].publication)
        assert [one.url[-6:] for one in named.order_by("position")] == ["p0.jpg", "p1.jpg"]
        for answer in (full, home):  # by others, and off the grid
            assert as_bob.get(urlsplit(answer.headers["Location"]).path).status_code == 404
