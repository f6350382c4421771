"""What a post's card needs, brought for a whole page at once."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import connection
from django.utils.translation import get_language

from parvis.core.audiences.rule import Viewer
from parvis.core.stream.models import Publication
from parvis.lib.kept import Kept
from parvis.lib.markup import excerpt

from .models import Category, Post, PostAddress, PostNote, Tag

LEADS: Kept[str] = Kept(4_000)


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
    by_number = {publication.pk: publication for publication in publications}
    posts = list(
        Post.objects.unguarded("posts already seen")
        .filter(publication__in=list(by_number))
        .only("publication_id", "is_pinned", "excerpt", "html")
    )
    beside = around(posts)
    here = (get_language() or "")[:2]
    return {
        post.publication_id: card(
            post,
            beside[post.pk],
            is_foreign=by_number[post.publication_id].language != here,
            here=here,
        )
        for post in posts
    }


@dataclass
class Around:
    """What stands around a post: where it answers now, its notes, its themes and its tags, each in their order."""

    path: str = ""
    notes: list[PostNote] = field(default_factory=list)
    themes: list[Category] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)


AROUND = """SELECT 'path', post_id, path, '', 0 FROM journal_postaddress
  WHERE is_current AND post_id IN ({posts}) /*unguarded: what stands around posts already seen*/
UNION ALL SELECT 'note', post_id, language, text, 0 FROM journal_postnote WHERE post_id IN ({posts})
UNION ALL SELECT 'theme', i.post_id, c.slug, CAST(c.names AS text), c.position FROM journal_incategory i
  JOIN journal_category c ON c.id = i.category_id WHERE i.post_id IN ({posts})
UNION ALL SELECT 'tag', i.post_id, t.slug, CAST(t.names AS text), 0 FROM journal_tagged i
  JOIN journal_tag t ON t.id = i.tag_id WHERE i.post_id IN ({posts})
ORDER BY 1, 2, 5, 3"""


def around(posts: Sequence[Post]) -> Mapping[int, Around]:
    """By number, what stands around posts that have been found to be seen: one statement for all."""
    found = {post.pk: Around() for post in posts}
    numbers = ", ".join(map(str, found)) or "0"
    with connection.cursor() as cursor:
        cursor.execute(AROUND.format(posts=numbers))
        for what, post, word, content, _position in cursor.fetchall():
            beside = found[post]
            if what == "path":
                beside.path = word
            elif what == "note":
                beside.notes.append(PostNote(post_id=post, language=word, text=content))
            elif what == "theme":
                beside.themes.append(Category(slug=word, names=json.loads(content)))
            else:
                beside.tags.append(Tag(slug=word, names=json.loads(content)))
    return found


def card(post: Post, beside: Around, *, is_foreign: bool, here: str) -> PostCard:
    """One card, on a page in the language `here`, which is another than the post's if it `is_foreign`."""
    note = next((note for note in beside.notes if note.language == here), None) if is_foreign else None
    others = () if note is not None else tuple(beside.notes)
    return PostCard(post, beside.path, lead(post), tuple(beside.themes), note, others)


def lead(post: Post, words: int = 40) -> str:
    """The first words of a post: its author's own excerpt, else the beginning of its text."""
    return post.excerpt or LEADS.get((post.html, words), lambda: excerpt(post.html, words))


def addresses(publications: Sequence[Publication]) -> Mapping[int, str]:
    """The paths at which posts answer now; a draft has the page where it is written."""
    rows = PostAddress.objects.unguarded("the addresses of posts already seen").filter(
        post__publication__in=publications, is_current=True
    )
    found = dict(rows.values_list("post__publication", "path"))
    return {one.pk: found.get(one.pk) or f"/journal/write/{one.public_id}/" for one in publications}
