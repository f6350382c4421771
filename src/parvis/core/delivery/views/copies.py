"""The ledger of copies, for the author of a publication; and the answer of whoever was asked for a copy."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Max
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from parvis.core.people.http import members_only, see_other, who
from parvis.core.people.request import Request
from parvis.core.stream.finding import mine_or_404
from parvis.core.stream.models import Publication

from .. import actions
from ..ledger import OUT, ask_back, lines_of, may_ask, under_which
from ..links import NoSuchLink, recall_of
from .private import private

ON_A_PAGE = 30


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def copies(request: Request, public_id: str) -> HttpResponseBase:
    """What has left of something I published, also when I took it away, and asking for it back."""
    found = published_or_gone(request, public_id)
    asks = may_ask(found, request.at)
    if request.method == "POST":
        if asks:
            ask_back(found, request.at)
            messages.success(request, _("Whoever can be asked is asked, by mail, once."))
        return see_other("publication-copies", public_id)
    page = {
        "publication": found,
        "lines": lines_of(found, request.at),
        "under": under_which(found),
        "asks": asks,
    }
    return render(request, "delivery/copies.html", page)


def published_or_gone(request: Request, public_id: str) -> Publication:
    """One's own publication, in the trash too. Raises Http404."""
    try:
        return mine_or_404(who(request), public_id)
    except Http404:
        return mine_or_404(who(request), public_id, deleted=True)


@require_safe
@members_only
def own_copies(request: Request) -> HttpResponse:
    """All that I published and of which copies are out there, what left last first."""
    rows = Publication.objects.unguarded("one's own publications").filter(
        author=who(request), copies__state__in=OUT
    )
    rows = rows.exclude(kind="stream.comment").annotate(last=Max("copies__left_at")).order_by("-last", "-pk")
    shown = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "delivery/own_copies.html", {"shown": shown})


@csrf_exempt  # the link itself is the key; and a page that names itself to nobody sends no origin with its form
@require_http_methods(["GET", "HEAD", "POST"])
def gone(request: Request, token: str) -> HttpResponseBase:
    """Whoever was asked says with a button that their copy is deleted; it shows nothing of what it was."""
    try:
        mail = recall_of(token)
    except NoSuchLink:
        raise Http404 from None
    language = mail.person.language if mail is not None else request.LANGUAGE_CODE
    with translation.override(language):
        if request.method == "POST" and mail is not None:
            actions.said_deleted(mail=mail, at=request.at)
        page = {"is_said": request.method == "POST" or mail is None}
        return private(render(request, "delivery/gone.html", page))
