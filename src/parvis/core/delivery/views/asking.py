"""Mails for those who have only an address: the form, the mail that asks back, and the page that says yes."""

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from parvis.core.audiences.rule import Viewer
from parvis.core.people import mails
from parvis.core.people.limits import allow, too_often
from parvis.core.people.request import Request
from parvis.core.stream.models import Source
from parvis.core.stream.models.reading import SourceKind
from parvis.core.stream.pages import page_of

from .. import actions
from ..actions import AskedTooOften
from ..forms import AskForm
from ..links import reading_path, whole
from .private import private
from .subscriptions import name_of

BY_NETWORK = "5/h/ip"


def public_source(request: Request, public_id: str) -> Source:
    """A source in which any passer-by reads something now. Raises Http404 for all others alike."""
    source = Source.objects.select_related("person").filter(public_id=public_id.replace("\0", "")).first()
    passer_by = Viewer(at=request.viewer.at)
    if (
        source is None
        or source.kind == SourceKind.COMMENTS
        or not page_of(passer_by, [source.pk], limit=1).publications
    ):
        raise Http404
    return source


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: Request, public_id: str) -> HttpResponseBase:
    """Somebody types an address; whether it is known here, or was written to before, changes nothing they see."""
    source = public_source(request, public_id)
    form = AskForm(
        request.POST or None,
        initial={"rhythm": "weekly", "language": translation.get_language() or request.square.language},
    )
    name = source.called(translation.get_language() or "")
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        if not allow("ask-for-mails", BY_NETWORK, request):
            return too_often(request)
        try:
            token = (
                ""
                if said["website"]
                else actions.ask(
                    address=said["email"],
                    source=source,
                    rhythm=said["rhythm"],
                    language=said["language"],
                    at=request.at,
                )
            )
        except AskedTooOften as refusal:
            form.add_error(None, str(refusal))
        else:
            if token:
                path = reverse("subscription-confirm", args=[token])
                link = whole(path) or request.build_absolute_uri(path)
                mails.send(
                    "delivery/email/confirm",
                    to=said["email"],
                    language=said["language"],
                    context={"link": link, "source": source},
                )
            return render(request, "delivery/asked.html", {"name": name, "address": said["email"]})
    return render(request, "delivery/ask.html", {"form": form, "name": name, "source": source})


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
        name = asked.source.called(asked.language)
        return private(render(request, "delivery/confirm.html", {"asked": asked, "name": name}))
