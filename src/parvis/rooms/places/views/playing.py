"""One's own points and badges, and the rules by which they come."""

from django.db.models import Max, Q, Sum
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from parvis.core.audiences.holders import within_reach
from parvis.core.people.http import members_only, who
from parvis.core.people.models import Person
from parvis.core.people.request import Request
from parvis.core.stream.cards import cards
from parvis.core.stream.models import Publication

from ..badges import game_of_square
from ..game.badges import Badge
from ..game.drawing import svg
from ..game.rules import TABLE
from ..knowing import known_to
from ..models import KIND, Award, BadgeWon, Mayoralty, Presence
from ..shown import ranking, shown, week_began

A_PAGE = 20


@require_safe
@members_only
def badges(request: Request) -> HttpResponseBase:
    """All badges of the square, one's own in colour; one's points, and the published table."""
    me = who(request)
    mine = BadgeWon.objects.unguarded("one's own badges").filter(tally__person=me)
    mine = mine.filter(publication__deleted_at=None)
    levels = dict(mine.values("badge").annotate(top=Max("level")).values_list("badge", "top"))
    points = Award.objects.unguarded("one's own points").filter(publication__author=me)
    context = {
        "badges": [drawn(badge, levels.get(badge.id, 0)) for badge in game_of_square().badges],
        "held": len(levels),
        "points": points.filter(publication__deleted_at=None).aggregate(sum=Sum("points"))["sum"] or 0,
        "table": [(_(rule.explanation), rule.points) for rule in TABLE if rule.points > 0],
    }
    return render(request, "places/badges.html", context)


@require_safe
@members_only
def week(request: Request) -> HttpResponseBase:
    """Who has how many points since Monday, of what the reader sees; those who stay out of it do not see it either."""
    me = who(request)
    is_ranked = not Presence.objects.filter(person=me, is_ranked=False).exists()
    rows = ranking(me, request.viewer, me.zone) if is_ranked else []
    since = week_began(request.at, me.zone)
    return render(request, "places/week.html", {"rows": rows, "is_ranked": is_ranked, "since": since})


@require_safe
@members_only
def person(request: Request, public_id: str) -> HttpResponseBase:
    """Where somebody was, what they won and where they are mayor, as far as the reader sees it. Raises Http404."""
    me = who(request)
    known = Person.objects.active().filter(within_reach(me) | Q(pk=me.pk))
    found = get_object_or_404(known, public_id=public_id)
    seen = Publication.objects.visible_to(request.viewer).published(request.viewer).of_kind(KIND)
    rows = list(seen.filter(author=found, deleted_at=None).with_authors().newest_first()[:A_PAGE])
    come = shown([found], request.viewer, week_began(request.at, me.zone))[found]
    levels = come.badges
    titles = Mayoralty.objects.visible_to(request.viewer).filter(person=found, until=None)
    context = {
        "found": found,
        "cards": cards(rows, request.viewer),
        "points": come.points,
        "badges": [drawn(badge, levels[badge.id]) for badge in game_of_square().badges if badge.id in levels],
        "titles": titles.filter(venue__in=known_to(request.viewer)).select_related("venue").order_by("since"),
    }
    return render(request, "places/person.html", context)


def drawn(badge: Badge, level: int) -> dict[str, object]:
    """A badge as the page shows it."""
    language = (get_language() or "en")[:2]
    name = badge.name.get(language) or badge.name["en"]
    return {
        "name": name,
        "text": badge.text.get(language) or badge.text["en"],
        # Its parts are names out of the lists of `drawing`, checked when a badge is read.
        "picture": mark_safe(svg(badge.drawing, level=level, is_held=level > 0)),
        "level": level,
    }
