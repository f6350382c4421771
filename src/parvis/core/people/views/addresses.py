"""A person's mail addresses. What the pages say never tells whether an address belongs to somebody else."""

from allauth.account.internal.flows.email_verification_by_code import EmailVerificationProcess
from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from parvis.lib.refusal import Refusal

from .. import mails
from ..actions import add_address, make_primary, remove_address
from ..actions.addresses import mails_of
from ..forms import AddressForm
from ..http import person_only, see_other, who
from ..limits import allow, too_often
from ..models import Address, Person
from ..models.person import canonical
from ..proving import ask_again
from ..request import Request


@person_only
def addresses(request: Request) -> HttpResponseBase:
    """The list, and a form for one more, which is first asked to prove itself by a mailed code."""
    form = AddressForm(request.POST or None)
    if request.method == "POST":
        ask_again(request)
    if form.is_valid():
        if not allow("add-address", "10/h", request):
            return too_often(request)
        return ask_for_code(
            request, add_address(person=who(request), value=form.cleaned_data["email"], at=request.at)
        )
    return render(request, "people/addresses.html", {"form": form, "addresses": mails_of(who(request))})


def ask_for_code(request: Request, address: Address) -> HttpResponseBase:
    """Mail a code to this address; when it belongs to somebody else, tell them instead, and show the same page."""
    if address.verified_at is not None:
        return see_other("addresses")
    taken = Person.objects.reached_by(address.value).exists()
    user = None if taken else address.person
    EmailVerificationProcess.initiate(request=request, user=user, email=address.canonical)
    return see_other("account_email_verification_sent")


def chosen(request: Request) -> Address:
    """The address of theirs that a button stands beside; 404 for any other."""
    rows = Address.objects.filter(person=who(request), kind="mail")
    return get_object_or_404(rows, canonical=canonical(request.POST.get("address", "").replace("\0", "")))


@require_POST
@person_only
def verify(request: Request) -> HttpResponseBase:
    """Send a code to an address that is not confirmed yet."""
    ask_again(request)
    if not allow("add-address", "10/h", request):
        return too_often(request)
    return ask_for_code(request, chosen(request))


@require_POST
@person_only
def primary(request: Request) -> HttpResponseBase:
    """Send mail to this address from now on, and tell the one that got it until now."""
    ask_again(request)
    before = Address.objects.filter(person=who(request), is_primary=True).first()
    try:
        now = make_primary(address=chosen(request))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return see_other("addresses")
    if before is not None and before != now:
        mails.send("people/email/primary_changed", to=before.value, context={"now": now.value})
    messages.success(request, _("Mail goes to %(address)s from now on.") % {"address": now.value})
    return see_other("addresses")


@require_POST
@person_only
def remove(request: Request) -> HttpResponseBase:
    """Forget an address."""
    ask_again(request)
    address = chosen(request)
    try:
        remove_address(address=address)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(address)s is forgotten.") % {"address": address.value})
    return see_other("addresses")
