"""Where a person is logged in, and a way to end each of these logins."""

from allauth.account.utils import user_pk_to_url_str
from allauth.account.views import password_reset_from_key as allauth_password_reset_from_key
from allauth.account.views import password_set as allauth_password_set
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from ..actions.sessions import end_sessions
from ..http import person_only, see_other, who
from ..models import Person
from ..proving import ask_again
from ..request import Request


@person_only
def sessions(request: Request) -> HttpResponseBase:
    """The list; POST ends the one beside whose line the button stands, or all but this one."""
    rows = UserSession.objects.purge_and_list(who(request))
    rows.sort(key=lambda row: row.created_at)
    if request.method == "POST":
        ask_again(request)
        name = request.POST.get("session", "")
        chosen = [row for row in rows if not row.is_current() and name in {"", named(row)}]
        if name and not chosen:
            raise Http404
        end_sessions(sessions=chosen)
        messages.success(
            request,
            _("That browser is logged out.") if name else _("Every other browser is logged out."),
        )
        return see_other("usersessions_list")
    lines = [(row, named(row)) for row in rows]
    return render(request, "usersessions/usersession_list.html", {"lines": lines})


def named(session: UserSession) -> str:
    """What a form calls a login: neither its number, which would count others', nor its key, which would open it."""
    return salted_hmac("parvis.session", session.session_key, algorithm="sha256").hexdigest()[:32]


@person_only
def password_set(request: Request) -> HttpResponseBase:
    """A first password, for whoever came in without one."""
    ask_again(request)
    return allauth_password_set(request)


def password_reset_from_key(request: Request, uidb36: str, key: str) -> HttpResponseBase:
    """The page behind the mailed link: `uidb36` is a public id here, and what allauth expects for itself."""
    person = Person.objects.filter(public_id=uidb36).first()
    number = user_pk_to_url_str(person) if person is not None else "0"
    return allauth_password_reset_from_key(request, uidb36=number, key=key)
