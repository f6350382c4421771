"""The square's settings: its words and ways, its rooms and menu, its standing pages."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from parvis.core.people.http import owners_only, see_other, who
from parvis.core.people.request import Request

from ..actions import change_menu, change_square, close_rooms, remove_page, write_page
from ..desk_forms import MenuForm, NewPageForm, OpenRoomsForm, PageForm, SquareForm
from ..menu import ABOUT, LEGAL, Entry, address, entry_of, open_rooms, page_titles, usual_menu
from ..models import StandingPage

type Line = Mapping[str, Any]


@owners_only
def square(request: Request) -> HttpResponseBase:
    """Name, languages, colour, who may join."""
    form = SquareForm(request.POST or None, square=request.square)
    if form.is_valid():
        change_square(settings=form.settings())
        messages.success(request, _("The square’s settings are kept."))
        return see_other("desk-square")
    return render(request, "desk/square.html", {"form": form})


@owners_only
def menu(request: Request) -> HttpResponseBase:
    """Which lines the menu has, in which order; and which rooms are open."""
    form = MenuForm(request.POST or None, candidates=candidates(request))
    if form.is_valid():
        change_menu(menu=form.menu())
        messages.success(request, _("The menu is kept."))
        return see_other("desk-menu")
    open_now = [room.slug for room in open_rooms(request.square)]
    rooms = OpenRoomsForm(initial={"open": open_now})
    return render(request, "desk/menu.html", {"form": form, "rooms_form": rooms})


@require_POST
@owners_only
def rooms(request: Request) -> HttpResponseBase:
    """Open and close rooms."""
    form = OpenRoomsForm(request.POST)
    if form.is_valid():
        close_rooms(slugs=form.closed())
        messages.success(request, _("The rooms are as you asked."))
    return see_other("desk-menu")


def candidates(request: Request) -> list[tuple[Line, Entry, bool]]:
    """Every line that could stand in the menu, today's first: (as it is kept, as it is read, whether it is shown)."""
    language = who(request).language
    rooms_open = {room.slug: room for room in open_rooms(request.square)}
    titles = page_titles(request.square, language)
    today: list[Line] = request.square.menu or usual_menu(rooms_open, titles)
    possible: list[Line] = [*({"room": slug} for slug in rooms_open), *({"page": slug} for slug in titles)]
    lines = [*today, *(item for item in possible if item not in today)]
    read = [(item, entry_of(item, rooms_open, titles, language)) for item in lines]
    return [(item, entry, item in today) for item, entry in read if entry is not None]


@owners_only
def pages(request: Request) -> HttpResponseBase:
    """The standing pages, and in which languages each is written; a form for a further one."""
    form = NewPageForm(request.POST or None)
    if form.is_valid():
        said = form.cleaned_data
        return see_other("desk-page", said["slug"], said["language"])
    rows: dict[str, dict[str, StandingPage]] = {ABOUT: {}, LEGAL: {}}
    for row in StandingPage.objects.defer("source", "html").order_by("slug", "language"):
        rows.setdefault(row.slug, {})[row.language] = row
    lines = [
        {
            "slug": slug,
            "url": address(slug),
            "languages": [(code, name, by.get(code)) for code, name in settings.LANGUAGES],
        }
        for slug, by in rows.items()
    ]
    return render(request, "desk/pages.html", {"lines": lines, "form": form})


@owners_only
def page(request: Request, slug: str, language: str) -> HttpResponseBase:
    """Write a standing page in one language."""
    if language not in dict(settings.LANGUAGES):
        raise Http404
    found = StandingPage.objects.filter(slug=slug, language=language).first()
    initial = {"title": found.title, "source": found.source} if found else {}
    form = PageForm(request.POST or None, initial=initial)
    if form.is_valid():
        write_page(slug=slug, language=language, at=request.at, **form.cleaned_data)
        messages.success(
            request, _("The page is kept, and stands at %(address)s.") % {"address": address(slug)}
        )
        return see_other("desk-pages")
    context = {"form": form, "found": found, "slug": slug, "language": language, "url": address(slug)}
    return render(request, "desk/page.html", context)


@require_POST
@owners_only
def page_remove(request: Request, slug: str, language: str) -> HttpResponseBase:
    """Take a standing page away in one language."""
    found = get_object_or_404(StandingPage, slug=slug, language=language)
    remove_page(page=found)
    messages.success(request, _("“%(title)s” is gone in this language.") % {"title": found.title})
    return see_other("desk-pages")
