"""What one does with a post that is written: take it away, bring it back, add to it, forget changes."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from parvis.core.audiences.rule import LATEST, moment
from parvis.core.people.http import authors_only, see_other, who
from parvis.core.people.request import Request
from parvis.core.stream.afterwards import page_afterwards
from parvis.lib.refusal import Refusal

from .. import actions
from ..forms import UpdateForm
from ..models import DatedUpdate
from .writing import own_post


@require_http_methods(["GET", "HEAD", "POST"])
@authors_only
def delete(request: Request, public_id: str) -> HttpResponse:
    """Take a post away; for thirty days it can come back."""
    post = own_post(request, public_id)
    if request.method != "POST":
        return render(request, "journal/write/delete.html", {"publication": post.publication})
    actions.delete_post(post=post, by=who(request), at=request.at)
    undo = reverse("journal:restore", args=[public_id])
    messages.success(
        request, _("It is taken away. You find it in the trash for thirty days."), extra_tags=f"undo:{undo}"
    )
    return see_other(page_afterwards(post.publication, request.at) or "journal:write")


@require_POST
@authors_only
def restore(request: Request, public_id: str) -> HttpResponse:
    """Bring a post back from the trash, for the same people."""
    post = own_post(request, public_id, deleted=True)
    try:
        actions.restore_post(post=post, by=who(request))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return see_other("journal:write")
    messages.success(request, _("It is back, for the same people."))
    return see_other(post.get_absolute_url())


@require_POST
@authors_only
def withdraw(request: Request, public_id: str) -> HttpResponse:
    """Take back a post that has just come out, or that waits to: a draft again."""
    post = own_post(request, public_id)
    try:
        actions.withdraw_post(post=post, at=request.at)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return see_other(post.get_absolute_url())
    messages.success(request, _("It is a draft again, and only you see it."))
    return see_other("journal:edit", public_id)


@require_POST
@authors_only
def forget(request: Request, public_id: str) -> HttpResponse:
    """Forget the changes that are not published."""
    post = own_post(request, public_id)
    actions.throw_away(post=post)
    messages.success(request, _("The changes are gone. What was published stands as it was."))
    return see_other("journal:edit", public_id)


@require_POST
@authors_only
def update(request: Request, public_id: str) -> HttpResponse:
    """Add something with today's date under a post that is out."""
    post = own_post(request, public_id)
    form = UpdateForm(request.POST)
    if not form.is_valid():
        return render(
            request, "journal/write/update.html", {"form": form, "publication": post.publication}, status=422
        )
    actions.add_update(post=post, source=form.cleaned_data["update"], at=request.at)
    messages.success(request, _("Added, with the date of today."))
    return see_other("journal:edit", public_id)


@require_POST
@authors_only
def remove_update(request: Request, public_id: str, number: int) -> HttpResponse:
    """Take an update away."""
    post = own_post(request, public_id)
    found = (
        DatedUpdate.objects.unguarded("one's own updates")
        .filter(post=post, at=moment(min(number, LATEST)))
        .first()
    )
    if found is None:
        raise Http404
    actions.remove_update(update=found, at=request.at)
    return see_other("journal:edit", public_id)
