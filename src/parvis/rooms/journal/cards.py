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

from .featured import featured
from .models import Category, Post, PostNote, Tag

LEADS: Kept[str] = Kept(4_000)


@dataclass(frozen=True)
class PostCard:
    """A post as a list shows it, in a page of one language.

    `note` says in that language what the post says in another; `notes` are for those who read still others.
    """

    is_pinned: bool
    path: str
    lead: str
    categories: tuple[Category, ...]
    note: PostNote | None
    notes: tuple[PostNote, ...]


def details(publications: Iterable[Publication], viewer: Viewer) -> Mapping[int, object]:
    """The cards of these publications."""
    some = list(publications)
    beside = around(some)
    here = (get_language() or "")[:2]
    return {
        one.pk: card(beside[one.pk], is_foreign=one.language != here, here=here)
        for one in some
        if one.pk in beside
    }


@dataclass
class Around:
    """A post and what stands around it: where it answers now, its notes, its themes and its tags, each in their order."""

    excerpt: str
    html: str
    is_pinned: bool
    path: str = ""
    notes: list[PostNote] = field(default_factory=list)
    themes: list[Category] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)


AROUND = """SELECT '', publication_id, excerpt, html, CASE WHEN is_pinned THEN 1 ELSE 0 END FROM journal_post
  WHERE publication_id IN ({posts}) /*unguarded: posts already seen, and what stands around them*/
UNION ALL SELECT 'path', p.publication_id, a.path, '', 0 FROM journal_postaddress a
  JOIN journal_post p ON p.id = a.post_id WHERE a.is_current AND p.publication_id IN ({posts})
UNION ALL SELECT 'note', p.publication_id, n.language, n.text, n.post_id FROM journal_postnote n
  JOIN journal_post p ON p.id = n.post_id WHERE p.publication_id IN ({posts})
UNION ALL SELECT 'theme', p.publication_id, c.slug, CAST(c.names AS text), c.position FROM journal_incategory i
  JOIN journal_category c ON c.id = i.category_id JOIN journal_post p ON p.id = i.post_id
  WHERE p.publication_id IN ({posts})
UNION ALL SELECT 'tag', p.publication_id, t.slug, CAST(t.names AS text), 0 FROM journal_tagged i
  JOIN journal_tag t ON t.id = i.tag_id JOIN journal_post p ON p.id = i.post_id WHERE p.publication_id IN ({posts})
ORDER BY 1, 2, 5, 3"""


def around(publications: Iterable[Publication]) -> Mapping[int, Around]:
    """By number, the posts of publications that have been found to be seen, and what stands around them: one statement."""
    found: dict[int, Around] = {}
    numbers = ", ".join(str(one.pk) for one in publications) or "0"
    with connection.cursor() as cursor:
        cursor.execute(AROUND.format(posts=numbers))
        for what, number, word, content, figure in cursor.fetchall():
            beside = found.get(number)
            if beside is None:  # the post itself comes first
                found[number] = Around(excerpt=word, html=content, is_pinned=bool(figure))
            elif what == "path":
                beside.path = word
            elif what == "note":
                beside.notes.append(PostNote(post_id=figure, language=word, text=content))
            elif what == "theme":
                beside.themes.append(Category(slug=word, names=json.loads(content)))
            else:
                beside.tags.append(Tag(slug=word, names=json.loads(content)))
    return found


def card(post: Around, *, is_foreign: bool, here: str) -> PostCard:
    """One card, on a page in the language `here`, which is another than the post's if it `is_foreign`."""
    note = next((note for note in post.notes if note.language == here), None) if is_foreign else None
    others = () if note is not None else tuple(post.notes)
    return PostCard(post.is_pinned, post.path, lead(post), tuple(post.themes), note, others)


def lead(post: Post | Around, words: int = 40) -> str:
    """The first words of a post: its author's own excerpt, else the beginning of its text."""
    return post.excerpt or LEADS.get((post.html, words), lambda: excerpt(post.html, words))


def whole_post(publication: Publication) -> str:
    """The text of a post that the reader has been found to see, below its picture."""
    post = (
        Post.objects.unguarded("a post already seen")
        .select_related("lead_picture")
        .get(publication=publication)
    )
    return featured(post) + post.html


ADDRESSES = """SELECT p.publication_id, a.path FROM journal_postaddress a JOIN journal_post p ON p.id = a.post_id
WHERE a.is_current AND p.publication_id IN ({posts}) /*unguarded: the addresses of posts already seen*/"""


def addresses(publications: Sequence[Publication]) -> Mapping[int, str]:
    """The paths at which posts answer now; a draft has the page where it is written."""
    with connection.cursor() as cursor:
        cursor.execute(ADDRESSES.format(posts=", ".join(str(one.pk) for one in publications) or "0"))
        found = dict(cursor.fetchall())
    return {one.pk: found.get(one.pk) or f"/journal/write/{one.public_id}/" for one in publications}
