"""What one follows, and the standing rules for what one publishes."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from parvis.core.audiences.actions import Expression, audience_for, connections_group
from parvis.core.audiences.choices import AudienceChoice
from parvis.core.audiences.models import MEMBERS, Block
from parvis.core.audiences.words import label
from parvis.core.people.http import members_only, see_other, who
from parvis.core.people.request import Request

from .. import actions
from ..forms import SPANS, StandingRuleForm
from ..kinds import KINDS
from ..models import Source, StandingRule
from .people import person_or_404


def source_or_404(request: Request, public_id: str) -> Source:
    """A source that this person may follow: a person they may know, or a theme. Raises Http404."""
    source = Source.objects.select_related("person").filter(public_id=public_id).first()
    if source is None or source.kind == "comments":
        raise Http404
    if source.person is not None:
        shut = Block.objects.filter(person=who(request), owner=source.person).exists()
        if shut or not source.person.is_member:
            raise Http404
    return source


@require_POST
@members_only
def follow(request: Request, public_id: str) -> HttpResponse:
    """Read a source at home."""
    actions.follow(person=who(request), source=source_or_404(request, public_id), at=request.at)
    return back(request)


@require_POST
@members_only
def follow_person(request: Request, public_id: str) -> HttpResponse:
    """Read at home what a person publishes, whether or not they have published yet; or no longer."""
    found = person_or_404(request, public_id)
    if found.pk == who(request).pk:
        raise Http404
    if request.POST.get("stop"):
        actions.unfollow_person(person=who(request), other=found)
    else:
        actions.follow_person(person=who(request), other=found, at=request.at)
    return back(request)


@require_POST
@members_only
def unfollow(request: Request, public_id: str) -> HttpResponse:
    """No longer read a source at home."""
    source = Source.objects.filter(public_id=public_id).first()
    if source is not None:
        actions.unfollow(person=who(request), source=source)
    return back(request)


def back(request: Request) -> HttpResponse:
    """To the page the button stood on, if it is ours."""
    next_page = request.POST.get("next", "")
    ours = next_page.startswith("/") and url_has_allowed_host_and_scheme(next_page, allowed_hosts=None)
    return see_other(next_page if ours else "sources")


@require_http_methods(["GET", "POST"])
@members_only
def standing(request: Request) -> HttpResponse:
    """My standing rules: what is older than so much, only for these people."""
    person = who(request)
    form = StandingRuleForm(request.POST or None)
    form.offer((name, str(kind.title)) for name, kind in KINDS.items() if kind.takes_comments)
    if request.method == "POST" and request.POST.get("drop"):
        kind = request.POST["drop"].replace("\0", "")
        for rule in StandingRule.objects.filter(person=person, kind="" if kind == "everything" else kind):
            actions.drop_standing_rule(rule=rule)
        messages.success(
            request, _("The rule is gone. What it had narrowed is as wide again as you published it.")
        )
        return see_other("standing-rules")
    if request.method == "POST" and form.is_valid():
        groups = {"me": set(), "connections": {connections_group(person).pk}, "members": {MEMBERS}}[
            form.cleaned_data["to"]
        ]
        audience = audience_for(expression=Expression(frozenset(groups)), owner=person)
        actions.set_standing_rule(
            person=person,
            kind=form.cleaned_data["kind"],
            after_days=form.cleaned_data["after_days"],
            audience=audience,
            at=request.at,
        )
        messages.success(request, _("The rule holds from now on, for what you have published too."))
        return see_other("standing-rules")
    rows = StandingRule.objects.filter(person=person).select_related("audience").order_by("kind")
    return render(
        request, "stream/standing.html", {"form": form, "rules": [(rule, in_words(rule)) for rule in rows]}
    )


def in_words(rule: StandingRule) -> str:
    """What a standing rule does, told to whoever made it."""
    spans = dict(SPANS)
    choice = AudienceChoice.of(rule.audience, rule.person) if rule.audience else AudienceChoice.simple("me")
    words = {
        "what": KINDS[rule.kind].title if rule.kind in KINDS else _("Everything"),
        "time": spans.get(rule.after_days)
        or ngettext("%(count)d day", "%(count)d days", rule.after_days) % {"count": rule.after_days},
        "readers": label(choice) or _("only you"),
    }
    return _("%(what)s, after %(time)s: %(readers)s") % words
