"""What must hold for mail to leave, asked each time Django starts."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from .relay import NoRelay, RelayAddress, how_to_write_it

RELAY = "parvis.E002"


@register("parvis")
def relay_can_be_read(app_configs: Any, **kwargs: Any) -> Iterable[CheckMessage]:
    """PARVIS_MAIL_URL is empty, or the address of a relay."""
    if settings.PARVIS_MAIL_URL:
        try:
            RelayAddress.read(settings.PARVIS_MAIL_URL)
        except NoRelay as refusal:
            yield Error(str(refusal), hint=how_to_write_it(), id=RELAY)
