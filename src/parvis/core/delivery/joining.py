"""Asking for the mails of a source: who may be asked back, with which mail, and by writing when forms are too many."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from parvis.core.audiences.rule import Viewer, microseconds
from parvis.core.people import mails
from parvis.core.stream.models import Source
from parvis.core.stream.models.reading import SourceKind
from parvis.core.stream.pages import page_of
from parvis.lib.mail.received import Received

from . import actions
from .inbound import Inbound, Take, Taken, address, register
from .links import whole
from .models import InboundMail, Rhythm


def open_source(public_id: str, at: datetime) -> Source | None:
    """A source in which any passer-by reads something now."""
    source = Source.objects.select_related("person").filter(public_id=public_id.replace("\0", "")).first()
    passer_by = Viewer(at=microseconds(at))
    if source is None or source.kind == SourceKind.COMMENTS:
        return None
    return source if page_of(passer_by, [source.pk], limit=1).publications else None


def ask_back(*, to: str, language: str, source: Source, link: str) -> None:
    """Ask whoever reads this address whether it is they who want the mails: the only words in it are ours."""
    context = {"link": link, "source": source}
    mails.send("delivery/email/confirm", to=to, language=language, context=context)


def confirm_path(token: str) -> str:
    """The page on which they say yes."""
    return reverse("subscription-confirm", args=[token])


def join_address(source: Source, rhythm: str, language: str) -> str:
    """Where a mail asks for the mails of a source; "" where no mail comes in, or this house does not know its address."""
    return address(f"join-{rhythm}-{language}", source.public_id) if settings.PARVIS_URL else ""


def joins(rhythm: Rhythm, language: str) -> Take:
    """What is done with a mail to the address that asks for mails at this rhythm."""

    def take(mail: InboundMail, received: Received, at: datetime) -> Taken:
        """Whoever wrote is asked back, as often as the form asks back: the address in a mail can be anybody's."""
        source = open_source(mail.token, at)
        if source is None:
            return Taken(problem="nothing in it is public")
        if received.is_automatic:
            return Taken(problem="a machine wrote it")
        token = actions.ask(
            address=mail.sender, source=source, rhythm=rhythm, language=language, at=at, is_by_mail=True
        )
        if not token:
            return Taken(problem="written to enough")
        # A machine that stops between the two loses a question, which can be asked again the next day.
        transaction.on_commit(
            lambda: ask_back(
                to=mail.sender, language=language, source=source, link=whole(confirm_path(token))
            )
        )
        return Taken()

    return take


for one in Rhythm:
    for spoken, _name in settings.LANGUAGES:
        register(
            Inbound(
                name=f"delivery.join-{one}-{spoken}", word=f"join-{one}-{spoken}", take=joins(one, spoken)
            )
        )
