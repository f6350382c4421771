"""How often one may try: limits by person, by network address, or by what is tried; each try is one statement."""

import hashlib
from datetime import datetime, timedelta
from math import ceil

from allauth.core.internal import ratelimit
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from .models import Tries

A_MINUTE = 60
COUNT = """INSERT INTO people_tries (key, count, until) VALUES (%s, 1, %s)
ON CONFLICT (key) DO UPDATE SET
  count = CASE WHEN people_tries.until <= %s THEN 1 ELSE people_tries.count + 1 END,
  until = CASE WHEN people_tries.until <= %s THEN excluded.until ELSE people_tries.until END
RETURNING count"""


def allow(name: str, limit: str, request: HttpRequest, key: str = "") -> bool:
    """Count one try of `name`, and say whether it is still within `limit`.

    `limit` is "10/h", "30/m/ip", "5/d/user" or several with commas; "…/key" counts what is tried, whoever tries it.
    Without its last part it counts by person, and visitors by network address (IPv6 by its /64).
    """
    default = "user" if getattr(request, "person", None) is not None else "ip"
    at = timezone.now()
    for one in limit.split(","):
        rate = ratelimit.parse_rate(one if one.count("/") > 1 else f"{one}/{default}")
        counted = ratelimit.get_cache_key(request, app="parvis", action=name, rate=rate, key=key or None)
        if count(counted, at, timedelta(seconds=rate.duration)) > rate.amount:
            request.retry_after = patience(counted, at)  # type: ignore[attr-defined]
            return False
    return True


def count(counted: str, at: datetime, span: timedelta) -> int:
    """How many tries there are with this one, since the first of a span of time; network addresses are not written."""
    digest = hashlib.sha256(counted.encode()).hexdigest()
    now, until = (connection.ops.adapt_datetimefield_value(moment) for moment in (at, at + span))
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [digest, until, now, now])
        return int(cursor.fetchone()[0])


def patience(counted: str, at: datetime) -> int:
    """In how many seconds this one may be tried again."""
    until = Tries.objects.values_list("until", flat=True).get(
        key=hashlib.sha256(counted.encode()).hexdigest()
    )
    return max(ceil((until - at).total_seconds()), 1)


def tried(counted: str, at: datetime) -> int:
    """How many tries of this one stand now; nothing is counted."""
    digest = hashlib.sha256(counted.encode()).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count FROM people_tries WHERE key = %s AND until > %s",
            [digest, connection.ops.adapt_datetimefield_value(at)],
        )
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def too_often(request: HttpRequest) -> HttpResponse:
    """The page that asks for patience (429), also for allauth's own limits."""
    return with_patience(request, ratelimit.handler429(request))


def with_patience[R: HttpResponse](request: HttpRequest, refusal: R) -> R:
    """The refusal with the seconds after which to try again (RFC 9110 §10.2.3); a minute where we do not know them."""
    refusal.headers["Retry-After"] = str(getattr(request, "retry_after", A_MINUTE))
    return refusal
