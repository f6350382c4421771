"""The links and passwords that a visit has opened, kept in its session; a passer-by’s ends with the browser."""

from django.http import HttpRequest

from .actions.keys import fingerprint
from .models import Group

KEY = "held"


def hold(request: HttpRequest, group: Group) -> None:
    """Remember that this visit has opened the group: until the browser is closed, or, logged in, until logging out."""
    if not request.user.is_authenticated:
        request.session.set_expiry(0)
    request.session[KEY] = {**request.session.get(KEY, {}), str(group.pk): fingerprint(group)}


def held_by(request: HttpRequest) -> tuple[int, ...]:
    """The groups this visit has opened and that are still open with the same secret."""
    kept: dict[str, str] = request.session.get(KEY, {})
    if not kept:
        return ()
    groups = Group.objects.filter(pk__in=kept, closed_at=None).order_by("pk")
    return tuple(group.pk for group in groups if kept[str(group.pk)] == fingerprint(group))
