"""What an owner says of a badge, as the row that the game reads."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from parvis.lib.geo.categories import GROUPS, group_name

from .game.badges import Kind
from .game.loading import KEYS, LONGEST
from .game.loading import WEEKDAYS as NAMES
from .game.symbols import COLOURS, SHAPES, SYMBOLS

KINDS = {
    Kind.VISITS: _("check-ins"),
    Kind.VENUES: _("different places"),
    Kind.TOWNS: _("different towns"),
    Kind.COUNTRIES: _("different countries"),
    Kind.DAYS: _("days in a row"),
    Kind.NIGHTS: _("nights in a row"),
    Kind.COMPANIONS: _("people who are with one, at once"),
    Kind.PICTURES: _("check-ins with a picture"),
    Kind.TITLES: _("titles of mayor, at once"),
    Kind.CREATIONS: _("places put on the map"),
    Kind.RETURN: _("days since the last time at the place"),
}
DAYS = dict(zip(NAMES, (WEEKDAYS[number] for number in range(7)), strict=True))
DRAWN = {
    "circle": pgettext_lazy("a drawing", "circle"),
    "square": pgettext_lazy("a drawing", "square"),
    "octagon": pgettext_lazy("a drawing", "octagon"),
    "hexagon": pgettext_lazy("a drawing", "hexagon"),
    "arch": pgettext_lazy("a drawing", "arch"),
    "lozenge": pgettext_lazy("a drawing", "lozenge"),
    "shield": pgettext_lazy("a drawing", "shield"),
    "pennant": pgettext_lazy("a drawing", "pennant"),
    "house": pgettext_lazy("a drawing", "house"),
    "flower": pgettext_lazy("a drawing", "flower"),
    "stone": pgettext_lazy("a drawing", "stone"),
    "boot": pgettext_lazy("a drawing", "boot"),
    "chair": pgettext_lazy("a drawing", "chair"),
    "village": pgettext_lazy("a drawing", "village"),
    "boat": pgettext_lazy("a drawing", "boat"),
    "calendar": pgettext_lazy("a drawing", "calendar"),
    "hourglass": pgettext_lazy("a drawing", "hourglass"),
    "windmill": pgettext_lazy("a drawing", "windmill"),
    "moon": pgettext_lazy("a drawing", "moon"),
    "sun": pgettext_lazy("a drawing", "sun"),
    "lantern": pgettext_lazy("a drawing", "lantern"),
    "clock": pgettext_lazy("a drawing", "clock"),
    "cutlery": pgettext_lazy("a drawing", "cutlery"),
    "cup": pgettext_lazy("a drawing", "cup"),
    "frame": pgettext_lazy("a drawing", "frame"),
    "book": pgettext_lazy("a drawing", "book"),
    "train": pgettext_lazy("a drawing", "train"),
    "tree": pgettext_lazy("a drawing", "tree"),
    "plane": pgettext_lazy("a drawing", "plane"),
    "dumbbell": pgettext_lazy("a drawing", "dumbbell"),
    "ticket": pgettext_lazy("a drawing", "ticket"),
    "signpost": pgettext_lazy("a drawing", "signpost"),
    "globe": pgettext_lazy("a drawing", "globe"),
    "company": pgettext_lazy("a drawing", "company"),
    "postcard": pgettext_lazy("a drawing", "postcard"),
    "key": pgettext_lazy("a drawing", "key"),
    "pin": pgettext_lazy("a drawing", "pin"),
    "swallow": pgettext_lazy("a drawing", "swallow"),
    "milestone": pgettext_lazy("a drawing", "milestone"),
    "star": pgettext_lazy("a drawing", "star"),
    "flag": pgettext_lazy("a drawing", "flag"),
    "note": pgettext_lazy("a drawing", "note"),
    "bell": pgettext_lazy("a drawing", "bell"),
    "brick": pgettext_lazy("a colour", "brick"),
    "lake": pgettext_lazy("a colour", "lake"),
    "moss": pgettext_lazy("a colour", "moss"),
    "plum": pgettext_lazy("a colour", "plum"),
    "slate": pgettext_lazy("a colour", "slate"),
    "ochre": pgettext_lazy("a colour", "ochre"),
}


def named(keys: Iterable[str]) -> list[tuple[str, Any]]:
    """The parts of a drawing, with what they are called."""
    return [(key, DRAWN[key]) for key in keys]


class BadgeForm(forms.Form):
    """A badge of the square's own."""

    name_fr = forms.CharField(label=_("Its name in French"), max_length=LONGEST["name"])
    name_en = forms.CharField(label=_("Its name in English"), max_length=LONGEST["name"])
    text_fr = forms.CharField(label=_("What it is for, in French"), max_length=LONGEST["text"])
    text_en = forms.CharField(label=_("What it is for, in English"), max_length=LONGEST["text"])
    kind = forms.ChoiceField(
        label=_("It counts"), choices=[(kind.value, words) for kind, words in KINDS.items()]
    )
    levels = forms.CharField(
        label=_("How many it takes"),
        initial="1",
        max_length=100,
        help_text=_("Several numbers, such as 5, 10, 25, are several levels."),
    )
    groups = forms.MultipleChoiceField(
        label=_("At which sorts of places"), required=False, widget=forms.CheckboxSelectMultiple
    )
    tags = forms.CharField(
        label=_("At places with one of these tags"),
        required=False,
        max_length=200,
        help_text=_("With commas between."),
    )
    weekdays = forms.MultipleChoiceField(
        label=_("On which days"), required=False, choices=DAYS.items(), widget=forms.CheckboxSelectMultiple
    )
    since = forms.TimeField(
        label=_("From what time"), required=False, widget=forms.TimeInput(attrs={"type": "time"})
    )
    until = forms.TimeField(
        label=_("To what time"), required=False, widget=forms.TimeInput(attrs={"type": "time"})
    )
    same_venue = forms.BooleanField(label=_("All of them at one place"), required=False)
    days = forms.IntegerField(
        label=_("Within how many days"),
        required=False,
        min_value=1,
        max_value=62,
        help_text=_("Empty for ever."),
    )
    shape = forms.ChoiceField(label=_("The stone"), choices=named(SHAPES))
    symbol = forms.ChoiceField(label=_("What is on it"), choices=named(SYMBOLS))
    colour = forms.ChoiceField(label=_("Its colour"), choices=named(COLOURS))
    second = forms.ChoiceField(label=_("Its second colour"), choices=named(COLOURS), initial="ochre")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "en"
        groups = self.fields["groups"]
        groups.choices = [(group, group_name(group, language)) for group in GROUPS]  # type: ignore[attr-defined]

    def clean_levels(self) -> list[int]:
        """Whole numbers, rising; the game says what is wrong with others."""
        words = self.cleaned_data["levels"].replace(",", " ").replace(";", " ").split()
        if not all(word.isdecimal() for word in words):
            raise forms.ValidationError(_("Write whole numbers, each larger than the one before: 5, 10, 25."))
        return [int(word) for word in words]

    def row(self) -> dict[str, Any]:
        """The row of `game.loading.load`, once the form is valid; what the kind does not ask for is left out."""
        kept = self.cleaned_data
        said: dict[str, Any] = {
            "levels": kept["levels"],
            "groups": kept["groups"],
            "tags": [tag.strip().lower() for tag in kept["tags"].split(",") if tag.strip()],
            "weekdays": kept["weekdays"],
            "between": [f"{kept[end]:%H:%M}" for end in ("since", "until") if kept[end] is not None],
            "same_venue": kept["same_venue"],
            "days": kept["days"],
        }
        rule = {key: value for key, value in said.items() if value}
        return {
            "name": {language: kept[f"name_{language}"] for language in ("en", "fr")},
            "text": {language: kept[f"text_{language}"] for language in ("en", "fr")},
            "rule": {"kind": kept["kind"], **rule},
            "drawing": {key: kept[key] for key in ("shape", "symbol", "colour", "second")},
        }

    def clean(self) -> dict[str, Any]:
        """What this kind cannot be asked is said at the field, in its own words."""
        kept = super().clean() or {}
        allowed = KEYS[Kind(kept["kind"])] if kept.get("kind") else ()
        for key, field in {
            **{key: key for key in ("groups", "tags", "weekdays", "same_venue", "days")},
            "between": "since",
        }.items():
            if kept.get(field) and allowed and key not in allowed:
                self.add_error(field, _("What is counted here cannot be told apart by this: leave it empty."))
        return kept
