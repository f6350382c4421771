"""Asking to be told once a reward that is sold out can be had again."""

from django import forms
from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from parvis.core.delivery.links import whole
from parvis.core.people import mails
from parvis.core.people.http import see_other
from parvis.core.people.limits import allow, too_often
from parvis.core.people.models.person import canonical
from parvis.core.people.request import Request
from parvis.core.site.views.entering import unlisted
from parvis.lib.refusal import Refusal

from ..actions.waiting import wait_by_mail, wait_for, wait_no_more
from ..models import Reward
from ..waiting_links import asked, asked_by, token_of
from ..words.wording import here

BY_NETWORK, MAILS = "20/h/ip", "3/d/key"


class WaitForm(forms.Form):
    """Where a visitor is told."""

    email = forms.EmailField(
        label=gettext_lazy("Your mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def wait(request: Request, slug: str, public_id: str) -> HttpResponseBase:
    """A member waits with a button; a visitor types an address, and is asked back there."""
    rows = Reward.objects.visible_to(request.viewer).select_related("campaign__publication")
    reward = get_object_or_404(rows, public_id=public_id, campaign__slug=slug)
    person = request.person
    if person is None:
        return by_mail(request, reward)
    if request.method == "POST":
        try:
            if request.POST.get("do") == "stop":
                wait_no_more(reward=reward, person=person)
                messages.success(request, _("You are not waiting for it any more."))
            else:
                wait_for(reward=reward, person=person, at=request.at)
                messages.success(request, _("We will write to you once it can be had again."))
        except Refusal as refusal:
            messages.warning(request, str(refusal))
    return see_other("campaigns:campaign", slug)


def by_mail(request: Request, reward: Reward) -> HttpResponseBase:
    """The form, and the page that says where to look; whether an address is known here changes nothing on it."""
    form = WaitForm(request.POST or None)
    title = reward.said("title", here())
    page = {"form": form, "title": title, "campaign": reward.campaign}
    if request.method != "POST" or not form.is_valid():
        return render(request, "campaigns/wait.html", page)
    if not allow("wait-for-reward", BY_NETWORK, request):
        return too_often(request)
    address = form.cleaned_data["email"]
    if allow("wait-mail", MAILS, request, key=canonical(address)):
        wish = asked(reward=reward.public_id, address=address, language=here(), at=request.at)
        path = reverse("campaigns:wait-by-link", args=[token_of(wish)])
        link = whole(path) or request.build_absolute_uri(path)
        context = {"link": link, "title": title, "campaign": reward.campaign.publication.title}
        mails.send("campaigns/email/wait", to=address, language=here(), context=context)
    return render(request, "campaigns/wait_asked.html", page | {"address": address})


@require_http_methods(["GET", "HEAD", "POST"])
def wait_by_link(request: Request, token: str) -> HttpResponseBase:
    """Whoever reads the mail says yes with a button."""
    wish = asked_by(token, request.at)
    rows = Reward.objects.unguarded("whoever asked saw it").select_related("campaign__publication")
    reward = get_object_or_404(rows, public_id=wish.reward)
    with translation.override(wish.language):
        page: dict[str, object] = {"title": reward.said("title", wish.language), "campaign": reward.campaign}
        if request.method == "POST":
            try:
                wait_by_mail(reward=reward, address=wish.address, language=wish.language, at=request.at)
                page["is_done"] = True
            except Refusal as refusal:
                page["refusal"] = refusal
        response = render(request, "campaigns/wait_confirm.html", page)
        response.headers["Content-Language"] = here()
        return unlisted(response)
