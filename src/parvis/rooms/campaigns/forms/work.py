"""What a creator types of the finished work."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from parvis.core.people.models import Square
from parvis.core.stream.forms import FilesField
from parvis.lib.text.languages import name as language_name

from ..actions.releasing import Given
from ..licences import LICENCES, OWN, Licence

LONGEST = 100_000


class WorkForm(forms.Form):
    """The finished work: what it is, and what may be done with it."""

    unmarked = ("terms",)  # one of the licences needs it

    title = forms.CharField(label=_("Title"), max_length=400)
    text = forms.CharField(
        label=_("Text"),
        required=False,
        max_length=LONGEST,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_(
            "What it is, how it came to be, whom to thank. The work itself can stand here, or in files."
        ),
    )
    language = forms.ChoiceField(label=_("Language"))
    licence = forms.ChoiceField(label=_("What may be done with it"), widget=forms.RadioSelect)
    terms = forms.CharField(
        label=_("In my own words"), required=False, max_length=4_000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, square: Square, **options: Any) -> None:
        super().__init__(*args, **options)
        codes = list(square.all_languages())
        now = str((options.get("initial") or {}).get("language") or square.language)
        if now not in codes:
            codes.append(now)
        self.fields["language"] = forms.ChoiceField(
            label=_("Language"), choices=[(code, language_name(code, code).capitalize()) for code in codes]
        )
        self.fields["licence"] = forms.ChoiceField(
            label=self.fields["licence"].label,
            choices=[(one.code, in_line(one)) for one in LICENCES.values()],
            widget=forms.RadioSelect,
        )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("licence") == OWN and not said.get("terms", "").strip():
            self.add_error(
                "terms", _("Say what may be done with it: choose a licence, or write it in your own words.")
            )
        return said

    def given(self) -> Given:
        said = self.cleaned_data
        return Given(
            title=said["title"],
            source=said["text"].replace("\r\n", "\n"),
            language=said["language"],
            licence=said["licence"],
            terms=said["terms"],
        )


def in_line(licence: Licence) -> str:
    return gettext("%(name)s: %(allows)s") % {"name": licence.name, "allows": licence.allows}


class FilesForm(forms.Form):
    """Files of the finished work."""

    chosen = FilesField(
        label=_("Files"),
        help_text=_(
            "PDF, EPUB, zip, sounds and pictures. Pictures lose what their device wrote into them; other files stay as they are."
        ),
    )
