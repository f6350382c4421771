"""The invitation that a visit has taken up, kept in its session until someone has come in by it."""

from django.http import HttpRequest

from .actions import invitation_for
from .models import Invitation

KEY = "invitation"


def take_up(request: HttpRequest, code: str) -> None:
    """Remember for this visit that it was invited."""
    request.session[KEY] = code


def invitation_of(request: HttpRequest) -> Invitation | None:
    """The invitation this visit has taken up, while it still lets someone in."""
    code = request.session.get(KEY)
    return invitation_for(code, request.at) if code else None  # type: ignore[attr-defined]


def forget(request: HttpRequest) -> None:
    """The invitation has done its work."""
    request.session.pop(KEY, None)
