"""One publication: its page, who sees it, for whom it is, its links, and taking it away."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from parvis.core.audiences.actions import audience_for, revoke
from parvis.core.audiences.forms import AudienceForm
from parvis.core.audiences.models import Group, GroupKind
from parvis.core.people.http import members_only, see_other
from parvis.core.people.http import who as asker
from parvis.core.people.request import Request
from parvis.lib.refusal import Refusal

from .. import actions
from ..afterwards import page_afterwards
from ..audience_now import audience_now
from ..cards import cards
from ..finding import Gone, mine_or_404, seen_or_404
from ..forms import CommentForm, LinkForm
from ..models import Publication
from ..threads import thread
from ..who import who_can_see

ITS_OWN_PAGE = {"stream.status"}


@require_GET
def publication(request: Request, public_id: str) -> HttpResponseBase:
    """The permalink of any publication: its page here, or the way to its room's page."""
    try:
        found = seen_or_404(request.viewer, public_id)
    except Gone:
        return render(request, "site/errors/410.html", status=410)
    if found.kind not in ITS_OWN_PAGE:
        return redirect(found.get_absolute_url(), permanent=False)
    if found.is_draft:
        return redirect("status-edit", found.public_id)
    card = next(iter(cards([found], request.viewer)), None)
    if card is None:
        raise Http404
    context = {
        "card": card,
        "publication": found,
        "thread": thread(found, request.viewer, request.person),
        "form": CommentForm(),
        "who": who_can_see(found, request.viewer) if card.is_mine else None,
    }
    return render(request, "stream/publication.html", context)


@require_GET
@members_only
def who(request: Request, public_id: str) -> HttpResponse:
    """Who sees it now, by name and with the reason; for its author alone."""
    found = mine_or_404(asker(request), public_id)
    return render(
        request, "stream/who.html", {"publication": found, "who": who_can_see(found, request.viewer)}
    )


@require_POST
@members_only
def newcomers(request: Request, public_id: str) -> HttpResponse:
    """What becomes of those who came into a group since: kept out, or welcome."""
    found = mine_or_404(asker(request), public_id)
    if found.audience is None:
        raise Http404
    came = [one for group in who_can_see(found, request.viewer).newcomers for one in group.people]
    if request.POST.get("do") != "keep-out":
        actions.accept_readers(publication=found, at=request.at)
        messages.success(request, _("It stays as it is."))
        return see_other("publication-who", public_id)
    try:
        if came:
            actions.keep_out(publication=found, people=came, at=request.at)
        messages.success(request, _("Only those who could read it see it from now on."))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return see_other("publication-who", public_id)
    return see_other(page_afterwards(found, request.at) or reverse("publication-who", args=[public_id]))


@require_http_methods(["GET", "POST"])
@members_only
def audience(request: Request, public_id: str) -> HttpResponse:
    """For whom it is, from now on and for the past."""
    person = asker(request)
    found = mine_or_404(person, public_id)
    if found.audience is None:
        raise Http404
    if why := found.declared().why_it_stands(found):
        messages.error(request, why)
        return redirect(found.get_absolute_url(), permanent=False)
    form = AudienceForm(
        request.POST or None,
        person=person,
        at=request.at,
        initial={"audience": found.audience},
        text=f"{found.title}\n{found.text}",
    )
    if request.method == "POST" and form.is_valid():
        try:
            wanted = audience_for(expression=form.expression(), owner=person)
            actions.change_audience(publication=found, audience=wanted, at=request.at)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("It is for these people from now on, and so is what was there before.")
            )
            return see_other(page_afterwards(found, request.at) or reverse("publication", args=[public_id]))
    page = {"form": form, "publication": found, "who": who_can_see(found, request.viewer)}
    return render(request, "stream/audience.html", page)


@require_http_methods(["GET", "POST"])
@members_only
def delete(request: Request, public_id: str) -> HttpResponse:
    """Take it away, with a way back."""
    person = asker(request)
    found = mine_or_404(person, public_id)
    if why := found.declared().why_it_stands(found):
        messages.error(request, why)
        return redirect(found.get_absolute_url(), permanent=False)
    if request.method == "GET":
        return render(request, "stream/delete.html", {"publication": found})
    actions.delete(publication=found, by=person, at=request.at)
    messages.success(
        request, _("It is taken away."), extra_tags=f"undo:{reverse('publication-restore', args=[public_id])}"
    )
    return see_other(page_afterwards(found, request.at) or "home")


@require_POST
@members_only
def restore(request: Request, public_id: str) -> HttpResponse:
    """Undo a deletion."""
    found = mine_or_404(asker(request), public_id, deleted=True)
    try:
        actions.restore(publication=found, by=asker(request))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return see_other("home")
    messages.success(request, _("It is back, for the same people."))
    return see_other("publication", public_id)


@require_http_methods(["GET", "POST"])
@members_only
def links(request: Request, public_id: str) -> HttpResponse:
    """Links that open it to whoever holds them: made, told once, revoked at once."""
    found = mine_or_404(asker(request), public_id)
    audience = audience_now(found, request.viewer.at)
    if audience is None:
        raise Http404
    form = LinkForm(request.POST or None)
    told = ""
    if request.method == "POST" and request.POST.get("revoke"):
        for group in links_of(found).filter(public_id=request.POST["revoke"]):
            revoke(group=group, at=request.at)
        return see_other("publication-links", public_id)
    if request.method == "POST" and form.is_valid() and not audience.is_public:
        try:
            token = actions.open_by_link(publication=found, label=form.cleaned_data["label"], at=request.at)
            told, form = request.build_absolute_uri(f"/open/{token}/?to={public_id}"), LinkForm()
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    page = {"publication": found, "links": links_of(found), "form": form, "told": told}
    return render(request, "stream/links.html", page | {"is_public": audience.is_public})


def links_of(publication: Publication) -> QuerySet[Group]:
    """The links that open a publication."""
    here = {"terms__audience": publication.audience, "terms__sign": 1}
    rows = Group.objects.filter(kind=GroupKind.LINK, owner=publication.author, closed_at=None, **here)
    return rows.order_by("-made_at")
