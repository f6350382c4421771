"""Where other sites say that they link to a text, and where its author decides which of them are shown."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from parvis.core.people.http import members_only, see_other, who
from parvis.core.people.limits import allow, too_often
from parvis.core.people.models import Person
from parvis.core.people.request import Request
from parvis.core.stream.finding import mine_or_404
from parvis.core.stream.models import Publication
from parvis.lib.web import WebAddress

from ..actions import web_mentions
from ..actions.web_mentions import TooManyWait
from ..elsewhere import public_now
from ..forms import MentionForm
from ..models import MentionState, WebMention, WebMentionQuerySet, WelcomeSite

BY_NETWORK, BY_SITE, BY_TARGET = "60/h/ip", "60/h/key", "120/h/key"
PAGE = "delivery/webmention.html"


@csrf_exempt  # sent by programs of other sites, who hold no session here (https://www.w3.org/TR/webmention/)
@require_http_methods(["GET", "HEAD", "POST"])
def webmention(request: Request) -> HttpResponseBase:
    """Take note that a page elsewhere links to one here. What is not public is answered like what never was."""
    form = MentionForm(request.POST if request.method == "POST" else None, at=request.at)
    if request.method != "POST":
        return render(request, PAGE, {"form": form})
    if not allow("webmention", BY_NETWORK, request):
        return too_often(request)
    if not form.is_valid():
        return render(request, PAGE, {"form": form}, status=400)
    source, target = form.cleaned_data["source"], form.cleaned_data["target"]
    publication = form.cleaned_data["publication"]
    if not (
        allow("webmention-site", BY_SITE, request, key=WebAddress.read(source).host)
        and allow("webmention-target", BY_TARGET, request, key=publication.public_id)
    ):
        return too_often(request)
    try:
        web_mentions.receive(publication=publication, source=source, target=target, at=request.at)
    except TooManyWait as refusal:
        form.add_error("target", str(refusal))
        return render(request, PAGE, {"form": form}, status=429)
    return render(request, PAGE, {"taken": True}, status=202)


@require_http_methods(["GET", "POST"])
@members_only
def mentions(request: Request, public_id: str) -> HttpResponseBase:
    """The pages elsewhere that link to a text, for its author, and for owners while it is public: show them or not."""
    person = who(request)
    publication = to_decide_or_404(request, person, public_id)
    if request.method == "POST":
        return decide(request, person, publication)
    rows = list(to_decide(publication).order_by("received_at", "pk"))
    welcome = WelcomeSite.objects.filter(person=person, site__in={row.site for row in rows})
    page = {
        "publication": publication,
        "is_mine": publication.author_id == person.pk,
        "waiting": [row for row in rows if row.state == MentionState.WAITING],
        "shown": [row for row in rows if row.state == MentionState.SHOWN],
        "declined": [row for row in rows if row.state == MentionState.DECLINED],
        "welcome": sorted(welcome.values_list("site", flat=True)),
    }
    return render(request, "delivery/mentions.html", page)


def to_decide_or_404(request: Request, person: Person, public_id: str) -> Publication:
    """A text of one's own; an owner's also any that is public. Raises Http404."""
    if person.is_owner:
        found = public_now(request.at).select_related("author").filter(public_id=public_id).first()
        if found is not None:
            return found
    return mine_or_404(person, public_id)


def to_decide(publication: Publication) -> WebMentionQuerySet:
    """What has been read of pages that link to a text."""
    rows = WebMention.objects.unguarded("whoever decides under a text reads what waits there")
    return rows.filter(publication=publication).exclude(state=MentionState.RECEIVED)


def decide(request: Request, person: Person, publication: Publication) -> HttpResponse:
    """Do what one button says."""
    back = see_other("publication-mentions", publication.public_id)
    do, is_mine = request.POST.get("do", ""), publication.author_id == person.pk
    if do == "ask-again" and is_mine:
        web_mentions.ask_again(person=person, site=request.POST.get("site", ""))
        messages.success(request, _("You are asked again about each page of this site."))
        return back
    mention = to_decide(publication).filter(public_id=request.POST.get("mention", "")).first()
    if mention is None:
        raise Http404
    if do == "welcome" and is_mine:
        web_mentions.welcome(person=person, site=mention.site, at=request.at)
        messages.success(request, _("What this site links to of yours is shown without asking from now on."))
    elif do == "show":
        web_mentions.show(mention=mention, by=person, at=request.at)
        messages.success(request, _("It is shown under the text."))
    elif do == "decline":
        web_mentions.decline(mention=mention, by=person, at=request.at)
        messages.success(request, _("It is not shown."))
    return back
