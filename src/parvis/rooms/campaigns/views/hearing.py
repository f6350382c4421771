"""Where payment providers tell what happened: answered at once, understood at once or a little later."""

import logging

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from parvis.core.people.request import Request
from parvis.lib.payments import EventRefused, NotReady

from ..actions.hearing import note_event
from ..models import CardAccount
from ..provider.following import hear_safely
from ..provider.gateways import gateway_of

logger = logging.getLogger(__name__)

LONGEST = 256 * 1024
"""Bytes; an event of Stripe's is some thousands."""


@csrf_exempt  # posted by a provider, without cookie or login: it signs what it says
@require_POST
def hook(request: Request, public_id: str) -> HttpResponse:
    """Take what a provider tells of an account. What is signed is answered 200 whatever it is about; it would come again for days."""
    account = CardAccount.objects.filter(public_id=public_id, closed_at=None).first()
    if account is None:
        raise Http404
    body = request.read(LONGEST + 1)
    if len(body) > LONGEST:
        return HttpResponse(status=413)
    signature = request.headers.get("Stripe-Signature", "")
    try:
        event = gateway_of(account).parse_event(body, signature, request.at)
    except EventRefused as refused:
        logger.warning("An event for account %s was refused: %s", account.pk, refused.why)
        return HttpResponse(status=400)
    except NotReady:
        return HttpResponse(status=503)
    row = note_event(account=account, event=event, at=request.at)
    # What has to be asked of the provider is left to the worker: whoever tells does not wait for long.
    if row is not None and row.done_at is None and not row.setup:
        hear_safely(row, timezone.now)
    return HttpResponse(status=200)
