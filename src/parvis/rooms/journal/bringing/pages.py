"""The second pass over pages: each under its parent, which may have come after it in the file."""

from ..models import Post
from .ledger import Ledger


def settle_parents(ledger: Ledger) -> None:
    """Put under their parents the pages that this run brought; those in a ring stay where they are."""
    wanted = parents_wanted(ledger)
    by_key = {key: line.publication for kind in ("page", "post") for key, line in ledger.keys(kind)}
    needed = {by_key.get(key) for pair in wanted.items() for key in pair}
    rows = Post.objects.unguarded("pages that an import brought").filter(publication__in=needed - {None})
    pages = {row.publication_id: row for row in rows}
    for key, above in wanted.items():
        page, parent = pages.get(by_key.get(key) or 0), pages.get(by_key.get(above) or 0)
        if page is None or parent is None or page.parent_id == parent.pk or is_below(parent, page):
            continue
        page.parent = parent
        page.save(update_fields=["parent"])


def parents_wanted(ledger: Ledger) -> dict[str, str]:
    """Key of a page → key of the page above it, as the old site had them, for pages without one here."""
    publications = {line.publication: key for key, line in ledger.keys("page") if line.publication}
    rows = Post.objects.unguarded("pages that an import brought").filter(
        kind="page", parent=None, publication__in=list(publications)
    )
    found = rows.values_list("publication", "extra")
    return {
        publications[number]: str(extra["wordpress"]["parent"])
        for number, extra in found
        if extra.get("wordpress", {}).get("parent")
    }


def is_below(page: Post, other: Post) -> bool:
    """Whether a page stands somewhere under another, or is it."""
    above: Post | None = page
    passed: set[int] = set()
    while above is not None and above.pk not in passed:
        if above.pk == other.pk:
            return True
        passed.add(above.pk)
        above = above.parent
    return False
