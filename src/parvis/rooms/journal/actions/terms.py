"""Categories and tags: making, naming, moving, merging."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from parvis.core.stream.models import Placement, Source, Stream
from parvis.lib.refusal import Refusal
from parvis.lib.text.slugs import slug as make_slug

from ..models import Category, FormerCategory, ImportItem, Tag
from ..models.posts import InCategory


class MovesIntoItself(Refusal):
    def __init__(self) -> None:
        super().__init__(_("A theme cannot stand within itself."))


def free_slug(model: type[Category] | type[Tag], wanted: str) -> str:
    """The slug itself, or with the first number that makes it new."""
    base = wanted[:190] or "theme"
    slug, number = base, 2
    while model.objects.filter(slug=slug).exists():
        slug, number = f"{base}-{number}", number + 1
    return slug


@transaction.atomic
def make_category(
    *,
    names: Mapping[str, str],
    descriptions: Mapping[str, str] | None = None,
    parent: Category | None = None,
    slug: str = "",
) -> Category:
    """A theme with a name in one language or more; it can be followed at once."""
    slug = free_slug(Category, slug or make_slug(next(iter(names.values()), "")))
    source = Source.objects.create(
        kind="journal.category", names=dict(names), path=f"/journal/category/{slug}/"
    )
    return Category.objects.create(
        slug=slug, names=dict(names), descriptions=dict(descriptions or {}), parent=parent, source=source
    )


@transaction.atomic
def change_category(
    *,
    category: Category,
    names: Mapping[str, str],
    descriptions: Mapping[str, str],
    parent: Category | None,
    position: int = 0,
) -> Category:
    """Other words, or another place in the tree; its address stays. Raises MovesIntoItself."""
    above = parent
    while above is not None:
        if above.pk == category.pk:
            raise MovesIntoItself
        above = above.parent
    category.names, category.descriptions, category.parent = dict(names), dict(descriptions), parent
    category.position = position
    category.save(update_fields=["names", "descriptions", "parent", "position"])
    Source.objects.filter(pk=category.source_id).update(names=dict(names))
    return category


@transaction.atomic
def merge_categories(*, category: Category, into: Category) -> Category:
    """Everything of one theme goes to another: posts, those who follow it, those within it. Raises MovesIntoItself."""
    if category.pk == into.pk:
        raise MovesIntoItself
    kept = set(InCategory.objects.filter(category=into).values_list("post_id", flat=True))
    InCategory.objects.filter(category=category, post__in=kept).delete()
    InCategory.objects.filter(category=category).update(category=into)
    category.children.exclude(pk=into.pk).update(parent=into)
    if into.parent_id == category.pk:
        into.parent = category.parent
        into.save(update_fields=["parent"])
    for stream in Stream.objects.filter(source=category.source):
        target = Stream.objects.get_or_create(
            source=into.source, audience=stream.audience, author=stream.author
        )[0]
        there = Placement.objects.unguarded("moving streams").filter(stream=target).values("publication")
        Placement.objects.filter(
            stream=stream, publication__in=list(there.values_list("publication", flat=True))
        ).delete()
        Placement.objects.filter(stream=stream).update(stream=target)
    followers = set(into.source.followers.values_list("person_id", flat=True))
    category.source.followers.exclude(person__in=followers).update(source=into.source)
    FormerCategory.objects.filter(category=category).update(category=into)
    FormerCategory.objects.update_or_create(slug=category.slug, defaults={"category": into})
    ImportItem.objects.filter(kind="category", target=category.pk).update(target=into.pk)
    source = category.source
    category.delete()
    source.delete()
    return into


def make_tag(*, names: Mapping[str, str], slug: str = "") -> Tag:
    """A new tag."""
    slug = free_slug(Tag, slug or make_slug(next(iter(names.values()), "")))
    return Tag.objects.create(slug=slug, names=dict(names))


def tag_named(*, name: str, language: str) -> Tag:
    """The tag that this word means, made when it is new."""
    found = Tag.objects.filter(slug=make_slug(name)).first()
    return found or make_tag(names={language: " ".join(name.split())[:100]})
