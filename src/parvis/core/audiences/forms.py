"""The audience picker: radios, boxes and two lines for names; works as it is, and better with the custom element."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import BaseRenderer
from django.http import QueryDict
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from parvis.core.people.models import Person
from parvis.lib.kept import Kept
from parvis.lib.text.mentions import mentions

from .actions import Expression, PublicExcludesNobody, TooManyChosen
from .choices import CIRCLE, PERSON, AudienceChoice, NotYours, circles, named
from .figures import figures
from .holders import within_reach
from .mentioned import people_mentioned
from .models import MEMBERS, Audience, Group, GroupKind
from .rule import microseconds
from .words import Said, foretold, said

LISTED = 30
DRAWN: Kept[SafeString] = Kept(200)
MOST_NAMES = 200


class AudiencePicker(forms.Widget):
    """Draws the choices of one person; reads what was picked as plain names, not yet believed.

    `is_brief` lists nobody but those picked, and leaves the others to be found by name; `asks` is the value of `do`
    by which the page itself says who will read, without JavaScript; `mentions` is what stands after the @s of a text.
    `said` is what the page says of the choice it begins with; a brief picker says it by itself where that costs nothing.
    """

    template_name = "audiences/choices.html"
    use_fieldset = True

    def __init__(self, person: Person, usual: str = "") -> None:
        super().__init__()
        self.person, self.usual = person, usual
        self.is_brief = False
        self.asks = ""
        self.mentions: Sequence[str] = ()
        self.said: Said | None = None

    def id_for_label(self, id_: str, index: str = "0") -> str:
        return f"{id_}_{index}" if id_ and index else id_

    def value_from_datadict(self, data: Mapping[str, Any], files: object, name: str) -> dict[str, Any]:
        many = data.getlist if isinstance(data, QueryDict) else lambda key: list(data.get(key, []))
        return {
            "choice": data.get(name, ""),
            "in": many(f"{name}-in"),
            "out": many(f"{name}-out"),
            "in_names": data.get(f"{name}-in-names", ""),
            "out_names": data.get(f"{name}-out-names", ""),
            "kept": data.get(f"{name}-kept", ""),
        }

    def value_omitted_from_data(self, data: Mapping[str, Any], files: object, name: str) -> bool:
        return name not in data

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        picked = value if isinstance(value, dict) else written(value, self.person)
        shown = figures(self.person)
        chosen = {*picked["in"], *picked["out"]}
        typed = [*apart(picked["in_names"]), *apart(picked["out_names"])]
        several = {
            pk for found in named(self.person, typed[:MOST_NAMES]).values() if len(found) > 1 for pk in found
        }
        at_hand = [] if self.is_brief else self.at_hand()
        people = self.known(at_hand, chosen, several)
        said = self.said
        if said is None and self.is_brief and not isinstance(value, dict):
            said = foretold(choice_of(value, self.person), shown.connections, is_whole=shown.is_whole)
        context["widget"]["picker"] = {
            **picked,
            "usual": self.usual,
            "circles": shown.circles,
            "people": [(f"{PERSON}{person.public_id}", person.name) for person in people],
            "members": shown.members,
            "connections": shown.connections,
            "said": said,
            "glyph": f"open-{said.kind}" if said else "",
            "asks": self.asks,
            "mentions": self.mentions,
        }
        return context

    def render(
        self,
        name: str,
        value: Any,
        attrs: dict[str, Any] | None = None,
        renderer: BaseRenderer | None = None,
    ) -> SafeString:
        context = self.get_context(name, value, attrs)
        picker = context["widget"]["picker"]

        def draw() -> SafeString:
            drawn: SafeString = self._render(self.template_name, context, renderer)  # type: ignore[attr-defined]
            return drawn

        if picker["said"] is self.said:
            return draw()
        # A picker that says its sentence by itself holds nothing but plain values.
        plain = {**picker, "said": astuple(picker["said"]), "circles": list(map(astuple, picker["circles"]))}
        return DRAWN.get((get_language(), name, self.attrs, attrs, plain), draw)

    def connections(self) -> Any:
        """The people connected to this one."""
        group = Group.objects.filter(kind=GroupKind.CONNECTIONS, owner=self.person)
        return Person.objects.active().filter(memberships__group__in=group)

    def at_hand(self) -> Sequence[Person]:
        """The first of the people connected to this one, by name."""
        reach = Person.objects.filter(within_reach(self.person), pk__in=self.connections().values("pk"))
        return list(reach.order_by("name", "pk")[:LISTED])

    def known(
        self, first: Sequence[Person], chosen: Iterable[str], several: Iterable[int]
    ) -> Sequence[Person]:
        """The people to be ticked: connections, those ticked already, those of one name among several."""
        ticked = ids(chosen, PERSON)
        if not ticked and not several:
            return first
        reach = Person.objects.filter(within_reach(self.person))
        more = reach.filter(public_id__in=ticked) | reach.filter(pk__in=several)
        return sorted({*first, *more}, key=lambda person: (person.name, person.pk))


def written(value: AudienceChoice | Audience | str | None, person: Person) -> dict[str, Any]:
    """A choice as the picker's inputs hold it."""
    choice = choice_of(value, person)
    groups = Group.objects.in_bulk(choice.groups | choice.without_groups)
    people = Person.objects.in_bulk(choice.people | choice.without_people)

    def inputs(numbers: Iterable[int], those: Iterable[int], connections: bool) -> list[str]:
        kinds = ["connections"] if connections else []
        kinds += [
            "members" if pk == MEMBERS else f"{CIRCLE}{groups[pk].public_id}" for pk in numbers if pk != 1
        ]
        return kinds + [f"{PERSON}{people[pk].public_id}" for pk in those]

    plus = inputs(choice.groups, choice.people, choice.connections)
    minus = inputs(choice.without_groups, choice.without_people, choice.without_connections)
    radio = (
        next((one for one in plus if one.startswith(CIRCLE)), "")
        if choice.width == "circle"
        else choice.width
    )
    return {
        "choice": radio,
        "in": plus,
        "out": minus,
        "in_names": "",
        "out_names": "",
        "kept": token_of(value, person) if radio == "kept" and isinstance(value, Audience) else "",
    }


def token_of(audience: Audience, person: Person) -> str:
    """What stands for an audience of this person in their own pages; it tells nothing, and is good for nobody else."""
    return salted_hmac("parvis.audiences.kept", f"{person.pk}:{audience.pk}", algorithm="sha256").hexdigest()


def choice_of(value: AudienceChoice | Audience | str | None, person: Person) -> AudienceChoice:
    """The choice that an initial value stands for."""
    if isinstance(value, AudienceChoice):
        return value
    return (
        AudienceChoice.of(value, person)
        if isinstance(value, Audience)
        else AudienceChoice.simple(value or "me")
    )


def ids(values: Iterable[str], kind: str) -> set[str]:
    """The public ids behind the names of inputs of this kind; what can be no id is left out."""
    found = {value.removeprefix(kind) for value in values if value.startswith(kind)}
    return {one for one in found if one.isascii() and one.isalnum()}


def apart(names: str) -> list[str]:
    """Names typed in a line, apart."""
    return [
        " ".join(name.split())
        for name in names.replace(";", ",").replace("\n", ",").split(",")
        if name.strip()
    ]


class AudienceField(forms.Field):
    """Who will see this. Its value is an `AudienceChoice` made only of this person's own groups and reach.

    `initial` is a choice, an audience, or the name of a simple choice; `usual` is what is usual in this place.
    """

    widget: AudiencePicker

    def __init__(self, *, person: Person, usual: str = "", **options: Any) -> None:
        options.setdefault("label", gettext_lazy("Who will see this?"))
        super().__init__(widget=AudiencePicker(person, usual), **options)
        self.person = person

    def clean(self, value: dict[str, Any]) -> AudienceChoice:
        try:
            return self.choice(value)
        except (NotYours, PublicExcludesNobody) as refusal:
            raise ValidationError(str(refusal)) from None

    def choice(self, value: dict[str, Any]) -> AudienceChoice:
        """What was picked. Raises NotYours, PublicExcludesNobody, ValidationError."""
        radio = value["choice"]
        if not radio:
            raise ValidationError(_("Choose who will see this."))
        if radio == "kept":
            return self.kept(value.get("kept", ""))
        plus: tuple[list[str], str] = (value["in"], value["in_names"]) if radio == "custom" else ([radio], "")
        groups, people, connections = self.sort_out(*plus)
        without_groups, without_people, without_connections = self.sort_out(value["out"], value["out_names"])
        if MEMBERS in without_groups:
            raise NotYours
        if radio == "custom" and not (groups or people or connections):
            raise ValidationError(_("Choose a group or a person, or “Only me”."))
        simple = AudienceChoice.simple(radio)
        choice = AudienceChoice(
            "custom" if radio == "custom" else "circle" if radio.startswith(CIRCLE) else simple.width,
            simple.groups | groups,
            people,
            without_groups,
            without_people,
            connections,
            without_connections,
        )
        if choice.width == "everyone" and choice.has_exceptions:
            raise PublicExcludesNobody
        return choice

    def kept(self, token: str) -> AudienceChoice:
        """The readers it has now, when the picker began with an audience it has no words for. Raises NotYours."""
        if isinstance(self.initial, Audience):
            return AudienceChoice.of(self.initial, self.person)
        for audience in Audience.objects.filter(owner=self.person) if token else ():
            if constant_time_compare(token, token_of(audience, self.person)):
                return AudienceChoice.of(audience, self.person)
        raise NotYours

    def sort_out(self, values: Iterable[str], typed: str) -> tuple[frozenset[int], frozenset[int], bool]:
        """(groups, people, connections) behind names of inputs and names of people. Raises NotYours."""
        wanted = set(values) - {"", "everyone", "me"}
        connections, members = "connections" in wanted, "members" in wanted
        wanted -= {"connections", "members"}
        group_ids, person_ids = ids(wanted, CIRCLE), ids(wanted, PERSON)
        groups = (
            {circle.pk for circle in circles(self.person) if circle.public_id in group_ids}
            if group_ids
            else set()
        )
        reach = (
            Person.objects.filter(within_reach(self.person), public_id__in=person_ids) if person_ids else ()
        )
        people = {person.pk for person in reach}
        if len(groups) + len(people) != len(wanted):
            raise NotYours
        people |= self.by_name(typed)
        return frozenset(groups | ({MEMBERS} if members else set())), frozenset(people), connections

    def by_name(self, typed: str) -> set[int]:
        """The people named in a line."""
        people, names = set(), apart(typed)
        if len(names) > MOST_NAMES:
            raise ValidationError(str(TooManyChosen()))
        for name, found in named(self.person, names).items():
            if not found:
                words = _("There is nobody named “%(name)s” whom you could choose. Look at the spelling.")
                raise ValidationError(words % {"name": name})
            if len(found) > 1:
                words = _(
                    "Several people are named “%(name)s”. Tick the one you mean in the list, and clear the line."
                )
                raise ValidationError(words % {"name": name})
            people.add(found[0])
        return people


class AudienceForm(forms.Form):
    """The picker as a form of its own, beside the form of whatever is written.

    `initial` may hold the audience until now, or the name of a simple choice; `usual`, what is usual in this place;
    `back`, the path that takes what was written, so that the page of names can publish it without JavaScript (it
    lists the people one may tick, and this form does not); `asks`, the `do` of the page that answers by itself;
    `text`, what is published already, whose mentions are looked at.
    """

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        person: Person,
        at: datetime,
        usual: str = "",
        back: str = "",
        asks: str = "",
        text: str = "",
        **options: Any,
    ) -> None:
        super().__init__(data, **options)
        before = (options.get("initial") or {}).get("audience") or usual
        field = AudienceField(person=person, usual=usual, initial=before)
        field.widget.is_brief, field.widget.asks = bool(back), asks
        field.widget.mentions = mentions(text)
        self.fields["audience"] = field
        self.person, self.at, self.back = person, at, back

    def expression(self) -> Expression:
        """The expression that was picked, once the form is valid."""
        choice: AudienceChoice = self.cleaned_data["audience"]
        return choice.expression(self.person)

    def said(self, text: str = "") -> Said:
        """What it means, in words: of what was picked, or else of what it begins with; and of whom `text` mentions."""
        field = self.fields["audience"]
        picked = self.cleaned_data["audience"] if self.is_valid() else choice_of(field.initial, self.person)
        mentioned = people_mentioned(self.person, mentions(text))
        return said(picked, self.person, microseconds(self.at), mentioned=mentioned)

    def tell(self) -> Said:
        """What it means; the picker, once drawn, says it too."""
        field: AudienceField = self.fields["audience"]  # type: ignore[assignment]
        field.widget.said = words = self.said()
        return words


def with_one_more(data: QueryDict, *, person: Person, name: str = "audience") -> QueryDict:
    """What was sent, with the person let in whom its input `…-add` names; unchanged when there is none to let in."""
    wanted = ids([data.get(f"{name}-add", "")], PERSON)
    more = Person.objects.filter(within_reach(person), public_id__in=wanted).first() if wanted else None
    if more is None:
        return data
    field = AudienceField(person=person)
    try:
        choice = field.clean(field.widget.value_from_datadict(data, {}, name))
    except ValidationError:
        return data
    changed, held = data.copy(), written(choice.including(more.pk), person)
    changed[name] = held["choice"]
    for side in ("in", "out"):
        changed.setlist(f"{name}-{side}", held[side])
        changed.pop(f"{name}-{side}-names", None)
    changed.pop(f"{name}-add", None)
    return changed
