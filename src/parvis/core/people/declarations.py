"""What this floor holds on people, for their own copy and for their leaving."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.utils.translation import gettext_lazy as _

from .actions.profile import portrait_file
from .models import Address, Connection, ConnectionRequest, Invitation, Notice, Person
from .personal import Personal, register


def person_export(row: Person) -> dict[str, Any]:
    """What a person said of themselves, and how they wanted the square shown."""
    return {
        "id": row.public_id,
        "name": row.name,
        "role": row.role,
        "language": row.language,
        "zone": row.zone,
        "theme": row.theme,
        "about": row.about,
        "links": row.links,
        "listed": row.is_listed,
        "joined_at": row.joined_at,
        "last_login": row.last_login,
        "suspended_at": row.suspended_at,
        "suspended_because": row.suspended_because,
    }


def person_forget(row: Person) -> None:
    """Nothing of the person stays but the number others' rows point to."""
    row.name, row.about, row.links, row.portrait = "", {}, [], ""
    row.is_listed, row.theme, row.suspended_because = False, "", ""
    row.set_unusable_password()
    row.save()


def person_files(row: Person) -> list[str]:
    """The portrait."""
    return [portrait_file(row)] if row.portrait else []


def address_export(row: Address) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "address": row.value,
        "main": row.is_primary,
        "added_at": row.added_at,
        "confirmed_at": row.verified_at,
    }


def connection_export(row: Connection) -> dict[str, Any]:
    return {"between": [row.first.name, row.second.name], "since": row.since}


def request_export(row: ConnectionRequest) -> dict[str, Any]:
    """Whether it was declined is not said: the copy of the one who asked would tell; nor what they have withdrawn."""
    if row.withdrawn_at is not None:
        return {}
    return {"asked_by": row.asker.name, "asked": row.asked.name, "words": row.words, "at": row.at}


def notice_export(row: Notice) -> dict[str, Any]:
    return {"kind": row.kind, "at": row.at, "seen_at": row.seen_at}


def invitation_export(row: Invitation) -> dict[str, Any]:
    """An invitation without the hash that stands for its link."""
    return {
        "address": row.address,
        "words": row.words,
        "role": row.role,
        "at": row.at,
        "until": row.until,
        "used_at": row.used_at,
        "withdrawn_at": row.withdrawn_at,
    }


def mirrored_export(row: EmailAddress) -> dict[str, Any]:
    return {"address": row.email, "confirmed": row.verified, "main": row.primary}


def key_export(row: Authenticator) -> dict[str, Any]:
    """That there is a passkey or a second step, never what it is made of."""
    return {"type": row.type, "made_at": row.created_at, "used_at": row.last_used_at}


def session_export(row: UserSession) -> dict[str, Any]:
    return {"from": row.ip, "with": row.user_agent, "since": row.created_at, "seen_at": row.last_seen_at}


register(
    Personal(
        model=Person,
        owner="pk",
        title=_("You"),
        erase="anonymise",
        because=_(
            "The number of your account stays, without your name, so that others’ threads hold together."
        ),
        forget=person_forget,
        export=person_export,
        files=person_files,
    ),
    Personal(model=Address, owner="person", title=_("Your addresses"), export=address_export),
    Personal(
        model=Connection,
        owner="first",
        also=("second",),
        title=_("Your connections"),
        export=connection_export,
    ),
    Personal(
        model=ConnectionRequest,
        owner="asker",
        also=("asked",),
        title=_("Connections asked for"),
        export=request_export,
    ),
    Personal(model=Notice, owner="person", title=_("What you were told"), export=notice_export),
    Personal(model=Invitation, owner="by", title=_("Your invitations"), export=invitation_export),
    Personal(
        model=EmailAddress, owner="user", title=_("Addresses with which you log in"), export=mirrored_export
    ),
    Personal(model=Authenticator, owner="user", title=_("Passkeys and second steps"), export=key_export),
    Personal(model=UserSession, owner="user", title=_("Where you are logged in"), export=session_export),
)
