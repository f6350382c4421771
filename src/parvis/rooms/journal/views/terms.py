"""The categories of the journal, kept by its authors: made, named in each language, moved, merged."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from parvis.core.people.http import authors_only, see_other, whole
from parvis.core.people.request import Request
from parvis.lib.refusal import Refusal

from .. import actions
from ..forms import CategoryForm
from ..models import Category
from ..reading import tree


@require_http_methods(["GET", "HEAD", "POST"])
@authors_only
def categories(request: Request) -> HttpResponse:
    """All categories, and a form for a new one."""
    here = request.LANGUAGE_CODE or ""
    form = CategoryForm(request.POST or None, square=request.square, here=here)
    if request.method == "POST" and form.is_valid():
        made = actions.make_category(
            names=form.names(), descriptions=form.descriptions(), parent=form.parent()
        )
        messages.success(request, _("“%(name)s” is there to be chosen.") % {"name": made.name_in(here)})
        return see_other("journal:categories")
    return render(request, "journal/terms/categories.html", {"tree": tree(), "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@authors_only
def category(request: Request, number: int) -> HttpResponse:
    """Other names, other words, another place."""
    found = category_or_404(number)
    here = request.LANGUAGE_CODE or ""
    initial = {f"name_{code}": name for code, name in found.names.items()}
    initial |= {f"about_{code}": words for code, words in found.descriptions.items()}
    initial |= {"parent": str(found.parent_id or ""), "position": found.position}
    form = CategoryForm(
        request.POST or None, square=request.square, here=here, category=found, initial=initial
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_category(
                category=found,
                names=found.names | form.names(),
                descriptions=form.descriptions(),
                parent=form.parent(),
                position=form.position(),
            )
        except Refusal as refusal:
            form.add_error("parent", str(refusal))
        else:
            return see_other("journal:categories")
    others = [one for _depth, one in tree() if one.pk != found.pk]
    return render(request, "journal/terms/category.html", {"category": found, "form": form, "others": others})


@require_POST
@authors_only
def merge(request: Request, number: int) -> HttpResponse:
    """Everything of one category goes to another, and those who follow it too."""
    found = category_or_404(number)
    into = category_or_404(whole(request.POST.get("into", "")))
    try:
        actions.merge_categories(category=found, into=into)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Both are one now. Nothing was lost."))
    return see_other("journal:categories")


def category_or_404(number: int) -> Category:
    found = Category.objects.select_related("parent", "source").filter(pk=number).first()
    if found is None:
        raise Http404
    return found
