"""How one wants to be met."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from parvis.core.people.http import members_only, see_other, who
from parvis.core.people.request import Request

from .. import actions
from ..forms import PresenceForm
from ..models import Presence


@require_http_methods(["GET", "POST"])
@members_only
def meeting(request: Request) -> HttpResponseBase:
    """How precisely one's connections are told that one is near."""
    me = who(request)
    kept = Presence.objects.filter(person=me).first()
    kept = kept or Presence(person=me)
    start = {name: getattr(kept, name) for name in PresenceForm.base_fields}
    form = PresenceForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        actions.be_met(person=me, at=request.at, **form.cleaned_data)
        messages.success(request, _("Noted."))
        return see_other("places:home")
    return render(request, "places/meeting.html", {"form": form})
