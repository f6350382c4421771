"""The first page of a new house: where its set-up stands, and the set-up itself."""

from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _

from parvis.core.people.http import see_other
from parvis.core.people.limits import allow, too_often
from parvis.core.people.request import Request
from parvis.lib.refusal import Refusal

from ..actions import open_square
from ..doors import let_in
from ..setup import check_code, forget_code, has_owner
from ..setup_forms import SetupForm
from .entering import unlisted


def setup_waits(request: Request) -> HttpResponseBase:
    """Says where the set-up's address is to be found; it is printed where the house was started."""
    if has_owner():
        raise Http404
    if (code := request.GET.get("code", "").strip()) and "/" not in code:
        return see_other("setup-by-code", code)
    return waits(request)


def setup(request: Request, code: str) -> HttpResponseBase:
    """Sets the square up, for whoever bears the printed code; then they are logged in as its owner."""
    data = Path(settings.PARVIS_DATA)
    if has_owner():
        raise Http404
    if not allow("setup", "60/h/ip", request):
        return too_often(request)
    if not check_code(data, code):
        return waits(request, outdated=True)
    language = translation.get_language_from_request(request)
    with translation.override(language):
        form = SetupForm(request.POST or None, initial={"language": language, "languages": ["fr", "en"]})
        if form.is_valid():
            try:
                owner = open_square(opening=form.opening(), at=request.at)
            except Refusal as refusal:
                form.add_error(None, str(refusal))
            else:
                forget_code(data)
                let_in(request, owner)
                messages.success(request, _("%(name)s is open.") % {"name": form.cleaned_data["name"]})
                return see_other("first-steps")
        return private(render(request, "setup/setup.html", {"form": form}))


def waits(request: Request, *, outdated: bool = False) -> HttpResponseBase:
    """The page of a house that waits for its owner; `outdated` when a code was tried that opens nothing."""
    with translation.override(translation.get_language_from_request(request)):
        context, status = {"outdated": outdated}, 404 if outdated else 200
        return private(render(request, "setup/waits.html", context, status=status))


def private(response: HttpResponse) -> HttpResponse:
    """The page speaks the browser's language; its address is a secret."""
    response.headers["Content-Language"] = translation.get_language() or "en"
    return unlisted(response)
