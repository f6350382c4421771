"""The square's board of mayors: what is kept up equals the plain fold of what all members see, whatever was done."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parvis.conftest import make_person
from parvis.core.audiences.actions import Expression, audience_for, block, connections_group
from parvis.core.audiences.models import MEMBERS
from parvis.core.audiences.rule import Viewer
from parvis.core.delivery.notices import sentences, unseen
from parvis.core.people.actions import suspend
from parvis.core.people.models import Notice
from parvis.core.stream import actions as stream
from parvis.rooms.places.actions import (
    be_met,
    catch_up,
    correct_venue,
    described,
    merge,
    settle_due,
    take_apart,
)
from parvis.rooms.places.days import day_of
from parvis.rooms.places.game.mayors import Stay, history
from parvis.rooms.places.mayors import mayor_of
from parvis.rooms.places.models import Attendance, Award, Mayoralty, Venue

from .scenes import there, venue_of

DAY = timedelta(days=1)


@pytest.fixture
def cafe(alice, at):
    return venue_of(alice, "Café", 46.5196, 6.6322, at - 90 * DAY, category="amenity/cafe", is_shared=True)


def rows(model, **which):
    return model.objects.unguarded("a test").filter(**which)


def for_members(person, venue, at, **said):
    return there(person, venue, at, MEMBERS, **said)


def seen(venue, person, at):
    venue.refresh_from_db()
    found = mayor_of(venue, Viewer.of(person, at))
    return (found.person, found.is_of_square) if found is not None else None


class TestTheSquaresMayor:
    def test_is_the_same_for_every_member(self, alice, bob, charlie, cafe, at):
        for days in (4, 3):
            for_members(alice, cafe, at - days * DAY)
        assert [seen(cafe, one, at) for one in (alice, bob, charlie)] == [(alice, True)] * 3

    def test_counts_nothing_that_some_members_do_not_see(self, alice, bob, charlie, cafe, at):
        for days in (4, 3):
            there(alice, cafe, at - days * DAY)
        assert seen(cafe, bob, at) == (alice, False)
        assert not rows(Mayoralty).exists()
        assert seen(cafe, charlie, at) is None or seen(cafe, charlie, at)[0] is None

    def test_is_dethroned_and_told_so_once(self, alice, bob, charlie, cafe, at):
        for days in (4, 3):
            for_members(alice, cafe, at - days * DAY)
        for days in (2, 1, 0):
            for_members(bob, cafe, at - days * DAY)
        with time_machine.travel(at + timedelta(minutes=5), tick=False):
            told = Notice.objects.filter(person=alice, kind="places.overtaken")
            (sentence,) = sentences({notice.pk: notice for notice in told}).values()
            assert sentence.text.startswith("Bob came to Café")
            assert unseen(alice, timezone.now()).filter(kind="places.overtaken").count() == 1
        assert not Notice.objects.filter(kind="places.overtaken").exclude(person=alice).exists()
        mayor = mayor_of(Venue.objects.get(), Viewer.of(charlie, at))
        assert mayor.person == bob
        assert [past.person for past in mayor.past] == [alice]

    def test_brings_points_for_the_title_and_for_holding_it(self, alice, cafe, at):
        for days in (4, 3, 2):
            for_members(alice, cafe, at - days * DAY)
        catch_up(at)
        assert rows(Award, rule="dethrone").count() == 1
        assert rows(Award, rule="mayor").count() == 1

    def test_is_told_nothing_of_those_with_whom_a_door_is_shut(self, alice, bob, cafe, at):
        for days in (9, 8):
            for_members(alice, cafe, at - days * DAY)
        block(person=alice, by=bob, at=at - 7 * DAY)
        for days in (4, 3, 2):
            for_members(bob, cafe, at - days * DAY)
        assert seen(cafe, alice, at) == (alice, True)
        assert seen(cafe, bob, at) == (bob, True)
        with time_machine.travel(at, tick=False):
            told = {notice.pk: notice for notice in Notice.objects.filter(person=alice)}
            assert sentences(told) == {}
            assert not unseen(alice, timezone.now()).filter(kind="places.overtaken").exists()

    def test_lapses_when_days_fall_out(self, alice, bob, cafe, at):
        for days in (60, 59):
            for_members(alice, cafe, at - days * DAY)
        settle_due(at)
        assert seen(cafe, bob, at)[0] is None or seen(cafe, bob, at)[0] != alice
        (title,) = rows(Mayoralty)
        assert title.reason == "lapsed"

    def test_goes_with_what_is_narrowed_before_any_chore_runs(self, alice, bob, charlie, cafe, at):
        for_members(alice, cafe, at - 4 * DAY)
        made = for_members(alice, cafe, at - 3 * DAY)
        mine = audience_for(expression=Expression(frozenset({connections_group(alice).pk})), owner=alice)
        stream.change_audience(publication=made, audience=mine, at=at)
        assert seen(cafe, charlie, at) is None or seen(cafe, charlie, at)[0] is None
        settle_due(at)
        assert not rows(Mayoralty).exists()

    def test_opens_and_closes_with_the_check_in(self, alice, bob, cafe, at):
        for_members(alice, cafe, at - 4 * DAY)
        for_members(alice, cafe, at - 3 * DAY, shown_from=at - 2 * DAY, hidden_at=at - DAY)
        assert not rows(Mayoralty).exists()
        settle_due(at - 2 * DAY)
        assert seen(cafe, bob, at - 2 * DAY + timedelta(minutes=1)) == (alice, True)
        settle_due(at - DAY)
        assert not rows(Mayoralty).exists()

    def test_is_nobody_who_never_wants_to_be(self, alice, bob, cafe, at):
        for days in (4, 3):
            for_members(alice, cafe, at - days * DAY)
        be_met(person=alice, takes_titles=False, at=at)
        settle_due(at)
        assert seen(cafe, bob, at) is None or seen(cafe, bob, at)[0] is None
        be_met(person=alice, takes_titles=True, at=at)
        settle_due(at)
        assert seen(cafe, bob, at) == (alice, True)

    def test_is_not_of_what_was_too_fast_unless_nobody_sees_from_where(self, alice, bob, cafe, at):
        far = venue_of(alice, "Far", 40.71, -74.0, at - 90 * DAY, is_shared=True)
        for_members(alice, cafe, at - 4 * DAY)
        there(alice, far, at - 3 * DAY, None)
        for_members(alice, cafe, at - 3 * DAY + timedelta(minutes=10))
        assert seen(cafe, bob, at) == (alice, True)

    def test_counts_anew_what_came_after_something_that_was_taken_away(self, alice, bob, cafe, at):
        far = venue_of(alice, "Far", 40.71, -74.0, at - 90 * DAY, is_shared=True)
        for_members(alice, cafe, at - 4 * DAY)
        made = for_members(alice, far, at - 3 * DAY)
        for_members(alice, cafe, at - 3 * DAY + timedelta(minutes=10))
        assert not rows(Mayoralty).exists()
        stream.delete(publication=made, by=alice, at=at)
        settle_due(at)
        assert seen(cafe, bob, at) == (alice, True)

    def test_ends_when_the_title_is_closed_and_comes_back_with_it(self, alice, bob, cafe, at):
        for days in (4, 3):
            for_members(alice, cafe, at - days * DAY)
        correct_venue(venue=cafe, said=replace(described(cafe), has_mayor=False))
        assert seen(cafe, bob, at) is None
        settle_due(at)
        assert not rows(Mayoralty).exists()
        correct_venue(venue=cafe, said=replace(described(cafe), has_mayor=True))
        settle_due(at)
        assert seen(cafe, bob, at) == (alice, True)

    def test_goes_for_good_when_the_place_turns_out_to_be_a_home(self, alice, bob, cafe, at):
        for days in (4, 3):
            for_members(alice, cafe, at - days * DAY)
        correct_venue(venue=cafe, said=replace(described(cafe), is_private=True, is_shared=False))
        assert not rows(Attendance).exists()
        settle_due(at)
        assert not rows(Mayoralty).exists()

    def test_is_nobody_who_is_suspended_on_either_board(self, alice, bob, charlie, cafe, at):
        for days in (4, 3, 2):
            for_members(alice, cafe, at - days * DAY)
        for days in (4, 3):
            for_members(charlie, cafe, at - days * DAY + timedelta(hours=5))
        block(person=bob, by=make_person("zoe"), at=at)
        suspend(person=alice, because="x", at=at)
        assert seen(cafe, bob, at) == (charlie, True)
        Venue.objects.filter(pk=cafe.pk).update(board_at=at)
        settle_due(at)
        assert seen(cafe, charlie, at) == (charlie, True)

    def test_is_nobody_who_says_no_after_their_place_has_led_to_another(self, alice, bob, cafe, at):
        twin = venue_of(alice, "Le café", 46.5196, 6.6322, at - 90 * DAY, is_shared=True)
        for days in (4, 3):
            for_members(alice, twin, at - days * DAY)
        merge(venue=twin, into=cafe, by=alice, at=at)
        settle_due(at)
        assert seen(cafe, bob, at) == (alice, True)
        be_met(person=alice, takes_titles=False, at=at)
        assert seen(cafe, bob, at) is None or seen(cafe, bob, at)[0] is None
        settle_due(at)
        assert not rows(Mayoralty).exists()

    def test_is_told_though_two_titles_begin_at_one_moment(self, alice, bob, charlie, cafe, at):
        """Whoever inherits in the morning may lose it at the very moment at which the day begins."""
        for person, many in ((alice, (62, 61)), (bob, (40, 39)), (charlie, (30, 29))):
            for days in many:
                for_members(person, cafe, at - days * DAY)
        morning = datetime.combine(day_of(at - 2 * DAY, cafe.zone), time(4), ZoneInfo(cafe.zone))
        for_members(charlie, cafe, morning)
        settle_due(morning)
        held = rows(Mayoralty).order_by("began_at", "pk")
        assert [(row.person, row.began_at == morning) for row in held] == [
            (alice, False),
            (bob, True),
            (charlie, True),
        ]
        assert Notice.objects.filter(person=bob, kind="places.overtaken").count() == 1

    def test_of_two_entries_for_one_place_is_one(self, alice, bob, cafe, at):
        twin = venue_of(alice, "Le café", 46.5196, 6.6322, at - 90 * DAY, is_shared=True)
        for_members(alice, cafe, at - 4 * DAY)
        for_members(alice, twin, at - 3 * DAY)
        merge(venue=twin, into=cafe, by=alice, at=at)
        assert seen(cafe, bob, at) == (alice, True)
        settle_due(at)
        assert seen(cafe, bob, at) == (alice, True)
        twin.refresh_from_db()
        take_apart(venue=twin, by=alice)
        assert seen(cafe, bob, at) is None or seen(cafe, bob, at)[0] is None
        settle_due(at)
        assert not rows(Mayoralty).exists()


DEEDS = st.lists(
    st.tuples(
        st.sampled_from(
            ["in", "in", "in", "late", "delete", "restore", "narrow", "widen", "sweep", "optout"]
        ),
        st.integers(0, 2),
        st.integers(0, 1),
        st.integers(1, 40),
    ),
    max_size=25,
)


class TestWhatIsKeptUp:
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(deeds=DEEDS)
    def test_equals_the_plain_fold(self, alice, bob, charlie, at, deeds):
        people = [alice, bob, charlie]
        now = at - 200 * DAY
        venues = [
            venue_of(alice, f"Place {number}", 46.5 + number / 100, 6.6, now, is_shared=True)
            for number in (0, 1)
        ]
        made = []
        for deed, who, where, hours in deeds:
            now += timedelta(hours=hours * 7)
            person, venue = people[who], venues[where]
            venue.refresh_from_db()
            if deed == "in":
                made.append(for_members(person, venue, now))
            elif deed == "late":
                made.append(
                    for_members(person, venue, now, happened_at=now - timedelta(hours=hours % 20 + 1))
                )
            elif deed == "sweep":
                settle_due(now)
            elif deed == "optout":
                be_met(person=person, takes_titles=hours % 2 == 0, at=now)
            elif made:
                self.change(deed, made[hours % len(made)], now)
        settle_due(now)
        settle_due(now)
        for venue in venues:
            assert self.kept(venue) == self.plain(venue, now)
        Venue.objects.filter(pk__in=[venue.pk for venue in venues]).update(board_at=now)
        settle_due(now)
        for venue in venues:
            assert self.kept(venue) == self.plain(venue, now)

    def test_forgets_a_check_in_that_counts_no_more_for_one_told_after_it(self, alice, cafe, at):
        for_members(alice, cafe, at - DAY)
        later = for_members(alice, cafe, at)
        assert self.kept(cafe) == self.plain(cafe, at)
        told = at + timedelta(minutes=30)
        earlier = for_members(alice, cafe, told, happened_at=at - timedelta(hours=2))
        assert not rows(Attendance, publication=later).get().counts
        (title,) = rows(Mayoralty)
        assert title.won_by_id == earlier.pk
        assert self.kept(cafe) == self.plain(cafe, told)

    def change(self, deed, publication, now):
        publication.refresh_from_db()
        author = publication.author
        groups = {MEMBERS} if deed == "widen" else {connections_group(author).pk}
        audience = audience_for(expression=Expression(frozenset(groups)), owner=author)
        if deed == "delete" and publication.deleted_at is None:
            stream.delete(publication=publication, by=author, at=now)
        elif deed == "restore" and publication.deleted_at is not None:
            stream.restore(publication=publication, by=author)
        elif deed in {"narrow", "widen"} and publication.deleted_at is None:
            stream.change_audience(publication=publication, audience=audience, at=now)

    def kept(self, venue):
        found = rows(Mayoralty, venue=venue).order_by("began_at", "pk")
        return [(row.person_id, row.since, row.until, row.reason, row.won_by_id) for row in found]

    def plain(self, venue, now):
        unwilling = {row.person_id for row in rows(Attendance) if not takes_titles(row.person)}
        stays = [
            Stay(row.person_id, row.day, row.happened_at, row.publication_id)
            for row in rows(Attendance, venue=venue, counts=True)
        ]
        found = history(stays, day_of(now, venue.zone), opted_out=unwilling)
        return [(one.person, one.since, one.until, one.reason or "", one.won_by) for one in found]


def takes_titles(person):
    from parvis.rooms.places.models import Presence

    return not Presence.objects.filter(person=person, takes_titles=False).exists()
