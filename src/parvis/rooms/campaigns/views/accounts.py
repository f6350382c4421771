"""A creator's accounts: at a bank, and at a payment provider. Keys are asked for after proving who one is, and never shown."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parvis.core.people.http import person_only, see_other, who
from parvis.core.people.models import Person
from parvis.core.people.proving import ask_again
from parvis.core.people.request import Request
from parvis.lib.banking.references import is_qr_iban
from parvis.lib.payments.stripe_events import FOLLOWED
from parvis.lib.refusal import Refusal

from ..actions import accounts
from ..forms.accounts import BankForm, KeysForm
from ..models import BankAccount, Campaign, CardAccount, Provider
from ..provider.gateways import last_four
from ..provider.keys import change_keys, open_at_stripe
from .guarding import tried


def maker(request: Request) -> Person:
    """Who may have accounts: whoever may make campaigns, or has made one. Raises Http404."""
    person = who(request)
    if not (person.is_author or Campaign.objects.of(person).exists()):
        raise Http404
    return person


@require_safe
@person_only
def overview(request: Request) -> HttpResponseBase:
    """All of them."""
    person = maker(request)
    banks = BankAccount.objects.filter(person=person, closed_at=None).order_by("pk")
    cards = list(CardAccount.objects.filter(person=person, closed_at=None).order_by("pk"))
    context = {
        "banks": [(one, is_qr_iban(one.iban)) for one in banks],
        "cards": [(one, last_four(one)) for one in cards],
        "takes_stripe": all(one.provider != Provider.STRIPE for one in cards),
        "may_pretend": settings.PARVIS_PRETEND_PAYMENTS
        and all(one.provider != Provider.FAKE for one in cards),
    }
    return render(request, "campaigns/making/accounts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@person_only
def new_bank(request: Request) -> HttpResponseBase:
    """One more account at a bank."""
    person = maker(request)
    form = BankForm(request.POST or None, initial={"holder": person.name})
    if request.method == "POST":
        ask_again(request)
    if form.is_valid():
        try:
            accounts.open_bank(person=person, bank=form.bank(), at=request.at)
        except accounts.NotSo as mistake:
            form.add_error(mistake.field, str(mistake))
        else:
            messages.success(request, _("The account is in your list."))
            return see_other("campaigns:accounts")
    status = 422 if form.errors else 200
    return render(request, "campaigns/making/new_bank.html", {"form": form}, status=status)


@require_POST
@person_only
def close_bank(request: Request, public_id: str) -> HttpResponseBase:
    """Use it no more."""
    rows = BankAccount.objects.filter(person=who(request), closed_at=None)
    account = get_object_or_404(rows, public_id=public_id)
    ask_again(request)
    if tried(request, lambda: accounts.close_bank(account=account, at=request.at)):
        messages.success(request, _("The account is closed here. Bills that are out still name it."))
    return see_other("campaigns:accounts")


@sensitive_post_parameters("key", "secret")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@person_only
def new_cards(request: Request) -> HttpResponseBase:
    """An account at Stripe: first it is made, so that it has an address to which Stripe tells; then it has its keys."""
    person = maker(request)
    ask_again(request)
    form = KeysForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = open_at_stripe(person=person, keys=form.keys(), at=request.at)
        except accounts.NotSo as mistake:
            form.add_error(mistake.field, str(mistake))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The keys are sealed. Nobody can read them here any more."))
            return see_other("campaigns:card-account", made.public_id)
    return keys_page(request, form)


@require_POST
@person_only
def pretend(request: Request) -> HttpResponseBase:
    """Cards that debit nobody, where the square has them."""
    person = maker(request)
    if tried(
        request,
        lambda: accounts.open_cards(
            person=person, provider=Provider.FAKE, keys=accounts.Keys(), at=request.at
        ),
    ):
        messages.success(request, _("You can choose make-believe cards now. They debit nobody."))
    return see_other("campaigns:accounts")


@sensitive_post_parameters("key", "secret")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@person_only
def card(request: Request, public_id: str) -> HttpResponseBase:
    """What to tell Stripe, and a form for other keys."""
    account = own_card(request, public_id)
    ask_again(request)
    form = KeysForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            change_keys(account=account, keys=form.keys())
        except accounts.NotSo as mistake:
            form.add_error(mistake.field, str(mistake))
        else:
            messages.success(request, _("The new keys are sealed."))
            return see_other("campaigns:card-account", account.public_id)
    return keys_page(request, form, account)


def own_card(request: Request, public_id: str) -> CardAccount:
    """One's own account at a provider, while it is open. Raises Http404."""
    rows = CardAccount.objects.filter(person=who(request), closed_at=None)
    return get_object_or_404(rows, public_id=public_id)


def keys_page(request: Request, form: KeysForm, account: CardAccount | None = None) -> HttpResponse:
    """The keys' form; with an account, where Stripe tells what happens, and what it is asked to tell."""
    hook = ""
    if account is not None:
        try:
            hook = request.build_absolute_uri(reverse("campaigns:hook", args=[account.public_id]))
        except NoReverseMatch:
            hook = ""
    context = {
        "form": form,
        "account": account,
        "last_four": last_four(account) if account is not None else "",
        "hook": hook,
        "followed": FOLLOWED,
    }
    return render(request, "campaigns/making/card.html", context, status=422 if form.errors else 200)


@require_POST
@person_only
def close_card(request: Request, public_id: str) -> HttpResponseBase:
    """Use it no more, and forget its keys."""
    account = own_card(request, public_id)
    ask_again(request)
    if tried(request, lambda: accounts.close_cards(account=account, at=request.at)):
        messages.success(request, _("The account is closed here, and its keys are forgotten."))
    return see_other("campaigns:accounts")
