"""Where a post answers: one address now, and every address it ever had."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from parvis.core.audiences.models import PUBLIC
from parvis.core.people.squares import the_square
from parvis.lib.text.slugs import slug as make_slug

from ..models import Post, PostAddress

OF_AN_ENDING = 5  # characters of a public id: 60 million endings


def address_of(post: Post, slug: str) -> str:
    """The path of a post: its year and month in the square's zone, and its slug; a page has its slug alone."""
    if post.kind == "page":
        return f"/journal/page/{slug}/"
    out_at = post.publication.published_at or post.publication.made_at
    return f"/journal/{out_at.astimezone(ZoneInfo(the_square().zone)):%Y/%m}/{slug}/"


def wanted_slug(post: Post, asked: str, title: str) -> str:
    """The slug asked for, else the one it has, else one from the title, or its public id when there is none.

    What is not public is never where somebody might look for it, or be passed over for it: its slug gets an ending
    by which nobody learns that it is there. A slug that it already has it keeps, whoever may read it now.
    """
    slug = asked or post.slug or make_slug(title) or post.publication.public_id
    stands = (
        slug == post.slug and post.addresses.unguarded("its own address").filter(is_current=True).exists()
    )
    return slug if stands or post.publication.audience_id == PUBLIC else ending_apart(post, slug)


def ending_apart(post: Post, slug: str) -> str:
    """The slug with an ending that is no other post's, and tells nothing."""
    tail = f"-{post.publication.public_id[:OF_AN_ENDING]}"
    return slug if slug.endswith(tail) else slug + tail


@transaction.atomic
def settle_address(*, post: Post, slug: str, at: datetime) -> PostAddress:
    """Give a post its current address; the one it had before leads to it from now on.

    An address that another post has now is passed over for one with an ending; one that another post only had goes
    to this one.
    """
    others = PostAddress.objects.unguarded("an address belongs to one post").exclude(post=post)
    if others.filter(path=address_of(post, slug), is_current=True).exists():
        slug = ending_apart(post, slug)
    path = address_of(post, slug)
    others.filter(path=path).delete()
    post.slug = slug
    post.save(update_fields=["slug"])
    PostAddress.objects.filter(post=post).exclude(path=path).update(is_current=False)
    return PostAddress.objects.unguarded("its own address").update_or_create(
        path=path, defaults={"post": post, "is_current": True, "since": at}
    )[0]


def give_address(*, post: Post, path: str, at: datetime) -> bool:
    """Let a post answer at an old address too; False when the address is another post's."""
    return (
        PostAddress.objects.unguarded("an address belongs to one post")
        .get_or_create(path=path[:500], defaults={"post": post, "since": at})[0]
        .post_id
        == post.pk
    )
