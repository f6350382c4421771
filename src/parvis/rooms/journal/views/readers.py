"""Who will read a post that is being written: asked from the editor where there is no JavaScript, and led back to it."""

from contextlib import suppress

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from parvis.core.audiences.forms import with_one_more
from parvis.core.people.http import authors_only, see_other, who
from parvis.core.people.request import Request
from parvis.core.stream import actions as stream

from .. import actions
from ..drafts import fields_of, initial_of
from ..models import Post
from .writing import audience_form, own_post


@require_http_methods(["GET", "HEAD", "POST"])
@authors_only
def readers(request: Request, public_id: str) -> HttpResponse:
    """Those who will read what stands in the editor, by name, and other choices; the text stays where it is kept."""
    post = own_post(request, public_id)
    return choose(request, post) if request.method == "POST" else readers_page(request, post)


def choose(request: Request, post: Post) -> HttpResponse:
    """Keep the choice beside the text as it is now; then the names again, or back to the editor."""
    data = with_one_more(request.POST, person=who(request))
    publication, copy = post.publication, stream.copy_of(post.publication)
    text = (
        {name: value for name, value in copy.fields.items() if not name.startswith("audience")}
        if copy
        else {}
    )
    chosen = {name: value for name, value in fields_of(data).items() if name.startswith("audience")}
    with suppress(stream.StaleCopy):  # written elsewhere in this very moment: the page shows what is kept
        now = stream.version_of(publication, copy)
        actions.keep(post=post, fields=text | chosen, version=now, at=request.at)
    return see_other("journal:edit" if data.get("do") == "back" else "journal:readers", publication.public_id)


def readers_page(request: Request, post: Post) -> HttpResponse:
    """The sentence and the names for what is kept."""
    copy = stream.copy_of(post.publication)
    initial = initial_of(post, copy, request.square)
    choice = audience_form(request, post, None, asks="look")
    said = choice.said(f"{initial['title']}\n{initial['text']}")
    page = {
        "publication": post.publication,
        "title": initial["title"],
        "language": initial["language"],
        "choice": choice,
        "said": said,
        "glyph": f"open-{said.kind}",
    }
    return render(request, "journal/write/readers.html", page)
