"""What its creator cannot take away any more: a campaign that was launched, and a work that was given."""

from django.utils.translation import gettext_lazy as _

from parvis.core.stream.models import Publication
from parvis.lib.funding.campaigns import Release

from .models import Campaign


def campaign_stands(publication: Publication) -> object:
    """Since its launch others rely on it: it can be called off, with a reason, and its page stays."""
    campaign = Campaign.objects.unguarded("one's own campaign").get(publication=publication)
    if campaign.launched_at is None:
        return ""
    return _(
        "Since its launch this campaign stands: others have promised money for it. While it runs you can call it off."
    )


def work_stands(publication: Publication) -> object:
    """What was given stays given."""
    campaign = Campaign.objects.unguarded("one's own campaign").get(work__publication=publication)
    if campaign.release == Release.NONE:
        return ""
    return _(
        "This work was given to those who backed it, and stays given. It can be opened to everyone from its own page."
    )
