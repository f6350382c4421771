"""What a new square asks of whoever sets it up."""

from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.contrib.auth import password_validation
from django.utils.translation import gettext_lazy as _

from parvis.core.people.models import JoinPolicy

from .actions.opening import Opening


def zones() -> list[tuple[str, str]]:
    """Time zones by the names of their cities."""
    return [(zone, zone.replace("_", " ")) for zone in sorted(available_timezones()) if "/" in zone]


class SetupForm(forms.Form):
    """All that a new square needs to know."""

    name = forms.CharField(label=_("The square’s name"), max_length=100)
    language = forms.ChoiceField(
        label=_("Its language"),
        choices=settings.LANGUAGES,
        widget=forms.RadioSelect,
        help_text=_("Visitors find the square in this language first."),
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages people write in"), choices=settings.LANGUAGES, widget=forms.CheckboxSelectMultiple
    )
    join = forms.ChoiceField(
        label=_("Who may join"), choices=JoinPolicy, widget=forms.RadioSelect, initial=JoinPolicy.INVITATION
    )
    zone = forms.ChoiceField(label=_("Time zone"), choices=zones, initial="Europe/Zurich")
    owner_name = forms.CharField(
        label=_("Your name"),
        max_length=100,
        help_text=_("As others here will read it."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    address = forms.EmailField(
        label=_("Your mail address"),
        help_text=_("You log in with it."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    password = forms.CharField(
        label=_("A password"),
        strip=False,
        help_text=_("At least ten characters. A sentence is easy to remember and hard to guess."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        password_validation.validate_password(password)
        return password

    def opening(self) -> Opening:
        """What the form says, for the action."""
        return Opening(**self.cleaned_data)
