"""Links that open a publication to whoever holds them."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from parvis.core.audiences.actions import Expression, audience_for, expression_of, link_group
from parvis.core.audiences.rule import microseconds
from parvis.lib.refusal import Refusal

from ..audience_now import audience_now
from ..models import Publication
from .publishing import change_audience


class KeptByARule(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _(
                "A rule of yours keeps this for you alone by now: a link would open nothing. "
                "Change the rule first, or drop it."
            )
        )


@transaction.atomic
def open_by_link(*, publication: Publication, label: str, at: datetime) -> str:
    """Let in, besides those who read it now, whoever holds a new link; returns the link's secret.

    What a standing rule has narrowed opens to nobody else, and is for these readers from now on. Raises KeptByARule.
    """
    now = audience_now(publication, microseconds(at))
    assert now is not None
    here = expression_of(now)
    group, secret = link_group(owner=publication.author, label=label, at=at)
    wider = audience_for(
        expression=Expression(here.include | {group.pk}, here.exclude), owner=publication.author
    )
    change_audience(publication=publication, audience=wider, at=at)
    if audience_now(publication, microseconds(at)) != wider:
        raise KeptByARule
    return secret
