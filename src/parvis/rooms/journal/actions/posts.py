"""Writing posts: begun, published for an audience now or later, updated, taken away and brought back."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from parvis.core.audiences.models import Audience
from parvis.core.people.models import Person
from parvis.core.stream import actions as stream
from parvis.core.stream.models import Attachment, Publication, Source
from parvis.core.stream.pictures import picture_source
from parvis.lib.markup import clean, from_markdown, plain, with_pictures
from parvis.lib.refusal import Refusal

from ..models import Category, DatedUpdate, Original, Post, PostAddress, PostNote, PostPage
from ..models.posts import InCategory, Tagged
from .addresses import settle_address, wanted_slug
from .terms import tag_named

KIND = "journal.post"
SHOWN = re.compile(r"/media/([a-z0-9]{20})/")


class NothingWritten(Refusal):
    def __init__(self) -> None:
        super().__init__(_("There is nothing to publish yet. Give the post a title or a text."))


@dataclass(frozen=True, kw_only=True)
class First:
    """Where a text came out first."""

    url: str
    publication_name: str = ""
    published_on: date | None = None
    gone_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Draft:
    """Everything its author says of a post before it is published."""

    title: str
    source: str
    language: str
    form: str = "markdown"
    slug: str = ""
    excerpt: str = ""
    notes: Mapping[str, str] = field(default_factory=dict)
    categories: Sequence[Category] = ()
    tags: Sequence[str] = ()
    is_pinned: bool = False
    original: First | None = None


@transaction.atomic
def start_post(*, author: Person, language: str, at: datetime, kind: str = "post") -> Post:
    """An empty post that only its author sees."""
    publication = stream.begin(kind=KIND, author=author, language=language, at=at)
    guid = f"tag:parvis,{at:%Y-%m-%d}:{publication.public_id}"
    return Post.objects.create(publication=publication, kind=kind, guid=guid)


def render(post: Post, source: str, form: str) -> str:
    """The source as HTML that is safe to show; its pictures are those of the post."""
    find = picture_source(post.publication)
    if form == "markdown":
        return from_markdown(source, picture=find)
    return with_pictures(clean(source), find)


def first_picture(post: Post) -> Attachment | None:
    """The first of its own pictures that a post shows."""
    rows = Attachment.objects.unguarded("pictures of one's own post").filter(publication=post.publication)
    mine = {row.public_id: row for row in rows if row.is_picture}
    shown = (mine.get(name) for name in SHOWN.findall(post.html))
    return next((picture for picture in shown if picture is not None), None)


@transaction.atomic
def publish_post(
    *, post: Post, draft: Draft, audience: Audience, at: datetime, come_out_at: datetime | None = None
) -> Post:
    """Publish a post, or publish it anew with other words or for other people; `come_out_at` schedules it.

    The working copy is dropped: what it held is published. Raises NothingWritten.
    """
    if not draft.title.strip() and not draft.source.strip():
        raise NothingWritten
    post.source, post.form, post.is_pinned = draft.source, draft.form, draft.is_pinned
    post.html = render(post, draft.source, draft.form)
    post.excerpt = draft.excerpt
    post.lead_picture = first_picture(post)
    post.save()
    write_notes(post, draft)
    write_terms(post, draft)
    write_original(post, draft.original)
    publication = stream.publish(
        publication=post.publication,
        said=said(post, draft),
        audience=audience,
        sources=sources_of(post),
        at=at,
        come_out_at=come_out_at,
    )
    post.publication = publication
    settle_address(post=post, slug=wanted_slug(post, draft.slug, draft.title), at=at)
    stream.drop_working_copy(publication=publication)
    return post


def said(post: Post, draft: Draft) -> stream.Said:
    """The words by which the search finds a post: its text, its notes, its updates."""
    updates = DatedUpdate.objects.unguarded("its own updates").filter(post=post)
    texts = [plain(post.html), *draft.notes.values(), *(plain(update.html) for update in updates)]
    return stream.Said(
        title=draft.title.strip(), text="\n\n".join(filter(None, texts)), language=draft.language
    )


def write_notes(post: Post, draft: Draft) -> None:
    """Replace the notes in other languages."""
    PostNote.objects.filter(post=post).delete()
    PostNote.objects.bulk_create(
        PostNote(post=post, language=language, text=text.strip())
        for language, text in draft.notes.items()
        if text.strip() and language != draft.language
    )


def write_terms(post: Post, draft: Draft) -> None:
    """Replace the categories and tags."""
    InCategory.objects.filter(post=post).delete()
    InCategory.objects.bulk_create(
        InCategory(post=post, category=category) for category in dict.fromkeys(draft.categories)
    )
    Tagged.objects.filter(post=post).delete()
    tags = dict.fromkeys(tag_named(name=name, language=draft.language) for name in draft.tags if name.strip())
    Tagged.objects.bulk_create(Tagged(post=post, tag=tag) for tag in tags)


def write_original(post: Post, first: First | None) -> None:
    """Say where it came out first, or that it came out here."""
    if first is None or not first.url:
        Original.objects.filter(post=post).delete()
        return
    Original.objects.unguarded("its own original").update_or_create(
        post=post,
        defaults={
            "url": first.url,
            "publication_name": first.publication_name,
            "published_on": first.published_on,
            "gone_on": first.gone_on,
            "is_confirmed": True,
        },
    )


def sources_of(post: Post) -> list[Source]:
    """What one can follow to read this post: its author, and its themes with those around them."""
    sources = [stream.source_of(post.publication.author)]
    for category in Category.objects.filter(incategory__post=post).select_related("source"):
        above: Category | None = category
        while above is not None:
            sources.append(above.source)
            above = above.parent
    return list(dict.fromkeys(sources))


@transaction.atomic
def add_update(*, post: Post, source: str, at: datetime) -> DatedUpdate:
    """Add something with its date, at the end of a post that is out."""
    update = DatedUpdate.objects.create(post=post, at=at, source=source, html=from_markdown(source))
    say_again(post, at)
    return update


@transaction.atomic
def remove_update(*, update: DatedUpdate, at: datetime) -> None:
    """Take an update away."""
    post = update.post
    update.delete()
    say_again(post, at)


def say_again(post: Post, at: datetime) -> Publication:
    """Have the search read the post as it is now."""
    notes = {
        note.language: note.text for note in PostNote.objects.unguarded("its own notes").filter(post=post)
    }
    draft = Draft(
        title=post.publication.title,
        source=post.source,
        language=post.publication.language,
        form=post.form,
        notes=notes,
    )
    return stream.edit(publication=post.publication, said=said(post, draft), at=at)


@transaction.atomic
def withdraw_post(*, post: Post, at: datetime) -> Post:
    """Make a draft again of a post that has just come out, or waits to. Raises TooLateToUndo."""
    stream.withdraw(publication=post.publication, at=at)
    PostAddress.objects.filter(post=post).update(is_current=False)
    PostPage.objects.filter(post=post).delete()
    return post


@transaction.atomic
def delete_post(*, post: Post, by: Person, at: datetime) -> Post:
    """Take a post away; its addresses answer 410 if it was public. `restore_post` undoes it."""
    stream.delete(publication=post.publication, by=by, at=at)
    return post


@transaction.atomic
def restore_post(*, post: Post, by: Person) -> Post:
    """Undo a deletion."""
    stream.restore(publication=post.publication, by=by)
    return post
