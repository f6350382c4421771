"""Whom a text mentions, among the people its author may name; a mention never lets anybody in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from parvis.core.people.models import Person
from parvis.lib.text.mentions import name_words

from .choices import AudienceChoice
from .holders import names, within_reach
from .models import Group, GroupKind, Membership


@dataclass(frozen=True)
class Unseen:
    """Somebody mentioned who will not read it; `may_join` unless a group that is kept out holds them."""

    person: Person
    may_join: bool


def people_mentioned(author: Person, after_at: Iterable[str]) -> Sequence[Person]:
    """The people meant by what follows each @, in the order of their names.

    The longest name that stands there is meant, else the first word of one. Of several who bear it, the one to whom
    the author is connected is meant; where that leaves a doubt, nobody is.
    """
    said = {words for one in after_at if (words := name_words(one))}
    if not said:
        return []
    known: dict[tuple[str, ...], list[int]] = {}
    first: dict[str, list[int]] = {}
    for pk, name in Person.objects.filter(within_reach(author)).values_list("pk", "name"):
        if words := name_words(name):
            known.setdefault(words, []).append(pk)
            first.setdefault(words[0], []).append(pk)
    found = [bearers(words, known) or first.get(words[0], []) for words in said]
    doubtful = {pk for several in found if len(several) > 1 for pk in several}
    near = connected(author, doubtful) if doubtful else set()
    meant = {
        one[0]
        for several in found
        if len(one := several if len(several) == 1 else sorted(near & {*several})) == 1
    }
    return list(names(meant))


def bearers(said: tuple[str, ...], known: dict[tuple[str, ...], list[int]]) -> list[int]:
    """The people whose whole name stands at the beginning of these words, the longest name that does."""
    lengths = range(len(said), 0, -1)
    return next((known[said[:length]] for length in lengths if said[:length] in known), [])


def connected(author: Person, people: Iterable[int]) -> set[int]:
    """Those of these people to whom the author is connected."""
    rows = Membership.objects.filter(
        group__kind=GroupKind.CONNECTIONS, group__owner=author, person__in=people
    )
    return set(rows.values_list("person_id", flat=True))


def unseen_by(
    mentioned: Iterable[Person], choice: AudienceChoice, author: Person, reached: set[int]
) -> Sequence[Unseen]:
    """Those mentioned who are not among the readers reached."""
    missing = [one for one in mentioned if one.pk not in reached]
    if not missing:
        return []
    kept_out = set(choice.without_groups)
    if choice.without_connections:
        mine = Group.objects.filter(kind=GroupKind.CONNECTIONS, owner=author)
        kept_out |= set(mine.values_list("pk", flat=True))
    held = Membership.objects.filter(group__in=kept_out, person__in=missing) if kept_out else ()
    out = {row.person_id for row in held}
    return [Unseen(one, choice.width != "kept" and one.pk not in out) for one in missing]
