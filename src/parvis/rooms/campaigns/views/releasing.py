"""The finished work: where its creator prepares and gives it, and where it is read."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parvis.core.audiences.models import PUBLIC
from parvis.core.audiences.rule import Viewer
from parvis.core.people.http import person_only, see_other, who
from parvis.core.people.request import Request
from parvis.core.people.sizes import MOST_FILES, takes_files
from parvis.core.site.views import errors
from parvis.core.stream import actions as stream
from parvis.core.stream.audience_now import openness_seen
from parvis.core.stream.finding import Gone, raise_gone, stands_open
from parvis.core.stream.models import Attachment
from parvis.core.stream.threads import thread
from parvis.core.stream.views.media import serve
from parvis.core.stream.who import who_can_see
from parvis.lib.markup import excerpt, without_pictures
from parvis.lib.refusal import Refusal

from ..actions import releasing
from ..forms.work import FilesForm, WorkForm
from ..given import files_of, licence_of
from ..links import pledge_of
from ..models import Campaign, Pledge, Work
from ..readers import Readers, To, in_words
from ..told import called
from .by_link import private_page, speaking
from .telling import own_campaign


@require_POST
@person_only
def begin(request: Request, slug: str) -> HttpResponse:
    """A page for the finished work, that only its author sees."""
    campaign = own_campaign(request, slug)
    try:
        releasing.start_work(campaign=campaign, at=request.at)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return see_other(campaign.get_absolute_url())
    return see_other("campaigns:work-edit", slug)


def own_work(request: Request, slug: str) -> Work:
    """The finished work of a campaign of the asker's own. Raises Http404."""
    campaign = own_campaign(request, slug)
    rows = Work.objects.unguarded("the work of one's own campaign").select_related("publication__author")
    work: Work = get_object_or_404(rows, campaign=campaign, publication__deleted_at=None)
    work.campaign = campaign
    return work


@require_http_methods(["GET", "HEAD", "POST"])
@takes_files(MOST_FILES)
@person_only
def edit(request: Request, slug: str) -> HttpResponseBase:
    """What it says, its files, its licence, and the two steps by which it is given."""
    work = own_work(request, slug)
    if request.method != "POST":
        return desk(request, work)
    match request.POST.get("do", "save"):
        case "files":
            return add_files(request, work)
        case "give" | "free" as step:
            return give(request, work, step)
        case _:
            return save(request, work)


def save(request: Request, work: Work) -> HttpResponse:
    form = form_of(request, work, is_sent=True)
    if not form.is_valid():
        return desk(request, work, form=form)
    releasing.write_work(work=work, given=form.given(), at=request.at)
    if work.publication.published_at is None:
        messages.success(request, _("Saved. Only you see it."))
    else:
        messages.success(request, _("Saved. Its readers see it so from now on."))
    return see_other("campaigns:work-edit", work.campaign.slug)


def add_files(request: Request, work: Work) -> HttpResponse:
    """Hang the chosen files on it, all of them or none."""
    form = FilesForm(request.POST, request.FILES)
    if not form.is_valid():
        return desk(request, work, files=form)
    try:
        files = [(file.name or "", file.read()) for file in form.cleaned_data["chosen"]]
        releasing.add_files(work=work, files=files, at=request.at)
    except Refusal as refusal:
        form.add_error("chosen", str(refusal))
        return desk(request, work, files=form)
    messages.success(request, _("The files are there."))
    return see_other("campaigns:work-edit", work.campaign.slug)


def give(request: Request, work: Work, step: str) -> HttpResponse:
    """Give it to those who back the campaign, or to everyone."""
    action = releasing.give_to_backers if step == "give" else releasing.release_free
    try:
        action(campaign=work.campaign, at=request.at)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return see_other("campaigns:work-edit", work.campaign.slug)
    words = {"give": _("Those who back it have it now."), "free": _("It is free now, for everyone.")}
    messages.success(request, words[step])
    return see_other("campaigns:work", work.campaign.slug)


@require_POST
@person_only
def remove_file(request: Request, slug: str, public_id: str) -> HttpResponse:
    """Take a file away."""
    work = own_work(request, slug)
    rows = Attachment.objects.unguarded("files of one's own work").filter(publication=work.publication)
    stream.detach(attachment=get_object_or_404(rows, public_id=public_id))
    messages.success(request, _("The file is gone."))
    return see_other("campaigns:work-edit", slug)


def form_of(request: Request, work: Work, *, is_sent: bool = False) -> WorkForm:
    initial = {
        "title": work.publication.title,
        "text": work.source,
        "language": work.publication.language,
        "licence": work.licence,
        "terms": work.terms,
    }
    return WorkForm(request.POST if is_sent else None, initial=initial, square=request.square)


def desk(
    request: Request, work: Work, *, form: WorkForm | None = None, files: FilesForm | None = None
) -> HttpResponse:
    """The page on which it is prepared."""
    campaign = work.campaign
    failed = form is not None or files is not None
    context = {
        "campaign": campaign,
        "work": work,
        "form": form or form_of(request, work),
        "files_form": files or FilesForm(),
        "files": files_of(work, Viewer.of(who(request), request.at)),
        "said": in_words(Readers(To.BACKERS), campaign, request.at) if campaign.release == "none" else None,
    }
    return render(request, "campaigns/releasing/work.html", context, status=422 if failed else 200)


@require_safe
def work(request: Request, slug: str) -> HttpResponse:
    """The finished work, for whoever may have it."""
    rows = Work.objects.visible_to(request.viewer).select_related(
        "publication__author", "publication__audience", "campaign__publication", "campaign__source"
    )
    found = rows.filter(campaign__slug=slug, publication__deleted_at=None).first()
    if found is None or not stands_open(found.publication):
        return absent(request, slug)
    publication = found.publication
    openness = openness_seen(publication, request.viewer)
    is_mine = publication.author_id == request.viewer.person_id
    context = page_of(found, request.viewer, request.LANGUAGE_CODE or "en") | {
        "html": found.html,
        "openness": openness,
        "is_public": openness == "everyone",
        "is_mine": is_mine,
        "who": who_can_see(publication, request.viewer) if is_mine else None,
        "thread": thread(publication, request.viewer, request.person),
    }
    return render(request, "campaigns/work.html", context)


def absent(request: Request, slug: str) -> HttpResponse:
    """What stands where a work is not, or is no more. Raises Http404."""
    rows = Work.objects.unguarded("that something public is gone is no secret").filter(campaign__slug=slug)
    try:
        raise_gone(str(rows.values_list("publication__public_id", flat=True).first() or ""))
    except Gone:
        return errors.gone(request)
    raise Http404


def page_of(found: Work, viewer: Viewer, language: str) -> dict[str, object]:
    """What every page of a work shows."""
    return {
        "work": found,
        "publication": found.publication,
        "campaign": found.campaign,
        "called": called(found.campaign, language),
        "lead": excerpt(found.html, 40),
        "licence": licence_of(found),
        "files": files_of(found, viewer),
    }


@require_safe
def by_link(request: Request, token: str) -> HttpResponse:
    """The finished work for a backer without a login, who came by the link of their pledge."""
    pledge = pledge_of(token)
    viewer, found = work_by_link(request, pledge)
    is_public = found.publication.audience_id == PUBLIC
    with speaking(request, pledge):
        context = page_of(found, viewer, get_language() or "en") | {
            "html": found.html if is_public else without_pictures(found.html),
            "token": token,
        }
        return private_page(request, "campaigns/work.html", context)


@require_safe
def file_by_link(request: Request, token: str, public_id: str) -> HttpResponseBase:
    """A file of the finished work, by the same link."""
    viewer, found = work_by_link(request, pledge_of(token))
    file = next((one for one in files_of(found, viewer) if one.public_id == public_id), None)
    if file is None:
        raise Http404
    return serve(request, file, file.file, file.mime)


def work_by_link(request: Request, pledge: Pledge) -> tuple[Viewer, Work]:
    """The work of the campaign that a pledge backs, as its backer sees it. Raises Http404."""
    if pledge.person is None:
        raise Http404
    viewer = Viewer.of(pledge.person, request.at)
    campaign = Campaign.objects.visible_to(viewer).filter(pk=pledge.campaign_id)
    rows = Work.objects.visible_to(viewer).select_related(
        "publication__author", "campaign__publication", "campaign__source"
    )
    found = rows.filter(campaign__in=campaign, publication__deleted_at=None).first()
    if found is None or not stands_open(found.publication):
        raise Http404
    return viewer, found
