"""How open something is, in one word for the glyph: what a reader may know of an audience, and no more."""

from collections.abc import Collection, Iterable

from .models import MEMBERS, PUBLIC, GroupKind, Term

WIDEST = {
    GroupKind.CONNECTIONS: "connections",
    GroupKind.LINK: "link",
    GroupKind.PASSWORD: "password",
}


def openness_of(audiences: Iterable[int]) -> dict[int, str]:
    """For each audience: everyone, members, connections, circle, link, password or me. One query."""
    wanted = set(audiences)
    kinds: dict[int, list[tuple[int, str]]] = {}
    rows = Term.objects.filter(audience__in=wanted - {PUBLIC}, sign=1).values_list(
        "audience_id", "group_id", "group__kind"
    )
    for audience, group, kind in rows:
        kinds.setdefault(audience, []).append((group, kind))
    return {
        audience: "everyone" if audience == PUBLIC else word(kinds.get(audience, [])) for audience in wanted
    }


def word(groups: Collection[tuple[int, str]]) -> str:
    """The word for the groups let in; the author's own group and others of one person say nothing by themselves."""
    if MEMBERS in {group for group, _kind in groups}:
        return "members"
    others = {kind for _group, kind in groups} - {GroupKind.PERSON}
    if len(others) == 1:
        return WIDEST.get(GroupKind(others.pop()), "circle") if others <= set(GroupKind.values) else "circle"
    return "circle" if others or len(groups) > 1 else "me"
