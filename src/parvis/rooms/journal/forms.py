"""What authors type into the journal's pages, as values."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from parvis.core.people.models import Person, Square
from parvis.lib.text.languages import name as language_name
from parvis.lib.text.slugs import readable

from .actions import Draft
from .actions.posts import First
from .models import Category, Post

LONGEST = 500_000
NINE = time(9)


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class PostForm(forms.Form):
    """A post and everything its author says of it."""

    title = forms.CharField(label=_("Title"), max_length=400, required=False)
    text = forms.CharField(
        label=_("Text"), required=False, max_length=LONGEST, strip=False, widget=forms.Textarea
    )
    language = forms.ChoiceField(label=_("Language"))
    categories = forms.ModelMultipleChoiceField(
        label=_("Themes"),
        queryset=Category.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    tags = forms.CharField(
        label=_("Tags"), max_length=500, required=False, help_text=_("Put a comma between two of them.")
    )
    slug = forms.CharField(
        label=_("End of the address"),
        max_length=200,
        required=False,
        help_text=_(
            "Left empty, it is made from the title. Addresses it had before still lead here. What is not public"
            " gets a few letters more, so that nobody can guess it."
        ),
    )
    excerpt = forms.CharField(
        label=_("A few words for lists"),
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Left empty, lists show the beginning of the text."),
    )
    is_pinned = forms.BooleanField(label=_("Keep at the top of the journal"), required=False)
    original_url = forms.URLField(
        label=_("Address where it came out"), max_length=1000, required=False, assume_scheme="https"
    )
    original_name = forms.CharField(label=_("Name of the publication"), max_length=200, required=False)
    original_on = forms.DateField(label=_("Came out on"), required=False, widget=DayInput())
    original_gone_on = forms.DateField(
        label=_("Has not answered since"),
        required=False,
        widget=DayInput(),
        help_text=_("From then on, search engines are told that this copy is the reference."),
    )
    on_day = forms.DateField(label=_("Day"), required=False, widget=DayInput())
    on_time = forms.TimeField(label=_("Time"), required=False, widget=TimeInput())

    def __init__(self, *args: Any, square: Square, person: Person, **options: Any) -> None:
        super().__init__(*args, **options)
        self.square, self.person = square, person
        codes = list(square.all_languages())
        language = str((options.get("initial") or {}).get("language") or person.language)
        if language not in codes:
            codes.append(language)
        self.fields["language"] = forms.ChoiceField(
            label=_("Language"), choices=[(code, language_name(code, code).capitalize()) for code in codes]
        )
        for code in codes:
            self.fields[f"note_{code}"] = forms.CharField(
                label=gettext("Note in %(language)s") % {"language": language_name(code, person.language)},
                required=False,
                max_length=2000,
                widget=forms.Textarea(attrs={"rows": 2, "lang": code}),
            )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        on, gone = said.get("original_on"), said.get("original_gone_on")
        if on and gone and gone < on:
            self.add_error(
                "original_gone_on", gettext("It cannot have gone before it came out. Look at the two dates.")
            )
        return said

    @property
    def notes(self) -> Sequence[forms.BoundField]:
        """The fields for notes in other languages; that of the text's own is left out."""
        own = self["language"].value() or self.person.language
        return [self[name] for name in self.fields if name.startswith("note_") and name != f"note_{own}"]

    def draft(self, post: Post) -> Draft:
        """What is to be published, once the form is valid."""
        said = self.cleaned_data
        first = First(
            url=said["original_url"],
            publication_name=said["original_name"],
            published_on=said["original_on"],
            gone_on=said["original_gone_on"],
        )
        return Draft(
            title=said["title"],
            source=said["text"].replace("\r\n", "\n"),
            language=said["language"],
            form=post.form,
            slug=readable(said["slug"]),
            excerpt=said["excerpt"],
            notes={
                name.removeprefix("note_"): text
                for name, text in said.items()
                if name.startswith("note_") and text
            },
            categories=list(said["categories"]),
            tags=[tag.strip() for tag in said["tags"].replace(";", ",").split(",") if tag.strip()],
            is_pinned=said["is_pinned"],
            original=first if first.url else None,
        )

    def comes_out_at(self) -> datetime | None:
        """The moment chosen on the author's own clock; None when no day was chosen."""
        day, hour = self.cleaned_data["on_day"], self.cleaned_data["on_time"]
        if day is None:
            return None
        return datetime.combine(day, hour or NINE, ZoneInfo(self.person.zone))


class UpdateForm(forms.Form):
    """Something added to a post later."""

    update = forms.CharField(
        label=_("What is new"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 4})
    )


class CategoryForm(forms.Form):
    """A category: its names and words in each language, and its place in the tree."""

    def __init__(
        self, *args: Any, square: Square, here: str, category: Category | None = None, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.languages = list(square.all_languages())
        self.unmarked = [f"name_{code}" for code in self.languages]  # one of them is needed
        for code in self.languages:
            words = {"language": language_name(code, here)}
            self.fields[f"name_{code}"] = forms.CharField(
                label=gettext("Name in %(language)s") % words,
                max_length=100,
                required=False,
                widget=forms.TextInput(attrs={"lang": code}),
            )
            self.fields[f"about_{code}"] = forms.CharField(
                label=gettext("A few words in %(language)s") % words,
                max_length=500,
                required=False,
                widget=forms.TextInput(attrs={"lang": code}),
            )
        others = Category.objects.order_by("position", "pk")
        choices = [
            (str(one.pk), one.name_in(here)) for one in others if category is None or one.pk != category.pk
        ]
        self.fields["parent"] = forms.ChoiceField(
            label=gettext("Within"),
            required=False,
            choices=[("", gettext("nothing, it stands by itself")), *choices],
        )
        self.fields["position"] = forms.IntegerField(
            label=gettext("Place among its neighbours"), min_value=0, max_value=9999, required=False
        )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if not any(said.get(f"name_{code}") for code in self.languages):
            self.add_error(f"name_{self.languages[0]}", gettext("Give it a name in one language at least."))
        return said

    def names(self) -> dict[str, str]:
        return {code: said for code in self.languages if (said := self.cleaned_data[f"name_{code}"])}

    def descriptions(self) -> dict[str, str]:
        return {code: said for code in self.languages if (said := self.cleaned_data[f"about_{code}"])}

    def parent(self) -> Category | None:
        return Category.objects.filter(pk=self.cleaned_data["parent"] or 0).first()

    def position(self) -> int:
        return self.cleaned_data["position"] or 0
