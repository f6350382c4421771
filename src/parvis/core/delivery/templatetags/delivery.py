"""What the pages of public texts show of the conversation between sites."""

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from parvis.core.stream.models import Publication

from ..elsewhere import shown_under, takes_mentions

register = template.Library()


@register.simple_tag
def takes_mentions_at(publication: Publication) -> SafeString:
    """The line of <head> that says where mentions of a public text are taken; nothing where none are."""
    if not takes_mentions(publication):
        return SafeString("")
    return format_html('<link rel="webmention" href="{}">\n', reverse("webmention"))


@register.inclusion_tag("delivery/elsewhere.html", takes_context=True)
def elsewhere(context: Context, publication: Publication) -> dict[str, object]:
    """The pages elsewhere that link to a public text and are shown under it."""
    return {"mentions": shown_under(publication, context["request"].at)}
