"""What the owner's pages ask: the square's settings, its menu and pages, and what to do about people and reports."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from parvis.core.people.models import JoinPolicy, Role, Square
from parvis.lib.text.languages import name as language_name

from .actions.square import SquareSettings
from .menu import Entry
from .models import StandingPage
from .rooms import all_rooms
from .setup_forms import zones

ACCENTS = [
    ("brick", _("Brick")),
    ("lake", _("Lake")),
    ("moss", _("Moss")),
    ("plum", _("Plum")),
    ("slate", _("Slate")),
    ("ochre", _("Ochre")),
]
ROLES = [(Role.MEMBER, Role.MEMBER.label), (Role.AUTHOR, Role.AUTHOR.label), (Role.OWNER, Role.OWNER.label)]


def called(code: str) -> str:
    """What a language is called in the language of the page."""
    return language_name(code, get_language() or "en")


class SquareForm(forms.Form):
    """The square's name, words and ways."""

    name = forms.CharField(label=_("Name"), max_length=100)
    language = forms.ChoiceField(
        label=_("The square’s language"),
        choices=settings.LANGUAGES,
        widget=forms.RadioSelect,
        help_text=_("Visitors find the square in this language first."),
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages people write in"), choices=settings.LANGUAGES, widget=forms.CheckboxSelectMultiple
    )
    join = forms.ChoiceField(label=_("Who may join"), choices=JoinPolicy, widget=forms.RadioSelect)
    accent = forms.ChoiceField(label=_("Colour"), choices=ACCENTS, widget=forms.RadioSelect)
    zone = forms.ChoiceField(
        label=_("Time zone"), choices=zones, help_text=_("For visitors; members choose their own.")
    )
    web_mentions = forms.BooleanField(
        label=_("Take part in the conversation between sites"),
        required=False,
        help_text=_(
            "When a public text links to a page elsewhere, that page is told so; and pages elsewhere may say that they "
            "link to one here. Nothing of theirs is shown before the author of the text agrees."
        ),
    )

    def __init__(self, *args: Any, square: Square, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = self.of(square)
        for code, _name in settings.LANGUAGES:
            self.fields[f"tagline_{code}"] = forms.CharField(
                label=gettext("A line below the name, in %(language)s") % {"language": called(code)},
                max_length=200,
                required=False,
            )
        self.order_fields(["name", *(f"tagline_{code}" for code, _name in settings.LANGUAGES)])

    @staticmethod
    def of(square: Square) -> dict[str, Any]:
        """What the form says of the square as it is."""
        return {
            "name": square.name,
            "language": square.language,
            "languages": square.all_languages(),
            "join": square.join,
            "accent": square.accent or "brick",
            "zone": square.zone,
            "web_mentions": square.web_mentions,
            **{f"tagline_{code}": square.tagline.get(code, "") for code, _name in settings.LANGUAGES},
        }

    def settings(self) -> SquareSettings:
        """What the form says, for the action."""
        said = self.cleaned_data
        return SquareSettings(
            name=said["name"],
            tagline={code: said[f"tagline_{code}"] for code, _name in settings.LANGUAGES},
            language=said["language"],
            languages=said["languages"],
            zone=said["zone"],
            join=said["join"],
            accent=said["accent"],
            web_mentions=said["web_mentions"],
        )


class OpenRoomsForm(forms.Form):
    """Which rooms answer; a closed one keeps what it holds."""

    open = forms.MultipleChoiceField(
        label=_("Open rooms"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "A closed room answers nobody. What it holds stays, and comes back when you open it again."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(room.slug, room.title) for room in all_rooms()]
        self.fields["open"].choices = choices  # type: ignore[attr-defined]

    def closed(self) -> list[str]:
        """The rooms that were not ticked."""
        return [room.slug for room in all_rooms() if room.slug not in self.cleaned_data["open"]]


class MenuForm(forms.Form):
    """Which lines the menu has, in which order; and one more link."""

    link_url = forms.CharField(
        label=_("Address of a new link"),
        max_length=500,
        required=False,
        help_text=_("Like https://example.org/, or /people/ for a page here."),
    )

    def __init__(
        self, *args: Any, candidates: Sequence[tuple[Mapping[str, Any], Entry, bool]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.candidates = candidates
        for place, (_item, entry, shown) in enumerate(candidates, 1):
            self.fields[f"shown_{place}"] = forms.BooleanField(
                label=entry.title, required=False, initial=shown
            )
            self.fields[f"place_{place}"] = forms.IntegerField(
                label=gettext("Place of “%(title)s”") % {"title": entry.title},
                min_value=1,
                max_value=99,
                initial=place,
                widget=forms.NumberInput(attrs={"class": "short"}),
            )
        for code, _name in settings.LANGUAGES:
            self.fields[f"link_{code}"] = forms.CharField(
                label=gettext("Its words, in %(language)s") % {"language": called(code)},
                max_length=60,
                required=False,
            )
        self.order_fields([name for name in self.fields if not name.startswith("link_")])

    def lines(self) -> list[dict[str, Any]]:
        """The lines as a table draws them: its title, whether it is shown, its place."""
        return [
            {"entry": entry, "shown": self[f"shown_{place}"], "place": self[f"place_{place}"]}
            for place, (_item, entry, _shown) in enumerate(self.candidates, 1)
        ]

    def link_fields(self) -> list[forms.BoundField]:
        """The fields of a new link."""
        return [self[name] for name in self.fields if name.startswith("link_")]

    def clean_link_url(self) -> str:
        url: str = self.cleaned_data["link_url"]
        local = url.startswith("/") and not url.startswith("//")
        if url and not local and urlsplit(url).scheme not in {"http", "https", "mailto"}:
            raise ValidationError(_("Begin the address with https://, or with / for a page of this square."))
        return url

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        labelled = any(said.get(f"link_{code}") for code, _name in settings.LANGUAGES)
        if bool(said.get("link_url")) != labelled and "link_url" not in self.errors:
            raise ValidationError(_("A link needs both an address and its words, in one language at least."))
        return said

    def menu(self) -> list[Mapping[str, Any]]:
        """The menu in the order asked for."""
        said = self.cleaned_data
        wanted = [
            (said[f"place_{place}"], place, item)
            for place, (item, _entry, _shown) in enumerate(self.candidates, 1)
            if said[f"shown_{place}"]
        ]
        labels = {code: said[f"link_{code}"] for code, _name in settings.LANGUAGES if said[f"link_{code}"]}
        added = [{"label": labels, "url": said["link_url"]}] if labels else []
        return [item for _asked, _place, item in sorted(wanted, key=lambda line: line[:2])] + added


class PageForm(forms.Form):
    """A standing page in one language."""

    title = forms.CharField(label=_("Title"), max_length=200)
    source = forms.CharField(
        label=_("Text"),
        max_length=200_000,
        help_text=_("Written in Markdown: an empty line begins a paragraph, ## a heading, - a list."),
        widget=forms.Textarea(attrs={"rows": 20}),
    )


class NewPageForm(forms.Form):
    """A further page: its place in the address, and its first language."""

    slug = forms.SlugField(
        label=_("Its name in the address"),
        max_length=60,
        help_text=_("Small letters, figures and hyphens, as in /pages/opening-hours/."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES, widget=forms.RadioSelect)

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"].lower()
        if StandingPage.objects.filter(slug=slug).exists():
            raise ValidationError(
                _("A page with this name is there already. Choose another name, or change that page.")
            )
        return slug


class RoleForm(forms.Form):
    """What a person may do here."""

    role = forms.ChoiceField(label=_("What they may do here"), choices=ROLES, widget=forms.RadioSelect)


class SuspendForm(forms.Form):
    """Why somebody is kept out."""

    because = forms.CharField(
        label=_("Why"),
        max_length=1000,
        help_text=_("Kept for the owners, who can tell the person when asked."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class OutcomeForm(forms.Form):
    """What came of a report."""

    outcome = forms.CharField(
        label=_("What you decided, and why"),
        max_length=200,
        help_text=_("Whoever reported this and its author both read this sentence."),
    )


class AskAuthorForm(forms.Form):
    """A few words to the author of what was reported."""

    words = forms.CharField(
        label=_("Your words to the author"),
        max_length=1000,
        help_text=_("They do not learn who reported it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
