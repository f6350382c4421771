"""Where a post answers: one address now, and every address it ever had."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from parvis.core.people.squares import the_square
from parvis.lib.text.slugs import slug as make_slug

from ..models import Post, PostAddress


def address_of(post: Post, slug: str) -> str:
    """The path of a post: its year and month in the square's zone, and its slug; a page has its slug alone."""
    if post.kind == "page":
        return f"/journal/page/{slug}/"
    out_at = post.publication.published_at or post.publication.made_at
    return f"/journal/{out_at.astimezone(ZoneInfo(the_square().zone)):%Y/%m}/{slug}/"


def wanted_slug(post: Post, title: str) -> str:
    """A slug from the title; a post without a title takes its public id."""
    return make_slug(title) or post.publication.public_id


@transaction.atomic
def settle_address(*, post: Post, slug: str, at: datetime) -> PostAddress:
    """Give a post its current address; the one it had before leads to it from now on.

    An address that another post has now is passed over (…-2); one that another post only had goes to this one.
    """
    base, number = slug, 2
    while True:
        path = address_of(post, slug)
        taken = (
            PostAddress.objects.unguarded("an address belongs to one post")
            .filter(path=path)
            .exclude(post=post)
        )
        if not taken.filter(is_current=True).exists():
            break
        slug, number = f"{base}-{number}", number + 1
    taken.delete()
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
