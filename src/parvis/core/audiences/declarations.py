"""What this floor holds on people, for their own copy and for their leaving."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from parvis.core.people.personal import Personal, register

from .actions import expression_of
from .models import Audience, Block, Group, GroupKind, Membership, Term, WholeText
from .words import for_whom

TOLD = {GroupKind.CIRCLE, GroupKind.CONNECTIONS, GroupKind.LINK, GroupKind.PASSWORD}


def group_export(row: Group) -> dict[str, Any]:
    """A group of one's own with the names in it; never the secret that opens it."""
    if row.kind not in TOLD:
        return {}
    people = (
        Membership.objects.letting_in()
        .filter(group=row)
        .select_related("person")
        .order_by("person__name", "pk")
    )
    return {
        "kind": row.kind,
        "name": row.label,
        "made_at": row.made_at,
        "put_away_at": row.closed_at,
        "people": [{"name": one.person.name, "since": one.added_at} for one in people],
    }


def group_forget(row: Group) -> None:
    """Its name goes, and the people in it, unless some publication keeps them out by it."""
    if not Term.objects.filter(group=row, sign=-1).exists():
        row.memberships.all().delete()
    row.label, row.secret = row.public_id, ""
    row.save(update_fields=["label", "secret"])


def membership_export(row: Membership) -> dict[str, Any]:
    """The groups one knows oneself to be in; who put one into a circle, or shows one something, is their secret."""
    kind = row.group.kind
    if kind in {GroupKind.CIRCLE, GroupKind.PERSON} or row.group.owner_id == row.person_id:
        return {}
    owner = row.group.owner.name if row.group.owner else ""
    return {"kind": kind, "of": owner, "name": "" if kind in TOLD else row.group.label, "since": row.added_at}


def block_export(row: Block) -> dict[str, Any]:
    """Whom one has blocked; each block is two rows, and is told once."""
    return {"blocked": row.person.name, "at": row.at} if row.owner_id == row.by_id else {}


def audience_export(row: Audience) -> dict[str, Any]:
    """For whom one has published, group by group."""
    expression = expression_of(row)
    groups = Group.objects.select_related("owner").in_bulk(expression.include | expression.exclude)
    return {
        "for": sorted(named(groups[pk], row) for pk in expression.include),
        "not_for": sorted(named(groups[pk], row) for pk in expression.exclude),
    }


def named(group: Group, audience: Audience) -> str:
    """A group as the owner of the audience knows it."""
    if group.kind == GroupKind.PERSON and group.owner is not None:
        return group.owner.name
    return group.label if group.label and group.owner_id == audience.owner_id else group.kind


def whole_export(row: WholeText) -> dict[str, Any]:
    """For whom whole texts leave."""
    return {"for": for_whom(row.audience, row.author), "since": row.at}


def audience_forget(row: Audience) -> None:
    """It stays as long as a publication stands on it, and belongs to nobody."""
    row.owner = None
    row.save(update_fields=["owner"])


register(
    Personal(
        model=Group,
        owner="owner",
        title=_("Your circles and other groups"),
        erase="anonymise",
        because=_("What you kept from someone stays kept from them."),
        forget=group_forget,
        export=group_export,
    ),
    Personal(model=Membership, owner="person", title=_("Groups you are in"), export=membership_export),
    Personal(model=Block, owner="by", title=_("People you have blocked"), export=block_export),
    Personal(
        model=Audience,
        owner="owner",
        title=_("For whom you have published"),
        erase="anonymise",
        because=_("A publication that stays keeps its readers."),
        forget=audience_forget,
        export=audience_export,
    ),
    Personal(
        model=WholeText,
        owner="author",
        title=_("For whom your whole texts leave"),
        export=whole_export,
    ),
)
