"""A provider that refuses this square as such: sending there stops, nobody's address suffers, and the owners are told.

After a day one mail tries again, then after two, four, and at last every eight.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from parvis.core.people.models import Address, Notice, Person

from ..models import Bounce, BounceCategory, Breaker, Mail, MailKind, MailState

A_DAY = timedelta(days=1)
LONGEST = 8
GONE_OUT = (MailState.LEFT, MailState.UNKNOWN, MailState.REFUSED)
FEWEST = 2
"""Refusals of one provider to our own relay in a day from which more than half of its mails is a lot."""
FEWEST_PEOPLE = 10
"""People of whom mailed reports speak, within a day, from which more than half of a provider's readers is a lot."""
FEWEST_OF_ONE = 5
"""Refusals of one publication to our own relay from which more than a twentieth of its mails is a lot."""
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"']+@[^\s<>()\[\],;:\"']+")


def mind(bounce: Bounce, at: datetime) -> None:
    """A mail was refused because of us: stop sending to this provider when it is a habit.

    What our own relay said is believed. What a mail says is not, for whoever holds a mail of ours can write such a one
    about it: it takes many people of whom reports speak, and most of those to whom something was sent.
    """
    Bounce.objects.filter(pk=bounce.pk).update(counts=False)
    if not bounce.domain:
        return
    if stands := Breaker.objects.filter(domain=bounce.domain).first():
        if stands.trial_id == bounce.mail_id and (bounce.is_own or not stands.is_own):
            put_further_off(stands, bounce, at)
        return
    refused = Bounce.objects.filter(category=BounceCategory.US, at__gt=at - A_DAY)
    if not bounce.is_own:
        mind_reports(bounce, refused.filter(domain=bounce.domain), at)
        return
    refused = refused.filter(is_own=True)
    here = refused.filter(domain=bounce.domain).count()
    if is_counted(here) and here * 2 > sent_to(bounce.domain, at).count():
        stop([bounce.domain], bounce, at)
        return
    of_one = refused.filter(mail__publication=bounce.mail.publication_id)
    count = of_one.count() if bounce.mail.publication_id else 0
    if count >= FEWEST_OF_ONE and is_counted(count):
        sent = Mail.objects.filter(publication=bounce.mail.publication_id, state__in=GONE_OUT).count()
        if count * 20 > sent:
            stop(of_one.values_list("domain", flat=True).distinct(), bounce, at)


def mind_reports(bounce: Bounce, here: QuerySet[Bounce], at: datetime) -> None:
    """Stop when the refusals of one provider within a day concern many people, and more than half of its readers."""
    people = here.values("mail__person").distinct().count()
    if people < FEWEST_PEOPLE or (people - FEWEST_PEOPLE) % 5:
        return
    readers = sent_to(bounce.domain, at).values("person").distinct().count()
    if people * 2 > readers:
        stop([bounce.domain], bounce, at)


def is_counted(refused: int) -> bool:
    """Whether after so many refusals it is looked at how many were sent, which takes a while: not after each."""
    return refused >= FEWEST and (refused < 10 or refused % 10 == 0)


def sent_to(domain: str, at: datetime) -> QuerySet[Mail]:
    """The mails that went to a provider within a day, taken or not."""
    there = Address.objects.filter(canonical__endswith=f"@{domain}", is_primary=True).values("person")
    sent: QuerySet[Mail] = Mail.objects.filter(person__in=there, state__in=GONE_OUT, state_at__gt=at - A_DAY)
    return sent


@transaction.atomic
def stop(domains: Iterable[str], bounce: Bounce, at: datetime) -> None:
    """No more mails to these providers for now; each owner is told of each, once."""
    for domain in {one for one in domains if one}:
        said = {
            "words": without_addresses(bounce.words),
            "at": at,
            "until": at + A_DAY,
            "is_own": bounce.is_own,
        }
        breaker, is_new = Breaker.objects.get_or_create(domain=domain, defaults=said)
        if is_new:
            Notice.objects.bulk_create(
                Notice(person=owner, kind="delivery.breaker", about={"breaker": breaker.pk}, at=at)
                for owner in Person.objects.owners()
            )


def without_addresses(words: str) -> str:
    """A provider's words without the addresses of readers."""
    return _ADDRESS.sub("…", words)


def put_further_off(breaker: Breaker, bounce: Bounce, at: datetime) -> None:
    """The mail that tried was refused too: the next one tries after twice the time."""
    trials = breaker.trials + 1
    Breaker.objects.filter(pk=breaker.pk).update(
        trial=None,
        trials=trials,
        until=at + A_DAY * min(2**trials, LONGEST),
        words=without_addresses(bounce.words) or breaker.words,
    )


@transaction.atomic
def resume(*, breaker: Breaker, at: datetime) -> None:
    """Send to this provider again: an owner says so, or the mail that tried was not refused."""
    there = Address.objects.filter(canonical__endswith=f"@{breaker.domain}", is_primary=True).values("person")
    waiting = Mail.objects.filter(state=MailState.QUEUED, next_try__gt=at, person__in=there)
    waiting.exclude(kind=MailKind.LETTER, queued_at__gt=at).update(next_try=at)
    Notice.objects.filter(kind="delivery.breaker", about__breaker=breaker.pk).delete()
    breaker.delete()


def see_to_breakers(at: datetime) -> None:
    """Send again to the providers that have taken the mail that tried.

    One that came back for whatever reason is a mail that they took first; those that are believed when they say that it
    is because of us have put it further off (`mind`).
    """
    for breaker in Breaker.objects.filter(until__lte=at).exclude(trial=None).select_related("trial"):
        said = Bounce.objects.filter(mail=breaker.trial_id)
        if said.exists() or (breaker.trial is not None and breaker.trial.state == MailState.LEFT):
            resume(breaker=breaker, at=at)
        else:
            Breaker.objects.filter(pk=breaker.pk).update(trial=None)


def let_through(mails: Sequence[Mail], at: datetime) -> Sequence[Mail]:
    """Those of these claimed mails that may go now; what is for a provider that wants none waits, but one that tries."""
    breakers = {one.domain: one for one in Breaker.objects.all()}
    if not breakers:
        return mails
    domains = dict(
        Address.objects.filter(person__in={mail.person_id for mail in mails}, is_primary=True).values_list(
            "person_id", "canonical"
        )
    )
    free: list[Mail] = []
    held: dict[str, list[int]] = {}
    for mail in mails:
        domain = domains.get(mail.person_id, "").rpartition("@")[2]
        if domain not in breakers or tries(breakers[domain], mail, at):
            free.append(mail)
        else:
            held.setdefault(domain, []).append(mail.pk)
    for domain, numbers in held.items():
        wait(numbers, max(breakers[domain].until, at + timedelta(minutes=5)))
    return free


def tries(breaker: Breaker, mail: Mail, at: datetime) -> bool:
    """Whether this mail is the one that tries a provider again; it has a day to come back."""
    if breaker.trial_id == mail.pk:
        return True
    if breaker.trial_id is not None or breaker.until > at:
        return False
    mine = Breaker.objects.filter(pk=breaker.pk, trial=None, until=breaker.until)
    if not mine.update(trial=mail.pk, until=at + A_DAY):
        return False
    breaker.trial_id, breaker.until = mail.pk, at + A_DAY
    return True


def wait(mails: Collection[int], until: datetime) -> None:
    """Give these mails back, to be claimed when it is time."""
    Mail.objects.filter(pk__in=mails, state=MailState.QUEUED).update(
        next_try=until, locked_until=None, claimed_by=""
    )
