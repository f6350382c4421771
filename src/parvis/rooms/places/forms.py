"""What people type about places, as values."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from parvis.core.delivery.models import MastodonAccount, ReadThere
from parvis.core.people.models import Person
from parvis.core.stream.forms import PicturesField
from parvis.lib.geo.categories import categories, group_name
from parvis.lib.geo.earth import BadPoint, Point
from parvis.lib.refusal import Refusal

from .actions.caring import REASONS
from .models import Mode, Precise
from .near import connected_to
from .record import Sought

SHOWN_FROM = [
    ("", _("now")),
    ("gone", _("when I say that I have left, in twelve hours at the latest")),
    ("2h", _("in two hours")),
    ("tomorrow", _("tomorrow")),
]
HIDDEN_AFTER = [
    ("", _("it stays")),
    ("1", _("hide it again after a day")),
    ("7", _("hide it again after a week")),
    ("30", _("hide it again after a month")),
]
LATER = {"gone": timedelta(hours=12), "2h": timedelta(hours=2), "tomorrow": timedelta(days=1)}


class NotMeant(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _(
                "Here it is not for everyone, and on Mastodon others read it: whoever follows you there, or anyone. "
                "Tick that you know it, or do not announce it."
            )
        )


class FixForm(forms.Form):
    """Where the phone believes to be, if it says so; `error` in metres."""

    latitude = forms.FloatField(required=False, widget=forms.HiddenInput)
    longitude = forms.FloatField(required=False, widget=forms.HiddenInput)
    error = forms.FloatField(required=False, min_value=0, widget=forms.HiddenInput)

    def point(self) -> Point | None:
        """The point, once the form is valid; None for none."""
        latitude, longitude = self.cleaned_data["latitude"], self.cleaned_data["longitude"]
        if latitude is None or longitude is None:
            return None
        try:
            return Point(latitude, longitude)
        except BadPoint:
            return None


class CheckinForm(FixForm):
    """A check-in at a venue that has been chosen."""

    words = forms.CharField(
        label=_("A few words"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    pictures = PicturesField(label=_("Pictures"), required=False)
    mode = forms.ChoiceField(
        label=_("How"), choices=Mode.choices, initial=Mode.HERE, widget=forms.RadioSelect, required=False
    )
    happened_at = forms.DateTimeField(
        label=_("When"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        help_text=_("Empty for now."),
    )
    precision = forms.ChoiceField(
        label=_("What others learn of where"),
        choices=Precise.choices,
        initial=Precise.VENUE,
        required=False,
        help_text=_("“Somewhere”, and what only you see, is off the grid: it brings no points."),
    )
    shown_from = forms.ChoiceField(label=_("Others see it"), choices=SHOWN_FROM, required=False)
    hidden_after = forms.ChoiceField(label=_("And then"), choices=HIDDEN_AFTER, required=False)
    is_announced = forms.BooleanField(label=_("Announce it on Mastodon, too"), required=False)
    announced_to = forms.ChoiceField(label=_("Who reads it there"), choices=ReadThere.choices, required=False)
    is_meant = forms.BooleanField(
        label=_("I know that others read it there than here"),
        required=False,
        help_text=_(
            "Needed unless everyone reads it here. The choice of people on this page says nothing there."
        ),
    )
    language = forms.ChoiceField(required=False, choices=[("fr", "Français"), ("en", "English")])
    company = forms.ModelMultipleChoiceField(
        label=_("Who is with you?"),
        queryset=Person.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("They are asked first. Nobody reads their names before they agree."),
    )

    def __init__(
        self,
        *args: Any,
        person: Person | None = None,
        account: MastodonAccount | None = None,
        **kwargs: Any,
    ) -> None:
        """`person` checks in; `account` is where they may announce it."""
        super().__init__(*args, **kwargs)
        if person is not None:
            field = cast("forms.ModelMultipleChoiceField[Person]", self.fields["company"])
            field.queryset = connected_to(person).order_by("name", "pk")
        self.account = account
        self.fields["announced_to"].initial = account.visibility if account is not None else ""

    def readers_there(self, *, is_public: bool) -> str:
        """Who reads it on Mastodon; nothing for nobody. Raises NotMeant."""
        if self.account is None or not self.cleaned_data["is_announced"]:
            return ""
        if not is_public and not self.cleaned_data["is_meant"]:
            raise NotMeant
        return self.cleaned_data["announced_to"] or self.account.visibility

    def moments(self, at: datetime) -> tuple[datetime | None, datetime | None]:
        """From when others see it, and until when; None for at once, and for good."""
        delay, days = self.cleaned_data["shown_from"], self.cleaned_data["hidden_after"]
        begins = at + LATER[delay] if delay in LATER else None
        return begins, (begins or at) + timedelta(days=int(days)) if days else None


class VenueForm(forms.Form):
    """A venue that is not there yet, or that is to be corrected."""

    name = forms.CharField(label=_("What is it called?"), max_length=200)
    category = forms.ChoiceField(label=_("What is it?"), required=False)
    latitude = forms.FloatField(label=_("Latitude"), min_value=-90, max_value=90)
    longitude = forms.FloatField(label=_("Longitude"), min_value=-180, max_value=180)
    name_fr = forms.CharField(
        label=_("Its name in French, if it has another"), max_length=200, required=False
    )
    name_en = forms.CharField(
        label=_("Its name in English, if it has another"), max_length=200, required=False
    )
    tags = forms.CharField(
        label=_("Tags"),
        required=False,
        max_length=400,
        help_text=_("Words of your own, with commas between: boat, terrace, karaoke. Ten at most."),
    )
    is_shared = forms.BooleanField(
        label=_("Members may find it"),
        required=False,
        help_text=_("They learn that the place is there, not that you were."),
    )
    is_private = forms.BooleanField(
        label=_("It is somebody’s home"),
        required=False,
        help_text=_("Others read its name and the town where you say so, never the point."),
    )
    has_mayor = forms.BooleanField(
        label=_("It can have a mayor"), required=False, help_text=_("Whoever is here on the most days.")
    )

    def clean_tags(self) -> list[str]:
        """The words between the commas."""
        return [word for word in re.split(r"[,;\n]", self.cleaned_data["tags"]) if word.strip()]

    def __init__(self, *args: Any, tags: Sequence[str] = (), **kwargs: Any) -> None:
        """`tags` are those that are offered."""
        super().__init__(*args, **kwargs)
        self.offered = tags
        self.fields["tags"].widget.attrs |= {"list": "known-tags"} if tags else {}
        language = get_language() or "en"
        groups: dict[str, list[tuple[str, str]]] = {}
        for one in categories():
            groups.setdefault(group_name(one.group, language), []).append((one.key, one.name_in(language)))
        chosen = [(name, sorted(some, key=lambda pair: pair[1])) for name, some in groups.items()]
        self.fields["category"].choices = [("", "—"), *chosen]  # type: ignore[attr-defined]


class KeyForm(forms.Form):
    """A key that is made by hand."""

    name = forms.CharField(
        label=_("Which program is it for?"),
        max_length=100,
        help_text=_("A name by which you will know it again."),
    )


class RecordForm(forms.Form):
    """What one looks for in one's own record; nonsense is as good as nothing."""

    q = forms.CharField(
        label=_("Words of the place, or of what you wrote"), required=False, max_length=100, strip=True
    )
    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def sought(self) -> Sought:
        """What of it can be understood."""
        self.is_valid()
        kept = self.cleaned_data
        return Sought(words=kept.get("q", ""), since=kept.get("since"), until=kept.get("until"))


class CorrectionForm(VenueForm):
    """A venue as those who keep it correct it: also whether it is still there."""

    state = forms.ChoiceField(label=_("Is it still there?"), required=False)

    def __init__(self, *args: Any, states: Sequence[tuple[str, Any]] = (), **kwargs: Any) -> None:
        """`states` are those that this person may choose; none for no choice."""
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = states  # type: ignore[attr-defined]
        if not states:
            del self.fields["state"]


class ProposalForm(VenueForm):
    """A venue as somebody else thinks it is; who may find it is for its keepers to say."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("is_shared", "is_private", "has_mayor"):
            del self.fields[name]


class VenueReportForm(forms.Form):
    """Why the owners should look at a venue."""

    reason = forms.ChoiceField(
        label=_("What is wrong?"), choices=[*REASONS.items()], widget=forms.RadioSelect, required=True
    )
    words = forms.CharField(
        label=_("What should the owners know?"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class PresenceForm(forms.Form):
    """How precisely one's connections are told that one is near."""

    precision = forms.ChoiceField(
        label=_("When I am near, my connections are told"),
        choices=Precise.choices,
        help_text=_("At most; a check-in that says less stays as it is."),
    )
    is_told = forms.BooleanField(
        label=_("Tell me when a connection is close by"),
        required=False,
        help_text=_("Only those who want the same are told, and of those alone."),
    )
    takes_titles = forms.BooleanField(label=_("I may become mayor of a place"), required=False)
    is_ranked = forms.BooleanField(
        label=_("I stand in the ranking of the week"),
        required=False,
        help_text=_("Each reads only the points of what they may see."),
    )
