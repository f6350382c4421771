"""What a mail says: made when it leaves, of what its reader may see at that moment, in their language."""

from collections.abc import Sequence
from datetime import datetime
from email.utils import parseaddr
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from parvis.core.audiences.rule import Viewer
from parvis.core.people.models import Address
from parvis.core.stream.models import Publication
from parvis.core.stream.pages import page_of

from .had import had_by
from .inbound import bounce_address
from .items import Item, Items
from .late import Late
from .letter_mails import of_a_room
from .links import leaving_path, whole
from .masters import LEAVE, Group, Letter, Master, addressed, master
from .models import Mail, MailKind, Subscription
from .notice_letters import of_notices
from .recalls import recall
from .telling import NOTHING_TOLD, told_in
from .ways import awaiting_a_digest
from .wishes import Wishes

MOST = 30
"""Publications of one source in a digest; the others wait behind a link."""


class Writer:
    """Writes the mails of a batch: what is the same for many readers is looked up and drawn once.

    The rule is asked of whoever is the first to get a publication in this language; of each reader it is asked when
    their mail leaves (`leaving.may_leave`), and nothing leaves without.
    """

    def __init__(self, mails: Sequence[Mail]) -> None:
        people = {mail.person_id for mail in mails}
        rows = Address.objects.filter(person__in=people, is_primary=True, hold=None).exclude(verified_at=None)
        self.addresses = dict(rows.values_list("person_id", "value"))
        self.masters: dict[tuple[object, ...], Master | None] = {}
        self.items = Items()
        self.awaiting = awaiting_a_digest(people)
        self.wishes = Wishes()

    def letter_for(self, mail: Mail, at: datetime) -> Letter | None:
        """The mail as it is now; None when there is nothing (any more) for this reader to get, or nowhere to send it."""
        reader, address = mail.person, self.addresses.get(mail.person_id)
        if address is None or not reader.is_active:
            return None
        if mail.kind == MailKind.RECALL:
            return asking_back(mail, address, at)
        if mail.kind == MailKind.LETTER:
            return of_a_room(mail, address, at)
        made = self.master_of(mail, at)
        return addressed(made, mail, address, at) if made is not None else None

    def master_of(self, mail: Mail, at: datetime) -> Master | None:
        """What a mail says to whoever gets the same; None for nothing. A digest is its reader's alone."""
        if mail.kind == MailKind.DIGEST or mail.subscription is None:
            return self.written(mail, at)
        reader = mail.person
        key = (mail.publication_id, mail.subscription.follow.source_id, reader.language, reader.zone)
        if self.masters.get(key) is None:
            self.masters[key] = self.written(mail, at)
        return self.masters[key]

    def written(self, mail: Mail, at: datetime) -> Master | None:
        """What a mail says at this moment, in the language and on the clock of its reader; None for nothing."""
        reader, subscription = mail.person, mail.subscription
        with translation.override(reader.language), timezone.override(ZoneInfo(reader.zone)):
            viewer = Viewer.of(reader, at)
            if mail.kind == MailKind.NOTICE:
                return of_notices(mail, at)
            if mail.kind == MailKind.DIGEST:
                takes_along = mail.person_id in self.awaiting and subscription is None
                told = told_in(mail, at) if takes_along else NOTHING_TOLD
                return master(mail, the_new(mail, viewer, self.items, self.wishes), told)
            if subscription is None:
                return None
            return master(mail, the_one(mail, subscription, viewer, self.items))


def asking_back(mail: Mail, address: str, at: datetime) -> Letter | None:
    """The mail that asks a copy back; None when nobody is to be asked (any more)."""
    with translation.override(mail.person.language), timezone.override(ZoneInfo(mail.person.zone)):
        data = recall(mail, address, at)
    sender = bounce_address(mail) or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return Letter(sender, address, data, (), frozenset(), 0) if data else None


def letter_for(mail: Mail, at: datetime) -> Letter | None:
    """One mail alone, as it is now."""
    return Writer([mail]).letter_for(mail, at)


def the_one(mail: Mail, subscription: Subscription, viewer: Viewer, items: Items) -> Sequence[Group]:
    """The publication a mail is for, while its reader may see it."""
    seen = (
        Publication.objects.visible_to(viewer)
        .published(viewer)
        .with_authors()
        .filter(pk__in=[mail.publication_id])
    )
    shown = items.of(list(seen), viewer)
    leave = whole(reverse("subscription-leave", args=[LEAVE]))
    return [group(subscription, shown, leave=leave)] if shown else []


def the_new(mail: Mail, viewer: Viewer, items: Items, wishes: Wishes) -> Sequence[Group]:
    """All that came since the last digest, or was opened since, by source; what stands in several is told once."""
    late = Late(wishes.of(mail), viewer, wishes.openings)
    told: set[int] = set()
    found_new: list[tuple[Subscription, list[Publication], bool]] = []
    for subscription in wishes.of(mail):
        found = page_of(viewer, [subscription.follow.source_id], limit=MOST, known=items.publications)
        news = [one for one in found.publications if one.ord >= subscription.since]
        new = [
            one
            for one in (*news, *late.of(subscription)[:MOST])
            if one.pk not in told
            and one.author_id != mail.person_id
            and one.under_id is None
            and (not subscription.languages or one.language in subscription.languages)
        ]
        told |= {one.pk for one in new}
        is_cut = len(found.publications) == MOST and found.publications[-1].ord >= subscription.since
        found_new.append((subscription, new, is_cut and bool(found.before)))
    had = had_by(mail.person_id, told, but=mail) if told else set()
    shown = (
        (subscription, items.of([one for one in new if one.pk not in had], viewer), has_more)
        for subscription, new, has_more in found_new
    )
    return [group(one, some, has_more=has_more) for one, some, has_more in shown if some]


def group(
    subscription: Subscription, items: Sequence[Item], *, leave: str = "", has_more: bool = False
) -> Group:
    source = subscription.follow.source
    name = source.called(translation.get_language() or "")
    leave = leave or whole(leaving_path(subscription))
    return Group(subscription, name, whole(source.path), items, leave, has_more)
