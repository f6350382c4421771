"""What readers choose, turned into values."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from parvis.core.people.forms import zones
from parvis.lib.web import Unfetched, WebAddress

from .elsewhere import is_here, target_at
from .models import Channel, Rhythm, Subscription, Way
from .notices import NoticeKind
from .ways import Ways

WAYS = (
    ("web", gettext_lazy("here only")),
    ("feed", gettext_lazy("in your own feed")),
    ("mail-now", gettext_lazy("by mail, at once")),
    ("mail-daily", gettext_lazy("by mail, once a day")),
    ("mail-weekly", gettext_lazy("by mail, once a week")),
)
BY_MAIL = (
    (Rhythm.WEEKLY, pgettext_lazy("a rhythm", "once a week")),
    (Rhythm.DAILY, pgettext_lazy("a rhythm", "once a day")),
    (Rhythm.AT_ONCE, pgettext_lazy("a rhythm", "at once")),
)


def way_of(subscription: Subscription | None) -> str:
    """How a follow comes now, as one choice of WAYS."""
    if subscription is None:
        return "web"
    is_mail = subscription.channel == Channel.MAIL
    return f"mail-{subscription.rhythm}" if is_mail else str(subscription.channel)


HOURS = [(hour, f"{hour:02}:00") for hour in range(24)]
HOURS_OR_NONE = [("", gettext_lazy("no quiet hours")), *HOURS]


class LanguagesField(forms.MultipleChoiceField):
    """Any languages of those that there are; none of them means every one, and so do all of them."""

    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("Only in these languages"),
            help_text=gettext_lazy("None chosen: in every language."),
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )

    def clean(self, value: Any) -> list[str]:
        chosen = list(super().clean(value))
        is_every = all(code in chosen for code, _name in self.widget.choices)
        return [] if is_every else chosen


class WayForm(forms.Form):
    """How one source comes: the channel with its rhythm, and in which languages."""

    unmarked = ("languages",)  # its help says what an empty choice means
    way = forms.ChoiceField(label=gettext_lazy("How"), choices=WAYS)
    languages = LanguagesField()

    def __init__(
        self,
        *args: object,
        languages: Sequence[tuple[str, str]] = (),
        has_home: bool = True,
        **options: object,
    ) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        ways = [way for way in WAYS if has_home or way[0].startswith("mail")]
        self.fields["way"].choices = ways  # type: ignore[attr-defined]
        offer(self, languages)

    def chosen(self) -> tuple[str, str, list[str]]:
        """(channel, rhythm, languages), once the form is valid."""
        channel, _dash, rhythm = self.cleaned_data["way"].partition("-")
        return channel, rhythm or Rhythm.AT_ONCE, self.cleaned_data.get("languages", [])


def offer(form: forms.Form, languages: Sequence[tuple[str, str]]) -> None:
    """Let a form ask for these languages; for a single one there is nothing to ask."""
    if len(languages) > 1:
        form.fields["languages"].choices = languages  # type: ignore[attr-defined]
    else:
        del form.fields["languages"]


class HoursForm(forms.Form):
    """When digests come."""

    hour = forms.TypedChoiceField(label=gettext_lazy("At"), coerce=int, choices=HOURS)
    weekday = forms.TypedChoiceField(
        label=gettext_lazy("The weekly ones on"), coerce=int, choices=list(WEEKDAYS.items())
    )


class HoursOfAGuestForm(HoursForm):
    """When and how digests come to whoever has no settings of their own beside this page."""

    zone = forms.ChoiceField(label=gettext_lazy("Time zone"), choices=zones)
    language = forms.ChoiceField(label=gettext_lazy("Mails in"), choices=settings.LANGUAGES)


class NoticesForm(forms.Form):
    """How each kind of notice comes."""

    def __init__(self, *args: object, kinds: Sequence[NoticeKind], ways: Ways, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        for kind in kinds:
            self.fields[kind.name] = forms.ChoiceField(
                label=str(kind.title), choices=Way.choices, initial=ways.of(kind.name).value
            )

    def chosen(self) -> dict[str, str]:
        """The way of each kind, once the form is valid."""
        return dict(self.cleaned_data)


class QuietForm(forms.Form):
    """Between which hours nothing comes at once; an empty pair means at any hour."""

    unmarked = ("begins", "ends")  # an empty choice says itself what it means
    begins = forms.TypedChoiceField(
        label=pgettext_lazy("an hour", "From"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=HOURS_OR_NONE,
    )
    ends = forms.TypedChoiceField(
        label=pgettext_lazy("an hour", "Until"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=HOURS_OR_NONE,
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        begins, ends = said.get("begins"), said.get("ends")
        if (begins is None) != (ends is None):
            raise forms.ValidationError(_("Choose both hours, or neither."))
        if begins is not None and begins == ends:
            raise forms.ValidationError(_("Choose two different hours."))
        return said


class PauseForm(forms.Form):
    """Until when nothing is sent."""

    until = forms.DateField(
        label=gettext_lazy("Send me nothing until"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: object, today: date, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self.today = today

    def clean_until(self) -> date:
        until: date = self.cleaned_data["until"]
        if until <= self.today:
            raise forms.ValidationError(_("Choose a day to come."))
        return until


class AskForm(forms.Form):
    """What somebody without an account asks: an address, how often; and a field that only machines fill."""

    unmarked = ("languages",)
    email = forms.EmailField(
        label=gettext_lazy("Your mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    rhythm = forms.ChoiceField(label=gettext_lazy("How often"), choices=BY_MAIL)
    language = forms.ChoiceField(label=gettext_lazy("Mails in"), choices=settings.LANGUAGES)
    languages = LanguagesField()
    website = forms.CharField(
        required=False, max_length=200, widget=forms.TextInput(attrs={"tabindex": "-1"})
    )

    def __init__(self, *args: object, languages: Sequence[tuple[str, str]] = (), **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        offer(self, languages)


class MentionForm(forms.Form):
    """A page elsewhere that links to one here: the names of its fields are those of the standard.

    Once it is valid, `publication` is what stands at the target.
    """

    source = forms.CharField(label=gettext_lazy("The address of the page that links here"), max_length=2_000)
    target = forms.CharField(
        label=gettext_lazy("The address here to which it links"),
        max_length=2_000,
        help_text=gettext_lazy("Exactly as it stands in the link."),
    )

    def __init__(self, *args: object, at: datetime, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self.at = at

    def address(self, name: str) -> str:
        """A field that holds an address, as it was written."""
        try:
            WebAddress.read(self.cleaned_data[name])
        except Unfetched:
            raise ValidationError(_("Write the whole address, from https:// on.")) from None
        return str(self.cleaned_data[name])

    def clean_source(self) -> str:
        source = self.address("source")
        if is_here(source):
            raise ValidationError(_("This page is here, and not elsewhere."))
        return source

    def clean_target(self) -> str:
        target = self.address("target")
        self.cleaned_data["publication"] = target_at(target, self.at)
        if self.cleaned_data["publication"] is None:
            raise ValidationError(_("There is nothing at this address that takes mentions."))
        return target
