"""What a creator types of a campaign: its words, its picture, its terms, what it gives as a reason."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from babel.numbers import get_currency_name
from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from parvis.core.people.forms import zones
from parvis.core.people.models import Person
from parvis.lib.funding import LONGEST
from parvis.lib.text.languages import name as language_name

from ..actions.launching import PARTS, Terms
from ..amounts import AmountField
from ..models import BankAccount, Campaign, CardAccount

LONGEST_STORY = 200_000
CURRENCIES = ("CHF", "EUR", "USD", "GBP", "CAD", "DKK", "NOK", "SEK", "JPY", "AUD", "PLN", "CZK")
"""Those that are offered; a campaign that has another one keeps it."""
SIX = time(18)


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class ClockInput(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


def languages(codes: Sequence[str]) -> Sequence[tuple[str, str]]:
    """Languages by what they call themselves."""
    return [(code, language_name(code, code).capitalize()) for code in codes]


def in_language(words: str, code: str) -> str:
    """A label with the language that it is for."""
    return gettext("%(words)s, in %(language)s") % {
        "words": words,
        "language": language_name(code, get_language() or "en"),
    }


class StartForm(forms.Form):
    """An idea."""

    title = forms.CharField(label=_("What would you like to make?"), max_length=200)
    language = forms.ChoiceField(label=_("In which language do you begin?"))

    def __init__(self, *args: Any, codes: Sequence[str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["language"] = forms.ChoiceField(
            label=_("In which language do you begin?"), choices=languages(codes)
        )


class WordsForm(forms.Form):
    """What a campaign says of itself in one language."""

    title = forms.CharField(label=_("Title"), max_length=200, required=False)
    line = forms.CharField(
        label=_("What it is, in a sentence"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("It stands under the title, and in lists."),
    )
    story = forms.CharField(
        label=_("What it is about"),
        max_length=LONGEST_STORY,
        required=False,
        strip=False,
        widget=forms.Textarea,
    )
    risks = forms.CharField(
        label=_("What could go wrong"),
        max_length=LONGEST_STORY,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("And what you would do then. Those who back you read it before they do."),
    )
    about = forms.CharField(
        label=_("Who makes it"),
        max_length=5000,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("With a postal and a mail address, if you offer rewards: the law asks for them."),
    )
    unmarked = PARTS

    def __init__(self, *args: Any, language: str, **options: Any) -> None:
        super().__init__(*args, **options)
        for field in self.fields.values():
            field.widget.attrs["lang"] = language


class AltForm(forms.Form):
    """What the picture shows, in each language."""

    def __init__(self, *args: Any, codes: Sequence[str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.codes = codes
        for code in codes:
            self.fields[f"alt_{code}"] = forms.CharField(
                label=in_language(gettext("What it shows"), code),
                max_length=300,
                required=False,
                widget=forms.TextInput(attrs={"lang": code}),
            )
        self.unmarked = [f"alt_{code}" for code in codes]

    def alt(self) -> dict[str, str]:
        return {code: said for code in self.codes if (said := self.cleaned_data[f"alt_{code}"])}


class PictureForm(AltForm):
    """The picture with which the page begins."""

    picture = forms.FileField(
        label=_("Picture"),
        help_text=_("JPEG, PNG, GIF, WebP or AVIF. Where and with what it was taken is left out."),
        widget=forms.FileInput(attrs={"accept": "image/*"}),
    )
    field_order = ("picture",)


def currency_choices(chosen: str) -> Sequence[tuple[str, str]]:
    """Currencies by their names in the language of the page."""
    here = get_language() or "en"
    codes = CURRENCIES if chosen in CURRENCIES or not chosen else (*CURRENCIES, chosen)
    return [(code, f"{get_currency_name(code, locale=here)} ({code})") for code in codes]


class TermsForm(forms.Form):
    """What stands from the launch on."""

    currency = forms.ChoiceField(label=_("Currency"))
    until = forms.ChoiceField(
        label=_("How long it runs"),
        choices=[("days", _("so many days from its launch")), ("moment", _("until a day and time"))],
        widget=forms.RadioSelect,
    )
    days = forms.IntegerField(
        label=_("Days"),
        required=False,
        min_value=1,
        max_value=LONGEST,
        widget=forms.NumberInput(attrs={"class": "short"}),
        help_text=_("Sixty at most; thirty are enough for most."),
    )
    on_day = forms.DateField(label=_("Last day"), required=False, widget=DayInput())
    on_time = forms.TimeField(label=_("Time"), required=False, widget=ClockInput())
    zone = forms.ChoiceField(label=_("By the clocks of"), choices=zones)
    unmarked = ("days", "on_day", "on_time")

    def __init__(self, data: Any = None, *, campaign: Campaign, person: Person, **options: Any) -> None:
        super().__init__(data, initial=terms_as_typed(campaign), **options)
        self.campaign = campaign
        choices = currency_choices(campaign.currency)
        self.fields["currency"] = forms.ChoiceField(label=_("Currency"), choices=choices)
        typed = str(self["currency"].value())
        currency = typed if typed in dict(choices) else campaign.currency
        self.fields["goal"] = AmountField(
            label=_("Goal"),
            currency=currency,
            help_text=_("What you need at least: below it nobody pays, and from it on everybody does."),
        )
        self.banks = BankAccount.objects.filter(person=person, closed_at=None).order_by("pk")
        self.cards = CardAccount.objects.filter(person=person, closed_at=None).order_by("pk")
        self.fields["bank"] = forms.ChoiceField(
            label=_("By bill, to"),
            required=False,
            choices=[
                ("", _("no account at a bank")),
                *((one.public_id, bank_name(one)) for one in self.banks),
            ],
        )
        self.fields["card"] = forms.ChoiceField(
            label=_("By card, through"),
            required=False,
            choices=[("", _("no cards")), *((one.public_id, card_name(one)) for one in self.cards)],
        )
        self.order_fields(["goal", "currency", "until", "days", "on_day", "on_time", "zone", "bank", "card"])

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("until") == "days" and said.get("days") is None and "days" not in self.errors:
            self.add_error("days", gettext("Say for how many days it runs."))
        if said.get("until") == "moment" and said.get("on_day") is None and "on_day" not in self.errors:
            self.add_error("on_day", gettext("Say on which day it ends."))
        return said

    def terms(self) -> Terms:
        said = self.cleaned_data
        ends = ""
        if said["until"] == "moment":
            ends = datetime.combine(said["on_day"], said["on_time"] or SIX).strftime("%Y-%m-%dT%H:%M")
        return Terms(
            goal=said["goal"],
            currency=said["currency"],
            zone=said["zone"],
            days=said["days"] if said["until"] == "days" else None,
            ends_on=ends,
            bank=next((one for one in self.banks if one.public_id == said["bank"]), None),
            card=next((one for one in self.cards if one.public_id == said["card"]), None),
        )


def terms_as_typed(campaign: Campaign) -> dict[str, Any]:
    """The form as it would be typed for what a campaign has."""
    ends: datetime | None = datetime.fromisoformat(campaign.ends_on) if campaign.ends_on else None
    day: date | None = ends.date() if ends is not None else None
    return {
        "goal": campaign.goal or None,
        "currency": campaign.currency,
        "zone": campaign.zone,
        "until": "moment" if ends is not None else "days",
        "days": campaign.days if ends is None else None,
        "on_day": day,
        "on_time": ends.time() if ends is not None else None,
        "bank": campaign.bank.public_id if campaign.bank is not None else "",
        "card": campaign.card.public_id if campaign.card is not None else "",
    }


def bank_name(account: BankAccount) -> str:
    """What an account at a bank is called among one's own."""
    return f"{account.holder}, {account.iban[:4]} … {account.iban[-4:]}"


def card_name(account: CardAccount) -> str:
    """What an account at a provider is called among one's own."""
    if account.provider == "fake":
        return gettext("make-believe cards (nobody is debited)")
    return "Stripe" if account.is_live else gettext("Stripe, for tests (nobody is debited)")


class ReasonForm(forms.Form):
    """Why something is done to a campaign or a pledge."""

    because = forms.CharField(label=_("Why"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class CancelForm(ReasonForm):
    """Calling a campaign off, which everyone can read and nobody can take back."""

    title = forms.CharField(label=_("Its title, to be sure that it is this one"), max_length=400)

    def __init__(self, *args: Any, expected: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.expected = expected
        self.fields["because"].label = _("Why (everyone reads it)")

    def clean_title(self) -> str:
        typed = str(self.cleaned_data["title"])
        if " ".join(typed.split()).casefold() != " ".join(self.expected.split()).casefold():
            raise forms.ValidationError(gettext("This is not its title. Nothing was done."))
        return typed
