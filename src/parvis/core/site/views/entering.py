"""Coming in by a link or a password: doors that open once, links to share, passwords of a publication."""

from dataclasses import replace

from django.contrib.auth.hashers import make_password
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from parvis.core.audiences.actions import open_link, unlock
from parvis.core.audiences.models import Group, GroupKind
from parvis.core.audiences.visits import hold
from parvis.core.people.http import see_other
from parvis.core.people.limits import allow, too_often
from parvis.core.people.request import Request
from parvis.core.stream.models import Publication
from parvis.lib.refusal import Refusal

from ..doors import go_through, let_in, stands_open
from ..page_forms import UnlockForm
from ..rooms import all_rooms


def enter(request: Request, token: str) -> HttpResponseBase:
    """A door that opens once: the page has one button, so that a mail scanner that follows links does not use it up."""
    if not allow("enter", "60/h/ip", request):
        return too_often(request)
    if request.method == "POST":
        try:
            let_in(request, go_through(token=token, at=request.at))
        except Refusal as refusal:
            return unlisted(render(request, "entering/shut.html", {"refusal": refusal}, status=410))
        return see_other("home")
    if not stands_open(token, request.at):
        return unlisted(render(request, "entering/shut.html", status=410))
    return unlisted(render(request, "entering/enter.html"))


def open_shared(request: Request, token: str) -> HttpResponseBase:
    """A link to share: one button, then the publication it was made for, for the rest of this visit."""
    if not allow("open", "120/h", request):
        return too_often(request)
    group = open_link(token)
    if group is None:
        raise Http404
    if request.method != "POST":
        return unlisted(render(request, "entering/open.html"))
    publication = opened_by(request, group)
    if publication is None:
        raise Http404
    hold(request, group)
    return unlisted(see_other(publication.get_absolute_url()))


def opened_by(request: Request, group: Group) -> Publication | None:
    """The newest publication that holding this group lets the viewer read."""
    holder = replace(request.viewer, held=(*request.viewer.held, group.pk))
    open_now = Publication.objects.visible_to(holder).published(holder)
    meant = open_now.filter(audience__terms__group=group, audience__terms__sign=1)
    return meant.newest_first().first()


def unlock_page(request: Request) -> HttpResponseBase:
    """A password opens what it was set for. No page there, no password there, another password: one and the same no."""
    form = UnlockForm(request.POST or None, initial={"path": request.GET.get("at", "")})
    if form.is_valid():
        path = form.cleaned_data["path"]
        if not allow("unlock", "10/m/ip,60/h/ip,30/h/key", request, key=path):
            return too_often(request)
        if try_password(request, path, form.cleaned_data["password"]):
            return unlisted(see_other(path))
        form.add_error(None, _("This password opens nothing at this address. Check both, letter by letter."))
    return unlisted(render(request, "entering/unlock.html", {"form": form}))


def try_password(request: Request, path: str, password: str) -> bool:
    """Hold the group that this password opens at this path, if what stands there may then be read."""
    publication = next(filter(None, (room.at_path(path) for room in all_rooms() if room.at_path)), None)
    groups = password_groups(publication)
    if publication is None or not groups:
        make_password(password)  # takes the time that a comparison takes, so that the wait tells nothing
        return False
    group = unlock(groups=groups, password=password)
    if group is None:
        return False
    holder = replace(request.viewer, held=(*request.viewer.held, group.pk))
    if not Publication.objects.visible_to(holder).published(holder).filter(pk=publication.pk).exists():
        return False
    hold(request, group)
    return True


def password_groups(publication: Publication | None) -> list[Group]:
    """The groups of a publication's audience that a password opens."""
    if publication is None or publication.audience_id is None:
        return []
    terms = {"terms__audience": publication.audience_id, "terms__sign": 1}
    return list(Group.objects.filter(kind=GroupKind.PASSWORD, closed_at=None, **terms))


def unlisted[R: HttpResponse](response: R) -> R:
    """The address of this page is a secret: it stays out of indexes, caches, and referrers to anyone else.

    Not `no-referrer`: with it a browser posts the page's own form with `Origin: null`, which Django rightly refuses.
    """
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cache-Control"] = "no-store"
    return response
