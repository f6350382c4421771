"""What a creator asks, and what a backer answers."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import zip_longest
from typing import Any

from babel import Locale
from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from parvis.core.people.models import Square
from parvis.lib.geo.countries import country_name
from parvis.lib.text.languages import name as language_name
from parvis.lib.text.search import fold

from ..actions.asking import Postal, name_of
from ..models import Answer, Pledge, Survey
from ..questions import MOST, Asked, asked_by

MORE = 2
"""Empty places under the questions there are."""
NO_COUNTRY = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}


class SurveyForm(forms.Form):
    """The questions of one survey, each in the languages of the square."""

    asks_address = forms.BooleanField(label=_("Ask for the postal address"), required=False)

    def __init__(self, *args: Any, square: Square, survey: Survey | None, here: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.languages = list(square.all_languages())
        asked = asked_by(survey) if survey is not None else []
        self.fields["asks_address"].initial = survey.asks_address if survey is not None else True
        self.names = [one.name for one in asked]
        while len(self.names) < min(len(asked) + MORE, MOST):
            self.names.append(free_name(self.names))
        known = {one.name: one for one in asked}
        for name in self.names:
            self.add_question(name, known.get(name), here)
        self.unmarked = list(self.fields)  # what is left empty is not asked

    def add_question(self, name: str, asked: Asked | None, here: str) -> None:
        for code in self.languages:
            words = {"language": language_name(code, here)}
            self.fields[f"{name}_{code}"] = forms.CharField(
                label=gettext("Question in %(language)s") % words,
                required=False,
                max_length=300,
                initial=asked.words.get(code, "") if asked else "",
                widget=forms.TextInput(attrs={"lang": code}),
            )
        for code in self.languages:
            words = {"language": language_name(code, here)}
            lines = [one.get(code, "") for one in asked.choices] if asked else []
            self.fields[f"{name}_choices_{code}"] = forms.CharField(
                label=gettext("Choices in %(language)s, one a line") % words,
                required=False,
                max_length=2_000,
                initial="\n".join(lines),
                widget=forms.Textarea(attrs={"rows": 3, "lang": code}),
            )

    def by_question(self) -> Sequence[tuple[Sequence[forms.BoundField], Sequence[forms.BoundField]]]:
        """The fields of each question: its words, and what can be chosen, each in every language."""
        return [
            (
                [self[f"{name}_{code}"] for code in self.languages],
                [self[f"{name}_choices_{code}"] for code in self.languages],
            )
            for name in self.names
        ]

    def questions(self) -> Sequence[Asked]:
        """Those that ask something, once the form is valid."""
        found = []
        for name in self.names:
            words = {
                code: said for code in self.languages if (said := self.cleaned_data[f"{name}_{code}"].strip())
            }
            if words:
                found.append(Asked(name=name, words=words, choices=self.choices(name)))
        return found

    def choices(self, name: str) -> Sequence[dict[str, str]]:
        lines = [self.cleaned_data[f"{name}_choices_{code}"].strip().splitlines() for code in self.languages]
        rows = [
            {code: said.strip() for code, said in zip(self.languages, row, strict=True) if said.strip()}
            for row in zip_longest(*lines, fillvalue="")
        ]
        return [row for row in rows if row]


def free_name(names: Sequence[str]) -> str:
    """A name that no question has."""
    number = 1
    while f"q{number}" in names:
        number += 1
    return f"q{number}"


@lru_cache(maxsize=8)
def all_countries(language: str) -> Sequence[tuple[str, str]]:
    """(letters, name) of every country that CLDR knows, by their names."""
    codes = [str(code) for code in Locale("en").territories]
    kept = [code for code in codes if len(code) == 2 and code.isalpha() and code not in NO_COUNTRY]
    return sorted(((code, country_name(code, language)) for code in kept), key=lambda one: fold(one[1]))


class AnswerForm(forms.Form):
    """All that a backer is asked, on one page."""

    def __init__(
        self,
        *args: Any,
        pledge: Pledge,
        surveys: Sequence[Survey],
        answers: Sequence[Answer],
        language: str,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.pledge, self.surveys = pledge, surveys
        said = {answer.survey_id: answer for answer in answers}
        for survey in surveys:
            for question in asked_by(survey):
                before = said[survey.pk].answers.get(question.name, "") if survey.pk in said else ""
                self.fields[name_of(survey, question)] = field_of(question, before, language)
        self.asks_address = any(one.asks_address for one in surveys)
        if self.asks_address:
            given = next((one.postal for one in answers if one.postal), {"name": pledge.name})
            self.add_address(given, language)

    def add_address(self, given: dict[str, str], language: str) -> None:
        country = self.pledge.country
        countries = [(country, country_name(country, language))] if country else all_countries(language)
        self.fields["name"] = forms.CharField(
            label=gettext("Name"), max_length=100, initial=given.get("name")
        )
        self.fields["street"] = forms.CharField(
            label=gettext("Street and number, or box"), max_length=120, initial=given.get("street")
        )
        self.fields["more"] = forms.CharField(
            label=gettext("Further line"), max_length=120, required=False, initial=given.get("more")
        )
        self.fields["postal_code"] = forms.CharField(
            label=gettext("Postal code"), max_length=16, required=False, initial=given.get("postal_code")
        )
        self.fields["town"] = forms.CharField(label=gettext("Town"), max_length=80, initial=given.get("town"))
        self.fields["country"] = forms.ChoiceField(
            label=gettext("Country"),
            choices=countries,
            initial=country or given.get("country") or "CH",
            help_text=gettext("The postage was reckoned for this country.") if country else "",
        )

    def answers(self) -> dict[str, str]:
        return {name: said for name, said in self.cleaned_data.items() if "-" in name}

    def postal(self) -> Postal | None:
        if not self.asks_address:
            return None
        said = self.cleaned_data
        return Postal(
            **{name: said[name] for name in ("name", "street", "more", "postal_code", "town", "country")}
        )


def field_of(question: Asked, before: str, language: str) -> forms.Field:
    words = question.said(language)
    if question.choices:
        return forms.ChoiceField(
            label=words,
            required=False,
            initial=before,
            choices=question.offered(language),
            widget=forms.RadioSelect,
        )
    return forms.CharField(label=words, required=False, initial=before, max_length=1_000)
