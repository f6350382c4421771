"""One's account of Mastodon: connected by one's yes there, ended here."""

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from parvis.core.people.http import members_only, see_other, who
from parvis.core.people.limits import allow, too_often
from parvis.core.people.models import Person
from parvis.core.people.request import Request
from parvis.lib.web import Answer, Fetcher, Unfetched

from .. import mastodon
from ..actions import connecting
from ..models import MastodonAccount, MastodonApp, ReadThere

SALT = "parvis.delivery.mastodon"
FOR = 15 * 60
"""Seconds to say yes there."""


class ServerForm(forms.Form):
    """Where one's account is."""

    server = forms.CharField(
        label=gettext_lazy("Your account, or its server"),
        max_length=300,
        help_text=gettext_lazy("For example @lina@mastodon.example. You say yes there, not here."),
    )


class ReadersForm(forms.Form):
    """Who reads there what is announced, unless it is said otherwise."""

    visibility = forms.ChoiceField(
        label=gettext_lazy("Who reads there what you announce"),
        choices=ReadThere.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("You can choose anew each time."),
    )


@require_http_methods(["GET", "POST"])
@members_only
def account(request: Request) -> HttpResponseBase:
    """Connect an account, choose who reads there, or end it."""
    me, done = who(request), request.POST.get("do", "")
    mine = MastodonAccount.objects.filter(person=me).first()
    finding = ServerForm(request.POST if done == "find" else None)
    readers = ReadersForm(
        request.POST if done == "readers" else None,
        initial={"visibility": mine.visibility if mine is not None else ReadThere.FOLLOWERS},
    )
    if done == "end" and mine is not None:
        return ended(request, mine)
    if mine is not None and readers.is_valid():
        connecting.choose_readers(account=mine, visibility=readers.cleaned_data["visibility"])
        messages.success(request, _("It is kept."))
        return see_other("mastodon")
    page: dict[str, object] = {"account": mine, "finding": finding, "readers": readers}
    if finding.is_valid():
        if not allow("mastodon", "20/h", request):
            return too_often(request)
        page |= way_there(request, finding, me)
    return render(request, "delivery/mastodon.html", page)


def ended(request: Request, mine: MastodonAccount) -> HttpResponseBase:
    """Forget the token, and let it open nothing any more."""
    app, token = (
        MastodonApp.objects.filter(server=mine.server).first(),
        connecting.opened(mine.token_sealed),
    )
    connecting.end_account(account=mine, at=request.at)
    is_revoked = False
    if app is not None:
        call = mastodon.revoke(mine.server, app.client, connecting.opened(app.secret_sealed), token)
        answer = asked(call)
        is_revoked = answer is not None and answer.is_fine
    said = _("Your account is no longer connected. What you announced there stays until you delete it there.")
    more = "" if is_revoked else " " + _("Your server did not answer: end our access there, too.")
    messages.success(request, said + more)
    return see_other("mastodon")


def asked(call: mastodon.Call, by: Fetcher | None = None) -> Answer | None:
    """What a server answers; None when it cannot be asked."""
    try:
        return mastodon.ask(call, by or mastodon.fetcher())
    except Unfetched:
        return None


def way_there(request: Request, form: ServerForm, me: Person) -> dict[str, str]:
    """The page of the server where its owner says yes; the form says it when there is none."""
    by = mastodon.fetcher()
    schemes = frozenset({"https"}) if not by.permitted else frozenset({"http", "https"})
    try:
        server = mastodon.server_of(form.cleaned_data["server"], schemes=schemes)
    except mastodon.NoServer:
        form.add_error("server", _("This names no server. Write it as you write it there: @name@server."))
        return {}
    app = app_at(request, server, by)
    if app is None:
        form.add_error(
            "server", _("No server of Mastodon answers there. Try again later, or look at its name.")
        )
        return {}
    state = signing.dumps({"person": me.public_id, "server": server}, salt=SALT)
    return {"server": server, "way": mastodon.authorize(server, app.client, app.redirect, state)}


def app_at(request: Request, server: str, by: Fetcher) -> MastodonApp | None:
    """What a server calls this square: known from before, or asked for now."""
    redirect = request.build_absolute_uri(reverse("mastodon-back"))
    app = MastodonApp.objects.filter(server=server, redirect=redirect).first()
    if app is not None and connecting.opened(app.secret_sealed):
        return app
    answer = asked(mastodon.register(server, redirect, request.square.name), by)
    told = mastodon.said(answer) if answer is not None and answer.is_fine else {}
    client, secret = mastodon.text_of(told, "client_id"), mastodon.text_of(told, "client_secret")
    if not client or not secret:
        return None
    return connecting.keep_app(server=server, redirect=redirect, client=client, secret=secret, at=request.at)


@require_http_methods(["GET", "POST"])
@members_only
def back(request: Request) -> HttpResponseBase:
    """Where the server leads back to, with a code: POST changes it for a token. Raises Http404 for what we did not ask."""
    given = request.POST if request.method == "POST" else request.GET
    server = server_asked(given.get("state", ""), who(request))
    code = given.get("code", "")[:1000]
    app = MastodonApp.objects.filter(server=server).first()
    if app is None or not code:
        messages.error(request, _("Your server did not say yes. Nothing is connected."))
        return see_other("mastodon")
    if request.method == "GET":
        page = {"server": server, "code": code, "state": given.get("state", "")}
        return render(request, "delivery/mastodon_back.html", page)
    secret = connecting.opened(app.secret_sealed)
    answer = asked(mastodon.token(server, app.client, secret, app.redirect, code))
    token = mastodon.text_of(mastodon.said(answer), "access_token", 1000) if answer is not None else ""
    known = asked(mastodon.whoami(server, token)) if token else None
    name = mastodon.text_of(mastodon.said(known), "acct", 200) if known is not None else ""
    if not name:
        messages.error(request, _("Your server did not say yes. Nothing is connected."))
        return see_other("mastodon")
    connecting.connect_account(person=who(request), server=server, name=name, token=token, at=request.at)
    messages.success(
        request, _("Your account is connected. Nothing is announced there unless you say so each time.")
    )
    return see_other("mastodon")


def server_asked(state: str, person: Person) -> str:
    """The server to which we sent this person a moment ago. Raises Http404."""
    try:
        told = signing.loads(state, salt=SALT, max_age=FOR)
    except signing.BadSignature:
        raise Http404 from None
    if told["person"] != person.public_id:
        raise Http404
    return str(told["server"])
