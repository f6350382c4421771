"""Links by which a visitor says that they wait for a reward: sealed, so that an address that was only typed is kept nowhere."""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.http import Http404

from parvis.lib.sealed import Unsealable, seal, unseal

PURPOSE = "campaigns: waiting for a reward"
GOOD_FOR = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Somebody typed an address to be told of a reward; `until` is in seconds since 1970."""

    reward: str
    address: str
    language: str
    until: int


def asked(*, reward: str, address: str, language: str, at: datetime) -> Asked:
    """A wish that can be confirmed for some days."""
    until = int((at + GOOD_FOR).timestamp())
    return Asked(reward=reward, address=address, language=language, until=until)


def token_of(wish: Asked) -> str:
    """What stands in the address of the page that confirms it."""
    return seal(json.dumps(asdict(wish)), key=settings.SECRET_KEY, purpose=PURPOSE)


def asked_by(token: str, at: datetime) -> Asked:
    """The wish in a link. Raises Http404 for what this house has not written, and for what is old."""
    try:
        wish = Asked(**json.loads(unseal(token, key=settings.SECRET_KEY, purpose=PURPOSE)))
    except Unsealable as error:
        raise Http404 from error
    if datetime.fromtimestamp(wish.until, UTC) < at:
        raise Http404
    return wish
