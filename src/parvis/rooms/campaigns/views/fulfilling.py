"""After success: how far it is, what was sent to whom, the list of backers; and a backer who says that it has arrived."""

from datetime import date

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parvis.core.people.http import person_only, see_other, who
from parvis.core.people.request import Request
from parvis.lib.funding.campaigns import CampaignState
from parvis.lib.funding.pledges import BACKING
from parvis.lib.refusal import Refusal

from ..actions import exporting, fulfilling
from ..actions.fulfilling import STEPS, Delay
from ..links import pledge_of, pledge_path
from ..models import Campaign, Fulfilment, Pledge
from .by_link import speaking
from .telling import own_campaign


class MonthField(forms.CharField):
    """A month, as browsers send it: 2027-03."""

    widget = forms.TextInput(attrs={"type": "month", "placeholder": "2027-03"})

    def to_python(self, value: object) -> date | None:  # type: ignore[override]
        text = str(value or "").strip()
        if not text:
            return None
        try:
            return date.fromisoformat(f"{text}-01")
        except ValueError:
            raise forms.ValidationError(_("Write the month like this: 2027-03.")) from None


class DelayForm(forms.Form):
    """By when what is late is expected, and why."""

    month = MonthField(label=gettext_lazy("Expected by"))
    title = forms.CharField(label=gettext_lazy("Title"), max_length=400, required=False)
    text = forms.CharField(
        label=gettext_lazy("Why it is late, to those who back it"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def delay(self, language: str) -> Delay:
        said = self.cleaned_data
        return Delay(month=said["month"], title=said["title"], text=said["text"], language=language)


def successful(request: Request, slug: str) -> Campaign:
    """A campaign of the asker's own that has reached its goal. Raises Http404."""
    campaign = own_campaign(request, slug)
    if campaign.state != CampaignState.SUCCESSFUL:
        raise Http404
    return campaign


@require_http_methods(["GET", "HEAD", "POST"])
@person_only
def fulfilment(request: Request, slug: str) -> HttpResponse:
    """How far it is, and each pledge with what was sent and has arrived."""
    campaign = successful(request, slug)
    is_delay = request.POST.get("step") == Fulfilment.DELAYED
    form = DelayForm(request.POST if is_delay else None)
    if request.method == "POST":
        try:
            if go_on(request, campaign, form):
                return see_other("campaigns:fulfilment", slug)
        except Refusal as refusal:
            if not is_delay:
                messages.error(request, str(refusal))
                return see_other("campaigns:fulfilment", slug)
            form.add_error(None, str(refusal))
    rows = Pledge.objects.filter(campaign=campaign, state__in=[*map(str, BACKING)]).order_by("number")
    language = who(request).language
    context = {
        "campaign": campaign,
        "now": Fulfilment(campaign.fulfilment),
        "steps": [Fulfilment(one) for one in STEPS[campaign.fulfilment] if one != Fulfilment.DELAYED],
        "may_be_late": Fulfilment.DELAYED in STEPS[campaign.fulfilment],
        "form": form,
        "pledges": [
            (one, one.reward.said("title", language) if one.reward is not None else "")
            for one in rows.prefetch_related("reward")
        ],
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "campaigns/fulfilling/fulfilment.html", context, status=status)


def go_on(request: Request, campaign: Campaign, form: DelayForm) -> bool:
    """Do what was asked; False when the form has to be put right. Raises Refusal."""
    step = request.POST.get("step")
    chosen = request.POST.getlist("pledges")
    if step in Fulfilment.values:
        if step == Fulfilment.DELAYED and not form.is_valid():
            return False
        delay = form.delay(campaign.publication.language) if step == Fulfilment.DELAYED else None
        fulfilling.set_fulfilment(campaign=campaign, step=Fulfilment(step), at=request.at, delay=delay)
        messages.success(request, _("It says so now on its page."))
        return True
    match request.POST.get("do"):
        case "sent":
            changed = fulfilling.mark_sent(campaign=campaign, pledges=chosen, at=request.at)
        case "not-sent":
            changed = fulfilling.mark_sent(campaign=campaign, pledges=chosen, at=None)
        case "arrived":
            changed = fulfilling.mark_arrived(campaign=campaign, pledges=chosen, at=request.at)
        case _:
            return False
    noted = ngettext("Noted for %(count)s pledge.", "Noted for %(count)s pledges.", changed)
    messages.success(request, noted % {"count": changed})
    return True


@require_POST
@person_only
def export(request: Request, slug: str) -> HttpResponse:
    """The list of backers as a file; that it was taken is written down."""
    campaign = successful(request, slug)
    content = exporting.export_backers(campaign=campaign, by=who(request), at=request.at)
    response = HttpResponse(content.encode(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{campaign.slug}.csv"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_safe
@person_only
def to_export(request: Request, slug: str) -> HttpResponse:
    """What the file holds, before it is taken."""
    return render(request, "campaigns/fulfilling/export.html", {"campaign": successful(request, slug)})


@require_POST
def arrived(request: Request, token: str) -> HttpResponseBase:
    """A backer has it."""
    pledge = pledge_of(token)
    with speaking(request, pledge):
        try:
            fulfilling.say_arrived(pledge=pledge, at=request.at)
        except Refusal:
            raise Http404 from None
        messages.success(request, _("Thank you. Who makes the campaign sees that it has arrived."))
    return see_other(pledge_path(pledge))
