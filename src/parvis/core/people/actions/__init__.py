"""The only place where persons, addresses and invitations are written."""

from .addresses import (
    AddressInUse,
    LastAddress,
    NotVerified,
    add_address,
    make_primary,
    mirror,
    remove_address,
    verify_address,
)
from .invitations import accept_invitation, invitation_for, invite, withdraw_invitation
from .joining import NotLetIn, guest, join_square, sign_up
from .profile import change_portrait, change_settings, remove_portrait, update_profile
from .roles import LastOwner, change_role, reinstate, suspend

__all__ = [
    "AddressInUse",
    "LastAddress",
    "LastOwner",
    "NotLetIn",
    "NotVerified",
    "accept_invitation",
    "add_address",
    "change_portrait",
    "change_role",
    "change_settings",
    "guest",
    "invitation_for",
    "invite",
    "join_square",
    "make_primary",
    "mirror",
    "reinstate",
    "remove_address",
    "remove_portrait",
    "sign_up",
    "suspend",
    "update_profile",
    "verify_address",
    "withdraw_invitation",
]
