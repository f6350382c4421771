"""What must hold for mail to leave, asked each time Django starts."""

import re
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.utils.translation import gettext as _

from parvis.lib.web import Unfetched, WebAddress

from .inbound import DELIMITERS
from .relay import NoRelay, RelayAddress, how_to_write_it

RELAY = "parvis.E002"
HUB = "parvis.E003"
MAIL_IN = "parvis.E004"
DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")


@register("parvis")
def relay_can_be_read(app_configs: Any, **kwargs: Any) -> Iterable[CheckMessage]:
    """PARVIS_MAIL_URL is empty, or the address of a relay."""
    if settings.PARVIS_MAIL_URL:
        try:
            RelayAddress.read(settings.PARVIS_MAIL_URL)
        except NoRelay as refusal:
            yield Error(str(refusal), hint=how_to_write_it(), id=RELAY)


@register("parvis")
def hub_can_be_asked(app_configs: Any, **kwargs: Any) -> Iterable[CheckMessage]:
    """PARVIS_WEBSUB_HUB is empty, or an address of the web."""
    if settings.PARVIS_WEBSUB_HUB:
        try:
            WebAddress.read(settings.PARVIS_WEBSUB_HUB)
        except Unfetched:
            yield Error(
                _("PARVIS_WEBSUB_HUB is no address of a hub."),
                hint=_("Write it like https://hub.example/, or leave it empty."),
                id=HUB,
            )


@register("parvis")
def mail_in_can_be_read(app_configs: Any, **kwargs: Any) -> Iterable[CheckMessage]:
    """PARVIS_MAIL_IN_DOMAIN is empty or a domain in ASCII, and PARVIS_MAIL_IN_DELIMITER a sign that addresses are parted by."""
    domain, delimiter = settings.PARVIS_MAIL_IN_DOMAIN, settings.PARVIS_MAIL_IN_DELIMITER
    if domain and not DOMAIN.fullmatch(domain):
        words = _("PARVIS_MAIL_IN_DOMAIN is “%(domain)s”, which is not a domain.") % {"domain": domain}
        yield Error(
            words,
            hint=_("Write it as in.parvis.example, without @; letters with accents as xn--…."),
            id=MAIL_IN,
        )
    if delimiter not in DELIMITERS:
        words = _("PARVIS_MAIL_IN_DELIMITER is “%(delimiter)s”: it must be + or -.") % {
            "delimiter": delimiter
        }
        yield Error(words, hint=_("Take the recipient_delimiter of your mail server."), id=MAIL_IN)
