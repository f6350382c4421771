"""What one's connections have told of where they are, and oneself."""

from parvis.core.audiences.models import GroupKind
from parvis.core.audiences.rule import FOREVER, Viewer
from parvis.core.stream.pages import Page, page

from .models import KIND

# The sources of those who agreed to see this person and have checked in at all, and this person's own.
THEIRS = f"""SELECT s.id FROM audiences_group g JOIN audiences_membership m ON m.group_id = g.id
  JOIN people_person o ON o.id = m.person_id JOIN stream_source s ON s.person_id = o.id
  WHERE g.owner_id = :person AND g.kind = '{GroupKind.CONNECTIONS}' AND o.erased_at IS NULL AND o.suspended_at IS NULL
  AND EXISTS (SELECT 1 FROM places_checkin c WHERE c.person_id = o.id)
  UNION SELECT id FROM stream_source WHERE person_id = :person"""


def told(viewer: Viewer, *, before: int = FOREVER, limit: int = 20) -> Page:
    """The newest check-ins of a person's connections and their own, as far as they may see them."""
    return page(viewer, THEIRS, before=before, limit=limit, kind=KIND)
