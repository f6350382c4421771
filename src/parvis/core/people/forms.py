"""What people type about themselves, turned into values."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import available_timezones

from allauth.core import context
from django import forms
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from parvis.lib.text import languages

from .limits import allow
from .models import JoinPolicy, Person, Role, Square
from .models.person import Link, canonical

MOST_LINKS = 5
OFTEN_ENOUGH = "4/h/key"


def one_line(value: str) -> str:
    """The words, with single spaces between them."""
    return " ".join(value.split())


class SignupForm(forms.Form):
    """What allauth's sign-up asks besides the address and a password."""

    name = forms.CharField(
        label=_("Your name"),
        help_text=_("As others here will read it. You can change it later."),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES, initial=get_language)
    field_order = ["name", "email", "password1", "language"]

    def clean(self) -> dict[str, Any]:
        """An address counts as taken only when somebody has shown that it is theirs.

        How often codes may be mailed to an address is asked before anything is written or looked up, so that the answer
        is the same whether it belongs to somebody or not.
        """
        data = super().clean() or self.cleaned_data
        if "email" in data:
            if not allow("sign-up-address", OFTEN_ENOUGH, context.request, key=canonical(data["email"])):
                raise forms.ValidationError(
                    _(
                        "We have mailed several codes to this address within an hour. Wait a little, then try again."
                    )
                )
            self.account_already_exists = Person.objects.reached_by(data["email"]).exists()
            if self.account_already_exists:
                make_password(data.get("password1") or "")  # takes as long as making the account would
        return data

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])

    def signup(self, request: HttpRequest, user: Person) -> None:
        """All is written by the adapter; allauth asks for this to exist."""


class ProofForm(forms.Form):
    """The code that was mailed to prove once more who one is."""

    code = forms.CharField(
        label=_("The code"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "characters"}),
    )


class ProfileForm(forms.Form):
    """What stands on a person's page: a short text in each of the square's languages, some links."""

    name = forms.CharField(
        label=_("Name"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    is_listed = forms.BooleanField(
        label=_("Visitors may see my page"),
        help_text=_(
            "Without this, only people who take part here can see it. What you publish has its own readers."
        ),
        required=False,
    )

    def __init__(self, *args: Any, person: Person, square: Square, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"name": person.name, "is_listed": person.is_listed}
        self.languages = list(square.all_languages())
        for code in self.languages:
            self.fields[f"about_{code}"] = forms.CharField(
                label=_("About you, in %(language)s")
                % {"language": languages.name(code, get_language() or "en")},
                initial=person.about.get(code, ""),
                max_length=1000,
                required=False,
                widget=forms.Textarea(attrs={"rows": 4, "lang": code}),
            )
        kept = list(person.links_list())
        for number in range(1, min(MOST_LINKS, len(kept) + 2) + 1):
            link = kept[number - 1] if number <= len(kept) else {"label": "", "url": ""}
            self.fields[f"link_{number}"] = forms.URLField(
                label=_("Link %(number)s") % {"number": number},
                initial=link["url"],
                required=False,
                assume_scheme="https",
                max_length=300,
            )
            self.fields[f"label_{number}"] = forms.CharField(
                label=_("What link %(number)s is") % {"number": number},
                initial=link["label"],
                required=False,
                max_length=60,
            )
        self.order_fields(["name", *(f"about_{code}" for code in self.languages)])

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])

    def about(self) -> dict[str, str]:
        """The short text in each language that has one."""
        return {code: self.cleaned_data[f"about_{code}"].strip() for code in self.languages}

    def links(self) -> list[Link]:
        """The links that were given, with the address itself where no words were."""
        found = []
        for number in range(1, MOST_LINKS + 1):
            url = self.cleaned_data.get(f"link_{number}")
            if url:
                label = one_line(self.cleaned_data.get(f"label_{number}", ""))
                found.append(Link(label=label or url.split("//", 1)[-1].rstrip("/"), url=url))
        return found


class PortraitForm(forms.Form):
    """A picture of oneself."""

    picture = forms.FileField(
        label=_("Picture"),
        help_text=_(
            "JPEG, PNG, GIF, WebP or AVIF, 10 MB at most. We keep a small copy without place or camera."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": "image/*"}),
    )


def zones() -> Sequence[tuple[str, str]]:
    """The clocks of the world by the names of their cities (IANA)."""
    return [
        (name, name.replace("_", " "))
        for name in sorted(available_timezones())
        if "/" in name or name == "UTC"
    ]


class SettingsForm(forms.Form):
    """How the square is shown to a person."""

    language = forms.ChoiceField(label=_("Language of the pages"), choices=settings.LANGUAGES)
    zone = forms.ChoiceField(
        label=_("Time zone"), help_text=_("Hours and dates are shown as they are there."), choices=zones
    )
    theme = forms.ChoiceField(
        label=_("Light or dark"),
        choices=[("", _("As my device")), ("light", _("Light")), ("dark", _("Dark"))],
        required=False,
        widget=forms.RadioSelect,
    )


class AddressForm(forms.Form):
    """A mail address that a person wants to add."""

    email = forms.EmailField(
        label=_("Mail address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


class InvitationForm(forms.Form):
    """Whom to invite."""

    address = forms.EmailField(
        label=_("Their mail address"),
        help_text=_("We send them the link. Leave it empty to give them the link yourself."),
        required=False,
    )
    words = forms.CharField(
        label=_("A few words to them"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    role = forms.ChoiceField(
        label=_("What they will do here"), choices=[role for role in Role.choices if role[0] != Role.GUEST]
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"role": Role.MEMBER}
        if not person.is_owner:
            del self.fields["role"]


def may_invite(person: Person, square: Square) -> bool:
    """Whether the square lets this person invite."""
    return person.is_owner or (person.is_member and square.join != JoinPolicy.CLOSED)
