"""What everyone reads: the campaigns that run, and each of them."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from parvis.core.people.request import Request

from ..models import Campaign


def home(request: Request) -> HttpResponse:
    rows = Campaign.objects.visible_to(request.viewer).select_related("publication__author")
    return render(request, "campaigns/home.html", {"campaigns": rows.order_by("-publication__ord")[:30]})


def campaign(request: Request, slug: str) -> HttpResponse:
    found = get_object_or_404(Campaign.objects.visible_to(request.viewer), slug=slug)
    return render(request, "campaigns/campaign.html", {"campaign": found})
