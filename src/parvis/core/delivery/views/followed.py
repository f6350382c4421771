"""What a reader follows, line by line: how each thing comes, and the form that changes it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _

from parvis.core.audiences.models import Block
from parvis.core.audiences.words import listed
from parvis.core.people.models import Person, Role
from parvis.core.people.request import Request
from parvis.core.stream import actions as stream
from parvis.core.stream.models import Follow
from parvis.lib.text import languages

from .. import actions
from ..forms import WAYS, WayForm, way_of
from ..models import Channel, FeedKey, Holds, Subscription


@dataclass(frozen=True)
class Line:
    """Something followed, how it comes in a few words, and the form that says so. `is_open`: the form is in sight."""

    follow: Follow
    form: WayForm
    how: str
    is_open: bool = False


def lines(request: Request, person: Person) -> Sequence[Line]:
    """What this person follows, in the order in which they began."""
    rows = (
        Follow.objects.filter(person=person)
        .select_related("person", "source__person", "subscription")
        .order_by("at")
    )
    shut = set(Block.objects.filter(person=person).values_list("owner_id", flat=True))
    asked = request.POST.get("do", "").removeprefix("way:")
    return [
        line(request, follow, is_asked=follow.source.public_id == asked)
        for follow in rows
        if follow.source.person is None
        or (follow.source.person.is_active and follow.source.person_id not in shut)
    ]


def line(request: Request, follow: Follow, *, is_asked: bool = False) -> Line:
    """One line; when its form was sent just now (`is_asked`), with what was chosen, and open if that is wrong."""
    subscription = getattr(follow, "subscription", None)
    chosen = subscription.languages if subscription is not None else []
    form = WayForm(
        request.POST if is_asked else None,
        initial={"way": way_of(subscription), "languages": chosen},
        prefix=follow.source.public_id,
        languages=named([*spoken(request), *chosen]),
        has_home=follow.person.role != Role.GUEST or subscription is None,
    )
    return Line(follow, form, how_it_comes(subscription), is_asked and not form.is_valid())


def how_it_comes(subscription: Subscription | None) -> str:
    """How a follow comes, in a few words."""
    way = str(dict(WAYS)[way_of(subscription)])
    if subscription is None or not subscription.languages:
        return way
    names = listed([name for _code, name in named(subscription.languages)])
    return _("%(way)s, only in %(languages)s") % {"way": way, "languages": names}


def named(codes: Sequence[str]) -> list[tuple[str, str]]:
    """Languages with their names in the language of the page, each once."""
    here = translation.get_language() or "en"
    return [(code, languages.name(code, here)) for code in dict.fromkeys(codes)]


def spoken(request: Request) -> Sequence[str]:
    """The languages of the square."""
    return list(request.square.all_languages())


def change(request: Request, person: Person, what: str, public_id: str) -> str | None:
    """Another way for one source, or the end of following it."""
    rows = Follow.objects.filter(person=person, source__public_id=public_id.replace("\0", ""))
    follow = rows.select_related("person", "source__person", "subscription").first()
    if follow is None:
        return _("You do not follow this any more.")
    if what == "stop":
        stream.unfollow(person=person, source=follow.source)
        return _("You no longer follow this.")
    form = line(request, follow, is_asked=True).form
    if not form.is_valid():
        return None
    channel, rhythm, chosen = form.chosen()
    before = getattr(follow, "subscription", None)
    actions.subscribe(
        person=person, source=follow.source, channel=channel, rhythm=rhythm, languages=chosen, at=request.at
    )
    return kept(person, before, channel, rhythm)


def kept(person: Person, before: Subscription | None, channel: str, rhythm: str) -> str:
    """What holds from now on, as far as one would not expect it."""
    keys = FeedKey.objects.filter(person=person, holds=Holds.CHOSEN, closed_at=None)
    if channel == Channel.FEED and not keys.exists():
        return _("Kept. Your own feed has no address yet: make one below, for your reader program.")
    was_a_digest = before is not None and way_of(before) in {"mail-daily", "mail-weekly"}
    if was_a_digest and (channel, rhythm) == ("mail", "now"):
        return _("Kept. What waited for the digest comes in a last one now.")
    return _("Kept.")
