"""What a creator types into the editor of an update."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from parvis.core.people.models import Square
from parvis.lib.text.languages import name as language_name

from ..actions.telling import News
from ..models import Campaign
from ..readers import Counted, Readers, To, counts_of

LONGEST = 100_000
WORDS = ("title", "text", "language", "to", "is_whole", "without_alt")


class ReadersForm(forms.Form):
    """For whom an update is."""

    unmarked = ("rewards",)  # one of the choices needs it

    to = forms.ChoiceField(label=_("Who will see this?"), widget=forms.RadioSelect)
    rewards = forms.MultipleChoiceField(
        label=_("Of which rewards"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self,
        *args: Any,
        campaign: Campaign,
        had: Sequence[Counted],
        kept: Readers | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.had = {one.reward.public_id: one for one in had}
        self.kept = kept if kept is not None and kept.to == To.KEPT else None
        backers = counts_of([campaign.group_id]).get(campaign.group_id, 0)
        self.fields["to"] = forms.ChoiceField(
            label=self.fields["to"].label,
            choices=self.choices(backers),
            widget=forms.RadioSelect,
            error_messages={"required": _("Choose who will see this.")},
        )
        self.fields["rewards"] = forms.MultipleChoiceField(
            label=self.fields["rewards"].label,
            required=False,
            choices=[(name, in_line(one)) for name, one in self.had.items()],
            widget=forms.CheckboxSelectMultiple,
        )

    def choices(self, backers: int) -> list[tuple[str, object]]:
        words: dict[str, object] = {
            To.EVERYONE: gettext("Everyone, search engines included"),
            To.BACKERS: gettext("Those who back it (%(people)s)") % {"people": backers},
        }
        if self.had:
            words[To.REWARDS] = gettext("Those who have one of these rewards")
        if self.kept is not None:
            words[To.KEPT] = gettext("The readers it has now")
        return list(words.items())

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("to") == To.REWARDS and not said.get("rewards"):
            self.add_error("rewards", gettext("Choose one of the rewards, or all who back it."))
        return said

    def readers(self) -> Readers:
        """What was chosen, once the form is valid."""
        to = To(self.cleaned_data["to"])
        if to == To.KEPT and self.kept is not None:
            return self.kept
        return Readers(to, [self.had[name].reward for name in self.cleaned_data["rewards"]])


def in_line(one: Counted) -> str:
    return gettext("%(title)s (%(people)s)") % {"title": one.title, "people": one.people}


class UpdateForm(ReadersForm):
    """An update, and for whom it is."""

    title = forms.CharField(label=_("Title"), max_length=400, required=False)
    text = forms.CharField(
        label=_("Text"), required=False, max_length=LONGEST, strip=False, widget=forms.Textarea
    )
    language = forms.ChoiceField(label=_("Language"))
    is_whole = forms.BooleanField(
        label=_("By mail, the whole text"),
        required=False,
        help_text=_(
            "Whoever backs it without an account here reads it nowhere else. A copy that has left cannot be taken back."
        ),
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

    def news(self) -> News:
        said = self.cleaned_data
        return News(
            title=said["title"],
            source=said["text"].replace("\r\n", "\n"),
            language=said["language"],
            is_whole=said["is_whole"],
        )


def fields_of(data: Any) -> dict[str, Any]:
    """What the working copy keeps of a form: its words as they were typed."""
    kept: dict[str, Any] = {name: data[name] for name in WORDS if name in data}
    kept |= {name: data[name] for name in data if name.startswith("alt-")}
    return kept | {"rewards": data.getlist("rewards")}


def initial_with(published: Mapping[str, Any], kept: Mapping[str, Any] | None) -> dict[str, Any]:
    """What the form begins with: what is being written, else what is published. A box that was empty is not in what was kept."""
    if kept is None:
        return dict(published)
    is_whole = bool(kept.get("is_whole")) if "text" in kept else published["is_whole"]
    return {**published, **kept, "is_whole": is_whole}
