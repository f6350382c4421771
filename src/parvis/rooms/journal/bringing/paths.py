"""Plans where everything will stand before anything is written, so that links can lead there from the first line on."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from parvis.lib.text.slugs import slug as make_slug

from ..models import PostAddress
from .overview import Place

LONGEST_SLUG = 190
ASKED_AT_ONCE = 500


def planned(places: Iterable[Place], here: Mapping[str, int], zone: str) -> dict[str, str]:
    """Key → path. `here` are the publications that earlier runs brought, by key: they keep the path they have.

    Two of the file that want one path, or one that another post has, get a number behind: the earlier item keeps it.
    """
    paths = standing(here)
    new = [place for place in places if place.key not in here and place.out_at is not None]
    wanted = [(place, slug_of(place)) for place in new]
    taken = set(paths.values()) | taken_among(path_for(place, slug, zone) for place, slug in wanted)
    for place, slug in wanted:
        path, number = path_for(place, slug, zone), 2
        while path in taken or is_taken_with_number(path, number):
            path, number = path_for(place, f"{slug}-{number}", zone), number + 1
        taken.add(path)
        paths.setdefault(place.key, path)
    return paths


def standing(here: Mapping[str, int]) -> dict[str, str]:
    """The paths of what is here already."""
    keys = {publication: key for key, publication in here.items()}
    numbers = sorted(keys)
    found: dict[str, str] = {}
    for start in range(0, len(numbers), ASKED_AT_ONCE):
        rows = PostAddress.objects.unguarded("where an import finds its own posts").filter(
            is_current=True, post__publication__in=numbers[start : start + ASKED_AT_ONCE]
        )
        found |= {
            keys[publication]: path for publication, path in rows.values_list("post__publication", "path")
        }
    return found


def taken_among(paths: Iterable[str]) -> set[str]:
    """Those of these paths at which a post stands now."""
    wanted = sorted(set(paths))
    taken: set[str] = set()
    for start in range(0, len(wanted), ASKED_AT_ONCE):
        rows = PostAddress.objects.unguarded("an address belongs to one post").filter(
            is_current=True, path__in=wanted[start : start + ASKED_AT_ONCE]
        )
        taken.update(rows.values_list("path", flat=True))
    return taken


def is_taken_with_number(path: str, number: int) -> bool:
    """Whether a path that got a number is another post's; those without one were asked for together."""
    return number > 2 and bool(taken_among([path]))


def slug_of(place: Place) -> str:
    """The slug of the old site; of the title when there was none, and the number of the item at last."""
    slug = place.slug.replace("/", "-").strip() or make_slug(place.title) or place.key.replace(":", "-")
    return slug[:LONGEST_SLUG]


def path_for(place: Place, slug: str, zone: str) -> str:
    """The path of a post by its month in the square's zone, of a page by its slug; as `address_of` gives them."""
    if place.kind == "page":
        return f"/journal/page/{slug}/"
    assert isinstance(place.out_at, datetime)
    return f"/journal/{place.out_at.astimezone(ZoneInfo(zone)):%Y/%m}/{slug}/"


def slug_in(path: str) -> str:
    """The slug a path ends in."""
    return path.rstrip("/").rpartition("/")[2]
