"""Making the pages that passers-by are answered with."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import connection
from django.http import HttpResponse
from django.urls import resolve
from django.utils import timezone, translation

from parvis.core.audiences.rule import Viewer, microseconds
from parvis.core.people.request import Request
from parvis.core.people.squares import the_square

from ..answering import answer_at
from ..facts import OF_A_POST, facts, rule
from ..models import Post, PostAddress, PostPage

IN_ONE_GO = 300
LOOKED_AT = 2000


def set_page(*, post: Post, at: datetime) -> PostPage | None:
    """Make the page of a post as a passer-by reads it; one that is not for them has none.

    What it was made of is read before it is made: a change meanwhile makes it stale, never wrong. So nothing is locked
    while it is made; on SQLite, a chore that makes hundreds would hold up everybody who writes.
    """
    passer_by = Viewer(at=microseconds(at))
    stamp = stamp_of(post, passer_by)
    answer = page_for(post, passer_by, at) if stamp is not None else None
    if stamp is None or answer is None:
        PostPage.objects.filter(post=post).delete()
        return None
    return PostPage.objects.unguarded("the page of a post for passers-by").update_or_create(
        post=post,
        defaults={
            "stamp": stamp,
            "language": answer.headers["Content-Language"],
            "html": answer.content.decode(),
            "etag": answer.headers["ETag"],
            "made_at": at,
        },
    )[0]


def stamp_of(post: Post, passer_by: Viewer) -> str | None:
    """What the page is made of; None for a post that passers-by do not see."""
    said, of_said = facts(passer_by)
    seen, of_seen = rule(passer_by, "pub")
    with connection.cursor() as cursor:
        text = f"SELECT {said} {OF_A_POST} WHERE post.id = %s AND pub.published_at IS NOT NULL AND {seen}"
        cursor.execute(text, [*of_said, post.pk, *of_seen])
        row = cursor.fetchone()
    return row[0] if row is not None else None


def page_for(post: Post, passer_by: Viewer, at: datetime) -> HttpResponse | None:
    """What the live view answers a passer-by at the post's address."""
    address = (
        PostAddress.objects.unguarded("where the post answers").filter(post=post, is_current=True).first()
    )
    if address is None:
        return None
    square = the_square()
    request = Request()
    request.method, request.path = "GET", address.path
    request.person, request.viewer, request.at, request.square = None, passer_by, at, square
    request.LANGUAGE_CODE = square.language
    request.resolver_match = resolve(address.path)
    with translation.override(square.language), timezone.override(ZoneInfo(square.zone)):
        answer = answer_at(request, address.path)
    return (
        answer
        if isinstance(answer, HttpResponse) and answer.status_code == 200 and "ETag" in answer.headers
        else None
    )


def set_stale_pages(at: datetime) -> None:
    """A chore: make the pages that are missing or stale, some at a time; of a long journal a part each minute."""
    passer_by = Viewer(at=microseconds(at))
    said, of_said = facts(passer_by)
    seen, of_seen = rule(passer_by, "pub")
    count = Post.objects.unguarded("how many there are to look at").count()
    slices = count // LOOKED_AT + 1
    text = f"""SELECT post.id {OF_A_POST} LEFT JOIN journal_postpage page ON page.post_id = post.id
        WHERE post.id %% %s = %s AND pub.published_at IS NOT NULL AND {seen}
        AND (page.id IS NULL OR page.stamp <> {said}) ORDER BY pub.ord DESC LIMIT %s"""
    with connection.cursor() as cursor:
        cursor.execute(text, [slices, int(at.timestamp()) // 60 % slices, *of_seen, *of_said, IN_ONE_GO])
        stale = [number for (number,) in cursor.fetchall()]
    for post in Post.objects.unguarded("posts that passers-by see").filter(pk__in=stale):
        set_page(post=post, at=at)
