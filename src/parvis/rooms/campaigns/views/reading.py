"""What everyone reads: the campaigns that run, each of them, how it stands, what it changed, and the list that decided it."""

from django.db.models import Case, F, IntegerField, Value, When
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_safe

from parvis.core.delivery.links import whole
from parvis.core.people.http import whole as whole_number
from parvis.core.people.request import Request
from parvis.core.site.moments import Momentary
from parvis.core.stream.audience_now import openness_seen
from parvis.core.stream.cards import cards
from parvis.core.stream.models import Follow, Source
from parvis.core.stream.pictures import source as sizes_of
from parvis.core.stream.threads import thread
from parvis.lib.funding.campaigns import BEFORE, CampaignState
from parvis.lib.funding.pledges import BACKING

from ..given import release_for
from ..links import pledge_path
from ..models import Campaign, Pledge, Waiting
from ..models.campaigns import CampaignQuerySet
from ..pages.shown import Shown, shown, story_seen
from ..pages.versions import versions
from ..published import rows_of
from ..told import updates_for
from ..words.naming import named, willing
from ..words.standing import standing
from ..words.wording import here

A_PAGE = 20
NAMES = 500
FRESH_FOR = 2
"""Seconds for which how a campaign stands may be shown again as it was."""


@require_safe
def home(request: Request) -> HttpResponse:
    """Those that run, the one that ends first on top; those to come; those that have ended."""
    start = whole_number(request.GET.get("from", ""))
    rows = in_order(Campaign.objects.visible_to(request.viewer).exclude(state=CampaignState.DRAFT))
    found = list(rows.select_related("publication__author")[start : start + A_PAGE + 1])
    page = {
        "cards": cards([one.publication for one in found[:A_PAGE]], request.viewer),
        "older": start + A_PAGE if len(found) > A_PAGE else None,
        "newer": max(start - A_PAGE, 0) if start else None,
    }
    return render(request, "campaigns/home.html", page)


def in_order(rows: CampaignQuerySet) -> CampaignQuerySet:
    """What can be backed first, soonest deadline first; then what is to come, and what is over, newest first."""
    rank = Case(
        When(state__in=[CampaignState.LIVE, CampaignState.WAITING, CampaignState.SUSPENDED], then=Value(0)),
        When(state__in=[*map(str, BEFORE)], then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    running = When(rank=0, then=F("deadline_at"))
    return rows.annotate(rank=rank).order_by(
        "rank", Case(running, default=None), F("publication__ord").desc(), "pk"
    )


@require_safe
def campaign(request: Request, slug: str) -> HttpResponse:
    """The page of one campaign."""
    page = shown(story_seen(slug, request.viewer), here(), request.at)
    me = request.person
    is_mine = me is not None and page.campaign.creator == me
    context = {
        "page": page,
        "campaign": page.campaign,
        "publication": page.campaign.publication,
        "standing": page.standing,
        "is_mine": is_mine,
        "my_pledge": None if is_mine else my_pledge(request, page.campaign),
        "follow": None if is_mine or page.is_draft else follow_of(request, page.campaign.source),
        "waits": waits(request, page),
        "updates": updates_for(page.campaign, request.viewer),
        "release": release_for(page.campaign, request.viewer),
        "thread": thread(page.campaign.publication, request.viewer, me),
        "openness": "everyone"
        if page.is_public
        else openness_seen(page.campaign.publication, request.viewer),
        "list": reverse("campaigns:list", args=[slug]),
        "list_name": f"{slug}.csv",
        **shared(request, page),
    }
    return render(request, "campaigns/campaign.html", context)


def waits(request: Request, page: Shown) -> set[int]:
    """The numbers of the rewards for which the reader waits."""
    gone = [one.reward.pk for one in (*page.offers, *page.additions) if one.is_sold_out]
    if request.person is None or not gone:
        return set()
    rows = Waiting.objects.filter(person=request.person, reward__in=gone, told_at=None)
    return set(rows.values_list("reward", flat=True))


def shared(request: Request, page: Shown) -> dict[str, str]:
    """What is shown where a link to it is shared: nothing while the square does not know its own address."""
    path = reverse("campaigns:campaign", args=[page.campaign.slug])
    picture = page.campaign.picture
    image = whole(sizes_of(picture).src) if picture is not None and picture.is_picture else ""
    return {"url": whole(path), "image": image}


def my_pledge(request: Request, campaign: Campaign) -> str:
    """Where the reader's own pledge stands; empty for whoever has none."""
    if request.person is None:
        return ""
    found = Pledge.objects.of(request.person).filter(
        campaign=campaign, state__in=[*map(str, BACKING), "started"]
    )
    pledge = found.order_by("-number").first()
    return pledge_path(pledge) if pledge is not None else ""


def follow_of(request: Request, source: Source) -> dict[str, object]:
    """What the button that asks to be told needs: whoever has no login here gets mails."""
    if request.person is None or not request.person.is_member:
        return {"by_mail": reverse("subscription-ask", args=[source.public_id])}
    follows = Follow.objects.filter(person=request.person, source=source).exists()
    name = "source-unfollow" if follows else "source-follow"
    return {"follows": follows, "action": reverse(name, args=[source.public_id])}


def seen(request: Request, slug: str) -> Campaign:
    """A campaign that the reader may see, by one row. Raises Http404."""
    return get_object_or_404(Campaign.objects.visible_to(request.viewer), slug=slug)


@require_safe
def bar(request: Request, slug: str) -> HttpResponse:
    """How it stands, and nothing else: pages that are open ask this again and again. One row is read."""
    found = seen(request, slug)
    content = render_to_string("campaigns/bar.html", {"standing": standing(found, request.at)}, request)
    return Momentary(request, content, seconds=FRESH_FOR, headers={"X-Robots-Tag": "noindex"})


@require_safe
def changes(request: Request, slug: str) -> HttpResponse:
    """What it has said of itself since its launch. Raises Http404 for one that was never launched."""
    story = story_seen(slug, request.viewer)
    if story.campaign.launched_at is None:
        raise Http404
    page = {
        "campaign": story.campaign,
        "title": story.said("title", here())[1],
        "versions": versions(story.campaign),
    }
    return render(request, "campaigns/changes.html", page)


@require_safe
def backers(request: Request, slug: str) -> HttpResponse:
    """Everyone who backs it and wishes to be named."""
    story = story_seen(slug, request.viewer)
    start = whole_number(request.GET.get("from", ""))
    found = named(story.campaign, start=start, most=NAMES)
    if not found.names:
        raise Http404
    page = {
        "campaign": story.campaign,
        "title": story.said("title", here())[1],
        "named": found,
        "hidden": max(story.campaign.backers - willing(story.campaign).count(), 0),
        "newer": max(start - NAMES, 0) if start else None,
        "older": start + NAMES if found.goes_on else None,
    }
    return render(request, "campaigns/backers.html", page)


@require_safe
def decided(request: Request, slug: str) -> HttpResponse:
    """The list by which anybody can check what decided it: its SHA-256 is the digest on the page. Raises Http404 before that."""
    found = seen(request, slug)
    if found.decided_at is None:
        raise Http404
    lines = "".join(f"{mark},{amount}\n" for mark, amount in rows_of(found))
    name = f"attachment; filename={found.slug}.csv"
    return HttpResponse(lines, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": name})
