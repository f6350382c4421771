"""Pledging: one page on which one chooses, sees what it comes to, and promises it."""

import uuid

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from parvis.core.delivery.links import whole
from parvis.core.people import mails
from parvis.core.people.http import see_other
from parvis.core.people.limits import allow, too_often
from parvis.core.people.models import Person
from parvis.core.people.models.person import canonical
from parvis.core.people.request import Request
from parvis.lib.funding.campaigns import CampaignState
from parvis.lib.funding.pledges import PledgeState
from parvis.lib.refusal import Refusal

from ..actions import pledging
from ..actions.pledging import Backer
from ..forms.pledging import PledgeForm
from ..links import card_path, pledge_path
from ..models import Campaign, Pledge, Way
from ..pages.offering import Offering, Reckoned, country_of_zone, offering_of, reckon
from ..pages.shown import story_seen
from ..wishes import Wish
from ..words import wording
from ..words.wording import here
from .reading import my_pledge, seen

BY_NETWORK, BY_ADDRESS, MAILS = "60/h/ip", "10/h/key", "3/h/key"
RECKONED = "1200/h/ip"


@require_http_methods(["GET", "HEAD", "POST"])
def pledge(request: Request, slug: str) -> HttpResponseBase:
    """The form; what it comes to is reckoned again and again, and promised once its reader has seen it."""
    story = story_seen(slug, request.viewer)
    if request.method != "POST" and (other := instead(request, story.campaign)):
        return see_other(other)
    known = address_of(request.person)
    offering = offering_of(story.campaign, here())
    first = first_wish(request, offering)
    form = PledgeForm(
        request.POST or None, offering=offering, is_known=bool(known), initial=initial_of(first)
    )
    if request.method == "POST" and not allow("pledge-reckon", RECKONED, request):
        return too_often(request)
    reckoned = reckoned_of(request, form, first)
    if is_agreed(request, form, reckoned):
        answer = make(request, form, reckoned, known)
        if answer is not None:
            return answer
    title = story.said("title", here())[1]
    page = {"campaign": story.campaign, "title": title, "form": form, "reckoned": reckoned, "known": known}
    return show(request, "campaigns/pledge.html", page)


def show(request: Request, template: str, page: dict[str, object]) -> HttpResponse:
    """The page of the form, or, for a page that is open, the sum alone."""
    if request.htmx:
        return render(request, "campaigns/sum.html", page)
    return render(request, template, page)


def instead(request: Request, campaign: Campaign) -> str:
    """Where somebody is led who cannot pledge now: to their own pledge, or to the page that says how it stands."""
    if own := my_pledge(request, campaign):
        return own
    is_open = campaign.state == CampaignState.LIVE and campaign.creator != request.person
    return "" if is_open else campaign.get_absolute_url()


def address_of(person: Person | None) -> str:
    """The address at which somebody who is logged in is reached; empty for a visitor."""
    if person is None:
        return ""
    rows = person.addresses.filter(kind="mail").exclude(verified_at=None).order_by("-is_primary", "pk")
    found = rows.first()
    return found.value if found is not None else ""


def first_wish(request: Request, offering: Offering) -> Wish:
    """What the form begins with: the reward that the reader has just read about."""
    reward = offering.reward(request.GET.get("reward", ""))
    if reward is not None and (reward.is_addon or reward.left == 0):
        reward = None
    country = country_of_zone(timezone.get_current_timezone_name())
    return Wish(
        reward=reward,
        country=country if country in offering.countries else "",
        way=offering.ways[0] if offering.ways else Way.BANK,
        shown="hidden",
    )


def initial_of(wish: Wish) -> dict[str, object]:
    """The same as the form shows it."""
    return {
        "once": uuid.uuid4(),
        "reward": wish.reward.public_id if wish.reward is not None else "",
        "country": wish.country,
        "way": wish.way,
        "shown": wish.shown,
    }


def reckoned_of(request: Request, form: PledgeForm, first: Wish) -> Reckoned:
    """What the choice comes to, as far as it was understood."""
    if not form.is_bound:
        return reckon(form.offering, first, request.at)
    form.is_valid()
    if trouble := form.trouble():
        return Reckoned(refusal=trouble)
    return reckon(form.offering, form.wish(), request.at)


def is_agreed(request: Request, form: PledgeForm, reckoned: Reckoned) -> bool:
    """Whether the button was pressed beside the very sum that this comes to; if not, the form says what to do."""
    if request.POST.get("do") != "pledge" or request.htmx or not form.is_valid():
        return False
    if reckoned.refusal:
        form.add_error(None, reckoned.refusal)
    elif form.cleaned_data["seen"] != reckoned.amount:
        form.add_error(None, _("This is what it comes to now. Read it once more, then confirm it below."))
    return form.is_valid()


def make(request: Request, form: PledgeForm, reckoned: Reckoned, known: str) -> HttpResponseBase | None:
    """Promise it; None when it was refused, and the form says why."""
    said = form.cleaned_data
    address = known or said["email"]
    by_address = allow("pledge-address", BY_ADDRESS, request, key=canonical(address))
    if not by_address or not allow("pledge", BY_NETWORK, request):
        return too_often(request)
    person = request.person if known else None
    backer = Backer(
        name=person.name if person is not None else said["name"],
        address=address,
        language=here(),
        person=person,
    )
    try:
        made = pledging.pledge(
            campaign=form.offering.campaign,
            wish=form.wish(),
            backer=backer,
            form=str(said["once"]),
            agreed=reckoned.kept,
            clock=timezone.now,
            expected=form.cleaned_data["seen"],
        )
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return None
    return go_on(request, made)


def go_on(request: Request, made: Pledge) -> HttpResponseBase:
    """Where the promise leads: to its page, to a card, or to the mail in which a visitor says that it is them."""
    if made.person is not None and made.person == request.person:
        waits = made.state == PledgeState.STARTED and made.way == Way.CARD
        return see_other(card_path(made) if waits else pledge_path(made))
    # The same form may come twice at once: it is one pledge, and one mail.
    if made.address_proved_at is None and allow("pledge-mailed", "1/d/key", request, key=made.form):
        write(request, made)
    return written(request, made)


def written(request: Request, made: Pledge) -> HttpResponse:
    """The page that says where to look now; it opens nothing, whoever typed the address."""
    page = {
        "campaign": made.campaign,
        "address": made.address,
        "once": made.form,
        "until": wording.clock(made.held_until) if made.held_until is not None else "",
    }
    return render(request, "campaigns/written.html", page)


def write(request: Request, made: Pledge) -> None:
    """Ask whoever reads its address whether it is they who pledged: by the only link that opens it."""
    if not allow("pledge-mail", MAILS, request, key=canonical(made.address)):
        return
    path = pledge_path(made)
    context = {
        "link": whole(path) or request.build_absolute_uri(path),
        "title": made.campaign.publication.title,
        "amount": wording.brief(made.amount, made.campaign.currency, made.language),
    }
    mails.send("campaigns/email/confirm", to=made.address, language=made.language, context=context)


@require_POST
def again(request: Request, slug: str) -> HttpResponseBase:
    """Send the mail once more. Raises Http404 where no form of this name was sent."""
    rows = Pledge.objects.filter(campaign=seen(request, slug), form=request.POST.get("once", "")[:36])
    made = rows.first()
    if made is None:
        raise Http404
    if made.address_proved_at is None and made.state == PledgeState.STARTED:
        write(request, made)
    return written(request, made)
