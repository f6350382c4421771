"""What search engines may know of the journal: what any passer-by reads, and nothing that belongs elsewhere."""

from collections.abc import Sequence
from datetime import datetime

from parvis.core.audiences.rule import Viewer, microseconds
from parvis.core.people.squares import the_square
from parvis.core.stream.models import Publication
from parvis.lib.feeds.sitemap import Page

from .models import Original, PostAddress
from .reading import KIND


def pages(at: datetime) -> Sequence[Page]:
    """Every public post and page at its path, newest first, and the homes of the journal.

    A column that still stands where it came out first is left to its first address.
    """
    square, passer_by = the_square(), Viewer(at=microseconds(at))
    seen = Publication.objects.visible_to(passer_by).published(passer_by).of_kind(KIND)
    elsewhere = Original.objects.unguarded("which posts belong elsewhere").filter(
        is_confirmed=True, gone_on=None
    )
    rows = PostAddress.objects.visible_to(passer_by).filter(is_current=True, post__publication__in=seen)
    rows = rows.exclude(post__in=elsewhere.values("post")).order_by("-post__publication__ord")
    posts = [
        Page(url=path, modified_at=edited_at or out_at)
        for path, edited_at, out_at in rows.values_list(
            "path", "post__publication__edited_at", "post__publication__published_at"
        )
    ]
    newest = max((page.modified_at for page in posts if page.modified_at), default=None)
    homes = tuple((code, f"/journal/{code}/") for code in square.all_languages())
    alternates = (*homes, ("x-default", "/journal/")) if len(homes) > 1 else ()
    first = [
        Page(url=path, modified_at=newest, alternates=alternates)
        for _code, path in (*homes, ("", "/journal/"))
    ]
    return [*first, *posts] if posts else []
