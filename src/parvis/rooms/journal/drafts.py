"""What stands in the editor: as the form sends it, as the working copy keeps it, as publishing takes it."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.http import QueryDict

from parvis.core.people.http import whole
from parvis.core.people.models import Square
from parvis.core.stream.models import Publication, WorkingCopy

from .actions import render
from .featured import featured
from .models import Original, Post, PostNote, Tag
from .models.posts import InCategory

WORDS = (
    "title",
    "text",
    "language",
    "slug",
    "excerpt",
    "tags",
    "is_pinned",
    "original_url",
    "original_name",
    "original_on",
    "original_gone_on",
    "on_day",
    "on_time",
    "without_alt",
    "audience",
    "audience-kept",
    "audience-in-names",
    "audience-out-names",
)
BEGIN = ("note_", "alt-")
LISTS = ("categories", "audience-in", "audience-out")


def fields_of(data: QueryDict) -> dict[str, Any]:
    """What the working copy keeps of a form: its words as they were typed."""
    kept: dict[str, Any] = {name: data[name] for name in WORDS if name in data}
    kept |= {name: data[name] for name in data if name.startswith(BEGIN)}
    return kept | {name: data.getlist(name) for name in LISTS if name in data}


def initial_of(post: Post, copy: WorkingCopy | None, square: Square) -> dict[str, Any]:
    """What the form begins with: what is being written, else what is published."""
    published = as_published(post, square)
    if copy is None:
        return published
    written = {key: value for key, value in copy.fields.items() if not key.startswith("audience")}
    is_pinned = bool(written.get("is_pinned")) if "text" in written else published["is_pinned"]
    categories = [number for one in written.get("categories", []) if (number := whole(str(one)))]
    return published | written | {"is_pinned": is_pinned, "categories": categories}


def as_published(post: Post, square: Square) -> dict[str, Any]:
    """The form as it would be for what is published; a new post begins in its author's language."""
    publication = post.publication
    notes = PostNote.objects.unguarded("one's own notes").filter(post=post)
    original = Original.objects.unguarded("where one's own post came out first").filter(post=post).first()
    tags = [
        tag.name_in(publication.language)
        for tag in Tag.objects.filter(tagged__post=post).order_by("tagged__pk")
    ]
    return {
        "title": publication.title,
        "text": text_of(post),
        "language": publication.language,
        "slug": post.slug,
        "excerpt": post.excerpt,
        "is_pinned": post.is_pinned,
        "tags": ", ".join(tags),
        "categories": list(InCategory.objects.filter(post=post).values_list("category_id", flat=True)),
        **{f"note_{note.language}": note.text for note in notes},
        **as_original(original),
        **as_scheduled(publication),
    }


def text_of(post: Post) -> str:
    """What one edits of a published post: its source, but for one that came in another blog's way of writing.

    That one is edited as the HTML that was made of it: rendering its source here would lose its paragraphs. The picture
    that stands above it is in the text from then on, where its author can move it or take it away.
    """
    if post.form != "html" or render(post, post.source, post.form) == post.html:
        return featured(post) + post.source
    return featured(post) + post.html


def as_original(original: Original | None) -> Mapping[str, Any]:
    """The inputs that say where a post came out first."""
    if original is None:
        return {}
    return {
        "original_url": original.url,
        "original_name": original.publication_name,
        "original_on": original.published_on,
        "original_gone_on": original.gone_on,
    }


def as_scheduled(publication: Publication) -> Mapping[str, Any]:
    """The inputs that say when it comes out, on its author's clock; once it is out, publishing minds them no more."""
    if publication.published_at is None:
        return {}
    moment = publication.published_at.astimezone(ZoneInfo(publication.author.zone))
    return {"on_day": moment.date(), "on_time": moment.time()}


def audience_of(copy: WorkingCopy | None) -> dict[str, Any] | None:
    """The picker's inputs as the working copy keeps them; None when nothing was picked in it."""
    if copy is None or "audience" not in copy.fields:
        return None
    return {key: value for key, value in copy.fields.items() if key.startswith("audience")}
