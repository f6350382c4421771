"""How often one may try: limits by person, by network address, or by what is tried, counted in Django's cache."""

from allauth.core.internal import ratelimit
from django.http import HttpRequest, HttpResponse


def allow(name: str, limit: str, request: HttpRequest, key: str = "") -> bool:
    """Count one try of `name`, and say whether it is still within `limit`.

    `limit` is "10/h", "30/m/ip", "5/d/user" or several with commas; "…/key" counts what is tried, whoever tries it.
    Without its last part it counts by person, and visitors by network address (IPv6 by its /64).
    """
    default = "user" if getattr(request, "person", None) is not None else "ip"
    rates = ",".join(one if one.count("/") > 1 else f"{one}/{default}" for one in limit.split(","))
    used = ratelimit.consume(
        request, app="parvis", action=name, config={name: rates}, key=key or None, limit_get=True
    )
    return used is not None


def too_often(request: HttpRequest) -> HttpResponse:
    """The page that asks for patience (429)."""
    return ratelimit.handler429(request)
