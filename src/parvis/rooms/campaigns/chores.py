"""What the worker does for the campaigns from time to time."""

from datetime import datetime, timedelta

from django.db import transaction

from parvis.core.delivery.actions import send_letter
from parvis.core.people.models import Notice, Person
from parvis.core.site.rooms import Chore

from .actions.asking import forget_addresses
from .actions.settling import due_for_a_reminder, remind
from .actions.telling import forget_updates
from .auditing import audit, said
from .deadlines import BOOKS
from .letters.afterwards import ask_backers, tell_sent, tell_who_waits
from .letters.queueing import remind_of_debts
from .notices import WRONG
from .provider.following import check_accounts, hear_again

QUIET_FOR = timedelta(hours=12)


def check_the_books(at: datetime) -> None:
    """Tell the owners of the first thing that does not add up, twice a day while it lasts."""
    violation = next(audit(at), None)
    if violation is None:
        return
    for owner in Person.objects.owners():
        lately = Notice.objects.filter(person=owner, kind=WRONG, at__gt=at - QUIET_FOR)
        if not lately.exists():
            Notice.objects.create(person=owner, kind=WRONG, about={"words": said(violation)}, at=at)


@transaction.atomic
def remind_of_bills(at: datetime) -> None:
    """Write once to whoever has not paid a bill after some days."""
    for pledge in due_for_a_reminder(at):
        if pledge.person is not None and remind(pledge=pledge, at=at):
            send_letter(
                kind="campaigns.reminded",
                person=pledge.person,
                key=str(pledge.pk),
                about={"pledge": pledge.pk},
                at=at,
            )


CHORES = (
    Chore(name=BOOKS, every=timedelta(minutes=10), run=check_the_books),
    Chore(name="campaigns.bills", every=timedelta(hours=1), run=remind_of_bills),
    Chore(name="campaigns.accounts", every=timedelta(days=1), run=check_accounts),
    Chore(name="campaigns.heard", every=timedelta(hours=1), run=hear_again),
    Chore(name="campaigns.waiting", every=timedelta(minutes=1), run=tell_who_waits),
    Chore(name="campaigns.surveys", every=timedelta(minutes=5), run=ask_backers),
    Chore(name="campaigns.sent", every=timedelta(minutes=5), run=tell_sent),
    Chore(name="campaigns.trash", every=timedelta(days=1), run=forget_updates),
    Chore(name="campaigns.addresses", every=timedelta(days=1), run=forget_addresses),
    Chore(name="campaigns.debts", every=timedelta(hours=1), run=remind_of_debts),
)
