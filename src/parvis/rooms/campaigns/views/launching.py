"""On the way to the launch: the terms, the link to a preview, telling what is coming, and the launch itself."""

from copy import copy

from django.contrib import messages
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from parvis.core.people.http import see_other, who
from parvis.core.people.request import Request
from parvis.lib.funding.campaigns import BEFORE, CampaignState
from parvis.lib.refusal import Refusal

from ..actions import launching, wording
from ..actions.lacking import lacks
from ..forms.making import CancelForm, TermsForm
from ..models import Campaign
from ..pages.checklist import followers_of, hints
from .guarding import own, page, stands_otherwise, tried


@require_http_methods(["GET", "HEAD", "POST"])
@own
def terms(request: Request, campaign: Campaign) -> HttpResponseBase:
    """Goal, deadline and where the money goes; and in words when it would end."""
    form = TermsForm(request.POST or None, campaign=campaign, person=who(request))
    is_look = request.POST.get("do") == "look"
    meant = campaign
    if request.method == "POST" and form.is_valid():
        meant = as_meant(campaign, form)
        try:
            launching.deadline_of(meant, request.at)
            if not is_look:
                launching.set_terms(campaign=campaign, terms=form.terms())
                messages.success(request, _("Saved. Until the launch you can change it."))
                return see_other("campaigns:terms", campaign.slug)
        except launching.WrongLength as wrong:
            form.add_error("days" if meant.days else "on_day", str(wrong))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    failed = request.method == "POST" and not (is_look and not form.errors)
    return page(
        request,
        "terms",
        campaign,
        {"form": form, "meant": meant, "ends_at": would_end(request, meant), "frozen": is_frozen(campaign)},
        failed=failed,
    )


def as_meant(campaign: Campaign, form: TermsForm) -> Campaign:
    """The campaign as it would be with these terms; nothing is written."""
    meant, terms = copy(campaign), form.terms()
    meant.goal, meant.currency, meant.zone = terms.goal, terms.currency, terms.zone
    meant.days, meant.ends_on = terms.days, terms.ends_on
    return meant


def would_end(request: Request, campaign: Campaign) -> object:
    """When it would end if it were launched now; None when it cannot run so long."""
    if campaign.deadline_at is not None:
        return campaign.deadline_at
    try:
        return launching.deadline_of(campaign, request.at).at
    except launching.WrongLength:
        return None


def is_frozen(campaign: Campaign) -> bool:
    return campaign.launched_at is not None


@require_http_methods(["GET", "HEAD", "POST"])
@own
def launch(request: Request, campaign: Campaign) -> HttpResponseBase:
    """What is missing, what it means, who is told; and the button."""
    if request.method == "POST" and tried(
        request, lambda: launching.launch(campaign=campaign, clock=timezone.now)
    ):
        messages.success(request, _("Your campaign runs."))
        return see_other("campaigns:desk", campaign.slug)
    if campaign.state not in BEFORE:
        return see_other("campaigns:desk", campaign.slug)
    return launch_page(request, campaign)


def launch_page(request: Request, campaign: Campaign, told: str = "") -> HttpResponseBase:
    """The page before the launch; a new link to the preview is told once."""
    context: dict[str, object] = {
        "lacks": lacks(campaign),
        "hints": hints(request.square, campaign, get_language() or "en"),
        "ends_at": would_end(request, campaign),
        "followers": followers_of(campaign),
        "is_draft": campaign.state == CampaignState.DRAFT,
        "has_preview": campaign.publication.published_at is not None,
        "told": told,
        "unpublished": wording.unpublished(campaign),
    }
    return page(request, "launch", campaign, context)


@require_POST
@own
def preview(request: Request, campaign: Campaign) -> HttpResponseBase:
    """Make a link that opens the draft, make it anew, or take it back."""
    if request.POST.get("do") == "revoke":
        if tried(request, lambda: launching.close_preview(campaign=campaign)):
            messages.success(request, _("Nobody but you sees the draft now."))
        return see_other("campaigns:launch", campaign.slug)
    try:
        token = launching.open_preview(campaign=campaign, at=request.at)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        return launch_page(request, campaign, request.build_absolute_uri(reverse("open-link", args=[token])))
    return see_other("campaigns:launch", campaign.slug)


@require_POST
@own
def announce(request: Request, campaign: Campaign) -> HttpResponseBase:
    """Tell everyone what is coming."""
    if tried(request, lambda: launching.announce(campaign=campaign, at=request.at)):
        messages.success(
            request, _("Everyone reads now what is coming. It takes no pledges before its launch.")
        )
    return see_other("campaigns:launch", campaign.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@own
def cancel(request: Request, campaign: Campaign) -> HttpResponseBase:
    """Call it off: its title is typed, and everyone reads why."""
    if campaign.state != CampaignState.LIVE:
        if request.method == "POST":
            messages.error(request, stands_otherwise())
        return see_other("campaigns:desk", campaign.slug)
    form = CancelForm(request.POST or None, expected=campaign.publication.title)
    if request.method == "POST" and form.is_valid():
        because = form.cleaned_data["because"]
        if tried(
            request,
            lambda: launching.cancel(campaign=campaign, by=who(request), because=because, clock=timezone.now),
        ):
            messages.success(
                request, _("It is called off, and nobody is debited. Your backers are told why.")
            )
        return see_other("campaigns:desk", campaign.slug)
    return page(request, "cancel", campaign, {"form": form}, failed=request.method == "POST")
