"""What an address of the journal answers a reader: a post, the way to it, or that it is gone."""

from django.http import HttpResponseBase, HttpResponsePermanentRedirect
from django.utils.encoding import iri_to_uri

from parvis.core.people.request import Request
from parvis.core.site.views.errors import gone
from parvis.core.stream.who import who_can_see

from .answers import base_of, etag_of, say
from .models import PostAddress
from .opened import opened
from .quick import with_etag
from .reading import post_of


def answer_at(request: Request, path: str) -> HttpResponseBase | None:
    """What an address answers this reader: the post, the way to where it is now, or 410; None for nothing."""
    row = address_at(path)
    found = post_of(request.viewer, row.post_id if row is not None else 0)  # as many statements for nothing
    if row is None:
        return None
    if found is None:
        publication = row.post.publication
        return gone(request) if publication.was_public and publication.deleted_at is not None else None
    current = row if row.is_current else current_address(row)
    if current is None:
        return None
    if current.path != path:
        return HttpResponsePermanentRedirect(iri_to_uri(current.path))
    page = opened(
        found, current.path, viewer=request.viewer, person=request.person, base=base_of(request.square)
    )
    is_mine = request.person is not None and found.publication.author_id == request.person.pk
    context = {
        "page": page,
        "publication": found.publication,
        "thread": page.thread,
        "is_mine": is_mine,
        "who": who_can_see(found.publication, request.viewer) if is_mine else None,
        "waits": found.publication.published_at is not None and found.publication.published_at > request.at,
    }
    response = say(request, "journal/post.html", context, language=found.publication.language)
    if request.person is None and page.is_public:
        return with_etag(request, response, etag_of(response.content))
    return response


def address_at(path: str) -> PostAddress | None:
    """The address that this path means, with or without the slash at its end."""
    other = path.rstrip("/") if path.endswith("/") else f"{path}/"
    rows = PostAddress.objects.unguarded("an address leads to a post, which the rule then shows or not")
    found = {row.path: row for row in rows.filter(path__in=[path, other]).select_related("post__publication")}
    return found.get(path) or found.get(other)


def current_address(row: PostAddress) -> PostAddress | None:
    """Where the post of an old address answers now."""
    rows = PostAddress.objects.unguarded("the address of a post already seen")
    return rows.filter(post=row.post_id, is_current=True).first()
