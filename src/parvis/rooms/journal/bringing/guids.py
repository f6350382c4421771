"""The identifiers (guid) of posts: those of the old site to the byte, as long as each belongs to one post."""

from dataclasses import dataclass, field

from parvis.lib.wxr import Item

from ..models import Import, ImportItem, Post
from .fates import TEXTS
from .ledger import Line

LONGEST = 500
SHARED = "shared-guid"


@dataclass
class Guids:
    """Gives each identifier once; `taken` are those that posts have."""

    taken: set[str] = field(default_factory=set)

    def take(self, key: str, item: Item) -> tuple[str, bool]:
        """(identifier, whether another post has it): none when it is empty, too long or another's."""
        guid = item.guid + (f"#{key.partition(':')[2]}" if ":" in key else "")
        if not guid.strip() or len(guid) > LONGEST:
            return "", False
        if guid in self.taken:
            return "", True
        self.taken.add(guid)
        return guid, False


def guids_of(import_of: Import) -> Guids:
    """Those that earlier runs gave to posts of this old blog."""
    brought = ImportItem.objects.filter(import_of=import_of.pk, kind__in=TEXTS).values("publication")
    rows = Post.objects.unguarded("which identifiers an import gave").filter(publication__in=brought)
    return Guids(set(rows.values_list("guid", flat=True)))


def was_shared(line: Line | None, item: Item) -> bool:
    """Whether an earlier run found that another post has the identifier of this one."""
    return line is not None and (line.reason, line.detail) == (SHARED, item.guid)
