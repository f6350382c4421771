"""What a person's own copy says of their posts: by public ids, addresses and names, never by the numbers of rows."""

from typing import Any

from parvis.core.stream.models import Publication

from .models import DatedUpdate, Import, ImportItem, Original, Post, PostAddress, PostNote, PostPage
from .models.posts import InCategory, Tagged


def of_post(post: Post) -> dict[str, Any]:
    """The post something belongs to."""
    return {"post": post.publication.public_id, "of": post.publication.title or post.slug}


def post_export(row: Post) -> dict[str, Any]:
    """A post as it was typed; its words as they were published stand with the publications."""
    lead, above = row.lead_picture, row.parent
    publication: Publication = row.publication
    return {
        "id": publication.public_id,
        "title": publication.title,
        "address": publication.get_absolute_url(),
        "published_at": publication.published_at,
        "kind": row.kind,
        "slug": row.slug,
        "form": row.form,
        "source": row.source,
        "html": row.html,
        "excerpt": row.excerpt,
        "guid": row.guid,
        "pinned": row.is_pinned,
        "parent": above.publication.public_id if above is not None else None,
        "lead_picture": lead.public_id if lead is not None else None,
        "imported": row.extra,
    }


def note_export(row: PostNote) -> dict[str, Any]:
    return of_post(row.post) | {"language": row.language, "text": row.text}


def update_export(row: DatedUpdate) -> dict[str, Any]:
    return of_post(row.post) | {"at": row.at, "text": row.source, "html": row.html}


def original_export(row: Original) -> dict[str, Any]:
    return of_post(row.post) | {
        "url": row.url,
        "name": row.publication_name,
        "published_on": row.published_on,
        "gone_on": row.gone_on,
        "confirmed": row.is_confirmed,
    }


def address_export(row: PostAddress) -> dict[str, Any]:
    return of_post(row.post) | {"path": row.path, "current": row.is_current, "since": row.since}


def page_export(row: PostPage) -> dict[str, Any]:
    """That a page is kept ready; it says what the post says."""
    return of_post(row.post) | {"language": row.language, "made_at": row.made_at}


def category_export(row: InCategory) -> dict[str, Any]:
    return of_post(row.post) | {"category": row.category.slug, "names": row.category.names}


def tag_export(row: Tagged) -> dict[str, Any]:
    return of_post(row.post) | {"tag": row.tag.slug, "names": row.tag.names}


def import_export(row: Import) -> dict[str, Any]:
    return {"source": row.source, "title": row.title, "began_at": row.began_at, "ended_at": row.ended_at}


def item_export(row: ImportItem) -> dict[str, Any]:
    """What became of an item of the old blog; `key` is what that blog called it."""
    return {
        "from": row.import_of.source,
        "kind": row.kind,
        "key": row.key,
        "title": row.title,
        "state": row.state,
        "reason": row.reason,
        "detail": row.detail,
        "publication": row.publication.public_id if row.publication is not None else None,
        "at": row.at,
    }
