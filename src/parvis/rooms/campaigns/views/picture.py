"""The picture with which the page of a campaign begins."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from parvis.core.people.http import see_other
from parvis.core.people.request import Request
from parvis.core.people.sizes import takes_files
from parvis.lib.refusal import Refusal

from ..actions import wording
from ..forms.making import AltForm, PictureForm
from ..models import Campaign
from .guarding import codes_of, own, page, tried


@require_http_methods(["GET", "HEAD", "POST"])
@takes_files(1)
@own
def picture(request: Request, campaign: Campaign) -> HttpResponseBase:
    """Choose it, say what it shows, or do without."""
    codes = codes_of(request, campaign)
    before = campaign.picture
    initial = {f"alt_{code}": said for code, said in before.alt.items()} if before is not None else {}
    if request.method != "POST":
        new = PictureForm(codes=codes)
        context: dict[str, object] = {"new": new, "alt": AltForm(codes=codes, initial=initial)}
        return page(request, "picture", campaign, context)
    if request.POST.get("do") == "remove":
        if tried(request, lambda: wording.remove_picture(campaign=campaign)):
            messages.success(request, _("The page begins with words now."))
        return see_other("campaigns:picture", campaign.slug)
    if request.POST.get("do") == "describe" and before is not None:
        alt = AltForm(request.POST, codes=codes)
        if alt.is_valid():
            if tried(request, lambda: wording.describe_picture(campaign=campaign, alt=alt.alt())):
                messages.success(request, _("Those who cannot see the picture hear this now."))
            return see_other("campaigns:picture", campaign.slug)
        return page(request, "picture", campaign, {"new": PictureForm(codes=codes), "alt": alt}, failed=True)
    return choose(request, campaign)


def choose(request: Request, campaign: Campaign) -> HttpResponseBase:
    """Take the picture that was sent."""
    codes = codes_of(request, campaign)
    form = PictureForm(request.POST, request.FILES, codes=codes)
    if form.is_valid():
        file = form.cleaned_data["picture"]
        try:
            wording.set_picture(
                campaign=campaign, name=file.name or "", data=file.read(), alt=form.alt(), at=request.at
            )
        except Refusal as refusal:
            form.add_error("picture", str(refusal))
        else:
            messages.success(request, _("The page begins with this picture now."))
            return see_other("campaigns:picture", campaign.slug)
    return page(request, "picture", campaign, {"new": form, "alt": AltForm(codes=codes)}, failed=True)
