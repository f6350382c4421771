"""The only place where groups, audiences and shut doors are written."""

from .blocks import block, unblock
from .circles import add_to_circle, archive_circle, make_circle, remove_from_circle, rename_circle
from .connections import connect, disconnect
from .expressions import (
    ExcludesYourself,
    Expression,
    PublicExcludesNobody,
    TooManyChosen,
    audience_for,
    expression_of,
)
from .groups import connections_group, group_of, join, leave, one_person_group
from .keys import link_group, open_link, password_group, revoke, unlock
from .whole import let_whole_texts_leave, send_links_only

__all__ = [
    "ExcludesYourself",
    "Expression",
    "PublicExcludesNobody",
    "TooManyChosen",
    "add_to_circle",
    "archive_circle",
    "audience_for",
    "block",
    "connect",
    "connections_group",
    "disconnect",
    "expression_of",
    "group_of",
    "join",
    "leave",
    "let_whole_texts_leave",
    "link_group",
    "make_circle",
    "one_person_group",
    "open_link",
    "password_group",
    "remove_from_circle",
    "rename_circle",
    "revoke",
    "send_links_only",
    "unblock",
    "unlock",
]
