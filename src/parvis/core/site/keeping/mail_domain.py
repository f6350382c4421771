"""Whether mails of this square are believed where they arrive, as far as the DNS decides."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from parvis.core.delivery.domains import domain_of_mails, look_at, look_at_mail_in, told
from parvis.core.delivery.signing import unreadable_keys
from parvis.lib.mail.domain import Level

from .finding import Finding, State

STATES: dict[Level, State] = {"good": "fine", "to do": "note", "wrong": "wrong", "could not ask": "note"}


def mail_domain(at: datetime) -> Iterator[Finding]:
    """SPF, DKIM, DMARC, the name of the machine, and where answers go; nothing for a domain that the world does not know.

    The domain of mail that comes in is looked at too.
    """
    for path in unreadable_keys():
        words = _("%(file)s holds no key that can be read: mails leave without its signature.") % {
            "file": path
        }
        advice = _("Give the file back from a backup, or put it away and run “parvis delivery dkim”.")
        yield Finding("DKIM", "wrong", words, advice)
    domain = domain_of_mails()
    for one in map(told, look_at(domain) if domain else look_at_mail_in()):
        advice = "\n    ".join(filter(None, [one.advice, one.record]))
        yield Finding(one.subject, STATES[one.finding.level], one.words, advice)
