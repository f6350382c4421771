"""The writing desk: drafts, the editor, and what keeps a text safe while it is written."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parvis.core.audiences.actions import audience_for
from parvis.core.audiences.forms import AudienceForm
from parvis.core.audiences.openness import openness_of
from parvis.core.people.http import authors_only, see_other, who
from parvis.core.people.request import Request
from parvis.core.people.sizes import MOST_FILES, takes_files
from parvis.core.stream import actions as stream
from parvis.core.stream.afterwards import page_afterwards
from parvis.core.stream.alt import with_words, without_words
from parvis.core.stream.finding import mine_or_404
from parvis.core.stream.models import Attachment, Publication
from parvis.core.stream.pictures import address as picture_address
from parvis.lib.refusal import Refusal

from .. import actions
from ..drafts import audience_of, fields_of, initial_of
from ..forms import PostForm, UpdateForm
from ..models import DatedUpdate, Post
from ..reading import KIND

RECENT = 30
ON_A_DAY = gettext_noop("%(words)s on %(day)s")


def own_post(request: Request, public_id: str, *, deleted: bool = False) -> Post:
    """A post of the asker's own. Raises Http404."""
    publication = mine_or_404(who(request), public_id, deleted=deleted)
    post = Post.objects.unguarded("one's own post").filter(publication=publication).first()
    if post is None:
        raise Http404
    post.publication = publication
    return post


@require_safe
@authors_only
def write(request: Request) -> HttpResponse:
    """My drafts, what comes out later, what came out lately, and what I took away."""
    mine = Publication.objects.unguarded("one's own posts").filter(author=who(request), kind=KIND)
    mine = mine.select_related("post", "working_copy").newest_first()
    here = mine.filter(deleted_at=None)
    out = here.filter(published_at__lte=request.at)
    lists = {
        "scheduled": list(here.filter(published_at__gt=request.at).order_by("published_at")),
        "changed": list(out.exclude(working_copy=None)),
        "recent": list(out.filter(working_copy=None)[:RECENT]),
    }
    how_open = openness_of({one.audience_id or 0 for rows in lists.values() for one in rows})
    context: dict[str, object] = {
        "drafts": here.filter(published_at=None),
        **{name: [(one, how_open[one.audience_id or 0]) for one in rows] for name, rows in lists.items()},
        "trash": mine.exclude(deleted_at=None).order_by("-deleted_at"),
    }
    return render(request, "journal/write/desk.html", context)


@require_POST
@authors_only
def begin(request: Request) -> HttpResponse:
    """A new post, empty, that only its author sees."""
    post = actions.start_post(author=who(request), language=who(request).language, at=request.at)
    return see_other("journal:edit", post.publication.public_id)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@takes_files(MOST_FILES)
@authors_only
def edit(request: Request, public_id: str) -> HttpResponseBase:
    """The editor, for an author."""
    post = own_post(request, public_id)
    if request.method != "POST":
        return editor_page(request, post)
    match request.POST.get("do", "save"):
        case "publish" | "schedule" as what:
            return publish(request, post, is_later=what == "schedule")
        case "pictures":
            return add_pictures(request, post)
        case "readers":
            return ask_readers(request, post)
        case "preview":
            return editor_page(request, post, preview=preview_of(request, post))
        case _:
            return keep(request, post)


def keep(request: Request, post: Post) -> HttpResponse:
    """Save what stands in the editor, beside what is published."""
    try:
        data = with_alternatives(request.POST)
        actions.keep(post=post, fields=fields_of(data), version=version(data), at=request.at)
    except stream.StaleCopy as stale:
        return editor_page(request, post, refusal=stale)
    messages.success(request, _("Saved. Only you see it."))
    return see_other("journal:edit", post.publication.public_id)


def ask_readers(request: Request, post: Post) -> HttpResponse:
    """Save what stands in the editor, its new pictures too, and lead to the page of those who will read it."""
    data = with_alternatives(request.POST)
    try:
        data = with_new_pictures(request, post, data)
        actions.keep(post=post, fields=fields_of(data), version=version(data), at=request.at)
    except Refusal as refusal:
        return editor_page(request, post, data=data, refusal=refusal)
    return see_other("journal:readers", post.publication.public_id)


def publish(request: Request, post: Post, *, is_later: bool) -> HttpResponse:
    """Publish what stands in the editor, at the moment chosen, else now, for the people chosen.

    A day that is filled in counts whichever button was pressed: nothing comes out before it.
    """
    data = with_alternatives(request.POST)
    form, choice = post_form(request, post, data), audience_form(request, post, data)
    missing = without_words(data.get("text", ""))
    if not (form.is_valid() and choice.is_valid()):
        return editor_page(request, post, data=data)
    if missing and "without_alt" not in data:
        return editor_page(request, post, data=data, asks_alt=True)
    publication = post.publication
    was_out = publication.published_at is not None and publication.published_at <= request.at
    before = publication.audience
    try:
        come_out_at = None if was_out else moment_of(form, is_later=is_later)
        actions.publish_written(
            post=post,
            fields=fields_of(data),
            version=version(data),
            draft=form.draft(post),
            audience=audience_for(expression=choice.expression(), owner=who(request)),
            at=request.at,
            come_out_at=come_out_at,
        )
    except Refusal as refusal:
        return editor_page(request, post, data=data, refusal=refusal)
    actions.set_page(post=post, at=request.at)
    undo = reverse("journal:withdraw", args=[publication.public_id])
    if come_out_at is not None:
        when = {"when": date_format(come_out_at, "DATETIME_FORMAT"), "zone": who(request).zone}
        said = _("Comes out on %(when)s (%(zone)s). Until then only you see it.") % when
        messages.success(request, said, extra_tags=f"undo:{undo}")
    else:
        messages.success(request, _("It is published."), extra_tags="" if was_out else f"briefly undo:{undo}")
    afterwards = (
        page_afterwards(post.publication, request.at)
        if was_out and post.publication.audience != before
        else ""
    )
    return see_other(afterwards or post.get_absolute_url())


def moment_of(form: PostForm, *, is_later: bool) -> datetime | None:
    """When it is to come out; None for now. Raises Refusal for a moment without its day."""
    chosen = form.comes_out_at()
    if chosen is None and (is_later or form.cleaned_data["on_time"] is not None):
        raise Refusal(_("Choose the day on which it comes out."))
    return chosen


def button_of(words: str, form: PostForm) -> str:
    """What the button that publishes says: for whom, and on which day when one is chosen."""
    try:
        day = form.fields["on_day"].clean(form["on_day"].value())
    except ValidationError:
        return words
    return _(ON_A_DAY) % {"words": words, "day": date_format(day, "DATE_FORMAT")} if day else words


def with_alternatives(data: QueryDict) -> QueryDict:
    """The form with the words given to pictures put into its text."""
    words = {name.removeprefix("alt-"): str(data[name]) for name in data if name.startswith("alt-")}
    changed = data.copy()
    changed["text"] = with_words(data.get("text", ""), words)
    return changed


def add_pictures(request: Request, post: Post) -> HttpResponse:
    """Hang the chosen pictures on the post and put them at the end of its text: the way without JavaScript."""
    data = request.POST.copy()
    try:
        return editor_page(request, post, data=with_new_pictures(request, post, data))
    except Refusal as refusal:
        return editor_page(request, post, data=data, refusal=refusal)


def with_new_pictures(request: Request, post: Post, data: QueryDict) -> QueryDict:
    """The form with the pictures that came along at the end of its text. Raises what `attach` raises."""
    for file in request.FILES.getlist("pictures")[:MOST_FILES]:
        made = stream.attach(
            publication=post.publication,
            owner=who(request),
            name=file.name or "",
            data=file.read(),
            at=request.at,
        )
        data["text"] = f"{data.get('text', '').rstrip()}\n\n![]({picture_address(made)})\n"
    return data


def version(data: QueryDict) -> int:
    """The version that an editor began from; 0 for none."""
    text = data.get("version", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


def post_form(request: Request, post: Post, data: QueryDict | None) -> PostForm:
    """The form of a post, with what was sent, else with what was kept."""
    initial = initial_of(post, stream.copy_of(post.publication), request.square)
    return PostForm(data, initial=initial, square=request.square, person=who(request))


def audience_form(
    request: Request, post: Post, data: QueryDict | dict[str, Any] | None, asks: str = "readers"
) -> AudienceForm:
    """The audience picker, with what was sent, else with what was kept, else with what is published."""
    data = data if data is not None else audience_of(stream.copy_of(post.publication))
    before = post.publication.audience
    initial = {"audience": before} if before is not None else {"audience": "everyone"}
    return AudienceForm(
        data, person=who(request), at=request.at, usual="everyone", initial=initial, asks=asks
    )


def editor_page(
    request: Request,
    post: Post,
    *,
    data: QueryDict | None = None,
    preview: str = "",
    refusal: Refusal | None = None,
    asks_alt: bool = False,
) -> HttpResponse:
    """The editor with what was sent, or with what was kept; when both differ, with both."""
    data = data if data is not None else request.POST if request.method == "POST" else None
    form, choice = post_form(request, post, data), audience_form(request, post, data)
    if data is not None:
        form.is_valid()
    if refusal is not None and not isinstance(refusal, stream.StaleCopy):
        form.add_error(None, str(refusal))
    publication, copy = post.publication, stream.copy_of(post.publication)
    said = choice.tell()
    typed = data if data is not None else form.initial
    text = str(typed.get("text", ""))
    is_stale = isinstance(refusal, stream.StaleCopy)
    is_out = publication.published_at is not None and publication.published_at <= request.at
    context = {
        "post": post,
        "publication": publication,
        "form": form,
        "choice": choice,
        "button": said.button if is_out else button_of(said.button, form),
        "on_a_day": _(ON_A_DAY),
        "is_out": is_out,
        "waits": publication.published_at is not None and publication.published_at > request.at,
        "version": stream.version_of(publication, copy) if data is None or is_stale else version(data),
        "stale": refusal if is_stale else None,
        "theirs": form.initial if is_stale else None,
        "copy": copy,
        "preview": preview,
        "bare": [(one, typed.get(f"alt-{one.public_id}", "")) for one in pictures(post, without_words(text))],
        "without_alt": "without_alt" in typed,
        "asks_alt": asks_alt,
        "updates": DatedUpdate.objects.unguarded("one's own updates").filter(post=post).order_by("at"),
        "update_form": UpdateForm(),
        "zone": who(request).zone,
    }
    failed = bool(form.errors) or is_stale or asks_alt
    return render(
        request, "journal/write/editor.html", context, status=409 if is_stale else 422 if failed else 200
    )


def pictures(post: Post, names: Sequence[str]) -> list[Attachment]:
    """The post's own pictures of these names."""
    rows = Attachment.objects.unguarded("pictures of one's own post").filter(publication=post.publication)
    return list(rows.filter(public_id__in=names))


@require_POST
def save(request: Request, public_id: str) -> HttpResponseBase:
    """Autosave: the new version; 401 when the login has run out; 409 with the other text when another tab wrote."""
    if request.person is None:
        return JsonResponse({"error": _("You are not logged in any more.")}, status=401)
    return autosave(request, public_id)


@authors_only
def autosave(request: Request, public_id: str) -> HttpResponseBase:
    """Autosave, for an author."""
    post = own_post(request, public_id)
    try:
        kept = actions.keep(
            post=post, fields=fields_of(request.POST), version=version(request.POST), at=request.at
        )
    except stream.StaleCopy as stale:
        there = initial_of(post, stream.copy_of(post.publication), request.square)
        current = {"title": there["title"], "text": there["text"]}
        now = stream.version_of(
            Publication.objects.unguarded("one's own").get(pk=post.publication_id),
            stream.copy_of(post.publication),
        )
        return JsonResponse({"error": str(stale), "version": now, "current": current}, status=409)
    return JsonResponse({"version": kept, "saved": request.at.isoformat()})


@require_POST
@takes_files(1)
@authors_only
def upload(request: Request, public_id: str) -> HttpResponseBase:
    """A picture dropped into the text: where it is, for the text to show."""
    post = own_post(request, public_id)
    file = next((found for name in request.FILES for found in request.FILES.getlist(name)), None)
    try:
        if file is None:
            raise Refusal(_("No picture arrived. Choose it again."))
        made = stream.attach(
            publication=post.publication,
            owner=who(request),
            name=file.name or "",
            data=file.read(),
            at=request.at,
        )
    except Refusal as refusal:
        return JsonResponse({"error": str(refusal)}, status=422)
    return JsonResponse({"src": picture_address(made), "alt": ""})


@require_POST
@authors_only
def preview(request: Request, public_id: str) -> HttpResponse:
    """The text as it will look, by the very same renderer."""
    return HttpResponse(preview_of(request, own_post(request, public_id)))


def preview_of(request: Request, post: Post) -> str:
    return actions.render(post, request.POST.get("text", "")[: 10**6], post.form)
