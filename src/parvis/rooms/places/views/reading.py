"""What others have told of where they are, as far as this reader may know."""

from datetime import datetime

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from parvis.core.audiences.rule import FOREVER
from parvis.core.people.http import whole
from parvis.core.people.models import Person
from parvis.core.people.request import Request
from parvis.core.site.views import errors
from parvis.core.stream.cards import cards
from parvis.core.stream.finding import Gone, seen_or_404
from parvis.core.stream.models import Publication
from parvis.core.stream.threads import thread
from parvis.core.stream.who import who_can_see

from ..company import agreed
from ..game.counting import SENTENCES, Reason
from ..game.rules import RULES
from ..maps import map_of, spots_of
from ..models import KIND, Award, Companion, CompanionState, Whereabouts
from ..near import near_now
from ..posting.missing import missing_on
from ..told import told

A_PAGE = 20


@require_safe
def home(request: Request) -> HttpResponseBase:
    """What one's connections have told of where they are, and oneself, newest first; who is near in the column beside."""
    me = request.person
    if me is None:
        return render(request, "places/home.html", {"is_first": True})
    before = whole(request.GET.get("before", "")) or FOREVER
    found = told(request.viewer, before=before, limit=A_PAGE)
    drawn = cards(found.publications, request.viewer)
    page = {
        "near": near_now(me, request.viewer),
        "waiting": waiting(me, request.at),
        "cards": drawn,
        "map": map_of(spots_of(drawn)),
        "before": found.before,
        "is_first": before == FOREVER,
    }
    return render(request, "places/home.html", page)


@require_safe
def checkin(request: Request, public_id: str) -> HttpResponseBase:
    """One check-in, with what people say of it."""
    try:
        found = seen_or_404(request.viewer, public_id)
    except Gone:
        return errors.gone(request)
    card = next(iter(cards([found], request.viewer)), None)
    if found.kind != KIND or card is None:
        raise Http404
    page = {
        "card": card,
        "map": map_of(spots_of([card])),
        "publication": found,
        "thread": thread(found, request.viewer, request.person),
        "who": who_can_see(found, request.viewer) if card.is_mine else None,
        "awards": awards_of(found) if card.is_mine else [],
        "asked": asked_on(found) if card.is_mine else [],
        "missing": missing_on(found) if card.is_mine else None,
        "mine": own_companion(found, request),
        "is_waiting": card.is_mine
        and found in [row.publication for row in waiting(found.author, request.at)],
    }
    return render(request, "places/checkin.html", page)


def own_companion(publication: Publication, request: Request) -> Companion | None:
    """What its reader was asked, or has agreed to: whether they want to be named on it."""
    if request.person is None:
        return None
    rows = Companion.objects.visible_to(request.viewer).filter(publication=publication, person=request.person)
    return rows.exclude(state=CompanionState.DECLINED).first()


def asked_on(publication: Publication) -> list[Companion]:
    """Whom its author has asked and who is not named; whoever said no looks like whoever said nothing."""
    rows = Companion.objects.unguarded("one's own check-in").filter(publication=publication).exclude(agreed())
    return list(rows.select_related("person").order_by("person__name", "pk"))


def waiting(person: Person, at: datetime) -> list[Whereabouts]:
    """A person's own check-ins of which others are told once they say that they have left."""
    rows = Whereabouts.objects.of(person).filter(is_until_gone=True, publication__deleted_at=None)
    rows = rows.filter(publication__published_at__gt=at).select_related("publication")
    return list(rows.order_by("-happened_at"))


def awards_of(publication: Publication) -> list[tuple[str, str]]:
    """What a check-in brought its author, by which rule, or why it brought nothing; for them alone."""
    rows = Award.objects.unguarded("one's own points").filter(publication=publication).order_by("pk")
    return [
        (gettext(RULES[row.rule].award) % {"number": row.number}, str(row.points))
        if row.rule in RULES
        else (gettext(SENTENCES[Reason(row.rule)]), "")
        for row in rows
        if row.rule in RULES or row.rule in SENTENCES
    ]
