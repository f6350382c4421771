"""Mails to our own addresses that nobody here understood: a handful a week is kept, for an owner to look at."""

from datetime import datetime, timedelta

from ..models import Mail, Puzzle

A_WEEK = timedelta(days=7)
MOST_A_WEEK, MOST_OF_ONE = 10, 2
KEPT = timedelta(days=28)


def puzzle(*, mail: Mail | None, text: str, at: datetime) -> None:
    """Keep a mail that was not understood, unless there are enough of this week, or about one reader."""
    lately = Puzzle.objects.filter(at__gt=at - A_WEEK)
    if lately.count() >= MOST_A_WEEK:
        return
    of_one = lately.filter(mail__person=mail.person_id) if mail is not None else lately.filter(mail=None)
    if of_one.count() >= (MOST_OF_ONE if mail is not None else MOST_A_WEEK // 2):
        return
    if mail is None:
        Puzzle.objects.create(text=text, at=at)
    else:
        Puzzle.objects.get_or_create(mail=mail, defaults={"text": text, "at": at})


def forget_puzzles(at: datetime) -> None:
    """Nobody looks at them after four weeks."""
    Puzzle.objects.filter(at__lt=at - KEPT).delete()
