"""Makes check-ins for the tests of the game: by hand, and by chance in a small and dense world."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from parvis.rooms.places.game.visits import NO_TITLE, Evidence, Mode, Title, Visit, day_of

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
"""A Wednesday."""
KINDS = (
    ("amenity/cafe", "food"),
    ("amenity/restaurant", "food"),
    ("leisure/park", "outdoors"),
    ("route/ferry", "transport"),
)


def visit(
    number: int = 1, at: datetime = NOON, *, offset: timedelta = timedelta(0), **changes: object
) -> Visit:
    """A check-in that counts, at a café, unless something else is said."""
    local = (at + offset).replace(tzinfo=None)
    usual = {
        "number": number, "at": at, "local": local, "day": day_of(local), "venue": 1, "category": "amenity/cafe",
        "group": "food", "lat": 46.2, "lon": 6.14,
    }  # fmt: skip
    return Visit(**{**usual, **changes})  # type: ignore[arg-type]


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def days(number: float) -> timedelta:
    return timedelta(days=number)


GAPS = (
    timedelta(0), timedelta(minutes=1), timedelta(minutes=4), timedelta(minutes=50), hours(1), hours(3) - timedelta(seconds=1),
    hours(3), hours(5), hours(12), hours(23), hours(24), days(2), days(6), days(7), days(31), days(61), days(62), days(366),
)  # fmt: skip
"""Between one check-in and the next: what lies at the edges of the rules, and what makes runs."""


@st.composite
def histories(
    draw: st.DrawFn, *, offsets: tuple[timedelta, ...] = (timedelta(0),), most: int = 40
) -> list[Visit]:
    """Check-ins of one person in order of time, at eight venues, some of which are far away."""
    made: list[Visit] = []
    at = NOON + draw(st.sampled_from((hours(0), hours(7), hours(14))))
    for number in range(1, draw(st.integers(0, most)) + 1):
        at += draw(st.sampled_from(GAPS))
        venue = draw(st.integers(1, 8))
        category, group = KINDS[venue % len(KINDS)]
        made.append(
            visit(
                number,
                at,
                offset=draw(st.sampled_from(offsets)),
                venue=venue,
                category=category,
                group=group,
                tags=frozenset({"boat"} if group == "transport" else ()),
                town=venue % 3 or None,
                country=("CH", "FR", "")[venue % 3],
                lat=46.2 + (20 if venue == 8 else 0) + venue / 1000,
                has_extent=venue == 3,
                mode=draw(st.sampled_from((Mode.HERE,) * 6 + (Mode.WAS_HERE, Mode.FROM_AFAR))),
                is_late=draw(st.integers(0, 12)) == 0,
                is_imported=draw(st.integers(0, 8)) == 0,
                is_off_grid=draw(st.integers(0, 12)) == 0,
                companions=draw(st.sampled_from((0, 0, 0, 1, 5))),
                has_picture=draw(st.integers(0, 3)) == 0,
                creates_venue=draw(st.integers(0, 6)) == 0,
                evidence=draw(st.sampled_from((Evidence.NONE, Evidence.NONE, Evidence.NEAR, Evidence.FAR))),
            )
        )
    return made


def titled(visit: Visit) -> Title:
    """Some title that depends on the check-in alone, so that it is the same each time."""
    if visit.number % 5 == 0:
        return Title(is_won_by_this=True, held=visit.number // 5)
    return Title(is_mine_before=True, held=1) if visit.number % 3 == 0 else NO_TITLE
