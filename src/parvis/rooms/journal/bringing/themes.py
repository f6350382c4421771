"""Categories and tags of the old site, in whatever order the file names them."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from parvis.core.stream.models import Source
from parvis.lib.markup import plain
from parvis.lib.wxr import Item, Term

from ..actions import make_category, make_tag
from ..models import Category, Tag
from .ledger import Ledger

LONGEST_SLUG = 190


@dataclass
class Themes:
    """Finds the category or tag that a slug of the old site means, and makes it when it is new."""

    ledger: Ledger
    language: str
    categories: dict[str, Category] = field(default_factory=dict)
    tags: dict[str, Tag] = field(default_factory=dict)
    made: set[str] = field(default_factory=set)

    def bring(self, terms: Iterable[Term]) -> None:
        """Everything the file declares; parents are found in a second pass, for they may come later."""
        declared = [term for term in terms if term.taxonomy == "category"]
        for term in terms:
            if term.taxonomy == "category":
                self.category(term.slug, term.name, term.description, number=term.term_id)
            elif term.taxonomy == "post_tag":
                self.tag(term.slug, term.name, term.description)
            else:
                self.other(term)
        for term in declared:
            self.settle(term)

    def other(self, term: Term) -> None:
        """A word of a taxonomy the journal does not have."""
        key, _again = self.ledger.unique("term", f"{term.taxonomy}/{term.slug}"[:190])
        reason, detail = why_no_theme(term)
        self.ledger.skip("term", key, item=term.name, reason=reason, detail=detail)

    def category(self, slug: str, name: str, description: str = "", number: int | None = None) -> Category:
        """The category of this slug; one that is here already by that slug takes the posts too."""
        key = slug[:LONGEST_SLUG] or name[:LONGEST_SLUG]
        self.ledger.seen.add(("category", key))
        if key in self.categories:
            return self.categories[key]
        line = self.ledger.line("category", key)
        found = Category.objects.filter(pk=line.target).first() if line and line.target else None
        if found is None:
            found = Category.objects.filter(slug=key).first()
            is_new = found is None
            names = {self.language: name or slug}
            words = {self.language: plain(description)} if description.strip() else {}
            found = found or make_category(names=names, descriptions=words, slug=key)
            self.note("category", key, name, found.pk, is_new=is_new, detail=str(number or ""))
        self.categories[key] = found
        return found

    def tag(self, slug: str, name: str, description: str = "") -> Tag:
        """The tag of this slug."""
        key = slug[:LONGEST_SLUG] or name[:LONGEST_SLUG]
        self.ledger.seen.add(("tag", key))
        if key in self.tags:
            return self.tags[key]
        line = self.ledger.line("tag", key)
        found = Tag.objects.filter(pk=line.target).first() if line and line.target else None
        if found is None:
            found = Tag.objects.filter(slug=key).first()
            is_new = found is None
            found = found or make_tag(names={self.language: name or slug}, slug=key)
            if is_new and description.strip():
                found.descriptions = {self.language: plain(description)}
                found.save(update_fields=["descriptions"])
            self.note("tag", key, name, found.pk, is_new=is_new)
        self.tags[key] = found
        return found

    def note(self, kind: str, key: str, name: str, target: int, *, is_new: bool, detail: str = "") -> None:
        """Write it down; one that stood here already is no creation of ours."""
        if is_new:
            self.made.add(f"{kind} {key}")
            self.ledger.brought(kind, key, item=name, is_new=True, target=target, detail=detail)
        else:
            self.ledger.write(kind, key, item=name, state="imported", target=target, detail=detail)

    def settle(self, term: Term) -> None:
        """Put a category that this run made under its parent. A ring of parents stays flat."""
        category = self.category(term.slug, term.name)
        parent = self.categories.get(term.parent[:LONGEST_SLUG]) if term.parent else None
        if parent is None or f"category {term.slug[:LONGEST_SLUG]}" not in self.made:
            return
        above: Category | None = parent
        while above is not None and above.pk != category.pk:
            above = above.parent
        if above is None:
            category.parent = parent
            category.save(update_fields=["parent"])

    def of(self, item: Item) -> tuple[list[Category], list[Tag]]:
        """The categories and tags of an item; those the file did not declare are made."""
        categories = [
            self.category(term.slug, term.name) for term in item.terms if term.taxonomy == "category"
        ]
        tags = [self.tag(term.slug, term.name) for term in item.terms if term.taxonomy == "post_tag"]
        return list(dict.fromkeys(categories)), list(dict.fromkeys(tags))

    def see(self, item: Item) -> None:
        """The terms of an item that is here already stand in the file all the same."""
        kinds = {"category": "category", "post_tag": "tag"}
        pairs = (
            (kinds[term.taxonomy], (term.slug or term.name)[:LONGEST_SLUG])
            for term in item.terms
            if term.taxonomy in kinds
        )
        self.ledger.seen.update(pairs)

    def sources(self, categories: Iterable[Category]) -> list[Source]:
        """What one follows to read a post of these categories: themselves and those around them."""
        sources: dict[Source, None] = {}
        for category in categories:
            above: Category | None = category
            while above is not None:
                sources[above.source] = None
                above = above.parent
        return list(sources)


def why_no_theme(term: Term) -> tuple[str, str]:
    """(reason, detail) why a word of another taxonomy is neither category nor tag here."""
    reason = {"nav_menu": "whole-menu", "language": "language-term"}.get(term.taxonomy, "taxonomy")
    return reason, term.taxonomy if reason == "taxonomy" else ""
