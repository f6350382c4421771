"""What was opened to a reader after it had come out: it comes in their next digest, though it is older than the last."""

from collections.abc import Mapping, Sequence

from django.db.models import Max

from parvis.core.audiences.rule import Viewer, microseconds
from parvis.core.stream.models import Opening, Placement, Publication
from parvis.core.stream.openings import opened_to

from .models import Subscription


def openings_in() -> Mapping[int, int]:
    """The sources in which something was ever opened, and when it last was, in microseconds."""
    places = Placement.objects.unguarded("where something was opened says nothing of what it is")
    opened = places.filter(publication__in=Opening.objects.values("publication"))
    last = opened.values("stream__source").annotate(last=Max("publication__openings__at"))
    return dict(last.values_list("stream__source", "last"))


class Late:
    """What a reader may read only since it was opened, after these subscriptions of theirs began.

    `openings` are those of `openings_in`, looked up once for many readers: mostly nothing was opened.
    """

    def __init__(
        self, subscriptions: Sequence[Subscription], viewer: Viewer, openings: Mapping[int, int]
    ) -> None:
        followed = {
            one.follow.source_id
            for one in subscriptions
            if openings.get(one.follow.source_id, 0) > microseconds(one.at)
        }
        began = min((microseconds(one.at) for one in subscriptions), default=viewer.at)
        self.publications: Sequence[Publication] = (
            list(opened_to(viewer, followed, since=began)) if followed else []
        )
        self.opened: dict[int, int] = {}
        self.places: set[tuple[int, int]] = set()
        if self.publications:
            self.look_up(viewer)

    def look_up(self, viewer: Viewer) -> None:
        """When each was opened last, and in which sources it stands."""
        numbers = [one.pk for one in self.publications]
        opened = Opening.objects.filter(publication__in=numbers, at__lte=viewer.at).values("publication")
        self.opened = dict(opened.annotate(last=Max("at")).values_list("publication", "last"))
        places = Placement.objects.unguarded("where it stands").filter(publication__in=numbers)
        self.places = set(places.values_list("publication_id", "stream__source_id"))

    def of(self, subscription: Subscription) -> Sequence[Publication]:
        """That of one subscription, without what came out since its last mail."""
        began, source = microseconds(subscription.at), subscription.follow.source_id
        return [
            one
            for one in self.publications
            if one.ord < subscription.since
            and self.opened[one.pk] > began
            and (one.pk, source) in self.places
        ]
