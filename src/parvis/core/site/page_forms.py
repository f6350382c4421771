"""What the house's pages ask of members and visitors: words to find, a password, a reason, a farewell."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from parvis.core.people.models import Person
from parvis.core.stream.kinds import KINDS

JUST_NOW = timedelta(minutes=10)


class SearchForm(forms.Form):
    """Words to find, and where."""

    unmarked = ("q",)  # fields without the words “if you wish”, which would say nothing here
    q = forms.CharField(label=_("Words to find"), max_length=200, required=False)
    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=[("", _("All languages")), *settings.LANGUAGES]
    )
    kind = forms.ChoiceField(label=_("What"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(kind.name, kind.title) for kind in KINDS.values()]
        self.fields["kind"].choices = [("", _("Everything")), *kinds]  # type: ignore[attr-defined]
        self.fields["q"].widget = forms.TextInput(attrs={"type": "search", "enterkeyhint": "search"})


class UnlockForm(forms.Form):
    """The password of something that stands at an address."""

    path = forms.CharField(
        label=_("Address of the page"),
        max_length=500,
        help_text=_("As in /journal/2026/a-title/; the whole address does as well."),
    )
    password = forms.CharField(
        label=_("Its password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    def clean_path(self) -> str:
        """The path alone, however much of the address was typed: tries are counted by it. At the root, with its query,
        for former blogs answered there by number."""
        typed: str = self.cleaned_data["path"]
        try:
            parts = urlsplit(typed.strip())
            return f"/?{parts.query}" if parts.path == "/" and parts.query else parts.path
        except ValueError:
            raise ValidationError(
                _("This is not an address. Copy it from the page that asked for the password.")
            ) from None


class ReportForm(forms.Form):
    """Why the owners should look at something."""

    words = forms.CharField(
        label=_("What should the owners know?"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5})
    )


class LeaveForm(forms.Form):
    """Leaving: what happens to one's words, and that it is meant."""

    words = forms.ChoiceField(
        label=_("What you wrote"),
        widget=forms.RadioSelect,
        choices=[
            ("delete", _("Delete it with me")),
            ("keep", _("Leave it where it is, under the name “someone who left”")),
        ],
    )
    sure = forms.CharField(label=_("Type your name, as it stands here"), max_length=100)
    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, person: Person, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person, self.at = person, at
        if not (person.password and person.has_usable_password()):
            del self.fields["password"]

    def clean_sure(self) -> str:
        said: str = self.cleaned_data["sure"]
        if " ".join(said.split()).casefold() != " ".join(self.person.name.split()).casefold():
            raise ValidationError(
                _("This is not the name that stands here. Type it again, so that nothing happens by mistake.")
            )
        return said

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if not self.person.check_password(password):
            raise ValidationError(_("This is not your password."))
        return password

    def clean(self) -> dict[str, Any]:
        """Whoever has no password shows who they are by having logged in a moment ago."""
        said = super().clean() or {}
        came_in = self.person.last_login
        if "password" not in self.fields and (came_in is None or self.at - came_in > JUST_NOW):
            raise ValidationError(
                _("You have no password, so log out and in again by a mailed code, then come back here.")
            )
        return said

    def keeps_words(self) -> bool:
        """Whether what they wrote stays."""
        return bool(self.cleaned_data["words"] == "keep")
