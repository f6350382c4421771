"""A reader told their provider that a mail is unwanted, and the provider says so to whoever sent it (RFC 5965, "ARF")."""

from dataclasses import dataclass
from email.message import Message

from parvis.lib.mail.bounces import walked
from parvis.lib.mail.received import Received, leaves

LONGEST = 20_000
"""Characters of what a report returns that are looked at."""
UNWANTED = frozenset({"abuse", "fraud", "opt-out", "opt-out-list", "other"})
"""Feedback that says that such mail is unwanted; not so "not-spam" (RFC 6430), "auth-failure" (RFC 6591) and "virus"."""
OF_THE_MAIL = ("original-mail-from", "original-rcpt-to", "removal-recipient", "reported-uri")
_RETURNED = {"message/rfc822", "text/rfc822-headers", "message/rfc822-headers"}


@dataclass(frozen=True)
class Complaint:
    """What a report says: its word for the kind of feedback in lower case, and the headers of the mail it is about.

    `about` may hold addresses by which the mail can be told; whoever sent the report may have written them themselves.
    """

    feedback: str
    about: str

    @property
    def is_unwanted(self) -> bool:
        return self.feedback in UNWANTED


def read_complaint(received: Received) -> Complaint | None:
    """The complaint that a mail is; None for every other mail."""
    if not received.is_report:
        return None
    fields = feedback_fields(received.message)
    if fields is None:
        return None
    feedback = str(fields.get("Feedback-Type", "")).strip().lower()[:20]
    told = [str(value) for name, value in fields.items() if name.lower() in OF_THE_MAIL]
    return Complaint(feedback, "\n".join([*told, returned_headers(received.message)])[:LONGEST])


def feedback_fields(message: Message) -> Message | None:
    """The fields of the part that makes a report a complaint (RFC 5965 §3); it must name the kind of feedback."""
    for part in walked(message):
        if part.get_content_type() == "message/feedback-report":
            content = part.get_payload()
            inner = content[0] if isinstance(content, list) and content else None
            if isinstance(inner, Message) and "Feedback-Type" in inner:
                return inner
    return None


def returned_headers(message: Message) -> str:
    """The headers of the mail that somebody complains of, as far as the report gives them back."""
    for part in leaves(message):
        if part.kind in _RETURNED:
            head = part.octets.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
            return head.decode("utf-8", errors="replace").replace("\n ", " ").replace("\n\t", " ")
    return ""
