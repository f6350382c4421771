"""What the DNS says of the domain that this square's mails come from, and how that is said to its owner."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from parvis.lib.mail.domain import About, Finding, Names, Sender, examine, mail_in_findings

from .domain_words import ADVICE, SENTENCES
from .inbound import domain as mail_in_domain
from .links import whole
from .relay import NoRelay, RelayAddress
from .signing import mail_domain, signer

OF_NOBODY = {"test", "invalid", "example", "localhost", "local", "internal"}
"""Last labels of names that the DNS of the world does not know (RFC 6761, 6762, 9476)."""
SUBJECTS: dict[About, str | Promise] = {
    "domain": _("Mail domain"),
    "spf": "SPF",
    "dkim": "DKIM",
    "dmarc": "DMARC",
    "ptr": _("Name of the sending machine"),
    "mx": _("Mail that comes back"),
    "mail-in": _("Mail that comes in"),
}


@dataclass(frozen=True)
class Told:
    """A finding in words: how it stands, and what to do; `record` is what to add to the DNS, ready to be copied."""

    finding: Finding
    subject: str
    words: str
    advice: str

    @property
    def record(self) -> str:
        """One line of a zone: name, type and value; empty where nothing is to be added."""
        finding = self.finding
        return f"{finding.name}  {finding.kind}  {finding.wanted}" if finding.wanted else ""

    def as_json(self) -> dict[str, str]:
        return {**asdict(self.finding), "words": self.words, "advice": self.advice}


def told(finding: Finding) -> Told:
    """A finding in the reader's language."""
    values = {
        "name": finding.name,
        "found": finding.found,
        "wanted": finding.wanted,
        "what": finding.about_what,
    }
    return Told(
        finding,
        str(SUBJECTS[finding.about]),
        str(SENTENCES[finding.code]) % values,
        str(ADVICE.get(finding.code, "")) % values,
    )


def domain_of_mails() -> str:
    """The domain that mails come from, where others can ask for it; empty for names such as parvis.test."""
    domain = mail_domain()
    return "" if domain.rpartition(".")[2] in OF_NOBODY else domain


def sending_machine() -> Sender | None:
    """From where mails leave, as far as the settings tell: a relay on this machine sends from the square's own address."""
    try:
        relay = RelayAddress.read(settings.PARVIS_MAIL_URL)
    except NoRelay:
        return None
    if not is_here(relay.host):
        domain = mail_domain()
        return Sender(relay.host, is_ours=relay.host == domain or relay.host.endswith(f".{domain}"))
    host = own_host()
    return Sender(host, is_ours=True) if host else None


def own_host() -> str:
    """The name of the machine on which this square stands, as others ask for it; "" while it has none."""
    host = urlsplit(whole("/")).hostname or ""
    return "" if is_here(host) else host


def is_here(host: str) -> bool:
    """Whether a name or an address is that of this machine to itself."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def look_at(domain: str, names: Names | None = None) -> Sequence[Finding]:
    """Everything that the DNS says of a domain from which this square sends; it takes seconds when the DNS is slow."""
    signing = signer()
    keys = signing.keys if signing is not None else ()
    asking = names or Names()
    return [*examine(asking, domain, keys, sending_machine()), *look_at_mail_in(asking)]


def look_at_mail_in(names: Names | None = None) -> Sequence[Finding]:
    """Whether mail to our own addresses finds this machine; nothing where none is taken, or for names for trying out."""
    name = mail_in_domain()
    if not name or name.rpartition(".")[2] in OF_NOBODY:
        return []
    return list(mail_in_findings(names or Names(), name, own_host()))
