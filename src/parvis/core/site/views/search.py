"""Finding words in what one may read."""

from django.http import HttpResponseBase
from django.shortcuts import render

from parvis.core.audiences.rule import FOREVER
from parvis.core.people.http import whole
from parvis.core.people.limits import allow, too_often
from parvis.core.people.request import Request
from parvis.core.stream.search import Results, search

from ..page_forms import SearchForm

VISITORS, MEMBERS = "30/m", "120/m"


def search_page(request: Request) -> HttpResponseBase:
    """The field, and what was found, newest first."""
    form = SearchForm(request.GET)
    form.is_valid()
    said = form.cleaned_data
    words = said.get("q", "").strip()
    results = Results([], None)
    if words:
        if not allow("search", VISITORS if request.person is None else MEMBERS, request):
            return too_often(request)
        results = search(
            request.viewer,
            words,
            before=whole(request.GET.get("before", "")) or FOREVER,
            language=said.get("language", ""),
            kind=said.get("kind", ""),
        )
    context = {"form": form, "words": words, "results": results}
    response = render(request, "search/search.html", context)
    response.headers["X-Robots-Tag"] = "noindex"
    return response
