"""How the mails of the square fare, for its owners: figures by state, and where they met with trouble; no reader's name."""

from django.http import HttpResponseBase
from django.shortcuts import render

from parvis.core.delivery.mail_words import became
from parvis.core.delivery.models import MailState
from parvis.core.delivery.status import status
from parvis.core.people.http import owners_only
from parvis.core.people.request import Request


@owners_only
def mails(request: Request) -> HttpResponseBase:
    """The figures of `parvis delivery status`."""
    found = status(request.at)
    states = [
        (became(state, found.counts[state]), found.counts[state])
        for state in MailState
        if found.counts[state]
    ]
    return render(request, "desk/mails.html", {"status": found, "states": states})
