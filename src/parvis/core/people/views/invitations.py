"""Inviting people, and what they find behind the link."""

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from parvis.lib.refusal import Refusal

from .. import invited, mails
from ..actions import invitation_for, invite, withdraw_invitation
from ..actions.invitations import open_invitations
from ..forms import InvitationForm, may_invite
from ..http import members_only, see_other, who
from ..limits import allow, too_often
from ..models import Invitation
from ..request import Request


@members_only
def invitations(request: Request) -> HttpResponseBase:
    """Invite someone, and see which invitations are open. The link of a new one is shown this once."""
    person = who(request)
    if not may_invite(person, request.square):
        raise Http404
    form, link = InvitationForm(request.POST or None, person=person), ""
    if form.is_valid():
        if not allow("invite", "20/h,60/d", request):
            return too_often(request)
        try:
            invitation, code = invite(by=person, square=request.square, at=request.at, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            link = request.build_absolute_uri(reverse("invited", args=[code]))
            tell(invitation, link)
            form = InvitationForm(person=person)
    rows = open_invitations(person, request.at)
    return render(request, "people/invitations.html", {"form": form, "link": link, "invitations": rows})


def tell(invitation: Invitation, link: str) -> None:
    """Mail the link when an address was given, in the language of whoever invites."""
    if invitation.address:
        about = {"invitation": invitation, "link": link}
        language = invitation.by.language
        mails.send("people/email/invitation", to=invitation.address, language=language, context=about)


@require_POST
@members_only
def withdraw(request: Request) -> HttpResponseBase:
    """Close the door again."""
    mark = request.POST.get("invitation", "")
    rows = Invitation.objects.open().filter(by=who(request))
    invitation = next((row for row in rows if row.mark == mark), None)
    if invitation is None:
        raise Http404
    if withdraw_invitation(invitation=invitation, at=request.at):
        messages.success(request, _("That link lets nobody in any more."))
    return see_other("invitations")


def invitee(request: Request, code: str) -> HttpResponseBase:
    """Who invites, and the way in. Used, withdrawn, expired and invented links look the same."""
    if not allow("invited", "60/h", request):
        return too_often(request)
    invitation = invitation_for(code, request.at)
    if invitation is None:
        return render(request, "people/invited_closed.html", status=404)
    if request.method == "POST" and request.person is None:
        invited.take_up(request, code)
        address = f"?{urlencode({'email': invitation.address})}" if invitation.address else ""
        return see_other(reverse("account_signup") + address)
    response = render(request, "people/invited.html", {"invitation": invitation})
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "same-origin"
    return response
