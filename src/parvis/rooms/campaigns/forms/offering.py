"""What a creator types of rewards, of what it costs, of questions and milestones."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from parvis.lib.geo.countries import country_name
from parvis.lib.text.search import fold

from ..actions.offering import Offer
from ..amounts import AmountField
from ..pages.offering import all_countries
from .making import in_language

BLANKS = 3
FIRST = ("CH", "FR", "BE", "DE", "IT", "AT", "LI", "LU", "CA", "GB", "US")
"""Countries that stand at the top of the list."""
MOST_COUNTRIES = 260


def countries() -> Sequence[tuple[str, str]]:
    """The countries by their names in the language of the page, the likely ones first."""
    here = get_language() or "en"
    names = {code: country_name(code, here) for code in all_countries()}
    rest = sorted(names.keys() - set(FIRST), key=lambda code: fold(names[code]))
    return [("", "…"), *((code, names[code]) for code in (*FIRST, *rest))]


class MonthField(forms.CharField):
    """A month, as a browser sends it (`2027-05`) or as people write it (`5.2027`, `05/2027`); its first day."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        parts = text.replace("/", "-").replace(".", "-").split("-")
        numbers = [int(part) for part in parts if part.strip().isdecimal()]
        if len(numbers) == len(parts) == 2:
            year, month = max(numbers), min(numbers)
            if 1 <= month <= 12 and 2000 <= year <= 2200:
                return date(year, month, 1)
        raise forms.ValidationError(gettext("Write the month and the year, such as 05/2027."))

    def prepare_value(self, value: Any) -> Any:
        return value.strftime("%Y-%m") if isinstance(value, date) else value


class RewardForm(forms.Form):
    """A reward, or something that is added to one."""

    limit = forms.IntegerField(
        label=_("How many there are"),
        required=False,
        min_value=1,
        max_value=1_000_000,
        widget=forms.NumberInput(attrs={"class": "short"}),
        help_text=_("Left empty, as many as are wanted."),
    )
    delivery_on = MonthField(
        label=_("Arrives in"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"type": "month", "class": "short", "placeholder": "2027-05"}),
        help_text=_("The month in which you expect it to arrive."),
    )
    is_addon = forms.BooleanField(label=_("It is added to another reward, and not had alone"), required=False)
    most_each = forms.IntegerField(
        label=_("How many of it one pledge may add"),
        required=False,
        min_value=1,
        max_value=99,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )
    is_shipped = forms.BooleanField(label=_("It is sent by post"), required=False)

    def __init__(
        self, data: Any = None, *, codes: Sequence[str], currency: str, rows: int = 0, **options: Any
    ) -> None:
        super().__init__(data, **options)
        self.codes = codes
        for code in codes:
            self.fields[f"title_{code}"] = forms.CharField(
                label=in_language(gettext("Title"), code),
                max_length=120,
                required=False,
                widget=forms.TextInput(attrs={"lang": code}),
            )
            self.fields[f"holds_{code}"] = forms.CharField(
                label=in_language(gettext("What it holds"), code),
                max_length=2000,
                required=False,
                widget=forms.Textarea(attrs={"rows": 3, "lang": code}),
            )
        self.fields["price"] = AmountField(
            label=gettext("Price (%(currency)s)") % {"currency": currency}, currency=currency
        )
        self.rows = min(max(rows, self.sent_rows(data)), MOST_COUNTRIES)
        choices = countries()
        for number in range(self.rows):
            self.fields[f"country_{number}"] = forms.ChoiceField(
                label=gettext("Country"), choices=choices, required=False
            )
            self.fields[f"cost_{number}"] = AmountField(
                label=gettext("Postage"), currency=currency, required=False, zero=True
            )
        self.fields["cost_elsewhere"] = AmountField(
            label=gettext("Everywhere else"),
            currency=currency,
            required=False,
            zero=True,
            help_text=gettext("Left empty, it is sent to the countries above alone."),
        )
        names = [f"{part}_{code}" for code in codes for part in ("title", "holds")]
        self.unmarked = [*names, "most_each", "limit"]

    @staticmethod
    def sent_rows(data: Mapping[str, Any] | None) -> int:
        """How many lines of postage came along."""
        numbers = [
            int(name.removeprefix("country_"))
            for name in data or {}
            if name.startswith("country_") and name.removeprefix("country_").isdecimal() and len(name) < 13
        ]
        return max(numbers, default=-1) + 1

    @property
    def words(self) -> Sequence[forms.BoundField]:
        return [self[f"{part}_{code}"] for code in self.codes for part in ("title", "holds")]

    @property
    def postage(self) -> Sequence[tuple[forms.BoundField, forms.BoundField]]:
        """The lines of the table: a country, and what sending costs."""
        return [(self[f"country_{number}"], self[f"cost_{number}"]) for number in range(self.rows)]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if not any(said.get(f"title_{code}") for code in self.codes):
            self.add_error(f"title_{self.codes[0]}", gettext("Give it a title in one language at least."))
        seen = set[str]()
        for number in range(self.rows):
            country, cost = said.get(f"country_{number}"), said.get(f"cost_{number}")
            if country and cost is None and f"cost_{number}" not in self.errors:
                self.add_error(f"cost_{number}", gettext("Say what sending it there costs; 0 for nothing."))
            if cost is not None and not country:
                self.add_error(f"country_{number}", gettext("Say to which country this postage applies."))
            if country and country in seen:
                self.add_error(f"country_{number}", gettext("This country stands in the list twice."))
            seen.add(country or "")
        return said

    def offer(self) -> Offer:
        said = self.cleaned_data
        rates = {
            said[f"country_{number}"]: said[f"cost_{number}"]
            for number in range(self.rows)
            if said[f"country_{number}"]
        }
        if said["cost_elsewhere"] is not None:
            rates[""] = said["cost_elsewhere"]
        return Offer(
            words={
                code: {"title": said[f"title_{code}"], "holds": said[f"holds_{code}"]} for code in self.codes
            },
            price=said["price"],
            limit=said["limit"],
            is_addon=said["is_addon"],
            most_each=said["most_each"] or 1,
            is_shipped=said["is_shipped"],
            rates=rates if said["is_shipped"] else {},
            delivery_on=said["delivery_on"],
        )


class SaidForm(forms.Form):
    """Something that is said in each language; what `parts` are is said by each form."""

    parts: Sequence[tuple[str, Any, int]] = ()
    has_amount = False

    def __init__(self, *args: Any, codes: Sequence[str], currency: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.codes = codes
        for code in codes:
            for part, label, rows in self.parts:
                widget = forms.Textarea(attrs={"rows": rows}) if rows > 1 else forms.TextInput()
                widget.attrs["lang"] = code
                self.fields[f"{part}_{code}"] = forms.CharField(
                    label=in_language(str(label), code), max_length=5000, required=False, widget=widget
                )
        if self.has_amount:
            label = gettext("Amount (%(currency)s)") % {"currency": currency}
            self.fields["amount"] = AmountField(label=label, currency=currency)
        self.unmarked = [f"{part}_{code}" for part, _label, _rows in self.parts for code in codes]

    def said(self, part: str) -> dict[str, str]:
        return {code: self.cleaned_data[f"{part}_{code}"] for code in self.codes}


class LineForm(SaidForm):
    """A part of what it costs."""

    parts = (("words", _("What it is"), 1),)
    has_amount = True


class MilestoneForm(SaidForm):
    """What more would make possible."""

    parts = (("words", _("What it would make possible"), 2),)
    has_amount = True


class QuestionForm(SaidForm):
    """A question that is often asked, and its answer."""

    parts = (("question", _("Question"), 1), ("answer", _("Answer"), 4))
