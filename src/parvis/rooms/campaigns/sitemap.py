"""What search engines may know of the campaigns: what any passer-by reads."""

from collections.abc import Sequence
from datetime import datetime

from parvis.core.audiences.rule import Viewer, microseconds
from parvis.lib.feeds.sitemap import Page

from .models import Campaign


def pages(at: datetime) -> Sequence[Page]:
    """Every campaign that is public, newest first, and their list."""
    passer_by = Viewer(at=microseconds(at))
    rows = Campaign.objects.visible_to(passer_by).order_by("-publication__ord")
    found = [
        Page(url=f"/campaigns/{slug}/", modified_at=max(filter(None, moments)))
        for slug, *moments in rows.values_list("slug", "state_at", "publication__edited_at")
    ]
    newest = max((page.modified_at for page in found if page.modified_at), default=None)
    return [Page(url="/campaigns/", modified_at=newest), *found] if found else []
