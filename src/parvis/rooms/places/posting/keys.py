"""Keys of programs: allowed by their person, told once, kept as a hash, closed at any time."""

import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from parvis.core.audiences.models import Audience
from parvis.core.people.actions.invitations import hashed
from parvis.core.people.models import Person
from parvis.lib.refusal import Refusal

from ..models import PostingGrant, PostingKey
from .asking import Asking

VALID_FOR = timedelta(minutes=10)
MOST_KEYS = 20
EVERYTHING = "create update"


class TooManyKeys(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Many programs have a key of yours already. Take one of them away first."))


@dataclass(frozen=True)
class Coming:
    """What a program brings when it comes for its key."""

    code: str
    client: str
    redirect: str
    verifier: str


def open_keys(person: Person) -> "list[PostingKey]":
    """The keys of a person that open something, the newest first."""
    rows = PostingKey.objects.filter(person=person, closed_at=None).select_related("audience")
    return list(rows.order_by("-made_at", "-pk"))


@transaction.atomic
def make_key(
    *,
    person: Person,
    name: str,
    audience: Audience | None,
    at: datetime,
    client: str = "",
    scope: str = EVERYTHING,
) -> str:
    """A key for a program; its secret is told once (192 bits). A program has one of each person. Raises TooManyKeys."""
    if client:
        PostingKey.objects.filter(person=person, client=client, closed_at=None).update(closed_at=at)
    if PostingKey.objects.filter(person=person, closed_at=None).count() >= MOST_KEYS:
        raise TooManyKeys
    token = secrets.token_urlsafe(24)
    PostingKey.objects.create(
        person=person,
        name=" ".join(name.split())[:100],
        client=client,
        scope=scope,
        token_hash=hashed(token),
        audience=audience,
        made_at=at,
    )
    return token


def close_key(*, person: Person, public_id: str, at: datetime) -> bool:
    """Take a key away from a program; False when it opened nothing any more."""
    rows = PostingKey.objects.filter(person=person, public_id=public_id, closed_at=None)
    return bool(rows.update(closed_at=at))


def give_up(*, token: str, at: datetime) -> None:
    """A program hands its key back (RFC 7009)."""
    PostingKey.objects.filter(token_hash=hashed(token), closed_at=None).update(closed_at=at)


def key_of(token: str) -> PostingKey | None:
    """The key that this is, if it opens anything, of somebody who takes part."""
    rows = PostingKey.objects.filter(token_hash=hashed(token), closed_at=None)
    key = rows.select_related("person", "audience", "import_of").first()
    return key if key is not None and key.person.is_member else None


@transaction.atomic
def allow(*, person: Person, asking: Asking, audience: Audience | None, at: datetime) -> str:
    """Let a program come for its key within ten minutes; the code by which it does."""
    PostingGrant.objects.filter(until__lte=at).delete()
    PostingGrant.objects.filter(person=person, client=asking.client).delete()
    code = secrets.token_urlsafe(24)
    PostingGrant.objects.create(
        person=person,
        code_hash=hashed(code),
        client=asking.client,
        redirect=asking.redirect,
        challenge=asking.challenge,
        scope=asking.scope,
        audience=audience,
        until=at + VALID_FOR,
    )
    return code


@transaction.atomic
def redeem(*, coming: Coming, name: str, at: datetime) -> tuple[PostingGrant, str] | None:
    """Give a program its key for a code, which is good for nothing after that, whoever brought it. Raises TooManyKeys.

    None for a code that is not good, or is another program's (RFC 6749 §4.1.3, RFC 7636 §4.6).
    """
    rows = PostingGrant.objects.select_related("person", "audience")
    grant = rows.filter(code_hash=hashed(coming.code)).first()
    if grant is None or not PostingGrant.objects.filter(pk=grant.pk).delete()[0]:
        return None
    if not is_good(grant, coming, at):
        return None
    token = make_key(
        person=grant.person,
        name=name,
        audience=grant.audience,
        at=at,
        client=grant.client,
        scope=grant.scope,
    )
    return grant, token


def is_good(grant: PostingGrant, coming: Coming, at: datetime) -> bool:
    """Whether it is the program that was allowed, in time, and with the proof it promised."""
    is_same = (grant.client, grant.redirect) == (coming.client, coming.redirect)
    proof = challenge_of(coming.verifier) if coming.verifier else ""
    is_proven = constant_time_compare(grant.challenge, proof)
    return is_same and is_proven and grant.until > at and grant.person.is_member


def challenge_of(verifier: str) -> str:
    """The challenge that belongs to a verifier (S256, RFC 7636 §4.2)."""
    return urlsafe_b64encode(sha256(verifier.encode(errors="replace")).digest()).rstrip(b"=").decode()
