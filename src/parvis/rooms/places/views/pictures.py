"""Asking again for a picture that a program named and that did not come."""

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from parvis.core.people.http import members_only, see_other, who, whole
from parvis.core.people.request import Request
from parvis.core.stream.finding import mine_or_404

from ..posting.pictures import ask_again


@require_POST
@members_only
def pictures(request: Request, public_id: str) -> HttpResponseBase:
    """Have a picture of one's own check-in fetched once more. Raises Http404."""
    me = who(request)
    publication, number = mine_or_404(me, public_id), whole(request.POST.get("again", ""))
    if not ask_again(person=me, publication=publication, number=number, at=request.at):
        raise Http404
    messages.success(request, _("The picture is asked for again within a minute or two."))
    return see_other("places:checkin", public_id)
