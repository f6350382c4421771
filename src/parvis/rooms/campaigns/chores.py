"""What the worker does for the campaigns from time to time."""

from datetime import datetime, timedelta

from parvis.core.people.models import Notice, Person
from parvis.core.site.rooms import Chore

from .auditing import audit, said
from .letters.queueing import remind_of_debts
from .notices import WRONG
from .settlement import BOOKS

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


CHORES = (
    Chore(name=BOOKS, every=timedelta(minutes=10), run=check_the_books),
    Chore(name="campaigns.debts", every=timedelta(hours=1), run=remind_of_debts),
)
