"""Answering, changing, taking back, putting away."""

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parvis.core.people.http import members_only, see_other, who, whole
from parvis.core.people.limits import allow
from parvis.core.people.models import Person
from parvis.core.people.request import Request
from parvis.lib.refusal import Refusal

from .. import actions
from ..audience_now import openness_seen
from ..finding import Gone, comment_or_404, seen_or_404, stands_open
from ..forms import CommentForm
from ..kinds import paths_of
from ..models import Comment, Publication

A_PAGE = 50


@require_http_methods(["GET", "POST"])
@members_only
def answer(request: Request, public_id: str) -> HttpResponse:
    """Write under a publication, perhaps in answer to a comment (?to=)."""
    try:
        subject = seen_or_404(request.viewer, public_id)
    except Gone:
        raise Http404 from None
    to = request.POST.get("to") or request.GET.get("to") or ""
    parent = comment_or_404(request.viewer, to) if to else None
    if parent is not None and parent.publication.under_id != subject.pk:
        raise Http404
    form = CommentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            if not allow(f"comment:{who(request).pk}", "30/h", request):
                raise Refusal(
                    _("You have written many comments in an hour. Wait a little before the next one.")
                )
            made = actions.answer(
                subject=subject,
                author=who(request),
                source=form.cleaned_data["text"],
                at=request.at,
                parent=parent,
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return see_other(made.publication.get_absolute_url())
    context = {"subject": subject, "parent": parent, "form": form, "to": to}
    context["openness"] = openness_seen(subject, request.viewer)
    if not subject.declared().lets_answer(subject, who(request)):
        context["refusal"] = str(subject.declared().who_answers)
    return render(request, "stream/answer.html", context)


@require_http_methods(["GET", "POST"])
@members_only
def edit(request: Request, public_id: str) -> HttpResponse:
    """Other words, within fifteen minutes."""
    comment = own_comment(request, public_id)
    form = CommentForm(request.POST or None, initial={"text": comment.source})
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_comment(comment=comment, source=form.cleaned_data["text"], at=request.at)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return see_other(comment.publication.get_absolute_url())
    return render(
        request,
        "stream/answer.html",
        {"subject": comment.publication.under, "form": form, "comment": comment},
    )


@require_POST
@members_only
def withdraw(request: Request, public_id: str) -> HttpResponse:
    """Take one's own words back, also from under what is no longer open to their writer."""
    comment = written_by(who(request)).filter(publication__public_id=public_id.replace("\0", "")).first()
    if comment is None:
        raise Http404
    actions.withdraw_comment(comment=comment, by=who(request), at=request.at)
    messages.success(request, _("Your comment is withdrawn."))
    above = comment.publication.under
    seen = Publication.objects.visible_to(request.viewer).filter(pk__in=[above.pk] if above else []).first()
    if seen is None or not stands_open(seen) or request.POST.get("next") == "own":
        return see_other("own-comments")
    return see_other(seen.get_absolute_url())


@require_safe
@members_only
def own(request: Request) -> HttpResponse:
    """All that I wrote under texts, the newest first; of a text that is closed to me nothing but my own words."""
    rows = written_by(who(request)).order_by("-publication__ord")
    if before := whole(request.GET.get("before", "")):
        rows = rows.filter(publication__ord__lt=before)
    found = list(rows[: A_PAGE + 1])
    above = Publication.objects.visible_to(request.viewer).filter(
        pk__in=[one.publication.under_id for one in found], deleted_at=None
    )
    seen = {one.pk: one for one in above if stands_open(one)}
    paths = paths_of(seen.values())
    lines = [
        (one, seen.get(one.publication.under_id or 0), paths.get(one.publication.under_id or 0, ""))
        for one in found[:A_PAGE]
    ]
    older = found[A_PAGE - 1].publication.ord if len(found) > A_PAGE else None
    return render(request, "stream/own_comments.html", {"lines": lines, "older": older})


def written_by(person: Person) -> QuerySet[Comment]:
    """The comments of one person that they have not taken back, nor an owner taken down."""
    rows = Comment.objects.unguarded("one's own words").filter(
        publication__author=person, withdrawn_at=None, publication__deleted_at=None
    )
    return rows.select_related("publication__under", "publication__author")


@require_POST
@members_only
def hide(request: Request, public_id: str) -> HttpResponse:
    """Put a comment out of sight."""
    comment = comment_to_order(request, public_id)
    actions.hide_comment(comment=comment, by=who(request), at=request.at)
    undo = reverse("comment-show", args=[public_id])
    messages.success(request, _("The comment is out of sight."), extra_tags=f"undo:{undo}")
    return see_other(page_above(comment))


@require_POST
@members_only
def show(request: Request, public_id: str) -> HttpResponse:
    """Put a comment in sight, or let one through."""
    comment = comment_to_order(request, public_id)
    actions.show_comment(comment=comment)
    messages.success(request, _("Whoever reads this text reads the comment now."))
    return see_other(page_above(comment))


@require_POST
@members_only
def switch(request: Request, public_id: str) -> HttpResponse:
    """Close the comments of one's own publication, or open them again."""
    try:
        subject = seen_or_404(request.viewer, public_id)
    except Gone:
        raise Http404 from None
    if subject.author_id != who(request).pk:
        raise Http404
    is_closed = subject.comments_closed_at is None
    actions.close_comments(publication=subject, at=request.at if is_closed else None)
    messages.success(request, _("Comments are closed.") if is_closed else _("Comments are open again."))
    return see_other(subject.get_absolute_url())


def own_comment(request: Request, public_id: str) -> Comment:
    """A comment of the asker's own."""
    comment = comment_or_404(request.viewer, public_id)
    if comment.publication.author_id != who(request).pk:
        raise Http404
    return comment


def comment_to_order(request: Request, public_id: str) -> Comment:
    """A comment under a publication of the asker's; for an owner, one they see, or one they have hidden.

    What was taken back, or taken down, stays away. One statement, so that what is closed answers like what is absent.
    """
    person, named = who(request), {"publication__public_id": public_id}
    theirs = Q(publication__under__author=person)
    if person.is_owner:
        seen = Comment.objects.visible_to(request.viewer).filter(**named)
        theirs |= Q(publication__under__isnull=False) & (Q(hidden_by=person) | Q(pk__in=seen.values("pk")))
    rows = Comment.objects.unguarded("the author of the subject, or an owner, keeps order here")
    rows = rows.filter(theirs, **named, withdrawn_at=None, publication__deleted_at=None)
    comment = rows.select_related("publication__under__author").first()
    if comment is None:
        raise Http404
    return comment


def page_above(comment: Comment) -> str:
    """The page of what it stands under."""
    above = comment.publication.under
    return above.get_absolute_url() if above is not None else "/"
