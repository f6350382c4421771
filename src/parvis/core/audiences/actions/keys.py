"""Groups held by whoever has a link, or knows a password; what opens them is kept only as a hash."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.hashers import check_password, make_password

from parvis.core.people.models import Person

from ..models import Group, GroupKind
from .groups import group_of


def digest(token: str) -> str:
    """What is kept of a link's secret."""
    return hashlib.sha256(token.encode()).hexdigest()


def link_group(*, owner: Person, label: str, at: datetime) -> tuple[Group, str]:
    """A group of whoever holds the link, and the link's secret, told this once (192 bits)."""
    token = secrets.token_urlsafe(24)
    group = group_of(kind=GroupKind.LINK, owner=owner, label=label, at=at)
    group.secret = digest(token)
    group.save(update_fields=["secret"])
    return group, token


def password_group(*, owner: Person, password: str, at: datetime) -> Group:
    """A group of whoever knows the password."""
    group = group_of(kind=GroupKind.PASSWORD, owner=owner, at=at)
    group.secret = make_password(password)
    group.save(update_fields=["secret"])
    return group


def open_link(token: str) -> Group | None:
    """The group that this link opens, unless it was revoked."""
    return Group.objects.filter(kind=GroupKind.LINK, secret=digest(token), closed_at=None).first()


def unlock(*, groups: Iterable[Group], password: str) -> Group | None:
    """The first of these groups whose password this is."""
    for group in groups:
        if group.closed_at is None and check_password(password, group.secret):
            return group
    return None


def revoke(*, group: Group, at: datetime) -> None:
    """Make a link or a password open nothing any more, at once."""
    group.closed_at = at
    group.save(update_fields=["closed_at"])


def fingerprint(group: Group) -> str:
    """Ties what a visit holds to the secret that was shown, so that a changed secret closes it."""
    return hmac.new(b"held", group.secret.encode(), "sha256").hexdigest()[:16]
