"""How allauth's flows meet our people: who may sign up, what signing up writes, when an address is somebody's."""

from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.account.stages import EmailVerificationStage
from allauth.account.utils import url_str_to_user_pk
from allauth.core.internal.ratelimit import get_ip
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from . import invited, mails
from .actions import AddressInUse, NotLetIn, join_square, mirror, sign_up, verify_address
from .actions.joining import is_waiting
from .limits import count, tried
from .models import Address, JoinPolicy, Person
from .proving import address_for_code, ask_again, note_proof

WORDS = {
    "account_inactive": _(
        "This account has been suspended. The people who run this square can tell you more."
    ),
    "duplicate_email": _("This address is already among yours."),
    "email_password_mismatch": _(
        "This address and this password do not belong together. Check both, or ask for a code by mail."
    ),
    "enter_current_password": _("Type the password you use now."),
    "incorrect_code": _("This is not the code we sent. Check the latest mail."),
    "incorrect_password": _("This is not your password."),
    "invalid_or_expired_key": _("This link no longer works. Ask for another one."),
    "invalid_login": _("Type the mail address with which you joined."),
    "invalid_password_reset": _("This link no longer works. Ask for another one."),
    "rate_limited": _("That was very often in a short time. Wait a little and try again."),
    "same_as_current": _("This is what it was already."),
    "too_many_login_attempts": _("Too many tries. Wait five minutes and try again."),
    "unverified_primary_email": _("Confirm this address first; then it can be your main one."),
}

WAYS = {
    "reauthenticate": _("Use your password"),
    "mfa_reauthenticate": _("Use your second step"),
    "mfa_reauthenticate:webauthn": _("Use a passkey"),
}


STAGE = "parvis.core.people.stages.ProveAddress"
TO_STRANGERS = {"account/email/unknown_account", "account/email/account_already_exists"}


# One network can fail 60 times an hour at one address ("5/5m/key"): alone it never reaches this.
ALL_TRIES, WITHIN = 100, timedelta(hours=1)


def tries_of(**credentials: Any) -> str:
    """Under which name the failures at an address are counted."""
    return f"login_failed:{credentials.get('email', '').strip().lower()}"


class Adapter(DefaultAccountAdapter):
    """`Address` is the truth; what allauth keeps for itself follows it."""

    error_messages = DefaultAccountAdapter.error_messages | WORDS

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Whether anyone, or this visit by its invitation, may sign up."""
        square = request.square  # type: ignore[attr-defined]
        return square.join == JoinPolicy.OPEN or invited.invitation_of(request) is not None

    def save_user(self, request: HttpRequest, user: Person, form: BaseForm, commit: bool = True) -> Person:  # type: ignore[override]
        """Write the person and their address; nobody is a member before the address is verified."""
        user.set_password(form.cleaned_data["password1"])
        return sign_up(
            person=user,
            name=form.cleaned_data["name"],
            address=form.cleaned_data["email"],
            language=form.cleaned_data["language"],
            zone=request.square.zone,  # type: ignore[attr-defined]
            at=request.at,  # type: ignore[attr-defined]
        )

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """What failed logins are counted by: the address together with the network they come from.

        By the address alone, a stranger could keep its owner out; ALL_TRIES bounds guessing from many networks.
        """
        return f"{super()._get_login_attempts_cache_key(request, **credentials)}:{get_ip(request)}"

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Ask for patience after many failures, from here or from everywhere."""
        super().pre_authenticate(request, **credentials)
        if tried(tries_of(**credentials), timezone.now()) >= ALL_TRIES:
            raise self.validation_error("too_many_login_attempts")

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Count a failure, wherever it comes from."""
        count(tries_of(**credentials), timezone.now(), WITHIN)

    def get_login_stages(self) -> list[str]:
        """Allauth's, with our own word on addresses."""
        ours = {f"{EmailVerificationStage.__module__}.{EmailVerificationStage.__name__}": STAGE}
        return [ours.get(path, path) for path in super().get_login_stages()]

    def pre_login(  # type: ignore[override]
        self, request: HttpRequest, user: Person, *, signup: bool, **options: Any
    ) -> HttpResponseBase | None:
        """Nobody enters the account of somebody who has not shown that any address is theirs, but by signing up.

        A code that was mailed there proves who reads the address, not who made the account and chose its password.
        """
        if not signup and not Address.objects.filter(person=user).exclude(verified_at=None).exists():
            mirror(user)
            messages.error(request, WORDS["invalid_login"])
            return redirect("account_login")
        return super().pre_login(request, user, signup=signup, **options)

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """The code was right: the address is theirs unless somebody else was first; who waited at the door comes in."""
        person, at = email_address.user, request.at  # type: ignore[attr-defined]
        waiting = is_waiting(person)
        try:
            verify_address(person=person, value=email_address.email, at=at)
            email_address.pk = EmailAddress.objects.get_for_user(person, email_address.email).pk
            email_address.verified = True
            if waiting:
                invitation = invited.invitation_of(request)
                join_square(person=person, square=request.square, invitation=invitation, at=at)  # type: ignore[attr-defined]
        except AddressInUse as refusal:
            messages.error(request, str(refusal))
            return False
        except NotLetIn as refusal:
            messages.warning(request, str(refusal))
        invited.forget(request)
        return True

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Log in for as long as logins last here, whatever this browser's session was good for until now."""
        super().login(request, user)
        request.session.set_expiry(None)
        if isinstance(user, Person):
            note_proof(request, user, "login")

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whether to ask once more who it is; a login counts, and so does a code by mail, which allauth knows nothing of.

        It asks by itself, for allauth would let those pass who have neither a password nor a second step.
        """
        ask_again(self.request)
        return False

    def get_reauthentication_methods(self, user: AbstractBaseUser | AnonymousUser) -> list[dict[str, Any]]:
        """The ways to prove it, in our words; the first is the one that is asked."""
        methods = [
            {**method, "description": WAYS.get(method["id"], method["description"])}
            for method in super().get_reauthentication_methods(user)
            if method["id"] != "reauthenticate"
            or getattr(user, "password", "")  # Django calls an empty one usable
        ]
        if isinstance(user, Person) and address_for_code(user) is not None:
            by_code = reverse("reauthenticate-by-code")
            methods.append({"id": "code", "description": _("Use a code by mail"), "url": by_code})
        return methods

    def is_safe_url(self, url: str) -> bool:
        """Whether `next` leads to a page of ours; what cannot be read as an address does not."""
        try:
            return bool(super().is_safe_url(url))
        except ValueError:
            return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send one of our own mails, in the language of its reader; the suspended are told that they are."""
        user = context.get("user")
        if (
            template_prefix in TO_STRANGERS
            and Person.objects.reached_by(email).exclude(suspended_at=None).exists()
        ):
            template_prefix = "people/email/suspended"
        context = {"may_join": self.is_open_for_signup(self.request), **context}
        language = user.language if isinstance(user, Person) else translation.get_language()
        mails.send(
            template_prefix, to=email, language=language or "", context={"request": self.request, **context}
        )

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link of the mail names the person by their public id: allauth's own number would count people."""
        number, _dash, token = key.partition("-")
        person = Person.objects.get(pk=url_str_to_user_pk(number))  # type: ignore[no-untyped-call]
        return str(super().get_reset_password_from_key_url(f"{person.public_id}-{token}"))

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:
        """After an address was added, back to the list of addresses."""
        return reverse("addresses") if self.request.user.is_authenticated else reverse("account_login")

    def can_delete_email(self, email_address: EmailAddress) -> bool:
        """Addresses are removed on our own page, which asks `Address`."""
        return False
