"""The language in which the pages speak: a member's setting, a visitor's cookie."""

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from ..actions import change_settings
from ..http import see_other
from ..request import Request


@csrf_exempt
@require_POST
def language(request: Request) -> HttpResponseBase:
    """Speak another language. Public pages carry no token, so a visitor's choice, which harms nobody, needs none."""
    wanted = request.POST.get("language", "")
    if request.person is not None:
        return of_member(request)
    response = see_other(back(request))
    if wanted in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            wanted,
            max_age=365 * 24 * 3600,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
        )
    return response


@csrf_protect
def of_member(request: Request) -> HttpResponseBase:
    """Keep the choice with the person."""
    person, wanted = request.person, request.POST.get("language", "")
    if person is not None and wanted in dict(settings.LANGUAGES):
        change_settings(person=person, language=wanted, zone=person.zone, theme=person.theme, at=request.at)
    return see_other(back(request))


def back(request: HttpRequest) -> str:
    """The page of ours where the choice was made."""
    path = request.POST.get("next", "")
    return path if path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None) else "/"
