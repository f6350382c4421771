"""One post on its page, and every address it ever had."""

from django.http import Http404, HttpResponseBase
from django.views.decorators.http import require_safe

from parvis.core.people.request import Request

from ..answering import answer_at


@require_safe
def post(request: Request, **_parts: object) -> HttpResponseBase:
    """A post, or a page: what stands at this address for this reader."""
    answer = answer_at(request, request.path)
    if answer is None:
        raise Http404
    return answer
