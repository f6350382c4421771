"""Where a creator writes the news of a campaign: begun, kept, previewed, published for some or for all, taken away."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from parvis.core.audiences.models import WholeText
from parvis.core.people.http import person_only, see_other, who
from parvis.core.people.request import Request
from parvis.core.people.sizes import MOST_FILES, takes_files
from parvis.core.stream import actions as stream
from parvis.core.stream.afterwards import page_afterwards
from parvis.core.stream.alt import with_words, without_words
from parvis.core.stream.models import Attachment, Publication
from parvis.core.stream.pictures import address as picture_address
from parvis.core.stream.pictures import picture_source
from parvis.lib.markup import from_markdown
from parvis.lib.refusal import Refusal

from ..actions import telling
from ..forms.updates import ReadersForm, UpdateForm, fields_of, initial_with
from ..models import Campaign, Update
from ..readers import To, audience_of, chosen, in_words, rewards_had
from .telling import own_update

MOST_LETTERS = 10**6


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@takes_files(MOST_FILES)
@person_only
def edit(request: Request, slug: str, public_id: str) -> HttpResponseBase:
    """The editor."""
    update = own_update(request, slug, public_id)
    if request.method != "POST":
        return editor(request, update)
    data = with_alternatives(request.POST)
    match request.POST.get("do", "save"):
        case "publish":
            return publish(request, update, data)
        case "pictures":
            return add_pictures(request, update, data)
        case "preview":
            return editor(request, update, data=data, preview=drawn(update, data))
        case "look":
            return editor(request, update, data=data)
        case _:
            return keep(request, update, data)


def keep(request: Request, update: Update, data: QueryDict) -> HttpResponse:
    """Save what stands in the editor, beside what is published."""
    try:
        stream.keep_written(
            publication=update.publication, fields=fields_of(data), version=version(data), at=request.at
        )
    except stream.StaleCopy as stale:
        return editor(request, update, data=data, refusal=stale)
    messages.success(request, _("Saved. Only you see it."))
    return see_other("campaigns:update-edit", update.campaign.slug, update.publication.public_id)


def publish(request: Request, update: Update, data: QueryDict) -> HttpResponse:
    """Publish what stands in the editor, for those chosen."""
    form = form_of(request, update, data)
    if not form.is_valid():
        return editor(request, update, data=data)
    if without_words(data.get("text", "")) and "without_alt" not in data:
        return editor(request, update, data=data, asks_alt=True)
    was_out, before = update.number is not None, update.publication.audience
    try:
        update = telling.publish_update(
            update=update,
            fields=fields_of(data),
            version=version(data),
            news=form.news(),
            audience=audience_of(form.readers(), update.campaign),
            at=request.at,
        )
    except Refusal as refusal:
        return editor(request, update, data=data, refusal=refusal)
    messages.success(request, _("It is published."))
    publication = update.publication
    has_other_readers = was_out and publication.audience != before
    afterwards = page_afterwards(publication, request.at) if has_other_readers else ""
    return see_other(afterwards or publication.get_absolute_url())


def with_alternatives(data: QueryDict) -> QueryDict:
    """The form with the words given to pictures put into its text."""
    words = {name.removeprefix("alt-"): str(data[name]) for name in data if name.startswith("alt-")}
    changed = data.copy()
    changed["text"] = with_words(data.get("text", ""), words)
    return changed


def add_pictures(request: Request, update: Update, data: QueryDict) -> HttpResponse:
    """Hang the chosen pictures on the update and put them at the end of its text: the way without JavaScript."""
    refusal = None
    try:
        for file in request.FILES.getlist("pictures")[:MOST_FILES]:
            made = hang(request, update, file)
            data["text"] = f"{data.get('text', '').rstrip()}\n\n![]({picture_address(made)})\n"
    except Refusal as refused:
        refusal = refused
    return editor(request, update, data=data, refusal=refusal)


def hang(request: Request, update: Update, file: Any) -> Attachment:
    """A picture of the update. Raises what `attach` raises."""
    return stream.attach(
        publication=update.publication,
        owner=who(request),
        name=file.name or "",
        data=file.read(),
        at=request.at,
    )


def version(data: QueryDict) -> int:
    """The version that an editor began from; 0 for none."""
    text = data.get("version", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


def form_of(request: Request, update: Update, data: QueryDict | None) -> UpdateForm:
    """The form, with what was sent, else with what was kept, else with what is published."""
    campaign, publication = update.campaign, update.publication
    copy = stream.copy_of(publication)
    now = chosen(publication.audience, campaign)
    published: dict[str, Any] = {
        "title": publication.title,
        "text": update.source,
        "language": publication.language,
        "to": now.to if now is not None else To.EVERYONE,
        "rewards": [one.public_id for one in now.rewards] if now is not None else [],
        "is_whole": is_sent_whole(update),
    }
    return UpdateForm(
        data,
        initial=initial_with(published, copy.fields if copy is not None else None),
        square=request.square,
        campaign=campaign,
        had=rewards_had(campaign, who(request).language),
        kept=now,
    )


def is_sent_whole(update: Update) -> bool:
    """Whether its readers get it whole by mail, as far as that was chosen; for a new one, yes."""
    audience = update.publication.audience
    if audience is None or audience.is_public:
        return True
    return WholeText.objects.filter(author=update.publication.author_id, audience=audience).exists()


def editor(
    request: Request,
    update: Update,
    *,
    data: QueryDict | None = None,
    preview: str = "",
    refusal: Refusal | None = None,
    asks_alt: bool = False,
) -> HttpResponse:
    """The editor with what was sent, or with what was kept; when both differ, with both."""
    form = form_of(request, update, data)
    if data is not None:
        form.is_valid()
    is_stale = isinstance(refusal, stream.StaleCopy)
    if refusal is not None and not is_stale:
        form.add_error(None, str(refusal))
    publication, copy = update.publication, stream.copy_of(update.publication)
    typed = data if data is not None else form.initial
    said = sentence_of(request, update, data)
    context = {
        "campaign": update.campaign,
        "update": update,
        "publication": publication,
        "form": form,
        "copy": copy,
        "said": said,
        "glyph": f"open-{said.kind}" if said else "",
        "version": stream.version_of(publication, copy) if data is None or is_stale else version(data),
        "stale": refusal if is_stale else None,
        "theirs": form.initial if is_stale else None,
        "preview": preview,
        "bare": bare(update, typed),
        "without_alt": "without_alt" in typed,
        "asks_alt": asks_alt,
    }
    failed = bool(form.errors) or asks_alt
    status = 409 if is_stale else 422 if failed else 200
    return render(request, "campaigns/telling/editor.html", context, status=status)


def sentence_of(request: Request, update: Update, data: QueryDict | None) -> Any:
    """Who will see it, in words; None while that is not chosen."""
    asked = form_of(request, update, data)
    if data is None:
        asked = form_of(request, update, as_sent(asked.initial))
    return said_by(request, asked, update.campaign)


def as_sent(initial: Mapping[str, Any]) -> QueryDict:
    """What a form begins with, as if it had been sent."""
    data = QueryDict(mutable=True)
    data["to"] = str(initial["to"])
    data["language"] = str(initial["language"])
    data.setlist("rewards", initial["rewards"])
    return data


def said_by(request: Request, form: ReadersForm, campaign: Campaign) -> Any:
    form.is_valid()
    if {"to", "rewards"} & set(form.errors):
        return None
    return in_words(form.readers(), campaign, request.at)


@person_only
@require_http_methods(["GET", "HEAD", "POST"])
def sentence(request: Request, slug: str, public_id: str) -> HttpResponse:
    """The sentence alone, while one chooses."""
    update = own_update(request, slug, public_id)
    data = request.POST if request.method == "POST" else request.GET
    campaign = update.campaign
    form = ReadersForm(
        data,
        campaign=campaign,
        had=rewards_had(campaign, who(request).language),
        kept=chosen(update.publication.audience, campaign),
    )
    said = said_by(request, form, campaign)
    errors = [error for found in form.errors.values() for error in found]
    page = {"said": said, "glyph": f"open-{said.kind}" if said else "", "errors": errors}
    return render(request, "campaigns/telling/sentence.html", page)


def bare(update: Update, typed: Any) -> list[tuple[Attachment, str]]:
    """The update's own pictures in this text that say nothing to those who cannot see them, with the words begun for them."""
    names = without_words(str(typed.get("text", "")))
    rows = Attachment.objects.unguarded("pictures of one's own update").filter(
        publication=update.publication, public_id__in=names
    )
    return [(one, typed.get(f"alt-{one.public_id}", "")) for one in rows]


@require_POST
def save(request: Request, slug: str, public_id: str) -> HttpResponseBase:
    """Autosave: the new version; 401 when the login has run out; 409 with the other text when another tab wrote."""
    if request.person is None:
        return JsonResponse({"error": _("You are not logged in any more.")}, status=401)
    return autosave(request, slug, public_id)


@person_only
def autosave(request: Request, slug: str, public_id: str) -> HttpResponseBase:
    """Autosave, for an author."""
    update = own_update(request, slug, public_id)
    publication = update.publication
    try:
        kept = stream.keep_written(
            publication=publication,
            fields=fields_of(request.POST),
            version=version(request.POST),
            at=request.at,
        )
    except stream.StaleCopy as stale:
        there = form_of(request, update, None).initial
        now = Publication.objects.unguarded("one's own").get(pk=publication.pk)
        return JsonResponse(
            {
                "error": str(stale),
                "version": stream.version_of(now, stream.copy_of(now)),
                "current": {"title": there["title"], "text": there["text"]},
            },
            status=409,
        )
    return JsonResponse({"version": kept, "saved": request.at.isoformat()})


@require_POST
@takes_files(1)
@person_only
def upload(request: Request, slug: str, public_id: str) -> HttpResponseBase:
    """A picture dropped into the text: where it is, for the text to show."""
    update = own_update(request, slug, public_id)
    file = next((found for name in request.FILES for found in request.FILES.getlist(name)), None)
    try:
        if file is None:
            raise Refusal(_("No picture arrived. Choose it again."))
        made = hang(request, update, file)
    except Refusal as refusal:
        return JsonResponse({"error": str(refusal)}, status=422)
    return JsonResponse({"src": picture_address(made), "alt": ""})


@require_POST
@person_only
def preview(request: Request, slug: str, public_id: str) -> HttpResponse:
    """The text as it will look, by the very same renderer."""
    return HttpResponse(drawn(own_update(request, slug, public_id), request.POST))


def drawn(update: Update, data: QueryDict) -> str:
    return from_markdown(data.get("text", "")[:MOST_LETTERS], picture=picture_source(update.publication))
