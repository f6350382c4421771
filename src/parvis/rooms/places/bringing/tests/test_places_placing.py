"""Saying later where a place is: once for all check-ins there, for their author alone, and it can be taken back."""

from datetime import UTC, date, datetime

import pytest

from parvis.core.audiences.actions import Expression, audience_for, connections_group, expression_of
from parvis.core.audiences.rule import Viewer
from parvis.core.stream import actions as stream
from parvis.core.stream.models import Publication
from parvis.core.stream.search import search
from parvis.rooms.places.actions.venues import Described, make_venue
from parvis.rooms.places.bringing import placing as actions
from parvis.rooms.places.bringing.placing import PlacedAlready
from parvis.rooms.places.bringing.undoing import undo
from parvis.rooms.places.models import Checkin, ImportItem, Placing, Precise, Tally, Venue, Whereabouts

from .conftest import HARBOUR

pytestmark = pytest.mark.django_db
BAR, CLUB = {"id": "bar", "name": "The Hidden Bar"}, {"id": "club", "name": "Club"}
LAUSANNE = 2659994


def lived(**which):
    return Whereabouts.objects.unguarded("test").select_related("venue", "publication").filter(**which)


def shown(number):
    return Checkin.objects.unguarded("test").get(publication__whereabouts__external_id=f"c{number:04d}")


def standing():
    """All that placing touches, but for the numbers of revisions."""
    rows = lived().order_by("external_id")
    return (
        list(rows.values_list("external_id", "venue", "day", "is_played")),
        list(Checkin.objects.unguarded("test").order_by("publication").values()),
        list(Publication.objects.unguarded("test").order_by("pk").values_list("text", "audience")),
        list(Venue.objects.order_by("pk").values_list("name", flat=True)),
        [(row.state["visits"], row.state["towns"]) for row in Tally.objects.all()],
    )


@pytest.fixture
def bar(alice, at):
    """A place of alice's own, on a clock on which the night of the 2nd is still that of the 1st."""
    said = Described(name="Le Bar caché", latitude=40.7128, longitude=-74.006, category="amenity/bar")
    return make_venue(by=alice, said=said, at=at)


@pytest.fixture
def place(alice, at):
    def do(number, venue=None, where=None):
        public_id = lived(external_id=f"c{number:04d}").get().publication.public_id
        known = actions.nameless(alice, public_id)
        if where is not None:
            return actions.place_in_town(person=alice, known=known, where=where, at=at)
        return actions.place(person=alice, known=known, venue=venue, at=at)

    return do


class TestPlacing:
    def test_places_every_check_in_of_that_venue_and_no_other(self, swarm, item, brought, place, bar):
        brought(swarm(item(1, venue=BAR), item(2, venue=CLUB), item(3, venue=BAR, shout="Loud")))

        place(1, bar)

        assert {row.external_id: row.venue for row in lived()} == {"c0001": bar, "c0002": None, "c0003": bar}
        assert (shown(3).precision, shown(3).venue, shown(3).name) == (Precise.VENUE, bar, "Le Bar caché")
        assert lived(external_id="c0003").get().name == "The Hidden Bar"
        assert shown(2).precision == Precise.NOWHERE

    def test_tells_nobody_else(self, swarm, item, brought, place, bar, as_alice, as_bob):
        brought(swarm(item(1, venue=BAR)))
        place(1, bar)
        path = Publication.objects.unguarded("test").get().get_absolute_url()
        assert as_alice.get(path).status_code == 200
        assert as_bob.get(path).status_code == 404

    def test_lets_its_author_find_it_by_the_name_of_the_place(
        self, swarm, item, brought, place, bar, bob, at
    ):
        brought(swarm(item(1, venue=BAR)))
        assert not search(Viewer.of(bar.made_by, at), "caché").hits
        place(1, bar)
        assert len(search(Viewer.of(bar.made_by, at), "caché").hits) == 1
        assert not search(Viewer.of(bob, at), "caché").hits

    def test_counts_in_the_game(self, swarm, item, brought, place, bar, alice):
        brought(swarm(item(1, venue=BAR), item(2, venue=BAR)))
        assert Tally.objects.get(person=alice).state["visits"] == 0
        place(1, bar)
        assert Tally.objects.get(person=alice).state["visits"] == 2
        assert lived(is_played=True).count() == 2

    def test_moves_the_day_to_the_clock_of_the_place(self, swarm, item, brought, place, bar):
        brought(swarm(item(1, venue=BAR, createdAt="2023-05-02 04:30:00", timeZoneOffset=120)))
        assert lived().get().day == date(2023, 5, 2)
        place(1, bar)
        assert lived().get().day == shown(1).day == date(2023, 5, 1)

    def test_tells_no_more_of_a_check_in_that_others_see(self, swarm, item, brought, place, bar, alice, at):
        brought(swarm(item(1, venue=BAR), item(2, venue=BAR)))
        row = lived(external_id="c0001").get().publication
        theirs = audience_for(expression=Expression(frozenset({connections_group(alice).pk})), owner=alice)
        stream.change_audience(publication=row, audience=theirs, at=at)
        place(2, bar)
        assert (shown(1).precision, shown(1).venue, shown(1).name) == (Precise.NOWHERE, None, "")
        assert lived(external_id="c0001").get().venue == bar
        row.refresh_from_db()
        assert "caché" not in row.text
        assert connections_group(alice).pk in expression_of(row.audience).include

    def test_at_a_home_says_the_town_alone(self, swarm, item, brought, place, alice, at):
        brought(swarm(item(1, venue=BAR)))
        home = make_venue(
            by=alice, said=Described(name="Home", latitude=46.52, longitude=6.63, is_private=True), at=at
        )
        place(1, home)
        assert (shown(1).precision, shown(1).venue) == (Precise.TOWN, None)

    def test_in_a_town_makes_a_place_of_ones_own_there(self, swarm, item, brought, place, alice):
        from parvis.lib.geo.towns import town

        brought(swarm(item(1, venue=BAR)))
        made = place(1, where=town(LAUSANNE)).venue
        assert (made.name, made.town, made.made_by, made.is_shared) == (
            "The Hidden Bar",
            LAUSANNE,
            alice,
            False,
        )
        assert made.radius >= 1_000

    def test_twice_is_refused(self, swarm, item, brought, place, bar, alice, at):
        brought(swarm(item(1, venue=BAR)))
        known = actions.nameless(alice, lived().get().publication.public_id)
        place(1, bar)
        with pytest.raises(PlacedAlready):
            actions.place(person=alice, known=known, venue=bar, at=at)


class TestTakingBack:
    @pytest.mark.parametrize("in_town", [False, True])
    def test_leaves_everything_as_it_was(self, swarm, item, brought, place, bar, at, in_town):
        from parvis.lib.geo.towns import town

        brought(
            swarm(
                item(1, venue=BAR, createdAt="2023-05-02 04:30:00", shout="Loud"),
                item(2, venue=BAR),
                item(3, venue=CLUB),
                item(4),
            )
        )
        before = standing()
        made = place(1, where=town(LAUSANNE)) if in_town else place(1, bar)
        assert standing() != before
        assert actions.take_back(placing=made, at=at) == 2
        assert standing() == before
        assert not Placing.objects.exists()

    def test_with_the_import_takes_the_place_along(self, swarm, item, brought, place, last, at):
        from parvis.lib.geo.towns import town

        brought(swarm(item(1, venue=BAR)))
        place(1, where=town(LAUSANNE))
        assert undo(import_of=last(), at=at) == 1
        assert not Placing.objects.exists()
        assert not Venue.objects.exists()
        assert brought(swarm(item(1, venue=BAR))).created == 1


class TestTheNextImport:
    def test_of_the_same_file_changes_nothing(self, swarm, item, brought, place, bar):
        path = swarm(item(1, venue=BAR), item(2, venue=CLUB))
        brought(path)
        place(1, bar)
        before = standing()
        again = brought(path)
        assert (again.created, again.changed, dict(again.skipped)) == (0, 0, {})
        assert standing() == before

    def test_places_what_is_new_there(self, swarm, item, brought, place, bar, at):
        brought(swarm(item(1, venue=BAR)))
        made = place(1, bar)
        assert brought(swarm(item(1, venue=BAR), item(2, venue=BAR))).created == 1
        assert lived(external_id="c0002").get().venue == bar
        assert actions.take_back(placing=made, at=at) == 2
        assert not lived(venue=bar).exists()

    def test_changes_the_words_and_leaves_the_place(self, swarm, item, brought, place, bar):
        brought(swarm(item(1, venue=BAR)))
        place(1, bar)
        assert brought(swarm(item(1, venue=BAR, shout="Loud"))).changed == 1
        assert (shown(1).source, shown(1).venue) == ("Loud", bar)
        assert ImportItem.objects.get().placing is not None

    def test_that_knows_a_place_of_its_own_leaves_what_was_said(
        self, swarm, item, brought, place, bar, tmp_path
    ):
        import zipfile

        harbour = {"id": HARBOUR, "name": "Harbour"}
        path = swarm(item(1, venue=harbour))
        alone = tmp_path / "checkins1.json"
        alone.write_bytes(zipfile.ZipFile(path).read("checkins1.json"))
        brought(alone)
        place(1, bar)
        assert brought(path).changed == 0
        assert lived().get().venue == bar


class TestPages:
    def test_lead_from_the_record_to_the_place(self, swarm, item, brought, bar, as_alice, as_bob):
        brought(swarm(item(1, venue=BAR), item(2, venue=BAR), item(3, venue=CLUB)))
        assert "/places/mine/unplaced/" in as_alice.get("/places/mine/").text
        page = as_alice.get("/places/mine/unplaced/").text
        assert page.index("The Hidden Bar") < page.index("Club")
        path = f"/places/mine/unplaced/{lived(external_id='c0001').get().publication.public_id}/"
        assert path in page or lived(external_id="c0002").get().publication.public_id in page
        assert as_bob.get(path).status_code == as_bob.post(path, {"venue": bar.public_id}).status_code == 404
        assert "Le Bar caché" in as_alice.get(f"{path}?q=bar").text
        assert "Lausanne" in as_alice.get(f"{path}?q=lausan").text

        assert as_alice.post(path, {"venue": bar.public_id}).status_code == 303

        assert lived(venue=bar).count() == 2
        assert as_alice.get(path).status_code == 404
        undo_path = f"/places/mine/placed/{Placing.objects.get().public_id}/undo/"
        assert undo_path in as_alice.get("/places/mine/unplaced/").text
        assert as_bob.post(undo_path).status_code == 404
        assert as_alice.post(undo_path).status_code == 303
        assert not lived(venue=bar).exists()

    def test_place_nothing_where_another_keeps_a_place_to_themselves(
        self, swarm, item, brought, as_alice, bob, at
    ):
        brought(swarm(item(1, venue=BAR)))
        theirs = make_venue(by=bob, said=Described(name="Bar", latitude=46.5, longitude=6.6), at=at)
        path = f"/places/mine/unplaced/{lived().get().publication.public_id}/"
        assert as_alice.post(path, {"venue": theirs.public_id}).status_code == 404
        assert as_alice.post(path, {"town": "1"}).status_code == 404
        assert not Placing.objects.exists()

    def test_suggest_the_towns_of_those_days(self, swarm, item, brought, as_alice):
        brought(
            swarm(
                item(1, venue=BAR, createdAt="2023-05-02 18:00:00"),
                item(1 + 28, createdAt="2023-05-02 16:00:00"),
            )
        )
        path = f"/places/mine/unplaced/{lived(external_id='c0001').get().publication.public_id}/"
        assert "Lausanne" in as_alice.get(path).text

    def test_ask_few_questions(self, swarm, item, brought, as_alice, django_assert_max_num_queries):
        brought(swarm(*(item(n, venue={"id": f"v{n}", "name": f"Bar {n}"}) for n in range(30))))
        with django_assert_max_num_queries(14):
            as_alice.get("/places/mine/unplaced/")


def test_a_check_in_off_the_grid_is_not_asked_about(swarm, item, brought, as_alice, tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": "x", "at": "2023-05-01T10:00:00+00:00", "place": "", "off_grid": true}\n')
    brought(path)
    assert lived().count() == 1
    assert lived().get().happened_at == datetime(2023, 5, 1, 10, tzinfo=UTC)
    assert "/places/mine/unplaced/" not in as_alice.get("/places/mine/").text
