"""What the readers of digests subscribe to, read for many of them at once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property

from parvis.core.stream.models import Source

from .late import openings_in
from .models import Channel, Mail, MailKind, Subscription


class Wishes:
    """The subscriptions from which digests are made, in the order in which their readers began to follow."""

    def __init__(self) -> None:
        self.sources: dict[int, Source] = {}
        self.found: dict[tuple[int, str], list[Subscription]] = {}

    @cached_property
    def openings(self) -> Mapping[int, int]:
        """Where something was opened, as `late` asks."""
        return openings_in()

    def look_up(self, mails: Sequence[Mail]) -> None:
        """Read those of these digests as they are now, and forget the others."""
        digests = [mail for mail in mails if mail.kind == MailKind.DIGEST]
        people = {mail.person_id: mail.person for mail in digests}
        self.found = defaultdict(list)
        if not digests:
            return
        rows = Subscription.objects.filter(follow__person__in=people, channel=Channel.MAIL)
        wishes = list(rows.select_related("follow").order_by("follow__at", "pk"))
        missing = {one.follow.source_id for one in wishes} - self.sources.keys()
        if missing:
            self.sources |= Source.objects.select_related("person").in_bulk(missing)
        for one in wishes:
            one.follow.source, one.follow.person = (
                self.sources[one.follow.source_id],
                people[one.follow.person_id],
            )
            self.found[one.follow.person_id, one.rhythm].append(one)

    def of(self, mail: Mail) -> Sequence[Subscription]:
        """Those of a digest, which has been looked up or is now.

        The last digest of what comes at once from then on holds that alone.
        """
        if mail.subscription_id is not None:
            rows = Subscription.objects.filter(pk=mail.subscription_id, channel=Channel.MAIL)
            return list(rows.select_related("follow__source__person", "follow__person"))
        if (mail.person_id, mail.rhythm) not in self.found:
            self.look_up([mail])
        return self.found[mail.person_id, mail.rhythm]
