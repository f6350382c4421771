"""A person's own settings: what stands on their page, and how the square is shown to them."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from parvis.lib.refusal import Refusal

from ..actions import change_portrait, change_settings, remove_portrait, update_profile
from ..forms import PortraitForm, ProfileForm, SettingsForm, may_invite
from ..http import person_only, see_other, who
from ..request import Request
from ..sizes import takes_files


@person_only
def me(request: Request) -> HttpResponseBase:
    """All that a person can settle for themselves, on one page."""
    return render(request, "people/me.html", {"may_invite": may_invite(who(request), request.square)})


@person_only
def profile(request: Request) -> HttpResponseBase:
    """Name, a short text in each language, links."""
    person = who(request)
    form = ProfileForm(request.POST or None, person=person, square=request.square)
    if form.is_valid():
        update_profile(
            person=person,
            name=form.cleaned_data["name"],
            about=form.about(),
            links=form.links(),
            is_listed=form.cleaned_data["is_listed"],
        )
        messages.success(request, _("Your page says this now."))
        return see_other("profile")
    return render(request, "people/profile.html", {"form": form, "portrait_form": PortraitForm()})


@require_POST
@takes_files(1)
@person_only
def portrait(request: Request) -> HttpResponseBase:
    """Another picture of oneself, or none."""
    person = who(request)
    if "remove" in request.POST:
        remove_portrait(person=person)
        return see_other("profile")
    form = PortraitForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            change_portrait(person=person, data=form.cleaned_data["picture"].read())
        except Refusal as refusal:
            form.add_error("picture", str(refusal))
        else:
            return see_other("profile")
    page = {"form": ProfileForm(person=person, square=request.square), "portrait_form": form}
    return render(request, "people/profile.html", page)


@person_only
def settings(request: Request) -> HttpResponseBase:
    """Language, clock and light."""
    person = who(request)
    now = {"language": person.language, "zone": person.zone, "theme": person.theme}
    form = SettingsForm(request.POST or None, initial=now)
    if form.is_valid():
        change_settings(person=person, **form.cleaned_data, at=request.at)
        return see_other("preferences")
    return render(request, "people/settings.html", {"form": form})
