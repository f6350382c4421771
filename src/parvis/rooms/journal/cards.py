"""What a post's card needs, brought for a whole page at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from parvis.core.audiences.rule import Viewer
from parvis.core.stream.models import Publication

from .models import Category, Post, PostAddress, PostNote


@dataclass(frozen=True)
class PostCard:
    """A post as a list shows it."""

    post: Post
    path: str
    categories: tuple[Category, ...]
    notes: tuple[PostNote, ...]


def details(publications: Iterable[Publication], viewer: Viewer) -> Mapping[int, object]:
    """The cards of these publications."""
    posts = list(
        Post.objects.visible_to(viewer)
        .filter(publication__in=list(publications))
        .select_related("lead_picture", "publication__author", "publication__audience")
    )
    paths = dict(
        PostAddress.objects.unguarded("addresses of posts already seen")
        .filter(post__in=posts, is_current=True)
        .values_list("post_id", "path")
    )
    notes: dict[int, list[PostNote]] = {}
    for note in PostNote.objects.unguarded("notes of posts already seen").filter(post__in=posts).order_by("language"):
        notes.setdefault(note.post_id, []).append(note)
    themes: dict[int, list[Category]] = {}
    for link in Post.categories.through.objects.filter(post__in=posts).select_related("category").order_by("category__position", "pk"):
        themes.setdefault(link.post_id, []).append(link.category)
    return {
        post.publication_id: PostCard(
            post, paths.get(post.pk, ""), tuple(themes.get(post.pk, ())), tuple(notes.get(post.pk, ()))
        )
        for post in posts
    }


def address(publication: Publication) -> str:
    """The path at which a post answers now; a draft has the page where it is written."""
    row = (
        PostAddress.objects.unguarded("the address of a post already seen")
        .filter(post__publication=publication, is_current=True)
        .first()
    )
    return row.path if row is not None else f"/journal/write/{publication.public_id}/"
