"""Mail that ends a whole digest: to `leave-daily` and `leave-weekly`."""

from datetime import datetime

from parvis.core.people.models import Person
from parvis.lib.mail.received import Received

from . import actions
from .inbound import Inbound, Take, Taken, register
from .models import InboundMail, Rhythm


def ends(rhythm: Rhythm) -> Take:
    """What is done with a mail to the address that ends the digest of this rhythm."""

    def take(mail: InboundMail, received: Received, at: datetime) -> Taken:
        """Whoever writes there wants no more of this digest: at once, whatever the mail says."""
        person = Person.objects.active().filter(public_id=mail.token).first()
        if person is None or not actions.leave_digest(person=person, rhythm=rhythm, at=at):
            return Taken(person=person, problem="left before")
        return Taken(person=person, answer=f"left-{rhythm}")

    return take


for one in (Rhythm.DAILY, Rhythm.WEEKLY):
    register(Inbound(name=f"delivery.leave-{one}", word=f"leave-{one}", take=ends(one)))
