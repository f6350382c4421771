"""Audiences in words: all of it to the author; to readers the kind and the size, never a name nor an exception."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from django.db.models import Count, Q, Value
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from parvis.core.people.models import Person
from parvis.lib.text.typography import elided

from .actions import Expression, expression_of
from .choices import AudienceChoice, readers
from .holders import keys_among, names
from .mentioned import Unseen, unseen_by
from .models import MEMBERS, NEVER, PUBLIC, Audience, Group, GroupKind
from .whole import leaves_whole

type Glyph = Literal["everyone", "members", "connections", "circle", "link", "password", "me"]

SMALL = 15
WIDTHS: tuple[Glyph, ...] = ("me", "password", "link", "circle", "connections", "members", "everyone")


type Named = Callable[[str], str]
NAMED: dict[str, Named] = {}
"""By kind of a room's own groups: what one is called by its owner, in the language of the moment, from its label."""


@dataclass(frozen=True)
class Said:
    """What an author reads before publishing: the sentence, the button, the names, and what may surprise them.

    `leaves_whole`: whether the text itself goes out of the house, by mail and in feeds of their own, or a title and a
    link; None where the author has no such choice.
    """

    kind: Glyph
    sentence: str
    button: str
    count: int | None
    people: Sequence[Person]
    kept_out: Sequence[Person]
    warning: str = ""
    unseen: Sequence[Unseen] = ()
    leaves_whole: bool | None = None


def listed(words: Sequence[str]) -> str:
    """Words in a row: a, b and c."""
    if len(words) < 2:
        return "".join(words)
    return _("%(first)s and %(last)s") % {"first": ", ".join(words[:-1]), "last": words[-1]}


def of_people(count: int) -> str:
    return ngettext("%(count)s person", "%(count)s people", count) % {"count": count}


def of_keys(keys: Sequence[Group]) -> Sequence[str]:
    """Those who read because of something they hold or know, and whom nobody can name."""
    kinds = {key.kind for key in keys}
    links = [_("whoever has the link")] if GroupKind.LINK in kinds else []
    return [*links, *([_("whoever knows the password")] if GroupKind.PASSWORD in kinds else [])]


def label(choice: AudienceChoice) -> str:
    """What the author picked, with the names only they know: “Family and Neighbours, except Jules”."""
    if choice.width == "kept":
        return of_rooms(choice.kept) or _("the readers it has now")
    groups = Group.objects.in_bulk(choice.groups | choice.without_groups)
    people = {person.pk: person.name for person in names(choice.people | choice.without_people)}

    def said(numbers: Iterable[int], those: Iterable[int], connections: bool) -> str:
        words = [_("my connections")] if connections else []
        words += sorted(of_group(groups[pk]) for pk in numbers if pk in groups)
        return listed(words + sorted(people[pk] for pk in those if pk in people))

    plus = said(choice.groups, choice.people, choice.connections)
    if not choice.has_exceptions:
        return plus
    minus = said(choice.without_groups, choice.without_people, choice.without_connections)
    return _("%(groups)s, except %(others)s") % {"groups": plus, "others": minus}


def of_rooms(expression: Expression) -> str:
    """Readers whom a room has chosen, all of them by groups of its own; "" for any others."""
    groups = [one for one in Group.objects.filter(pk__in=expression.include) if not is_alone(one)]
    if expression.exclude or any(group.kind not in NAMED for group in groups):
        return ""
    return listed(sorted(of_group(group) for group in groups))


def of_group(group: Group) -> str:
    """A group as its owner names it."""
    if group.pk == PUBLIC:
        return _("everyone")
    if group.kind in NAMED:
        return NAMED[group.kind](group.label)
    return _("the members") if group.pk == MEMBERS else group.label


def glyph_of(choice: AudienceChoice) -> Glyph:
    """The drawing that stands for a choice."""
    match choice.width:
        case "custom":
            return "members" if MEMBERS in choice.groups else "circle"
        case "kept":
            return "everyone" if PUBLIC in choice.kept.include else "circle"
        case width:
            return width


def said(
    choice: AudienceChoice, author: Person, at: int, usual: str = "", mentioned: Sequence[Person] = ()
) -> Said:
    """The sentence for a choice, as live as the rule itself. `usual` names what is usually chosen in this place."""
    kind = glyph_of(choice)
    if kind == "everyone":
        return replace(of_everyone(), warning=surprise(choice, author, at, set(), usual))
    reached = readers(choice, author, at)
    keys = of_keys(keys_among(choice.kept.include))
    if not reached and not keys:
        out = kept_out(choice, author, at, reached)
        unseen = unseen_by(mentioned, choice, author, reached)
        if choice.width == "me":
            return replace(of_nobody(), kept_out=out, unseen=unseen)
        later = of_nobody_yet(kind, label(choice))
        return replace(later, kept_out=out, unseen=unseen, leaves_whole=leaves_whole(choice, author))
    people = listed([*([of_people(len(reached))] if reached else []), *keys])
    return replace(
        of_some(kind, people, label(choice), len(reached)),
        people=list(names(reached)),
        kept_out=kept_out(choice, author, at, reached),
        warning=surprise(choice, author, at, reached, usual),
        unseen=unseen_by(mentioned, choice, author, reached),
        leaves_whole=leaves_whole(choice, author),
    )


def foretold(choice: AudienceChoice, connections: int, *, is_whole: bool) -> Said | None:
    """The sentence alone, of a choice for which the figures of connections are enough; None of any other."""
    if choice.has_exceptions:
        return None
    match choice.width:
        case "everyone":
            return of_everyone()
        case "connections":
            theirs = _("my connections")
            some = of_some("connections", of_people(connections), theirs, connections)
            return replace(
                some if connections else of_nobody_yet("connections", theirs), leaves_whole=is_whole
            )
        case "me":
            return of_nobody()
    return None


def of_everyone() -> Said:
    sentence = _("Visible to everyone, search engines included.")
    return Said("everyone", sentence, _("Publish to everyone"), None, [], [])


def of_nobody() -> Said:
    return Said("me", _("Nobody but you will see this."), _("Keep for yourself"), 0, [], [])


def of_nobody_yet(kind: Glyph, label: str) -> Said:
    """Nobody is there to read it today, but it is not for the author alone: whoever comes in later reads it."""
    sentence = _("Nobody sees this today. Later: %(label)s, as people come.") % {"label": label}
    return Said(kind, sentence, _("Publish for those to come"), 0, [], [])


def of_some(kind: Glyph, people: str, label: str, count: int) -> Said:
    words = {"people": people, "label": label}
    sentence = _("Visible to %(people)s: %(label)s") % words
    return Said(kind, sentence, _("Publish to %(people)s") % words, count, [], [])


def kept_out(choice: AudienceChoice, author: Person, at: int, reached: set[int]) -> Sequence[Person]:
    """Those who would read without the exceptions."""
    if not choice.has_exceptions:
        return []
    without = AudienceChoice(choice.width, choice.groups, choice.people, connections=choice.connections)
    return list(names(readers(without, author, at) - reached))


def surprise(choice: AudienceChoice, author: Person, at: int, reached: set[int], usual: str) -> str:
    """A warning when this is wider than what is usually chosen here; else nothing."""
    usually = AudienceChoice.simple(usual)
    if (
        not usual
        or choice.width == "kept"
        or WIDTHS.index(glyph_of(choice)) <= WIDTHS.index(glyph_of(usually))
    ):
        return ""
    if glyph_of(choice) == "everyone":
        return _("Wider than usual here: anyone can read this, without an account.")
    more = list(names(reached - readers(usually, author, at)))
    if not more:
        return ""
    words = {"people": of_people(len(more)), "names": listed([person.name for person in more[:3]])}
    return _("Wider than usual here: %(people)s more, including %(names)s.") % words


def for_whom(audience: Audience | None, author: Person) -> str:
    """Whom something is for, as its author says it, now and in twenty years: by names, without a number.

    An answer has the audience of what it stands under, whose groups are somebody else's secret.
    """
    if audience is None:
        return ""
    if audience.pk == PUBLIC:
        return _("everyone")
    expression = expression_of(audience)
    if audience.owner_id != author.pk and not (expression.include <= {MEMBERS} and not expression.exclude):
        return _("those who may read what it answers")
    groups = Group.objects.select_related("owner").in_bulk(expression.include | expression.exclude)
    plus = [groups[pk] for pk in expression.include]
    let_in = sorted(in_words(one, author) for one in plus if one.owner_id != author.pk or not is_alone(one))
    out = sorted(in_words(groups[pk], author) for pk in expression.exclude)
    words = listed(let_in) or _("only you")
    return _("%(groups)s, except %(others)s") % {"groups": words, "others": listed(out)} if out else words


def is_alone(group: Group) -> bool:
    """Whether it stands for one person."""
    return bool(group.kind == GroupKind.PERSON)


def in_words(group: Group, author: Person) -> str:
    """A group as the author of a piece knows it."""
    name = group.owner.name if group.owner is not None else ""
    if group.kind == GroupKind.PERSON:
        return name
    if group.kind == GroupKind.CONNECTIONS:
        mine = group.owner_id == author.pk
        return _("my connections") if mine else connections_of(name)
    if group.kind == GroupKind.PASSWORD:
        return _("whoever knows the password")
    if group.kind == GroupKind.LINK:
        return (
            _("whoever holds the link “%(label)s”") % {"label": group.label}
            if group.label
            else _("whoever holds the link")
        )
    return of_group(group)


def sentence(audience: Audience, for_person: Person, at: int) -> str:
    """Who sees a piece, told to its author."""
    return said(AudienceChoice.of(audience, for_person), for_person, at).sentence


def said_to_readers(kinds: Mapping[int, str]) -> Mapping[int, str]:
    """For pieces of these audiences, whose kinds are "circle" or "connections": who chose the readers. One query.

    The size is that of the groups let in, without the author, and only its class is told, so that it betrays no
    exception; of connections none is told, and where there is nothing else nobody is counted. Such an audience is one
    author's alone: their own group is in it.
    """
    if not kinds:
        return {}
    rows = Audience.objects.filter(pk__in=kinds, owner__erased_at=None).exclude(owner=None)
    found = rows.annotate(size=Value(0) if set(kinds.values()) == {"connections"} else let_in())
    values = found.values_list("pk", "owner__name", "size")
    return {pk: to_readers(kinds[pk], name, size - 1) for pk, name, size in values}


def let_in() -> Count:
    """How many people the groups hold that an audience lets in."""
    there = Q(
        terms__sign=1,
        terms__group__memberships__opens_from__lt=NEVER,
        terms__group__memberships__person__suspended_at=None,
        terms__group__memberships__person__erased_at=None,
    )
    return Count("terms__group__memberships__person", filter=there, distinct=True)


def connections_of(name: str) -> str:
    """The connections of somebody else."""
    return elided(_("the connections of %(name)s") % {"name": name}, name, get_language() or "")


def to_readers(kind: str, name: str, size: int) -> str:
    """The words beside the glyph for someone who reads it; of a circle, whether it is small or not."""
    if kind == "connections":
        return connections_of(name)
    if size <= SMALL:
        return _("a small group chosen by %(name)s") % {"name": name}
    return _("a group chosen by %(name)s") % {"name": name}
