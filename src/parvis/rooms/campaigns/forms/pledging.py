"""What somebody who pledges chooses and types, turned into a wish."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parvis.core.people.forms import one_line
from parvis.lib.geo.countries import country_name

from ..amounts import AmountField
from ..models import Shown, Way
from ..pages.offering import Offering
from ..pages.shown import Offer
from ..wishes import Wish

WAYS = {
    Way.BANK: _("By a bill, once the goal is reached"),
    Way.CARD: _("By card, once the goal is reached"),
}
HOW_SHOWN = [
    (Shown.HIDDEN, _("Not at all: I am only counted")),
    (Shown.FIRST, _("By my first name")),
    (Shown.NAME, _("By my whole name")),
]
ADDITION = "add-"


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A reward as it can be chosen, or none (no `offer`)."""

    value: str
    offer: Offer | None
    is_chosen: bool
    can_be_had: bool = True


class PledgeForm(forms.Form):
    """A pledge. `once` names this very form, `seen` is the amount that stood beside the button, in minor units."""

    unmarked = ("reward", "more", "country")
    once = forms.UUIDField(widget=forms.HiddenInput)
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    reward = forms.ChoiceField(label=_("What you receive"), required=False, widget=forms.RadioSelect)
    country = forms.ChoiceField(label=_("Where it is to be sent"), required=False)
    way = forms.ChoiceField(label=_("How you pay"), widget=forms.RadioSelect)
    name = forms.CharField(
        label=_("Your name"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        max_length=254,
        label=_("Your mail address"),
        help_text=_("We write to you there to ask whether it is you, and how the campaign ends."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    shown = forms.ChoiceField(
        label=_("How others read that you back it"),
        help_text=_("Amounts are never shown."),
        choices=HOW_SHOWN,
        initial=Shown.HIDDEN,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, offering: Offering, is_known: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offering = offering
        language, currency = offering.language, offering.campaign.currency
        had = [one for one in offering.offers if offering.can_be_had(one)]
        self.choose("reward", [("", ""), *((one.reward.public_id, one.title.words) for one in had)])
        for one in offering.additions:
            if offering.can_be_had(one):
                self.fields[f"{ADDITION}{one.reward.public_id}"] = forms.IntegerField(
                    label=one.title.words,
                    required=False,
                    min_value=0,
                    max_value=one.reward.most_each,
                    widget=forms.NumberInput(attrs={"class": "short", "inputmode": "numeric"}),
                )
        self.fields["more"] = AmountField(
            zero=True,
            nothing=0,
            label=_("More, in %(currency)s") % {"currency": currency},
            currency=currency,
            required=False,
            help_text=_("On top of the reward; or all that you give, without one."),
        )
        self.choose(
            "country", [("", ""), *((code, country_name(code, language)) for code in offering.countries)]
        )
        self.choose("way", [(way, WAYS[Way(way)]) for way in offering.ways])
        if not offering.countries:
            del self.fields["country"]
        if is_known:
            del self.fields["name"], self.fields["email"]

    def choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])

    def offered(self) -> list[Choice]:
        """No reward, and each of them, as they are chosen."""
        chosen = str(self["reward"].value() or "")
        found = [Choice(value="", offer=None, is_chosen=not chosen)]
        for one in self.offering.offers:
            name = one.reward.public_id
            found.append(
                Choice(
                    value=name,
                    offer=one,
                    is_chosen=name == chosen,
                    can_be_had=self.offering.can_be_had(one),
                )
            )
        return found

    def added(self) -> list[tuple[forms.BoundField, Offer]]:
        """What can be added, each with the field that says how many."""
        names = [(f"{ADDITION}{one.reward.public_id}", one) for one in self.offering.additions]
        return [(self[name], one) for name, one in names if name in self.fields]

    def trouble(self) -> str:
        """Why what was chosen is not understood; empty where it is."""
        chosen = {"reward", "more", "country", *(name for name in self.fields if name.startswith(ADDITION))}
        return next((str(errors[0]) for name, errors in self.errors.items() if name in chosen), "")

    def wish(self) -> Wish:
        """What was chosen, as far as it was understood."""
        said = self.cleaned_data
        reward = self.offering.reward(said.get("reward", ""))
        additions = {
            one.reward.pk: said.get(f"{ADDITION}{one.reward.public_id}") or 0
            for one in self.offering.additions
        }
        chosen = {reward.pk if reward is not None else 0, *(pk for pk, many in additions.items() if many)}
        is_sent = any(
            one.reward.is_shipped and one.reward.pk in chosen
            for one in (*self.offering.offers, *self.offering.additions)
        )
        return Wish(
            reward=reward,
            additions={number: many for number, many in additions.items() if many},
            extra=said.get("more") or 0,
            country=said.get("country", "") if is_sent else "",
            way=said.get("way", self.offering.ways[0] if self.offering.ways else Way.BANK),
            shown=said.get("shown", Shown.HIDDEN),
        )
