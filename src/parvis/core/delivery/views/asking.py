"""Mails for those who have only an address: the form, the mail that asks back, and the page that says yes."""

from datetime import datetime
from ipaddress import ip_address, ip_network

from allauth.account.adapter import get_adapter
from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from parvis.core.audiences.words import listed
from parvis.core.people.limits import allow, too_often
from parvis.core.people.request import Request
from parvis.core.stream.models import Source

from .. import actions
from ..actions import AskedTooOften
from ..form_times import FormTime
from ..forms import AskForm
from ..joining import ask_back, confirm_path, join_address, open_source
from ..links import reading_path, whole
from .followed import named, spoken
from .leaving import name_of
from .private import private

BY_NETWORK = "5/h/key"


def public_source(request: Request, public_id: str) -> Source:
    """A source in which any passer-by reads something now. Raises Http404 for all others alike."""
    source = open_source(public_id, request.at)
    if source is None:
        raise Http404
    return source


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: Request, public_id: str) -> HttpResponseBase:
    """Somebody types an address; whether it is known here, or was written to before, changes nothing they see."""
    source = public_source(request, public_id)
    times = FormTime("ask", source.public_id)
    mark = request.POST.get("drawn", "")
    form = AskForm(
        request.POST or None,
        languages=named(spoken(request)),
        initial={"rhythm": "weekly", "language": translation.get_language() or request.square.language},
    )
    name, write_to = source.called(translation.get_language() or ""), ""
    if request.method == "POST" and form.is_valid() and is_by_a_reader(form, times, mark, request.at):
        said = form.cleaned_data
        if not allow("ask-for-mails", BY_NETWORK, request, key=network_of(request)):
            return too_often(request)
        try:
            token = (
                ""
                if said["website"]
                else actions.ask(
                    address=said["email"],
                    source=source,
                    rhythm=said["rhythm"],
                    languages=said.get("languages", []),
                    language=said["language"],
                    at=request.at,
                )
            )
        except AskedTooOften as refusal:
            form.add_error(None, str(refusal))
            write_to = join_address(source, said["rhythm"], said["language"])
        else:
            if token:
                path = confirm_path(token)
                link = whole(path) or request.build_absolute_uri(path)
                ask_back(to=said["email"], language=said["language"], source=source, link=link)
            return render(request, "delivery/asked.html", {"name": name, "address": said["email"]})
    page = {
        "form": form,
        "name": name,
        "source": source,
        "drawn": mark_to_draw(times, mark, request.at),
        "write_to": write_to,
    }
    return render(request, "delivery/ask.html", page)


def is_by_a_reader(form: AskForm, times: FormTime, mark: str, at: datetime) -> bool:
    """Whether a form was sent after the time that reading takes, and for the first time; if not, it says what to do."""
    verdict = times.judged(mark, at)
    if verdict == "fine" and times.use(mark, at):
        return True
    if verdict == "too soon":
        form.add_error(None, _("That was faster than anybody reads. Wait three seconds, then ask again."))
    else:
        form.add_error(None, _("This page was open for a long time, or was sent already. Ask once more."))
    return False


def mark_to_draw(times: FormTime, mark: str, at: datetime) -> str:
    """The mark of the form that is shown now: the one it had while that can still be used."""
    return mark if mark and times.judged(mark, at) in {"fine", "too soon"} else times.mark(at)


def network_of(request: Request) -> str:
    """The network that somebody asks from: 256 neighbours of IPv4, and the /64 that one line of IPv6 has."""
    address = ip_address(get_adapter(request).get_client_ip(request))
    return str(ip_network(f"{address}/{24 if address.version == 4 else 64}", strict=False))


@csrf_exempt  # the link itself is the key; and a page that names itself to nobody sends no origin with its form
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: Request, token: str) -> HttpResponseBase:
    """Whoever reads the mail says yes with a button: a program that only opens the link begins nothing."""
    asked = actions.asked_by(token, request.at)
    if asked is None:
        return private(render(request, "delivery/confirm.html", {}, status=410))
    with translation.override(asked.language):
        if request.method == "POST":
            subscription = actions.confirm(asked=asked, at=request.at)
            context = {"name": name_of(subscription), "all": reading_path(subscription.follow.person)}
            return private(render(request, "delivery/confirmed.html", context))
        shown = {
            "asked": asked,
            "name": asked.source.called(asked.language),
            "languages": listed([name for _code, name in named(asked.languages)]),
        }
        return private(render(request, "delivery/confirm.html", shown))
