"""Places from an extract of OpenStreetMap: shared by all, once each, as the file says them now."""

import json
import sys
from datetime import timedelta

import pytest

from parvis.core.site.command.line import run
from parvis.lib.geo.earth import Box
from parvis.rooms.places.actions import correct_venue, make_venue
from parvis.rooms.places.actions.venues import Described
from parvis.rooms.places.gathering import openstreetmap
from parvis.rooms.places.gathering.command import NoArea, box_of
from parvis.rooms.places.gathering.openstreetmap import NeedsOsmium, NoExtract, gather
from parvis.rooms.places.models import Venue, VenueIdentifier

osmium = pytest.importorskip("osmium", reason="osmium, the extra “osm”, is not installed")
pytestmark = pytest.mark.django_db
CAFE = {"name": "Café du Lac", "amenity": "cafe", "addr:street": "Rue du Port", "addr:housenumber": "3"}
STATION = {"name": "Genève", "name:en": "Geneva", "name:fr": "Genève", "railway": "station"}
PARK = {"name": "Le Parc", "leisure": "park"}
CORNERS = ((46.20, 6.10), (46.20, 6.11), (46.21, 6.11), (46.21, 6.10))


@pytest.fixture
def extract(tmp_path):
    """An extract with these nodes and ways, written by osmium itself."""

    def write(*nodes, ways=(), name="some.osm.pbf"):
        from osmium.osm.mutable import Node, Way

        path = tmp_path / name
        path.unlink(missing_ok=True)
        corners = [({}, lat, lon) for lat, lon in CORNERS]
        writer = osmium.SimpleWriter(str(path))
        numbered = [*enumerate(nodes, 1), *enumerate(corners, 101)]
        for number, (tags, lat, lon) in numbered:
            writer.add_node(Node(id=number, version=1, tags=tags, location=(lon, lat)))
        for number, tags in enumerate(ways, 1):
            writer.add_way(Way(id=number, version=1, tags=tags, nodes=[101, 102, 103, 104, 101]))
        writer.close()
        return path

    return write


def named():
    return {row.identifier: row.venue for row in VenueIdentifier.objects.select_related("venue")}


class TestAPlace:
    def test_of_a_node_is_there_for_every_member(self, extract, at, as_bob, square):
        counts = gather(extract((CAFE, 46.2044, 6.1432)), at=at)

        venue = named()["node/1"]
        assert dict(counts) == {"created": 1, "changed": 0, "same": 0}
        assert (venue.name, venue.category, venue.street) == ("Café du Lac", "amenity/cafe", "Rue du Port 3")
        assert (venue.latitude, venue.longitude) == (46.2044, 6.1432)
        assert (venue.is_shared, venue.made_by, venue.country, venue.zone) == (
            True,
            None,
            "CH",
            "Europe/Zurich",
        )
        page = as_bob.get(f"/places/at/{venue.public_id}/").text
        assert "© OpenStreetMap" in page
        assert "Café du Lac" in as_bob.get("/places/check-in/?q=lac").text

    def test_of_a_way_stands_in_its_middle_and_reaches_its_corners(self, extract, at):
        gather(extract(ways=[PARK]), at=at)
        venue = named()["way/1"]
        assert (venue.latitude, venue.longitude) == (46.205, 6.105)
        assert 600 < venue.radius < 720

    def test_has_names_in_both_languages_and_is_found_by_each(self, extract, at, as_bob):
        gather(extract((STATION, 46.2105, 6.1425)), at=at)
        venue = named()["node/1"]
        assert (venue.name, venue.name_fr, venue.name_en) == ("Genève", "", "Geneva")
        assert (venue.name_in("fr"), venue.name_in("en")) == ("Genève", "Geneva")
        assert venue.public_id in as_bob.get("/places/check-in/?q=geneva").text

    @pytest.mark.parametrize(
        "tags",
        [
            {"name": "Nobody knows"},
            {"amenity": "cafe"},
            {"name": "  ", "amenity": "cafe"},
            {"name": "Maison", "building": "house"},
        ],
    )
    def test_without_a_name_or_a_kind_or_where_somebody_lives_is_none(self, extract, at, tags):
        gather(extract((tags, 46.2, 6.1), ways=[tags]), at=at)
        assert not Venue.objects.exists()

    def test_outside_of_the_area_stays_out(self, extract, at):
        path = extract((CAFE, 46.2044, 6.1432), (CAFE, 47.37, 8.54), ways=[PARK])
        gather(path, at=at, area=Box(46.1, 6.12, 46.3, 6.3))
        assert set(named()) == {"node/1"}


class TestAgain:
    def test_changes_nothing(self, extract, at):
        path = extract((CAFE, 46.2044, 6.1432), (STATION, 46.21, 6.14), ways=[PARK])
        gather(path, at=at)
        before = list(Venue.objects.order_by("pk").values())
        assert dict(gather(path, at=at + timedelta(days=1))) == {"created": 0, "changed": 0, "same": 3}
        assert list(Venue.objects.order_by("pk").values()) == before

    def test_moves_what_has_moved_and_brings_what_is_new(self, extract, at):
        gather(extract((CAFE, 46.2044, 6.1432), (STATION, 46.21, 6.14)), at=at)
        before = named()["node/1"]
        path = extract((CAFE, 47.3769, 8.5417), (STATION, 46.21, 6.14), (CAFE, 46.3, 6.2))
        assert dict(gather(path, at=at)) == {"created": 1, "changed": 1, "same": 1}
        venue = named()["node/1"]
        assert (venue.pk, venue.latitude) == (before.pk, 47.3769)
        assert venue.cell != before.cell
        assert venue.town != before.town

    def test_leaves_what_was_corrected_here_until_the_file_says_otherwise(self, extract, at):
        path = extract((CAFE, 46.2044, 6.1432))
        gather(path, at=at)
        said = Described(name="Chez Ada", latitude=46.2, longitude=6.1, is_shared=False)
        correct_venue(venue=named()["node/1"], said=said)
        gather(path, at=at)
        assert (named()["node/1"].name, named()["node/1"].is_shared) == ("Chez Ada", False)
        gather(extract(({**CAFE, "name": "Le Lac"}, 46.2044, 6.1432)), at=at)
        assert (named()["node/1"].name, named()["node/1"].is_shared) == ("Le Lac", False)

    def test_keeps_what_the_file_no_longer_holds(self, extract, at):
        gather(extract((CAFE, 46.2044, 6.1432)), at=at)
        gather(extract((CAFE, 46.3, 6.2), name="other.osm.pbf"), at=at)
        gather(extract(name="empty.osm.pbf"), at=at)
        assert Venue.objects.count() == 1

    def test_leaves_venues_of_people_alone(self, extract, at, alice):
        mine = make_venue(
            by=alice, said=Described(name="Café du Lac", latitude=46.2044, longitude=6.1432), at=at
        )
        gather(extract((CAFE, 46.2044, 6.1432)), at=at)
        mine.refresh_from_db()
        assert (mine.is_shared, Venue.objects.count()) == (False, 2)

    def test_after_it_was_cut_off_does_what_is_left(self, extract, at, monkeypatch):
        monkeypatch.setattr(openstreetmap, "BATCH", 2)
        path = extract(*((CAFE, 46.2 + n / 100, 6.14) for n in range(5)))
        write, left = openstreetmap.write, [1]

        def write_once(some, at):
            if not left:
                raise KeyboardInterrupt
            left.pop()
            return write(some, at)

        monkeypatch.setattr(openstreetmap, "write", write_once)
        with pytest.raises(KeyboardInterrupt):
            gather(path, at=at)
        assert Venue.objects.count() == 2
        monkeypatch.setattr(openstreetmap, "write", write)
        assert dict(gather(path, at=at)) == {"created": 3, "changed": 0, "same": 2}


class TestRefusals:
    def test_say_that_the_extra_is_missing(self, extract, at, monkeypatch):
        path = extract((CAFE, 46.2, 6.1))
        monkeypatch.setitem(sys.modules, "osmium", None)
        with pytest.raises(NeedsOsmium, match="parvis\\[osm\\]"):
            gather(path, at=at)

    @pytest.mark.parametrize("cut", [0, 1])
    def test_say_that_a_file_is_no_extract(self, extract, at, cut, tmp_path):
        path = tmp_path / "broken.osm.pbf"
        whole = extract((CAFE, 46.2, 6.1)).read_bytes()
        path.write_bytes(whole[: len(whole) // 2] if cut else b"nonsense")
        with pytest.raises(NoExtract):
            gather(path, at=at)

    @pytest.mark.parametrize("words", ["6,46", "a,b,c,d", "6,47,6.3,46", "6,46,6.3,91", "nan,1,2,3"])
    def test_say_that_an_area_is_none(self, words):
        with pytest.raises(NoArea):
            box_of(words)

    def test_take_an_area_as_others_write_it(self):
        assert box_of("6.0,46.1,6.3,46.3") == Box(46.1, 6.0, 46.3, 6.3)
        assert box_of("") is None


class TestCommand:
    def test_prints_its_figures(self, extract, square, monkeypatch, capsys):
        monkeypatch.setattr("parvis.core.site.command.line.build_house", lambda: None)
        monkeypatch.setenv("LANG", "en_GB.UTF-8")
        path = str(extract((CAFE, 46.2, 6.1)))
        assert run(["places", "import-osm", path, "--json"]) == 0
        assert json.loads(capsys.readouterr().out) == {"created": 1, "changed": 0, "same": 0}
        assert run(["places", "import-osm", path, "--area", "5,45,7,47"]) == 0
        assert "1 was here already." in capsys.readouterr().out
        assert run(["places", "import-osm", "absent.osm.pbf"]) == 1
        assert len(capsys.readouterr().err.strip().splitlines()) == 1
