"""The ledger of copies, for the author of a publication."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from parvis.core.people.http import members_only, who
from parvis.core.people.request import Request
from parvis.core.stream.finding import mine_or_404

from ..ledger import lines_of


@require_safe
@members_only
def copies(request: Request, public_id: str) -> HttpResponse:
    """What has left of something I published, and what can still be done about it."""
    found = mine_or_404(who(request), public_id)
    page = {"publication": found, "lines": lines_of(found, request.at)}
    return render(request, "delivery/copies.html", page)
