"""The bill of a pledge: as a page with its code, as PDF and as SVG; for whoever holds its link, its backer and its creator."""

from django.db.models import Q
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import translation
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from parvis.core.delivery.views.private import private
from parvis.core.people.request import Request
from parvis.lib.bills import draw_code, draw_pdf, draw_svg
from parvis.lib.bills.slip import address_lines

from ..billing import bill_of, has_a_bill, language_of, name_of_bill, title_in
from ..links import ID, pledge_of
from ..models import Campaign, Pledge, Receipt


def pledge_behind(request: Request, token: str) -> Pledge:
    """The pledge that a link opens; its public id alone opens it to its backer and to its creator. Raises Http404."""
    if len(token) != ID:
        return pledge_of(token)
    if request.person is None:
        raise Http404
    own = Q(person=request.person) | Q(campaign__in=list(Campaign.objects.of(request.person)))
    # One question for a pledge of others and for one that is not there: nothing tells them apart.
    found: Pledge = get_object_or_404(Pledge.objects.filter(own), public_id=token)
    return found


def payable_behind(request: Request, token: str) -> Pledge:
    """The same, as long as there is something to pay. Raises Http404."""
    found = pledge_behind(request, token)
    if not has_a_bill(found):
        raise Http404
    return found


@require_safe
def bill(request: Request, token: str) -> HttpResponseBase:
    """What is to be paid, to whom and by when; or that it has been."""
    pledge = pledge_behind(request, token)
    if not pledge.reference:
        raise Http404
    language = (get_language() or "en") if request.person is not None else language_of(pledge)
    with translation.override(language):
        page: dict[str, object] = {
            "pledge": pledge,
            "currency": pledge.campaign.currency,
            "token": token,
            "title": title_in(pledge.campaign, language),
            "receipt": Receipt.objects.filter(pledge=pledge).first(),
        }
        if has_a_bill(pledge):
            to_pay = bill_of(pledge)
            page |= {
                "bill": to_pay,
                "creditor": address_lines(to_pay.creditor, home=""),
                # Drawn by the house itself, of nothing but squares.
                "code": mark_safe(draw_code(to_pay).decode()),
            }
        return private(render(request, "campaigns/bank/bill.html", page))


@require_safe
def bill_pdf(request: Request, token: str) -> HttpResponseBase:
    pledge = payable_behind(request, token)
    return drawn(draw_pdf(bill_of(pledge)), "application/pdf", name_of_bill(pledge, "pdf"))


@require_safe
def bill_svg(request: Request, token: str) -> HttpResponseBase:
    pledge = payable_behind(request, token)
    return drawn(draw_svg(bill_of(pledge)), "image/svg+xml", name_of_bill(pledge, "svg"))


def drawn(content: bytes, content_type: str, name: str) -> HttpResponseBase:
    """A drawing that is kept nowhere on its way."""
    answer = HttpResponse(content, content_type=content_type)
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return private(answer)
