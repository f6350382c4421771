"""A creator's campaigns, and what each of them says of itself."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parvis.core.people.http import person_only, see_other, who, whole
from parvis.core.people.request import Request
from parvis.core.people.sizes import MOST_FILES, takes_files
from parvis.core.stream import actions as stream
from parvis.core.stream.alt import with_words, without_words
from parvis.core.stream.models import Attachment
from parvis.core.stream.pictures import address as picture_address
from parvis.core.stream.pictures import picture_source
from parvis.lib.funding.campaigns import CampaignState
from parvis.lib.markup import from_markdown
from parvis.lib.refusal import Refusal

from ..actions import launching, wording
from ..actions.lacking import facts_of
from ..forms.making import StartForm, WordsForm
from ..models import Campaign
from ..pages.next_step import next_step
from .guarding import codes_of, language_or_404, own, page

MOST_WORDS = 10**6


@require_http_methods(["GET", "HEAD", "POST"])
@person_only
def mine(request: Request) -> HttpResponseBase:
    """My campaigns with what is to be done next, and a form that begins one."""
    person = who(request)
    rows = Campaign.objects.of(person).filter(publication__deleted_at=None)
    campaigns = list(rows.select_related("publication__author", "bank", "card").order_by("-pk"))
    if not (person.is_author or campaigns):
        raise Http404
    form = StartForm(
        request.POST or None,
        codes=request.square.all_languages(),
        initial={"language": person.language},
    )
    if request.method == "POST" and person.is_author and form.is_valid():
        made = launching.start_campaign(author=person, at=request.at, **form.cleaned_data)
        return see_other("campaigns:words", made.slug, form.cleaned_data["language"])
    facts = facts_of(campaigns)
    lines = [(one, next_step(one, facts[one.pk])) for one in campaigns]
    context = {"lines": lines, "form": form if person.is_author else None}
    return render(request, "campaigns/making/mine.html", context, status=422 if form.errors else 200)


@require_safe
@own
def edit(request: Request, campaign: Campaign) -> HttpResponseBase:
    """The first page of the editor."""
    return see_other("campaigns:words", campaign.slug, campaign.publication.language)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@takes_files(MOST_FILES)
@own
def words(request: Request, campaign: Campaign, language: str) -> HttpResponseBase:
    """What it says in one language."""
    language_or_404(request, campaign, language)
    if request.method != "POST":
        return words_page(request, campaign, language)
    data = with_alternatives(request.POST)
    match request.POST.get("do", "save"):
        case "pictures":
            return add_pictures(request, campaign, language, data)
        case "preview":
            return words_page(request, campaign, language, data=data, preview=shown(campaign, data))
        case what:
            return write(request, campaign, language, data, is_meant=what == "publish")


def write(
    request: Request, campaign: Campaign, language: str, data: QueryDict, *, is_meant: bool
) -> HttpResponseBase:
    """Save what stands in the editor, or put it on the page."""
    form = WordsForm(data, language=language)
    if not form.is_valid():
        return words_page(request, campaign, language, data=data)
    is_draft = campaign.state == CampaignState.DRAFT
    act = wording.publish_words if is_meant and not is_draft else wording.keep_words
    try:
        act(
            campaign=campaign,
            language=language,
            words=form.cleaned_data,
            version=whole(data.get("version", "")),
            at=request.at,
        )
    except Refusal as refusal:
        return words_page(request, campaign, language, data=data, refusal=refusal)
    if is_meant and not is_draft:
        messages.success(request, _("The page says this now."))
    elif is_draft and campaign.publication.published_at is not None:
        messages.success(request, _("Saved. Whoever has the link sees it."))
    else:
        messages.success(request, _("Saved. Only you see it."))
    return see_other("campaigns:words", campaign.slug, language)


def with_alternatives(data: QueryDict) -> QueryDict:
    """The form with the words given to pictures put into its story."""
    said = {name.removeprefix("alt-"): str(data[name]) for name in data if name.startswith("alt-")}
    changed = data.copy()
    changed["story"] = with_words(data.get("story", ""), said)
    return changed


def add_pictures(request: Request, campaign: Campaign, language: str, data: QueryDict) -> HttpResponse:
    """Put the chosen pictures at the end of the story: the way without JavaScript."""
    try:
        for file in request.FILES.getlist("pictures")[:MOST_FILES]:
            made = hang(request, campaign, file.name or "", file.read())
            data["story"] = f"{data.get('story', '').rstrip()}\n\n![]({picture_address(made)})\n"
    except Refusal as refusal:
        return words_page(request, campaign, language, data=data, refusal=refusal)
    return words_page(request, campaign, language, data=data)


def hang(request: Request, campaign: Campaign, name: str, data: bytes) -> Attachment:
    return stream.attach(
        publication=campaign.publication, owner=who(request), name=name, data=data, at=request.at
    )


def shown(campaign: Campaign, data: QueryDict) -> str:
    """The story as it will look."""
    text = data.get("story") or data.get("text", "")
    return from_markdown(text[:MOST_WORDS], picture=picture_source(campaign.publication))


def words_page(
    request: Request,
    campaign: Campaign,
    language: str,
    *,
    data: QueryDict | None = None,
    preview: str = "",
    refusal: Refusal | None = None,
) -> HttpResponse:
    """The editor with what was sent, or with what was kept; when both differ, with both."""
    there = wording.written(campaign, language)
    form = WordsForm(data, initial=dict(there), language=language)
    if data is not None:
        form.is_valid()
    is_stale = isinstance(refusal, stream.StaleCopy)
    if refusal is not None and not is_stale:
        form.add_error(None, str(refusal))
    story = wording.story_of(campaign)
    text = str(data.get("story", "") if data is not None else there.get("story", ""))
    codes = codes_of(request, campaign)
    other = next((code for code in codes if code != language and story.words.get(code)), "")
    other_words = wording.written(campaign, other) if other else {}
    version = wording.version_of(there)
    context: dict[str, object] = {
        "form": form,
        "language": language,
        "codes": codes,
        "other": other,
        "other_words": other_words,
        "other_parts": [other_words.get(part, "") for part in ("story", "risks", "about")],
        "version": version if data is None or is_stale else whole(data.get("version", "")),
        "stale": refusal if is_stale else None,
        "theirs": there if is_stale else None,
        "kept": language in wording.unpublished(campaign),
        "is_draft": campaign.state == CampaignState.DRAFT,
        "preview": preview,
        "bare": bare(campaign, text, data),
        "story": story,
    }
    answer = page(request, "words", campaign, context, failed=bool(form.errors))
    answer.status_code = 409 if is_stale else answer.status_code
    return answer


def bare(campaign: Campaign, text: str, data: QueryDict | None) -> list[tuple[Attachment, str]]:
    """The pictures of the text that say nothing to those who cannot see them, with what was just typed for them."""
    rows = Attachment.objects.unguarded("pictures of one's own campaign")
    found = rows.filter(publication=campaign.publication, public_id__in=without_words(text))
    return [(one, data.get(f"alt-{one.public_id}", "") if data is not None else "") for one in found]


@require_POST
def save_words(request: Request, slug: str, language: str) -> HttpResponseBase:
    """Autosave: the new version; 401 when the login has run out; 409 when another window wrote."""
    if request.person is None:
        return JsonResponse({"error": _("You are not logged in any more.")}, status=401)
    return autosave(request, slug, language)


@own
def autosave(request: Request, campaign: Campaign, language: str) -> HttpResponseBase:
    """Autosave, for whoever makes the campaign."""
    language_or_404(request, campaign, language)
    try:
        kept = wording.keep_words(
            campaign=campaign,
            language=language,
            words={part: request.POST.get(part, "")[:MOST_WORDS] for part in launching.PARTS},
            version=whole(request.POST.get("version", "")),
            at=request.at,
        )
    except stream.StaleCopy as stale:
        current = dict(wording.written(campaign, language))
        return JsonResponse({"error": str(stale), "version": stale.current, "current": current}, status=409)
    except Refusal as refusal:
        return JsonResponse({"error": str(refusal)}, status=422)
    return JsonResponse({"version": kept, "saved": request.at.isoformat()})


@require_POST
@takes_files(1)
@own
def upload(request: Request, campaign: Campaign) -> HttpResponseBase:
    """A picture dropped into the story: where it is, for the story to show."""
    file = next((found for name in request.FILES for found in request.FILES.getlist(name)), None)
    try:
        if file is None:
            raise Refusal(_("No picture arrived. Choose it again."))
        made = hang(request, campaign, file.name or "", file.read())
    except Refusal as refusal:
        return JsonResponse({"error": str(refusal)}, status=422)
    return JsonResponse({"src": picture_address(made), "alt": ""})


@require_POST
@own
def preview_words(request: Request, campaign: Campaign) -> HttpResponseBase:
    """The story as it will look, by the very same renderer."""
    return HttpResponse(shown(campaign, request.POST))


@require_POST
@own
def forget_words(request: Request, campaign: Campaign, language: str) -> HttpResponseBase:
    """What was kept and is on no page is gone."""
    wording.forget_words(
        campaign=campaign, language=language_or_404(request, campaign, language), at=request.at
    )
    messages.success(request, _("What you had not published is forgotten."))
    return see_other("campaigns:words", campaign.slug, language)
