"""Each format: what is taken of it, what is left out and why."""

import gzip
import io
import json
import zipfile
from datetime import UTC, datetime

import pytest

from parvis.lib.checkins import Kind, Photo, Reason, Unreadable
from parvis.lib.checkins.reading import Reading
from parvis.lib.geo.earth import Point

CAFE = {"id": "v1", "name": "Café – L’Étoile"}


def swarm(*items):
    return {"count": len(items), "items": list(items)}


def one(number=1, **instead):
    return {
        "id": f"c{number}",
        "createdAt": "2024-11-24 04:28:50.000000",
        "type": "checkin",
        "timeZoneOffset": -360,
        "venue": CAFE,
    } | instead


def archive(**files):
    """A zip of these files; `_` in a name stands for a dot."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name.replace("_", ".", 1), json.dumps(content))
    return held.getvalue()


class TestSwarm:
    def test_is_read_with_utc_in_words_and_with_seconds(self, read):
        (new, old), _report = read(swarm(one(1), one(2, createdAt=1732422530)))
        assert new.at == old.at == datetime(2024, 11, 24, 4, 28, 50, tzinfo=UTC)
        assert (new.place, new.venue_id, new.offset, new.point) == ("Café – L’Étoile", "v1", -360, None)
        assert (new.origin, new.external_id, new.kind) == ("foursquare", "c1", Kind.CHECKIN)

    def test_stays_without_a_venue_when_it_has_words(self, read):
        visits, report = read(swarm(one(1, venue=None, shout="On the road"), one(2, venue=None)))
        assert [(visit.words, visit.place) for visit in visits] == [("On the road", "")]
        assert report.counts == {Reason.NO_PLACE: 1}

    def test_is_private_when_either_key_says_so(self, read):
        items = (one(1), one(2, private=True), one(3, visibility="private"), one(4, private=False))
        visits, _report = read(swarm(*items))
        assert [visit.is_private for visit in visits] == [False, True, True, False]

    def test_finds_places_in_the_visits_of_the_same_export_by_their_middle(self, read):
        seen = [(48.85, 2.35), (48.86, 2.36), (12.0, 100.0), (0, 0), (100, 2)]
        visits = [
            {"startTime": "2024-01-01 10:00:00", "venueId": "v1", "lat": lat, "lng": lng} for lat, lng in seen
        ]
        found, report = read(archive(unconfirmed_json=swarm(*visits), a_json=swarm(one())))
        assert found[0].point == Point(48.85, 2.36)
        assert report.counts == {Reason.PASSIVE: 5, Reason.BAD_POINT: 2}

    def test_counts_once_what_stands_in_two_files(self, read):
        visits, report = read(archive(a_json=swarm(one(1), one(2)), b_json=swarm(one(2), one(3))))
        assert [visit.external_id for visit in visits] == ["c1", "c2", "c3"]
        assert report.counts == {Reason.TWICE: 1}

    def test_passes_by_what_holds_no_check_ins(self, read):
        others = {
            "photos_json": swarm({"id": "p", "createdAt": 1, "prefix": "x"}),
            "tips_json": swarm({"id": "t", "createdAt": 1, "text": "Good", "venue": CAFE}),
            "ratings_json": {"venueLikes": [], "venueOkays": []},
            "devices_json": {"uniqueDevices": [{"deviceToken": "secret"}]},
        }
        visits, report = read(archive(a_json=swarm(one()), **others))
        assert len(visits) == 1
        assert report.counts == {Reason.OTHER: 4}
        assert "secret" not in str(report)

    def test_reads_a_folder(self, read, write, tmp_path):
        write(swarm(one(1)), "export/checkins1.json")
        write(swarm(one(2)), "export/more/checkins2.json")
        visits, _report = read(tmp_path / "export")
        assert len(visits) == 2

    def test_leaves_out_what_has_no_moment(self, read):
        visits, report = read(swarm(one(1, createdAt="soon"), one(2)))
        assert len(visits) == 1
        assert (report.skipped[0].item, report.skipped[0].reason) == ("Café – L’Étoile", Reason.NO_MOMENT)

    def test_names_a_check_in_without_a_number_by_its_content(self, read):
        item = one()
        del item["id"]
        (first,), _ = read(swarm(item))
        (again,), _ = read(swarm(item))
        (other,), _ = read(swarm(item | {"shout": "Hello"}))
        assert first.external_id == again.external_id != other.external_id


class TestSwarmApi:
    venue = {
        "id": "v1",
        "name": "Café",
        "location": {"lat": "48.85", "lng": "2.35", "address": "1 rue", "city": "Paris", "cc": "FR"},
        "categories": [{"id": "x", "name": "Other"}, {"id": "y", "name": "Café", "primary": True}],
    }

    def test_is_read_whole(self, read):
        friend = {"id": "9", "firstName": "Ada", "lastName": "Un"}
        photo = {"prefix": "https://x.example/", "suffix": "/p.jpg"}
        item = one(venue=self.venue, photos={"items": [photo]}, createdBy=friend, **{"with": [friend, None]})
        (visit,), report = read({"response": {"checkins": {"count": 1, "items": [item]}}})
        assert visit.point == Point(48.85, 2.35)
        assert (visit.street, visit.town, visit.country, visit.category) == ("1 rue", "Paris", "FR", "Café")
        assert (visit.companions, visit.is_by_others) == (("Ada Un",), True)
        assert visit.photos == (Photo("https://x.example/original/p.jpg"),)
        assert not report.counts

    @pytest.mark.parametrize(
        "wrap",
        [lambda page: [page, page], lambda page: page["response"]["checkins"]["items"]],
        ids=["pages", "list"],
    )
    def test_is_read_in_lists_and_pages(self, read, wrap):
        page = {"meta": {"code": 200}, "response": {"checkins": {"items": [one(venue=self.venue)]}}}
        visits, _report = read(wrap(page))
        assert len(visits) == 1

    def test_stands_without_location_photos_and_likes(self, read):
        visits, _report = read(one(venue={"id": "v1", "name": "Café"}))
        assert visits[0].place == "Café"

    def test_refuses_a_point_that_is_none_and_keeps_the_rest(self, read):
        venue = self.venue | {"location": {"lat": 100.35, "lng": 48.85}}
        (visit,), report = read(one(venue=venue))
        assert visit.point is None
        assert report.counts == {Reason.BAD_POINT: 1}


def segment(start="09:00", end="10:00", **best):
    place = {"placeLocation": {"latLng": "48.8566°, 2.3522°"}, "probability": 0.9}
    return {
        "startTime": f"2024-06-15T{start}:00.000+02:00",
        "endTime": f"2024-06-15T{end}:00.000+02:00",
        "visit": {"topCandidate": place | best},
    }


class TestGoogle:
    def test_takes_visits_of_phones(self, read):
        (visit,), report = read({"semanticSegments": [segment(placeID="P1"), {"timelinePath": []}]})
        assert (visit.kind, visit.venue_id, visit.offset) == (Kind.VISIT, "P1", 120)
        assert visit.at == datetime(2024, 6, 15, 7, tzinfo=UTC)
        assert visit.until == datetime(2024, 6, 15, 8, tzinfo=UTC)
        assert report.counts == {Reason.MOVING: 1}

    def test_takes_the_list_of_an_iphone_with_numbers_as_words(self, read):
        (visit,), _report = read([segment(placeLocation="geo:27.72,-97.34", probability="0.7")])
        assert visit.point == Point(27.72, -97.34)

    def test_leaves_out_the_unlikely_the_short_and_the_lost(self, read):
        rows = [
            segment(probability=0.49),
            segment(end="09:09"),
            segment(placeLocation={"latLng": "148.8°, 2.3°"}),
            segment(start="11:00", end="11:10"),
        ]
        visits, report = read({"semanticSegments": rows})
        assert len(visits) == 1
        assert report.counts == {Reason.UNLIKELY: 1, Reason.SHORT: 1, Reason.BAD_POINT: 1}

    def test_knows_a_home(self, read):
        rows = [segment(start=f"1{n}:00", end=f"1{n}:30", semanticType=kind) for n, kind in enumerate(HOMES)]
        visits, _report = read({"semanticSegments": rows})
        assert [visit.is_home for visit in visits] == [True, True, True, False]

    def test_gives_a_visit_the_same_name_in_every_export(self, read):
        (first,), _ = read({"semanticSegments": [segment()]})
        (again,), _ = read([segment(probability=0.6)], "other")
        assert first.external_id == again.external_id

    def test_takes_place_visits_of_old_exports(self, read):
        place = {
            "latitudeE7": "488566000",
            "longitudeE7": 23522000,
            "placeId": "P1",
            "name": "Café",
            "address": "1 rue",
        }
        lasted = {"startTimestampMs": "1742842302585", "endTimestamp": "2025-03-24T20:25:02.585+01:00"}
        old = {
            "timelineObjects": [
                {"placeVisit": {"location": place, "duration": lasted}},
                {"activitySegment": {}},
            ]
        }
        (visit,), report = read("\ufeff" + json.dumps(old))
        assert (visit.place, visit.venue_id, visit.street) == ("Café", "P1", "1 rue")
        assert visit.point == Point(48.8566, 2.3522)
        assert report.counts == {Reason.MOVING: 1}

    def test_finds_visits_in_bare_positions_and_counts_the_rest(self, read):
        rows = [
            {
                "latitudeE7": 488566000 + jump,
                "longitudeE7": 23522000,
                "timestampMs": str(1742842302585 + 60_000 * n),
            }
            for n, jump in enumerate([0] * 12 + [90_000 * n for n in range(1, 6)])
        ]
        (visit,), report = read({"locations": rows})
        assert visit.until - visit.at >= (visit.until - visit.at).min
        assert report.read["positions"] == 17
        assert report.counts == {Reason.POINTS: 5}

    def test_takes_no_stay_that_the_phone_was_unsure_of(self, read):
        rows = [
            {
                "latitudeE7": 488566000,
                "longitudeE7": 23522000,
                "accuracy": 900,
                "timestampMs": str(1742842302585 + 60_000 * n),
            }
            for n in range(20)
        ]
        visits, report = read({"locations": rows})
        assert not visits
        assert report.counts == {Reason.POINTS: 20}

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            ({"deviceSettings": []}, Reason.SETTINGS),
            ({"timelineEdits": []}, Reason.SETTINGS),
            ("Your encrypted backup is kept here.", Reason.ENCRYPTED),
            ({"encryptedBackup": "x"}, Reason.ENCRYPTED),
            ("", Reason.NOTHING),
            ("{}", Reason.NOTHING),
            ("<html><p>Hello</p></html>", Reason.UNKNOWN),
            (b"\x89PNG\r\n\x1a\n", Reason.UNKNOWN),
        ],
    )
    def test_says_why_a_file_holds_nothing(self, read, content, reason):
        with pytest.raises(Unreadable) as refused:
            read(content)
        assert refused.value.reason == reason


HOMES = ("HOME", "INFERRED_HOME", "TYPE_HOME", "WORK")
WAY = '<wpt lat="46.5196" lon="6.6322"><time>2023-05-01T10:00:00+02:00</time><name>Café</name><desc>Good</desc></wpt>'


def track(*minutes, north=0.0):
    points = "".join(
        f'<trkpt lat="{46.5 + north * (n + 1)}" lon="6.6"><time>2023-05-01T10:{m:02d}:00Z</time></trkpt>'
        for n, m in enumerate(minutes)
    )
    return f"<trk><trkseg>{points}</trkseg></trk>"


class TestGpx:
    def test_takes_way_points_with_a_time(self, read):
        content = (
            f'\n <?xml version="1.0"?><gpx xmlns="x">{WAY}<wpt lat="1" lon="2"><name>When?</name></wpt></gpx>'
        )
        (visit,), report = read(content)
        assert (visit.place, visit.words, visit.offset) == ("Café", "Good", 120)
        assert visit.at == datetime(2023, 5, 1, 8, tzinfo=UTC)
        assert [(each.item, each.reason) for each in report.skipped] == [("When?", Reason.NO_MOMENT)]

    def test_finds_visits_in_tracks(self, read):
        (visit,), report = read(f"<gpx>{track(0, 5, 10)}{track(20, 21, 22, north=0.01)}</gpx>")
        assert (visit.kind, visit.place) == (Kind.VISIT, "")
        assert report.counts == {Reason.POINTS: 3}

    def test_refuses_swapped_numbers(self, read):
        _visits, report = read(f"<gpx>{WAY.replace('46.5196', '106.5')}</gpx>")
        assert report.counts == {Reason.BAD_POINT: 1}


MARK = (
    "<Placemark><name>Café</name><address>1 rue</address>"
    "<TimeSpan><begin>2019-04-03T08:00:00Z</begin><end>2019-04-03T09:00:00Z</end></TimeSpan>"
    "<Point><coordinates>2.3522,48.8566,0</coordinates></Point></Placemark>"
)
HISTORY = (
    "<Placemark><name>Bar</name><description>Hi</description><published>Sun, 12 Jul 09 22:42:41 +0000</published>"
    "<Point><coordinates>2.3,48.8</coordinates></Point></Placemark>"
)


class TestKml:
    def test_takes_placemarks_with_a_time_and_counts_ways(self, read):
        way = "<Placemark><name>Walk</name><LineString><coordinates>1,2 3,4</coordinates></LineString></Placemark>"
        (visit, bar), report = read(f"<kml xmlns='k'><Document>{MARK}{HISTORY}{way}</Document></kml>")
        assert (visit.place, visit.street, visit.point) == ("Café", "1 rue", Point(48.8566, 2.3522))
        assert visit.until == datetime(2019, 4, 3, 9, tzinfo=UTC)
        assert (bar.at, bar.words) == (datetime(2009, 7, 12, 22, 42, 41, tzinfo=UTC), "Hi")
        assert report.counts == {Reason.MOVING: 1}

    def test_finds_visits_in_tracks_of_any_length(self, read):
        times = "".join(f"<when>2023-05-01T10:{n // 60:02d}:{n % 60:02d}Z</when>" for n in range(3000))
        spots = "<gx:coord>6.6 46.5 0</gx:coord>" * 3000
        content = f'<kml xmlns:gx="g"><Placemark><gx:Track>{times}{spots}</gx:Track></Placemark></kml>'
        (visit,), report = read(content)
        assert (visit.until - visit.at).seconds == 2999
        assert not report.counts

    def test_is_read_from_a_kmz(self, read):
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w") as packed:
            packed.writestr("doc.kml", f"<kml>{MARK}</kml>")
        visits, _report = read(held.getvalue(), "x.kmz")
        assert len(visits) == 1


def sent(**values):
    return json.dumps({"_type": "location", "lat": 46.5, "lon": 6.6, "acc": 10, "tst": 1700000000} | values)


class TestOwnTracks:
    def test_takes_regions_places_of_interest_and_stays(self, read):
        rows = [
            sent(tst=1700000000),
            sent(tst=1700000300),
            sent(tst=1700003000, lat=47, poi="Lookout"),
            sent(_type="transition", event="enter", desc="Office", tst=1700009000),
            sent(_type="transition", event="leave", desc="Office", tst=1700012600),
            sent(_type="lwt"),
        ]
        lines = "\n".join(f"2023-11-14T22:13:20Z\t*                 \t{row}" for row in rows)
        visits, report = read(lines + "\nnonsense\n")
        assert [(visit.place, visit.kind) for visit in visits] == [
            ("", Kind.VISIT),
            ("Lookout", Kind.CHECKIN),
            ("Office", Kind.VISIT),
        ] or {visit.place for visit in visits} == {"", "Lookout", "Office"}
        office = next(visit for visit in visits if visit.place == "Office")
        assert (office.until - office.at).seconds == 3600
        assert report.counts == {Reason.OTHER: 1, Reason.MALFORMED: 1, Reason.POINTS: 1}

    def test_is_read_from_bare_and_packed_lines(self, read):
        lines = "\n".join(sent(tst=1700000000 + 60 * n) for n in range(10))
        assert len(read(lines)[0]) == 1
        assert len(read(gzip.compress(lines.encode()), "packed")[0]) == 1

    def test_says_that_a_message_is_locked(self, read):
        _visits, report = read(sent() + "\n" + json.dumps({"_type": "encrypted", "data": "x"}))
        assert report.counts[Reason.ENCRYPTED] == 1


def feature(coordinates=(6.6, 46.5), **about):
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": list(coordinates)},
        "properties": about,
    }


class TestGeoJson:
    def test_takes_named_points_and_finds_stays_in_bare_ones(self, read):
        named = feature(name="Café", time="2023-05-01T10:00:00+02:00")
        bare = [feature(("6.6", "46.5"), timestamp=1700000000 + 60 * n) for n in range(10)]
        line = {"type": "Feature", "geometry": {"type": "LineString", "coordinates": []}, "properties": {}}
        visits, report = read({"type": "FeatureCollection", "features": [named, *bare, line]})
        assert sorted(visit.place for visit in visits) == ["", "Café"]
        assert report.counts == {Reason.MOVING: 1}

    def test_takes_our_own_export_back(self, read):
        about = {
            "at": "2023-05-01T10:00:00+00:00",
            "place": "Café",
            "venue": "v",
            "zone": "Europe/Zurich",
            "mode": "here",
            "off_grid": True,
            "words": "Good\nday",
        }
        ours = feature(**about) | {"id": "abc"}
        nowhere = feature(**about) | {"id": "def", "geometry": None}
        (visit, other), report = read({"type": "FeatureCollection", "features": [ours, nowhere]})
        assert (visit.origin, visit.external_id, visit.words) == ("parvis", "abc", "Good\nday")
        assert (visit.is_private, visit.zone, visit.point) == (True, "Europe/Zurich", Point(46.5, 6.6))
        assert other.point is None
        assert not report.counts

    def test_takes_our_lines_back(self, read):
        row = {
            "id": "abc",
            "at": "2023-05-01T10:00:00Z",
            "place": "Café",
            "latitude": 46.5,
            "longitude": 6.6,
            "off_grid": False,
        }
        (visit, _other), _report = read(json.dumps(row) + "\n" + json.dumps(row | {"id": "d"}) + "\n")
        assert (visit.external_id, visit.point) == ("abc", Point(46.5, 6.6))


class TestReading:
    def test_goes_by_content_and_not_by_name(self, write):
        assert Reading(write(f"<gpx>{WAY}</gpx>", "checkins.json")).formats == ("gpx",)
        assert Reading(write(swarm(one()), "track.gpx")).formats == ("swarm",)

    def test_tells_how_far_it_has_come(self, write):
        reading = Reading(write(swarm(*(one(n) for n in range(5000)))))
        seen = [reading.done for _visit in reading]
        assert seen == sorted(seen)
        assert len(set(seen)) > 2
        assert reading.done == reading.total
