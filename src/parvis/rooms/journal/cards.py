"""What a post's card needs, brought for a whole page at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import OuterRef, Subquery
from django.utils.translation import get_language

from parvis.core.audiences.rule import Viewer
from parvis.core.stream.models import Publication
from parvis.lib.markup import excerpt

from .models import Category, Post, PostAddress, PostNote
from .models.posts import InCategory


@dataclass(frozen=True)
class PostCard:
    """A post as a list shows it, in a page of one language.

    `note` says in that language what the post says in another; `notes` are for those who read still others.
    """

    post: Post
    path: str
    lead: str
    categories: tuple[Category, ...]
    note: PostNote | None
    notes: tuple[PostNote, ...]


def details(publications: Iterable[Publication], viewer: Viewer) -> Mapping[int, object]:
    """The cards of these publications."""
    current = PostAddress.objects.unguarded("addresses of posts already seen").filter(
        post=OuterRef("pk"), is_current=True
    )
    posts = list(
        Post.objects.visible_to(viewer)
        .filter(publication__in=list(publications))
        .select_related("publication")
        .annotate(path=Subquery(current.values("path")[:1]))
    )
    notes: dict[int, list[PostNote]] = {}
    for note in (
        PostNote.objects.unguarded("notes of posts already seen").filter(post__in=posts).order_by("language")
    ):
        notes.setdefault(note.post_id, []).append(note)
    themes: dict[int, list[Category]] = {}
    links = InCategory.objects.filter(post__in=posts).select_related("category")
    for link in links.order_by("category__position", "pk"):
        themes.setdefault(link.post_id, []).append(link.category)
    here = (get_language() or "")[:2]
    return {
        post.publication_id: card(
            post, getattr(post, "path", "") or "", themes.get(post.pk, []), notes.get(post.pk, []), here
        )
        for post in posts
    }


def card(post: Post, path: str, themes: list[Category], notes: list[PostNote], here: str) -> PostCard:
    """One card, on a page in the language `here`."""
    is_foreign = post.publication.language != here
    note = next((note for note in notes if note.language == here), None) if is_foreign else None
    others = () if note is not None else tuple(notes)
    return PostCard(post, path, lead(post), tuple(themes), note, others)


def lead(post: Post, words: int = 40) -> str:
    """The first words of a post: its author's own excerpt, else the beginning of its text."""
    return post.excerpt or excerpt(post.html, words)


def address(publication: Publication) -> str:
    """The path at which a post answers now; a draft has the page where it is written."""
    row = (
        PostAddress.objects.unguarded("the address of a post already seen")
        .filter(post__publication=publication, is_current=True)
        .first()
    )
    return row.path if row is not None else f"/journal/write/{publication.public_id}/"
