"""Ending a whole digest: the sources that come in it, and the notices that came along."""

from datetime import datetime

from django.db import transaction

from parvis.core.people.models import Person

from ..models import Channel, Mail, MailKind, Subscription, Way
from ..notices import NOTICES
from ..ways import ways_of
from .noticing import choose_ways
from .subscribing import DIGESTS, cancel, leave, plan


@transaction.atomic
def leave_digest(*, person: Person, rhythm: str, at: datetime) -> int:
    """End all that comes to a person in the digest of this rhythm; how many sources there were.

    Other mails go on. Notices that came in it come in the other digest, if there is one, else on the page alone: no
    digest is begun for them that its reader has just ended.
    """
    mine = Subscription.objects.filter(follow__person=person, channel=Channel.MAIL)
    ended = list(mine.filter(rhythm=rhythm).select_related("follow__person"))
    for subscription in ended:
        leave(subscription=subscription, at=at)
    waiting = Mail.objects.filter(person=person, kind=MailKind.DIGEST, rhythm=rhythm, subscription=None)
    cancel(waiting, at=at)
    if not mine.filter(rhythm__in=DIGESTS).exists():
        now = ways_of(person)
        in_digests = [kind for kind in NOTICES if now.of(kind) == Way.DIGEST]
        choose_ways(person=person, ways=dict.fromkeys(in_digests, Way.WEB), at=at)
    plan(person=person, at=at)
    return len(ended)
