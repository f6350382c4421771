"""The forms at the door: allauth's, with the house's word for an address, and nothing written into the fields."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from django import forms
from django.utils.translation import gettext_lazy as _


class Plain:
    """A form whose labels say everything once."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
            if isinstance(field, forms.EmailField):
                field.label = _("Mail address")


class LoginForm(Plain, account.LoginForm): ...


class SignupForm(Plain, account.SignupForm): ...


class ChangePasswordForm(Plain, account.ChangePasswordForm): ...


class SetPasswordForm(Plain, account.SetPasswordForm): ...


class ResetPasswordForm(Plain, account.ResetPasswordForm): ...


class ResetPasswordKeyForm(Plain, account.ResetPasswordKeyForm): ...


class ReauthenticateForm(Plain, account.ReauthenticateForm): ...


class RequestLoginCodeForm(Plain, account.RequestLoginCodeForm): ...


class ConfirmLoginCodeForm(Plain, account.ConfirmLoginCodeForm): ...


class ConfirmEmailVerificationCodeForm(Plain, account.ConfirmEmailVerificationCodeForm): ...


class ChangeEmailForm(Plain, account.ChangeEmailForm): ...


class AuthenticateForm(Plain, mfa.AuthenticateForm): ...


class SecondStepForm(Plain, mfa.ReauthenticateForm): ...
