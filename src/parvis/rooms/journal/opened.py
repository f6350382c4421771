"""One post as its page shows it to a viewer: the post, what stands around it, and what machines are told of it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.utils.safestring import SafeString

from parvis.core.audiences.openness import openness_of
from parvis.core.audiences.rule import Viewer
from parvis.core.people.models import Person
from parvis.core.stream.audience_now import audiences_seen
from parvis.core.stream.cards import words_for
from parvis.core.stream.pictures import source as sizes_of
from parvis.core.stream.threads import Thread, thread

from .cards import lead
from .featured import featured
from .models import Category, DatedUpdate, Original, Post, PostNote, Tag
from .models.posts import InCategory, Tagged
from .reading import Beside, beside

LOCALES = {"fr": "fr_FR", "en": "en_GB"}
IN_A_SCRIPT = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


@dataclass(frozen=True)
class Opened:
    """A post opened on its page by a viewer."""

    post: Post
    path: str
    base: str
    lead: str
    notes: Sequence[PostNote]
    updates: Sequence[DatedUpdate]
    original: Original | None
    categories: Sequence[Category]
    tags: Sequence[Tag]
    before: Beside | None
    after: Beside | None
    thread: Thread
    openness: str
    words: str

    @property
    def is_public(self) -> bool:
        return self.openness == "everyone"

    @property
    def language(self) -> str:
        return self.post.publication.language

    @property
    def locale(self) -> str:
        """Its language as Open Graph wants it, with a territory; empty for one that is not told there."""
        return LOCALES.get(self.language[:2], "")

    @property
    def url(self) -> str:
        """Its whole address; a path while the square does not know its own."""
        return self.base + self.path

    @property
    def canonical(self) -> str:
        """The address by which search engines should know it: where it came out first, for as long as that stands."""
        if self.original is not None and self.original.gone_on is None:
            return self.original.url
        return self.url if self.base else ""

    @property
    def image(self) -> str:
        """The picture shown where a link to the post is shared."""
        picture = self.post.lead_picture
        return (
            self.base + sizes_of(picture).src
            if self.base and picture is not None and picture.is_picture
            else ""
        )

    @property
    def html(self) -> str:
        """Its text, below its picture when the text does not show it."""
        return featured(self.post) + self.post.html

    @property
    def data(self) -> SafeString:
        """The post for search engines (schema.org BlogPosting), as JSON that may stand inside a <script>."""
        text = json.dumps(blog_posting(self), ensure_ascii=False, separators=(",", ":"))
        return SafeString(text.translate(IN_A_SCRIPT))


def opened(post: Post, path: str, *, viewer: Viewer, person: Person | None, base: str) -> Opened:
    """Everything on the page of a post that the viewer has been found to see."""
    publication = post.publication
    before, after = beside(viewer, publication) if post.kind == "post" else (None, None)
    links = (
        InCategory.objects.filter(post=post).select_related("category").order_by("category__position", "pk")
    )
    tags = Tagged.objects.filter(post=post).select_related("tag").order_by("pk")
    audiences = audiences_seen([publication], viewer)
    openness = openness_of(audiences.values())
    return Opened(
        post=post,
        path=path,
        base=base,
        lead=lead(post),
        notes=list(
            PostNote.objects.unguarded("notes of a post already seen").filter(post=post).order_by("language")
        ),
        updates=list(
            DatedUpdate.objects.unguarded("updates of a post already seen").filter(post=post).order_by("at")
        ),
        original=original_of(post),
        categories=[link.category for link in links],
        tags=[link.tag for link in tags],
        before=before,
        after=after,
        thread=thread(publication, viewer, person),
        openness=openness.get(audiences.get(publication.pk, 0), "me"),
        words=words_for([publication], audiences, openness, viewer).get(publication.pk, ""),
    )


def original_of(post: Post) -> Original | None:
    """Where it came out first, once its author has said so."""
    original: Original | None = getattr(post, "original", None)
    return original if original is not None and original.is_confirmed else None


def name_of(original: Original) -> str:
    """What it came out in: its name, else the host of its address."""
    return original.publication_name or urlsplit(original.url).hostname or original.url


def blog_posting(page: Opened) -> dict[str, Any]:
    """https://schema.org/BlogPosting, with what is known and nothing else."""
    publication = page.post.publication
    known: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "BlogPosting" if page.post.kind == "post" else "WebPage",
        "headline": publication.title,
        "inLanguage": publication.language,
        "description": page.lead,
        "author": {"@type": "Person", "name": publication.author.name},
        "datePublished": (publication.published_at or publication.made_at).isoformat(timespec="seconds"),
        "keywords": [tag.name_in(publication.language) for tag in page.tags],
        "articleSection": [category.name_in(publication.language) for category in page.categories],
        "url": page.url if page.base else "",
        "image": page.image,
        "commentCount": page.thread.count,
    }
    if publication.edited_at is not None:
        known["dateModified"] = publication.edited_at.isoformat(timespec="seconds")
    if page.original is not None:
        known["isBasedOn"] = page.original.url
    return {key: value for key, value in known.items() if value not in ("", [])}
