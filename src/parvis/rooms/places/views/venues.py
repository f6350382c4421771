"""The page of a venue: what it is, where, and who was there, as far as the reader may know."""

from dataclasses import asdict

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from parvis.core.people.http import members_only, see_other, who
from parvis.core.people.request import Request
from parvis.core.stream.cards import cards
from parvis.core.stream.models import Publication
from parvis.lib.geo.categories import category
from parvis.lib.refusal import Refusal

from .. import actions
from ..cards import country, town_name
from ..finding import tags_used
from ..forms import CorrectionForm, VenueForm
from ..knowing import known_to, may_correct
from ..maps import map_of, map_to_pick, spot_of
from ..mayors import mayor_of
from ..models import KIND, Venue, VenueProposal, VenueState, Whereabouts

A_PAGE = 20


def venue_or_404(request: Request, public_id: str) -> Venue:
    """A venue that this reader knows of; an owner those that are hidden, too. Raises Http404."""
    known = known_to(request.viewer)
    if request.person is not None and request.person.is_owner:
        known = known | Venue.objects.filter(is_shared=True)
    venue = known.select_related("merged_into").filter(public_id=public_id).first()
    if venue is None:
        raise Http404
    return venue


@require_safe
def venue(request: Request, public_id: str) -> HttpResponseBase:
    """A venue, and those of its check-ins that this reader may see."""
    found = venue_or_404(request, public_id)
    if found.merged_into is not None:
        return see_other("places:venue", found.merged_into.public_id)
    seen = Publication.objects.visible_to(request.viewer).published(request.viewer).of_kind(KIND)
    here = seen.filter(checkin__venue__in=Venue.objects.one_with(found), deleted_at=None)
    rows = list(here.with_authors().newest_first()[:A_PAGE])
    language = get_language() or "en"
    kind = category(found.category) if found.category else None
    page = {
        "venue": found,
        "is_of_osm": found.identifiers.filter(origin="osm").exists(),
        "kind": kind.name_in(language) if kind is not None else "",
        "where": ", ".join(filter(None, [found.street, town_name(found.town), country(found.country)])),
        "map": map_of([spot_of(found)]),
        "cards": cards(rows, request.viewer),
        "times": times(request, found),
        "mayor": mayor_of(found, request.viewer),
        "may_correct": may_correct(request.person, found),
        "name": found.name_in(language),
        "proposals": proposals(found) if may_correct(request.person, found) else [],
        "led_here": led_here(request, found),
    }
    return render(request, "places/venue.html", page)


def led_here(request: Request, venue: Venue) -> list[Venue]:
    """The entries that lead here, of which this reader knows: another's own stays their own."""
    return [one for one in venue.led_here.order_by("name") if may_correct(request.person, one)]


def proposals(venue: Venue) -> list[tuple[VenueProposal, list[tuple[object, str]]]]:
    """The corrections that wait for who keeps a venue, each as lines of what would be otherwise."""
    fields = VenueForm.base_fields
    return [
        (one, [(fields[name].label, said_of(value)) for name, value in one.changes.items() if name in fields])
        for one in venue.proposals.select_related("by").order_by("at")
    ]


def said_of(value: object) -> str:
    """A value of a venue in plain words."""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value) or "—"


def times(request: Request, venue: Venue) -> int:
    """How often the reader was there."""
    if request.person is None:
        return 0
    mine = Whereabouts.objects.of(request.person)
    return mine.filter(venue__in=Venue.objects.one_with(venue)).count()


def own_to_correct(request: Request, public_id: str) -> Venue:
    """A venue that this reader may correct and that stands for itself. Raises Http404."""
    found = venue_or_404(request, public_id)
    if not may_correct(request.person, found) or found.merged_into is not None:
        raise Http404
    return found


def start_of(venue: Venue) -> dict[str, object]:
    """What the form of a venue says first."""
    return asdict(actions.described(venue)) | {"tags": ", ".join(venue.tags)}


def states_for(request: Request, venue: Venue) -> list[tuple[str, object]]:
    """What this reader may say of whether it is there; nothing of what the owners have hidden."""
    if who(request).is_owner:
        return list(VenueState.choices)
    return (
        []
        if venue.state == VenueState.HIDDEN
        else [c for c in VenueState.choices if c[0] != VenueState.HIDDEN]
    )


@require_http_methods(["GET", "POST"])
@members_only
def correct(request: Request, public_id: str) -> HttpResponseBase:
    """Another name, another point; whether members find it."""
    found = own_to_correct(request, public_id)
    form = CorrectionForm(
        request.POST or None,
        initial=start_of(found) | {"state": found.state},
        tags=tags_used(request.viewer),
        states=states_for(request, found),
    )
    if request.method == "POST" and form.is_valid():
        kept = dict(form.cleaned_data)
        state = kept.pop("state", "")
        try:
            actions.correct_venue(venue=found, said=actions.Described(**kept))
            actions.decide_state(venue=found, state=state, by=who(request))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The place is corrected."))
            return see_other("places:venue", found.public_id)
    back = reverse("places:venue", args=[found.public_id])
    page = {"title": found.name, "form": form, "back": back, "map": map_to_pick(found.point)}
    return render(request, "places/new_venue.html", page)
