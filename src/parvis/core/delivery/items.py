"""Publications as mails and feeds show them: whole, or as a title and the way to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from parvis.core.audiences.models import PUBLIC
from parvis.core.audiences.rule import Viewer
from parvis.core.stream.cards import Card, cards
from parvis.core.stream.models import Publication
from parvis.lib.markup import absolute, excerpt, plain, without_pictures
from parvis.lib.text.typography import elided, typeset

from .links import whole
from .whole_texts import chosen_whole

A_LEAD = 60
"""Words of a publication without a title in a digest."""


@dataclass(frozen=True)
class Item:
    """A publication in a mail: whole for the audience `whole_for`, if there is one, else its title and the way to it.

    `point` is where it was, latitude and longitude with no more decimals than its author allows.
    """

    card: Card
    url: str
    lead: str
    note: str
    html: str
    whole_for: int
    point: tuple[str, str] | None = None

    @property
    def is_whole(self) -> bool:
        """Whether its text itself goes along."""
        return bool(self.html)

    @property
    def publication(self) -> Publication:
        return self.card.publication

    @property
    def title(self) -> str:
        """Its title, or what its kind is called, or who says a few words."""
        publication, heading = self.publication, self.card.kind.heading
        if not publication.title and heading is not None:
            return heading(publication)
        name = publication.author.name
        untitled = elided(_("A few words from %(name)s") % {"name": name}, name, get_language() or "")
        return typeset(publication.title, publication.language) or untitled

    @cached_property
    def in_digest(self) -> Mapping[str, str]:
        """How it stands in a digest, as text and as HTML, in the language and on the clock of who it was made for."""
        context = {"item": self, "is_digest": True}
        return {form: render_to_string(f"mail/item.{form}", context) for form in ("txt", "html")}

    @property
    def is_foreign(self) -> bool:
        """Whether it is written in another language than the mail."""
        return self.publication.language != get_language()

    @property
    def text(self) -> str:
        """The whole text in plain words, or nothing."""
        return plain(self.html) if self.is_whole else ""


class Items:
    """Publications as mails show them; one that is open to everyone is drawn once for all who read the same language."""

    def __init__(self) -> None:
        self.known: dict[tuple[int, int, str | None, str], Item] = {}
        self.publications: dict[int, Publication] = {}

    def of(self, publications: Sequence[Publication], viewer: Viewer) -> Sequence[Item]:
        """These, which the viewer has been found to see; without those of a room that is closed."""
        here = get_language(), timezone.get_current_timezone_name()
        keys = {one.pk: (one.pk, one.revision, *here) for one in publications}
        found = {pk: self.known[key] for pk, key in keys.items() if key in self.known}
        rest = [one for one in publications if one.pk not in found]
        made = cards(rest, viewer) if rest else []
        chosen = chosen_whole([card.publication for card in made if card.openness != "everyone"], viewer)
        for card in made:
            number = card.publication.pk
            found[number] = item(card, PUBLIC if card.openness == "everyone" else chosen.get(number, 0))
            if card.openness == "everyone":
                self.known[keys[number]] = found[number]
                self.publications[number] = card.publication
        return [found[one.pk] for one in publications if one.pk in found]


def item(card: Card, whole_for: int) -> Item:
    """A publication as a mail shows it; `whole_for` is the audience for which its text travels, 0 for none.

    Pictures of what is not for everyone stay here, where the rule is asked for each look.
    """
    url, is_open = whole(card.path), whole_for > 0
    note = getattr(card.detail, "note", None)
    html = card.kind.html(card.publication) if card.kind.html is not None and is_open else ""
    html = html if whole_for == PUBLIC else without_pictures(html)
    return Item(
        card=card,
        url=url,
        lead=(getattr(card.detail, "lead", "") or excerpt(html, A_LEAD)) if is_open else "",
        note=note.text if note is not None and is_open else "",
        html=absolute(html, url) if html else "",
        whole_for=whole_for,
        point=getattr(card.detail, "point", None) if is_open else None,
    )
