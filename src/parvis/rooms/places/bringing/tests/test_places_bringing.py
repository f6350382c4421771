"""Bringing check-ins: once each, for their author alone, told to nobody, and all of it can be taken back."""

from datetime import UTC, date, datetime, timedelta

import pytest

from parvis.core.audiences.actions import connections_group, expression_of
from parvis.core.delivery.actions.handing import hand_over
from parvis.core.delivery.models import HandOver, Mail
from parvis.core.people.models import Notice
from parvis.core.stream import actions as stream
from parvis.core.stream.models import Publication
from parvis.rooms.places.actions import make_venue, merge
from parvis.rooms.places.actions.venues import Described
from parvis.rooms.places.bringing.running import NothingToRead, UnderWay, bring
from parvis.rooms.places.bringing.undoing import undo
from parvis.rooms.places.models import (
    Checkin,
    Import,
    ImportItem,
    ImportVenue,
    Mode,
    Precise,
    Venue,
    VenueIdentifier,
    Whereabouts,
)

from .conftest import CAFE, HARBOUR

pytestmark = pytest.mark.django_db


def publications():
    return Publication.objects.unguarded("test")


class TestWhatIsBrought:
    def test_stands_with_its_moment_its_place_and_its_words(self, swarm, item, brought, alice):
        report = brought(swarm(item(1, shout="#lemonade with <b>Bea</b>", private=True)))

        row, publication = (
            Whereabouts.objects.unguarded("test").select_related("venue").get(),
            publications().get(),
        )
        shown = Checkin.objects.unguarded("test").get()
        assert report.created == 1
        assert (row.person, row.name, row.mode, row.is_off_grid) == (
            alice,
            "Café de la Place",
            Mode.WAS_HERE,
            True,
        )
        assert row.happened_at == publication.published_at == datetime(2023, 5, 2, 16, 30, tzinfo=UTC)
        assert (row.venue.latitude, row.venue.longitude) == (46.5196, 6.6323)
        assert (shown.venue, shown.precision) == (row.venue, Precise.VENUE)
        assert shown.source == "#lemonade with <b>Bea</b>"
        assert shown.html == "<p>#lemonade with &lt;b&gt;Bea&lt;/b&gt;</p>"

    def test_is_seen_by_its_author_alone(
        self, swarm, item, brought, as_alice, as_bob, as_charlie, as_visitor
    ):
        brought(swarm(item(1, shout="A lemonade")))
        path = publications().get().get_absolute_url()

        clients = (as_alice, as_bob, as_charlie, as_visitor)
        assert [client.get(path).status_code for client in clients] == [200, 404, 404, 404]
        assert all("lemonade" not in client.get("/").text for client in clients[1:])

    def test_is_announced_to_nobody_even_when_it_is_of_today(self, swarm, item, brought, bob, at):
        brought(swarm(item(1, createdAt=int((at - timedelta(minutes=3)).timestamp()), shout="@bob there")))

        hand_over(at + timedelta(hours=1))

        assert not Mail.objects.exists()
        assert not Notice.objects.exists()
        assert HandOver.objects.get().done_at == at

    def test_counts_as_late_so_that_it_brings_no_points(self, swarm, item, brought):
        brought(swarm(item(1)))
        row = Whereabouts.objects.unguarded("test").get()
        assert row.is_late
        assert row.origin == "foursquare"

    def test_belongs_to_the_evening_before_until_four_in_the_morning_there(self, swarm, item, brought, alice):
        alice.zone = "Asia/Tokyo"
        alice.save()
        nowhere = {"id": "unknown", "name": "Elsewhere"}
        brought(
            swarm(
                item(1, createdAt="2023-05-02 01:30:00"),  # half past three in Lausanne
                item(2, createdAt="2023-05-02 01:30:00", venue=nowhere, timeZoneOffset=120),
                item(3, createdAt="2023-05-02 02:30:00", venue=nowhere, timeZoneOffset=120),
            )
        )
        days = dict(Whereabouts.objects.unguarded("test").values_list("external_id", "day"))
        assert days == {
            "c0001": date(2023, 5, 1),
            "c0002": date(2023, 5, 1),
            "c0003": date(2023, 5, 2),
        }

    def test_stands_by_its_name_alone_where_nobody_knows_its_place(self, swarm, item, brought, as_alice):
        report = brought(swarm(item(1, venue={"id": "unknown", "name": "The Hidden Bar"})))

        row, shown = Whereabouts.objects.unguarded("test").get(), Checkin.objects.unguarded("test").get()
        assert (row.venue, row.name) == (None, "The Hidden Bar")
        assert (shown.precision, shown.name, shown.latitude) == (Precise.NOWHERE, "", None)
        assert report.as_json()["not_placed"] == ["The Hidden Bar (2023-05-02 16:30)"]
        assert "The Hidden Bar" in as_alice.get("/places/mine/").text

    def test_names_nobody_who_was_there(self, swarm, item, brought):
        friend = {"id": "9", "firstName": "Beatrix", "lastName": "Nobody"}
        report = brought(swarm(item(1, **{"with": [friend], "createdBy": friend})))

        assert set(report.remarks) == {"companions", "by-others"}
        assert "Beatrix" not in str(list(Checkin.objects.unguarded("test").values()))
        assert "Beatrix" not in str(report.as_kept())


class TestVenues:
    def test_of_the_person_alone_are_made_once(self, swarm, item, brought, alice):
        brought(swarm(item(1), item(2), item(3, venue={"id": HARBOUR, "name": "Harbour"})))

        assert sorted(Venue.objects.values_list("name", "is_shared", "made_by")) == [
            ("Café de la Place", False, alice.pk),
            ("Harbour", False, alice.pk),
        ]
        assert not VenueIdentifier.objects.exists()

    def test_that_members_share_are_found_by_their_identifier(self, swarm, item, brought, alice, bob, at):
        shared = make_venue(
            by=bob, said=Described(name="Le Café", latitude=46.5, longitude=6.6, is_shared=True), at=at
        )
        VenueIdentifier.objects.create(venue=shared, origin="foursquare", identifier=CAFE)

        brought(swarm(item(1)))

        assert Whereabouts.objects.unguarded("test").get().venue == shared
        assert not ImportVenue.objects.exists()

    def test_that_another_keeps_to_themselves_are_not_used(self, swarm, item, brought, bob):
        brought(swarm(item(1)), person=bob)
        brought(swarm(item(1)))

        makers = Whereabouts.objects.unguarded("test").values_list("person", "venue__made_by")
        assert all(person == maker for person, maker in makers)
        assert Venue.objects.count() == 2

    def test_that_were_merged_lead_to_the_other(self, swarm, item, brought, alice, at):
        brought(swarm(item(1)))
        other = make_venue(
            by=alice, said=Described(name="Le Café", latitude=46.52, longitude=6.63, is_shared=True), at=at
        )
        merge(venue=Venue.objects.get(name="Café de la Place"), into=other, by=alice, at=at)

        brought(swarm(item(1), item(2)))

        assert Whereabouts.objects.unguarded("test").get(external_id="c0002").venue == other

    def test_without_an_identifier_are_one_where_name_and_place_agree(self, tmp_path, brought):
        point = '<wpt lat="{}" lon="6.6322"><time>2023-05-0{}T10:00:00Z</time><name>{}</name></wpt>'
        points = ((46.5196, 1, "Café"), (46.5201, 2, "CAFE"), (46.5301, 3, "Café"), (46.5196, 4, "Kiosk"))
        path = tmp_path / "a.gpx"
        path.write_text("<gpx>" + "".join(point.format(*each) for each in points) + "</gpx>")

        brought(path)

        assert Whereabouts.objects.unguarded("test").count() == 4
        assert sorted(Venue.objects.values_list("name", flat=True)) == ["Café", "Café", "Kiosk"]

    def test_of_somebodys_home_are_private(self, swarm, item, brought, tmp_path):
        path = tmp_path / "Timeline.json"
        path.write_text(
            '{"semanticSegments":[{"startTime":"2024-06-15T09:00:00.000+02:00","endTime":"2024-06-15T10:00:00.000+02:00",'
            '"visit":{"topCandidate":{"semanticType":"HOME","placeLocation":{"latLng":"48.8566°, 2.3522°"}}}}]}'
        )
        brought(path)

        venue, shown = Venue.objects.get(), Checkin.objects.unguarded("test").get()
        assert (venue.name, venue.is_private) == ("Home", True)
        assert (shown.venue, shown.precision) == (None, Precise.TOWN)


class TestAgain:
    def test_does_nothing(self, swarm, item, brought):
        path = swarm(item(1), item(2), item(3, venue={"id": "unknown", "name": "Somewhere"}))
        brought(path)
        before = list(publications().order_by("pk").values())

        again = brought(path)

        assert (again.created, again.changed) == (0, 0)
        assert list(publications().order_by("pk").values()) == before
        assert Venue.objects.count() == 1

    def test_brings_what_is_new_and_changes_what_is_told_otherwise(self, swarm, item, brought):
        brought(swarm(item(1), item(2)))

        report = brought(swarm(item(1), item(2, shout="It was good"), item(3)))

        assert (report.created, report.changed) == (1, 1)
        assert Checkin.objects.unguarded("test").get(
            publication__whereabouts__external_id="c0002"
        ).source == ("It was good")
        assert brought(swarm(item(2, shout="It was good"))).changed == 0

    def test_places_what_was_not_placed(self, swarm, item, brought, tmp_path):
        path = swarm(item(1, venue={"id": HARBOUR, "name": "Harbour"}))
        alone = tmp_path / "checkins1.json"
        import zipfile

        alone.write_bytes(zipfile.ZipFile(path).read("checkins1.json"))
        brought(alone)
        assert Whereabouts.objects.unguarded("test").get().venue is None

        assert brought(path).changed == 1

        assert Whereabouts.objects.unguarded("test").get().venue.name == "Harbour"
        assert Checkin.objects.unguarded("test").get().precision == Precise.VENUE

    def test_leaves_what_its_author_changed(self, swarm, item, brought, alice, at):
        brought(swarm(item(1)))
        row = publications().get()
        stream.edit(publication=row, said=stream.Said(text="Mine", language="en"), at=at)

        report = brought(swarm(item(1, shout="Theirs")))

        assert (report.changed, list(report.skipped)) == (0, ["changed-here"])
        assert publications().get().text == "Mine"

    @pytest.mark.parametrize("is_erased", [False, True])
    def test_does_not_bring_back_what_its_author_deleted(self, swarm, item, brought, alice, at, is_erased):
        brought(swarm(item(1), item(2)))
        row = publications().get(whereabouts__external_id="c0001")
        stream.delete(publication=row, by=alice, at=at)
        if is_erased:
            publications().filter(pk=row.pk).delete()

        report = brought(swarm(item(1, shout="Again"), item(2)))

        assert (report.created, report.changed, list(report.skipped)) == (0, 0, ["deleted-here"])
        assert publications().filter(deleted_at=None).count() == 1

    def test_for_another_person_brings_theirs(self, swarm, item, brought, bob):
        brought(swarm(item(1)))
        assert brought(swarm(item(1)), person=bob).created == 1

    def test_twice_in_one_file_counts_once(self, swarm, item, brought):
        report = brought(swarm(item(1), item(1), item(2)))
        assert report.created == 2
        assert [row["reason"] for row in report.as_json()["skipped"]].count(
            "It stands there more than once; the first one counts."
        ) == 1


class TestOwnExport:
    def test_comes_back_to_the_square_it_left_as_nothing(
        self, swarm, item, brought, as_alice, alice, tmp_path
    ):
        brought(swarm(item(1, shout="Good"), item(2, venue={"id": "?", "name": "Bar"})))
        path = tmp_path / "checkins.geojson"
        path.write_bytes(as_alice.get("/places/mine/export/geojson/").getvalue())

        report = brought(path)

        assert (report.created, report.changed, report.counts["from-here"]) == (0, 0, 2)

    @pytest.mark.parametrize("form", ["geojson", "jsonl"])
    def test_comes_whole_to_another(self, swarm, item, brought, as_alice, bob, tmp_path, form):
        brought(swarm(item(1, shout="Good"), item(2, venue={"id": "?", "name": "Bar"})))
        path = tmp_path / "checkins"
        path.write_bytes(as_alice.get(f"/places/mine/export/{form}/").getvalue())

        assert brought(path, person=bob).created == 2

        rows = Whereabouts.objects.unguarded("test").filter(person=bob).order_by("happened_at")
        assert [(row.name, row.venue is not None) for row in rows] == [
            ("Café de la Place", True),
            ("Bar", False),
        ]
        assert rows[0].venue.made_by == bob


class TestRefusals:
    def test_say_what_is_wrong_with_the_file(self, tmp_path, alice, at):
        path = tmp_path / "Settings.json"
        path.write_text('{"deviceSettings": []}')
        with pytest.raises(NothingToRead, match="settings of a phone"):
            bring(path, person=alice, at=at)
        assert not Import.objects.exists()

    def test_leave_out_what_lies_ahead(self, swarm, item, brought, at):
        report = brought(swarm(item(1, createdAt="2030-01-01 00:00:00"), item(2)))
        assert (report.created, list(report.skipped)) == (1, ["ahead"])

    def test_let_one_run_go_at_a_time(self, swarm, item, alice, at, monkeypatch):
        from parvis.rooms.places.bringing import running

        path = swarm(item(1))

        def nothing_known(*_anything):
            return {}

        bring(path, person=alice, at=at)
        monkeypatch.setattr(running, "standing", nothing_known)
        count = ImportItem.objects.count
        monkeypatch.setattr(running, "last_brought", lambda: 0)
        with pytest.raises(UnderWay):
            bring(path, person=alice, at=at)
        assert count() == 1


class TestUndoing:
    def test_leaves_nothing_of_it(self, swarm, item, brought, last, at):
        brought(swarm(item(1), item(2), item(3, venue={"id": "?", "name": "Bar"})))

        assert undo(import_of=last(), at=at) == 3

        assert not publications().exists()
        assert not Whereabouts.objects.unguarded("test").exists()
        assert not Venue.objects.exists()
        assert last().undone_at == at
        assert brought(swarm(item(1))).created == 1

    def test_leaves_what_was_changed_and_the_place_where_that_is(self, swarm, item, brought, last, alice, at):
        brought(swarm(item(1), item(2, venue={"id": HARBOUR, "name": "Harbour"})))
        row = publications().get(whereabouts__external_id="c0001")
        from parvis.core.audiences.actions import Expression, audience_for

        audience = audience_for(expression=Expression(frozenset({connections_group(alice).pk})), owner=alice)
        stream.change_audience(publication=row, audience=audience, at=at)

        assert undo(import_of=last(), at=at) == 1

        assert publications().get() == row
        assert expression_of(publications().get().audience) == expression_of(audience)
        assert Venue.objects.get().name == "Café de la Place"

    def test_takes_only_its_own(self, swarm, item, brought, last, at):
        brought(swarm(item(1)))
        first = last()
        brought(swarm(item(1), item(2), name="later.zip"))

        assert undo(import_of=first, at=at) == 1

        assert Whereabouts.objects.unguarded("test").get().external_id == "c0002"
        assert Venue.objects.count() == 1

    def test_does_not_bring_back_what_was_deleted(self, swarm, item, brought, last, alice, at):
        brought(swarm(item(1), item(2)))
        stream.delete(publication=publications().get(whereabouts__external_id="c0001"), by=alice, at=at)

        undo(import_of=last(), at=at)

        assert brought(swarm(item(1), item(2))).created == 1
