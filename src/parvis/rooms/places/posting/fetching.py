"""Fetches the pictures that programs name by their address: a few at a time, the longest waiting first."""

import logging
import secrets
from datetime import datetime
from functools import partial
from importlib.metadata import version
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from parvis.core.delivery.actions.errands import claim
from parvis.core.delivery.outside import AT_ONCE, GONE, Found, ask_at_once, is_busy
from parvis.core.stream.actions.attachments import NotAPicture, TooLarge, Unshowable
from parvis.lib.checkins.records import line
from parvis.lib.web import Answer, Fetcher, Unfetched

from ..models import NotFetched, PictureElsewhere
from . import pictures

logger = logging.getLogger(__name__)

ACCEPT = "image/avif, image/webp, image/png, image/jpeg, image/gif"
WITHIN = 10.0
"""Seconds for one picture, redirects included; a batch of them holds up other chores no longer."""
FOR_NOW = {NotFetched.SILENT, NotFetched.BUSY, NotFetched.OURS}


def fetch_pictures(at: datetime, fetcher: Fetcher | None = None) -> None:
    """Fetch some that are due, all at the same time, and hang them on their check-ins."""
    batch = claim(pictures.wanted(), worker=secrets.token_hex(10), at=at, limit=AT_ONCE)
    for picture, found in ask_at_once(batch, partial(answer_for, fetcher or house_fetcher())):
        settle(picture, found, timezone.now())


def house_fetcher() -> Fetcher:
    """One that says what it is and not whose: the site of a picture of somebody's own learns no more than it must."""
    agent = f"Parvis/{version('parvis')}"
    return Fetcher(agent=agent, most=settings.PARVIS_UPLOAD_LIMIT, within=WITHIN)


def answer_for(fetcher: Fetcher, picture: PictureElsewhere) -> Answer:
    """What its site answers. Raises Unfetched."""
    return fetcher.get(picture.url, accept=ACCEPT)


def settle(picture: PictureElsewhere, found: Found[Answer], at: datetime) -> None:
    """Hang it, ask again later, or give it up. One that the database cannot take just now waits until its claim lapses."""
    try:
        why = why_not(found) or hung(picture, found, at)
    except (OperationalError, InterfaceError):
        logger.warning("picture %s waits for another try", picture.pk, exc_info=True)
        return
    except Exception:
        logger.exception("picture %s could not be kept", picture.pk)
        why = NotFetched.OURS
    status = found.status if isinstance(found, Answer) and not found.is_fine else None
    if why in FOR_NOW:
        pictures.put_by(picture=picture, why=why, status=status, at=at)
    elif why is not None:
        pictures.give_up(picture=picture, why=why, status=status)


def why_not(found: Found[Answer]) -> NotFetched | None:
    """Why there is nothing to hang; None where something came, whatever it is."""
    if isinstance(found, Unfetched):
        return NotFetched.NOT_ASKED if found.is_lasting else NotFetched.SILENT
    if found.status in GONE:
        return NotFetched.GONE
    if not found.is_fine:
        return NotFetched.BUSY if is_busy(found) else NotFetched.CLOSED
    return NotFetched.TOO_LARGE if found.is_cut else None


def hung(picture: PictureElsewhere, found: Found[Answer], at: datetime) -> NotFetched | None:
    """Hang what came; why it cannot be, if it cannot."""
    assert isinstance(found, Answer)
    try:
        pictures.hang(picture=picture, name=name_at(found.url), data=found.body, at=at)
    except NotAPicture:
        return NotFetched.NO_PICTURE
    except Unshowable:
        return NotFetched.UNSHOWABLE
    except TooLarge:
        return NotFetched.TOO_LARGE
    return None


def name_at(url: str) -> str:
    """What a file is called, by the end of its address."""
    return line(unquote(urlsplit(url).path.rpartition("/")[2]))
