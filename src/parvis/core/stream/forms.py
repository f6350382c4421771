"""What people type into the pages common to all rooms, as values."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parvis.core.people.sizes import MOST_FILES

SPANS = [
    (7, _("a week")),
    (30, _("a month")),
    (91, _("three months")),
    (365, _("a year")),
    (1826, _("five years")),
]

MOST_PICTURES = 10


class MultipleFileInput(forms.ClearableFileInput):
    """Several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Some files, each looked at by its content when it is attached."""

    widget = MultipleFileInput(attrs={"multiple": True})
    most = MOST_FILES

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = data if isinstance(data, list | tuple) else [data] if data else []
        if self.required and not files:
            raise forms.ValidationError(self.error_messages["required"])
        return [super(FilesField, self).clean(file, initial) for file in files][: self.most]


class PicturesField(FilesField):
    """Some pictures."""

    widget = MultipleFileInput(attrs={"multiple": True, "accept": "image/*"})
    most = MOST_PICTURES


class StatusForm(forms.Form):
    """A few words from home."""

    text = forms.CharField(
        label=_("A few words"), required=False, widget=forms.Textarea(attrs={"rows": 3, "maxlength": 5000})
    )
    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=[("fr", "Français"), ("en", "English")]
    )
    pictures = PicturesField(label=_("Pictures"), required=False)


class CommentForm(forms.Form):
    """A comment."""

    text = forms.CharField(
        label=_("Your comment"), widget=forms.Textarea(attrs={"rows": 4, "maxlength": 10000})
    )


class LinkForm(forms.Form):
    """A link that opens one publication to whoever holds it."""

    label = forms.CharField(label=_("For whom, as a reminder to yourself"), max_length=80, required=False)


class StandingRuleForm(forms.Form):
    """A wish kept for all that one publishes."""

    after_days = forms.TypedChoiceField(
        label=_("After"),
        coerce=int,
        choices=SPANS,
    )
    kind = forms.ChoiceField(label=_("What"), required=False)
    to = forms.ChoiceField(
        label=_("Who still sees it"),
        choices=[("me", _("only me")), ("connections", _("my connections")), ("members", _("the members"))],
    )

    def offer(self, kinds: Iterable[tuple[str, str]]) -> None:
        """The kinds of publication for which a rule may be kept; all of them is the first choice."""
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("everything")), *kinds]
