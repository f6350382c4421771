"""Writes posts and pages of the old site, a batch at a time."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import check_password
from django.utils.crypto import salted_hmac

from parvis.core.audiences.actions import Expression, audience_for, password_group
from parvis.core.audiences.models import PUBLIC, Audience, Group
from parvis.core.audiences.rule import microseconds
from parvis.core.delivery.actions import never_announce
from parvis.core.people.models import Person
from parvis.core.stream.actions import Said, source_of
from parvis.core.stream.actions.bulk import Coming, publish_many
from parvis.core.stream.models import Publication, Source, WorkingCopy
from parvis.lib.wxr import Item
from parvis.lib.wxr.addresses import old_paths
from parvis.lib.wxr.originals import propose

from ..actions.posts import KIND
from ..models import Category, Original, Post, PostAddress, PostNote, Tag
from ..models.posts import InCategory, Tagged
from .fates import Fate
from .guids import SHARED, Guids
from .ledger import Ledger
from .overview import Overview, Place
from .paths import slug_in, slug_of
from .people import People
from .texts import Texts, Words, finished, remarks_on
from .themes import Themes

WIDEST = 2**31 - 1


@dataclass(kw_only=True)
class Shape:
    """An item of the file as the post it becomes, before it is written."""

    key: str
    item: Item
    fate: Fate
    words: Words
    author: Person
    digest: str
    out_at: datetime | None
    categories: Sequence[Category]
    tags: Sequence[Tag]
    guid: str = ""
    shares_guid: bool = False
    path: str = ""
    post: Post = field(default_factory=Post)

    @property
    def described(self) -> str:
        """Words by which its owner knows it: its title, else its number."""
        return self.item.title_text[:200] or f"{self.item.type} {self.item.id or self.key}"


@dataclass(kw_only=True)
class Posts:
    """Makes posts of items, with everything around them."""

    ledger: Ledger
    overview: Overview
    people: People
    themes: Themes
    texts: Texts
    at: datetime
    zone: str
    guids: Guids
    _audiences: dict[tuple[str, int, str], Audience] = field(default_factory=dict)
    _sources: dict[int, Source] = field(default_factory=dict)

    def digest(self, item: Item) -> str:
        """Tells whether an item is another one in a later file, or has another author here."""
        return digest_of(item, self.people.token(item.author_login))

    def shape(self, key: str, item: Item, fate: Fate, language: str) -> Shape:
        """Work out the post that an item becomes."""
        categories, tags = self.themes.of(item)
        return Shape(
            key=key,
            item=item,
            fate=fate,
            words=self.texts.words(item, language),
            author=self.people.author(item.author_login),
            digest=self.digest(item),
            out_at=None if fate.openness == "draft" else item.at or item.modified_at or self.at,
            categories=categories,
            tags=tags,
            path=self.texts.paths.get(key, ""),
        )

    def create(self, shapes: Sequence[Shape]) -> None:
        """Write new posts, all at once."""
        for shape in shapes:
            guid, shape.shares_guid = self.guids.take(shape.key, shape.item)
            shape.guid = guid or f"tag:parvis,import:{self.ledger.import_of.pk}:{shape.key}"
        publish_many([self.coming(shape) for shape in shapes])
        Post.objects.bulk_create(shape.post for shape in shapes)
        never_announce([shape.post.publication for shape in shapes], at=self.at)
        self.hang(shapes)
        self.give_addresses(shapes)
        for shape in shapes:
            self.note(shape, is_new=True)

    def coming(self, shape: Shape) -> Coming:
        """The publication of a post, and the row of the post itself."""
        publication = Publication(kind=KIND, author=shape.author)
        self.fill(publication, shape)
        publication.ord = self.ord_of(shape)
        shape.post = Post(publication=publication, guid=shape.guid)
        self.fill_post(shape)
        return Coming(publication=publication, said=said(shape), sources=self.sources(shape))

    def fill(self, publication: Publication, shape: Shape) -> None:
        """When, by whom and for whom."""
        item = shape.item
        publication.author = shape.author
        publication.audience = self.audience(shape)
        publication.published_at = shape.out_at
        publication.made_at = min(shape.out_at or item.at or self.at, self.at)
        later = (
            item.modified_at is not None
            and shape.out_at is not None
            and shape.out_at < item.modified_at <= self.at
        )
        publication.edited_at = item.modified_at if later else None
        publication.comments_closed_at = publication.made_at if item.comment_status == "closed" else None
        publication.language = shape.words.language

    def ord_of(self, shape: Shape) -> int:
        """The place it wants in the order of all; before 1970 everything stands at the beginning."""
        return max(1, microseconds(shape.out_at or min(shape.item.at or self.at, self.at)))

    def fill_post(self, shape: Shape) -> None:
        """The post's own row."""
        post, item = shape.post, shape.item
        post.kind = item.type
        post.slug = (
            slug_in(shape.path)
            if shape.path
            else slug_of(Place(shape.key, item.type, item.slug, "", None))
            if item.slug
            else ""
        )
        post.form = "html"
        post.source = item.content
        post.html = "" if shape.fate.openness == "draft" else finished(shape.words.html)
        post.excerpt = shape.words.excerpt
        post.is_pinned = item.is_sticky
        post.position = max(-WIDEST, min(WIDEST, item.menu_order))
        post.extra = {**post.extra, "wordpress": kept_of(shape)}

    def sources(self, shape: Shape) -> list[Source]:
        """Where readers find it: its author and its themes, as for a post written here."""
        if shape.out_at is None:
            return []
        author = shape.author
        if author.pk not in self._sources:
            self._sources[author.pk] = source_of(author)
        return list(dict.fromkeys([self._sources[author.pk], *self.themes.sources(shape.categories)]))

    def audience(self, shape: Shape) -> Audience | None:
        """For whom it was on the old site."""
        openness, password = shape.fate.openness, shape.item.password
        if openness == "draft":
            return None
        key = (
            openness,
            shape.author.pk if openness != "public" else 0,
            password if openness == "password" else "",
        )
        if key not in self._audiences:
            self._audiences[key] = self.make_audience(shape)
        return self._audiences[key]

    def make_audience(self, shape: Shape) -> Audience:
        if shape.fate.openness == "public":
            return Audience.objects.get(pk=PUBLIC)
        if shape.fate.openness == "me":
            return audience_for(expression=Expression(), owner=shape.author)
        group = self.known_group(shape) or password_group(
            owner=shape.author, password=shape.item.password, at=self.at
        )
        return audience_for(expression=Expression(frozenset({group.pk})), owner=shape.author)

    def known_group(self, shape: Shape) -> Group | None:
        """The group of an earlier run that this password opens."""
        line = self.ledger.line(shape.item.type, shape.key)
        if line is None or line.publication is None:
            return None
        groups = Group.objects.filter(
            kind="password",
            owner=shape.author,
            closed_at=None,
            terms__audience__in=Audience.objects.filter(
                pk__in=Publication.objects.unguarded("its own audience")
                .filter(pk=line.publication)
                .values("audience")
            ),
        )
        return next((group for group in groups if check_password(shape.item.password, group.secret)), None)

    def hang(self, shapes: Sequence[Shape], *, with_originals: bool = True) -> None:
        """Notes, categories, tags, proposed originals, and the working copies of drafts."""
        PostNote.objects.bulk_create(
            PostNote(post=shape.post, language=language[:10], text=text)
            for shape in shapes
            for language, text in shape.words.notes.items()
        )
        InCategory.objects.bulk_create(
            InCategory(post=shape.post, category=category)
            for shape in shapes
            for category in shape.categories
        )
        Tagged.objects.bulk_create(Tagged(post=shape.post, tag=tag) for shape in shapes for tag in shape.tags)
        Original.objects.bulk_create(self.originals(shapes) if with_originals else ())
        WorkingCopy.objects.bulk_create(
            WorkingCopy(publication=shape.post.publication, fields=pen(shape), version=1, saved_at=self.at)
            for shape in shapes
            if shape.fate.openness == "draft"
        )

    def originals(self, shapes: Iterable[Shape]) -> list[Original]:
        """Where posts seem to have come out first, for their author to confirm."""
        found = [(shape, propose(shape.item, self.overview.hosts)) for shape in shapes]
        return [
            Original(
                post=shape.post,
                url=proposal.url,
                publication_name=proposal.publication[:200],
                is_confirmed=False,
            )
            for shape, proposal in found
            if proposal is not None and len(proposal.url) <= 1000
        ]

    def give_addresses(self, shapes: Sequence[Shape]) -> None:
        """The address each has now, and every one it had on the old site, unless another post has it."""
        rows: dict[str, PostAddress] = {}
        for shape in shapes:
            if shape.path:
                rows[shape.path] = PostAddress(
                    path=shape.path, post=shape.post, is_current=True, since=self.at
                )
        for shape in shapes:
            for path in old_paths(shape.item, self.overview.channel) if ":" not in shape.key else ():
                if len(path) <= 500:
                    rows.setdefault(path, PostAddress(path=path, post=shape.post, since=self.at))
        known = PostAddress.objects.unguarded("an address belongs to one post").filter(path__in=list(rows))
        for path, is_current in known.values_list("path", "is_current"):
            if rows[path].is_current and not is_current:
                PostAddress.objects.filter(path=path).delete()
            else:
                rows.pop(path)
        PostAddress.objects.bulk_create(rows.values())

    def note(self, shape: Shape, *, is_new: bool) -> None:
        """Put it into the ledger, with what its owner should know."""
        kind = shape.item.type
        remarks = [(shape.fate.reason, shape.fate.detail)]
        if shape.shares_guid:
            remarks.append((SHARED, shape.item.guid))
        reason, detail = remarks[-1]
        self.ledger.brought(
            kind,
            shape.key,
            item=shape.described,
            is_new=is_new,
            reason=reason,
            detail=detail,
            digest=shape.digest,
            publication=shape.post.publication,
            revision=shape.post.publication.revision,
        )
        for remark in (*remarks, *remarks_on(shape.words)):
            self.ledger.remark(kind, shape.described, *remark)


def digest_of(item: Item, author: str) -> str:
    """A mark of all that an item says but its comments; a password is in it only under the house's secret."""
    values = {
        name: getattr(item, name)
        for name in item.__dataclass_fields__
        if name not in {"comments", "password"}
    }
    values["terms"] = [(term.taxonomy, term.slug, term.name) for term in item.terms]
    values["author"] = author
    values["password"] = (
        salted_hmac("journal.bringing", item.password, algorithm="sha256").hexdigest()
        if item.password
        else ""
    )
    return hashlib.sha256(
        json.dumps(values, sort_keys=True, default=str).encode(errors="replace")
    ).hexdigest()


def said(shape: Shape) -> Said:
    """The words by which the search finds it."""
    texts = [shape.words.text, *shape.words.notes.values()]
    return Said(
        title=shape.item.title_text[:400],
        text="\n\n".join(filter(None, texts)),
        language=shape.words.language,
    )


def pen(shape: Shape) -> dict[str, Any]:
    """The working copy of a draft, as the editor keeps it (drafts.py): what its author finds there."""
    return {
        "title": shape.item.title_text[:400],
        "text": shape.words.html,
        "language": shape.words.language,
        "slug": shape.post.slug,
        "excerpt": shape.words.excerpt,
        "tags": ", ".join(tag.name_in(shape.words.language) for tag in shape.tags),
        "categories": [str(category.pk) for category in shape.categories],
        **({"is_pinned": "on"} if shape.item.is_sticky else {}),
        **{f"note_{language}": text for language, text in shape.words.notes.items()},
    }


def kept_of(shape: Shape) -> Mapping[str, object]:
    """What the old site knew of a post and has no place of its own here."""
    item = shape.item
    others = [term for term in item.terms if term.taxonomy not in {"category", "post_tag"}]
    kept: dict[str, object] = {
        "id": item.id,
        "link": item.link,
        "guid": item.guid,
        "status": item.status,
        "author": item.author_login,
        "at": str(item.at or ""),
        "local_at": str(item.local_at or ""),
        "modified_at": str(item.modified_at or ""),
        "parent": item.parent,
        "comment_status": item.comment_status,
        "ping_status": item.ping_status,
        "language_from": shape.words.language_from,
        "meta": [list(pair) for pair in item.meta],
        "terms": [[term.taxonomy, term.slug, term.name] for term in others],
        "comment_meta": {
            str(each.id): [list(pair) for pair in each.meta] for each in item.comments if each.meta
        },
        "lost": list(shape.words.lost),
        "shows": list(shape.words.shows),
        "group": shape.words.group or (f"qtranslate-{item.id}" if ":" in shape.key else ""),
    }
    return {name: value for name, value in kept.items() if value not in ("", [], {}, None)}
