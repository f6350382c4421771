"""A mail that came back: whether it says that one of ours was not delivered, and how bad that is.

Who it is about is told by the address it came to; a bounce only says why (RFC 3464, and what flufl.bounce knows of
those who do not keep to it). A refusal that the relay gives at once is judged by the same rules (RFC 3463).
"""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from typing import Literal

from flufl.bounce import all_failures

from parvis.lib.mail.received import Received, decoded

logger = logging.getLogger(__name__)
logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)

type Category = Literal["gone", "full", "us", "size", "transient", "unknown"]
"""gone: nobody is reached there. full: the mailbox is. us: they do not want mail from this house. size: this mail was
too large. transient: it was tried for long, and given up. unknown: they do not say."""

LONGEST_WORDS = 300
LONGEST_LINE = 1_000
MOST_LINES = 10_000
"""Characters of a line, or of somebody's words, in which it is searched what they mean."""
_STATUS = re.compile(r"(?<![\d.])([45])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_CODE = re.compile(r"(?<![\d.-])([45]\d\d)(?=[ -](?!\d{3}-))")
_DIAGNOSTIC = re.compile(r"(?<![\d.@-])(?:[45]\d\d[ -](?!\d{3}-)|[45]\.\d{1,3}\.\d{1,3}\s).*", re.IGNORECASE)
_US = re.compile(
    r"\bspf\b|\bdkim\b|\bdmarc\b|spamhaus|spamcop|dnsbl|\brbl\b|black ?-?list|block ?-?list|(?:is|was|been) (?:\w+ )?blocked"
    r"|reputation|\bspam\b|unsolicited|unauthenticated|not authori[sz]ed|authentication (?:required|failed)"
    r"|relay(?:ing)? (?:not|access|den)|unable to relay|rate limit|too many (?:messages|connections|recipients|errors)"
    r"|banned|prohibited|rejected (?:by|for|due to) (?:\w+ )?(?:policy|content)|policy (?:reasons?|violation)|reverse dns"
    r"|\bptr\b|sender (?:address )?(?:rejected|denied|verif)|access denied|content (?:rejected|filter)|virus",
    re.IGNORECASE,
)
_FULL = re.compile(
    r"quota|(?:mailbox|mail ?box|inbox|account|folder|boîte)\b.{0,40}\b(?:full|exceeded|over|pleine)|over ?quota|insufficient (?:system )?storage"
    r"|not enough (?:disk )?space|storage (?:limit|allocation)|user is over|out of space|disk full|full mailbox",
    re.IGNORECASE,
)
_SIZE = re.compile(
    r"(?:message|mail|size|attachment)\b.{0,40}(?:too (?:large|big)|exceeds?\b.{0,30}(?:size|limit|maximum))"
    r"|size limit|maximum (?:\w+ ){0,2}size",
    re.IGNORECASE,
)
_GONE = re.compile(
    r"(?:no such|unknown|invalid|non-?existent|no valid|not a valid|bad) (?:\w+ ){0,3}(?:user|address|recipient|mailbox|account|host|domain|person|local)"
    r"|(?:user|recipient|mailbox|account|address|addressee|person|domain|host|login)\b.{0,80}?(?:unknown|not found|does ?n[o']t exist|not exist|no longer"
    r"|invalid|unavailable|disabled|inactive|deactivated|closed|deleted|terminated|suspended|expired|not (?:listed|known|recogni[sz]ed|valid|active|here|on this))"
    r"|(?:does ?n[o']t|don'?t|did not|not) (?:have|exist|find|recogni[sz]e|know|match|deliver)\b.{0,40}(?:account|user|mailbox|address|recipient|mail box)?"
    r"|no (?:mailbox|account|mx|one|user|longer)\b|nobody|unrouteable|unroutable|not our customer|undeliverable address|utilisateur inconnu|inconnu"
    r"|\bnxdomain\b|host (?:or domain name )?not found|has moved",
    re.IGNORECASE,
)
_LATER = re.compile(
    r"time(?:d)? ?-?out|temporar|try (?:again )?later|grey ?-?list|expired|could not connect|connection (?:refused|lost|timed)"
    r"|not responding|unreachable|delayed|no route|still (?:trying|queued)|loop|too many hops|local (?:error|configuration)|resources",
    re.IGNORECASE,
)


# The second and third numbers of a status (RFC 3463 §3).
GONE = {(1, 1), (1, 6), (1, 10), (2, 1)}
OF_THE_SENDER = {(1, 7), (1, 8)}
NUMBERED: dict[tuple[int, int], Category] = {
    (1, 0): "gone",
    (1, 2): "gone",
    (1, 3): "gone",
    (2, 2): "full",
    (2, 3): "size",
    (3, 1): "full",
    (3, 4): "size",
    (4, 4): "gone",
}


_TENANT = re.compile(r"recipient address rejected: access denied", re.IGNORECASE)
"""What Microsoft says of an address that nobody has."""
MOST_LINES = 150
_OURS = re.compile(
    r"^\W*(?:received: |return-path: |original message|(?:this is|below this line is|here is) (?:a )?(?:the )?(?:copy|original)|message (?:text|header|removed)"
    r"|text of (?:the )?message|(?:the )?(?:original|first|returned) (?:message|lines|mail)\b|-{2,} ?(?:unsent|returned|original))",
    re.IGNORECASE,
)
PASSING = {"delayed", "delivered", "relayed", "expanded"}
"""Actions of a report by which nothing has failed (RFC 3464 §2.3.3); "failed" is written in more ways than one."""


@dataclass(frozen=True)
class Bounce:
    """A mail was not delivered, and never will be: how bad, the status (RFC 3463) or code, and their own words.

    `recipients` are the addresses that it names, in lower case; none when it names none.
    """

    category: Category
    status: str
    words: str
    recipients: frozenset[str] = frozenset()


def category_of(status: str, words: str) -> Category:
    """How bad a final failure is; `status` is 5.1.1, or 550, or empty."""
    words = words[:LONGEST_LINE]
    found = _STATUS.search(status) or _STATUS.search(words)
    numbers = (int(found[2]), int(found[3])) if found else (0, 0)
    told = "gone" if _TENANT.search(words) else said(words)
    if numbers in OF_THE_SENDER or (numbers[0] in {5, 6, 7} and told != "gone"):
        return "us"
    if numbers in GONE and (told != "us" or _GONE.search(words)):
        return "gone"
    if told == "us":
        return "us"
    if status.startswith("4") or (found is not None and found[1] == "4"):
        return (
            NUMBERED.get(numbers, "transient") if NUMBERED.get(numbers) in {"full", "size"} else "transient"
        )
    by_subject: Category = "transient" if numbers[0] in {3, 4} else "unknown"
    return NUMBERED.get(numbers) or told or by_subject


def said(words: str) -> Category | None:
    """What the words say where the numbers do not: refusals about us first, for no reader is to be hurt by them."""
    for pattern, category in (
        (_US, "us"),
        (_FULL, "full"),
        (_SIZE, "size"),
        (_GONE, "gone"),
        (_LATER, "transient"),
    ):
        if pattern.search(words):
            return category  # type: ignore[return-value]
    return None


def read_bounce(received: Received) -> Bounce | None:
    """What a mail to one of our tokens says of it; None when nothing has failed: an answer, or news of a delay."""
    blocks = list(recipient_blocks(received.message))
    if blocks:
        return of_report(blocks, received)
    waiting, failed = flufls(received)
    if not failed and waiting:
        return None
    if not failed and (received.sender or not looks_like_one(received)):
        return None
    words = explanation(received)
    status = _STATUS.search(words) or _CODE.search(words)
    category = category_of(status[0] if status else "", words)
    return Bounce(category, status[0] if status else "", clipped(words), failed)


def recipient_blocks(message: Message) -> Iterator[Message]:
    """The parts of a delivery report that each tell of one recipient (RFC 3464 §2.3)."""
    for part in walked(message):
        if part.get_content_type() == "message/delivery-status":
            content = part.get_payload()
            for block in content if isinstance(content, list) else []:
                if isinstance(block, Message) and ("Action" in block or "Final-Recipient" in block):
                    yield block


def walked(message: Message) -> Iterator[Message]:
    try:
        yield from message.walk()
    except RecursionError:
        return


def of_report(blocks: list[Message], received: Received) -> Bounce | None:
    """What a report says of the first that failed; None where all else has come back, but nothing for good."""
    failed = [one for one in blocks if str(one.get("Action", "failed")).strip().lower() not in PASSING]
    if not failed:
        return None
    told = str(failed[0].get("Status", ""))[:LONGEST_LINE]
    words = without_type(str(failed[0].get("Diagnostic-Code", ""))[:LONGEST_LINE]) or explanation(received)
    status = _STATUS.search(told)
    if status is None and told:
        words = f"{told} {words}"
    exact = _STATUS.search(words)
    # Many report 5.0.0 and let the other side's words say more.
    if exact and (status is None or (status[2], status[3]) == ("0", "0")):
        status = exact
    named = status[0] if status else (_CODE.search(words) or [""])[0]
    recipients = frozenset(filter(None, (address_in(one) for one in failed)))
    return Bounce(category_of(named, words), named, clipped(words), recipients)


def address_in(block: Message) -> str:
    """The address in the fields of one recipient, as we knew it."""
    field = str(block.get("Original-Recipient") or block.get("Final-Recipient") or "")
    return without_type(field).strip("<> ").lower()


def without_type(value: str) -> str:
    """A field without the type that stands before a semicolon, on one line."""
    before, semicolon, after = " ".join(value.split()).partition(";")
    return after.strip() if semicolon and " " not in before.strip() else " ".join(value.split())


def flufls(received: Received) -> tuple[frozenset[str], frozenset[str]]:
    """The addresses that wait, and those that failed, as flufl.bounce finds them at the beginning of a mail of any make.

    It tries some fifty patterns on each line, and what failed is told before what was sent is returned.
    """
    lines = received.raw.split(b"\n", MOST_LINES)
    begins = received if len(lines) <= MOST_LINES else Received(b"\n".join(lines[:-1]), received.sender)
    try:
        waiting, failed = all_failures(begins.message)
    except Exception:
        logger.debug("flufl.bounce could not read a mail", exc_info=True)
        return frozenset(), frozenset()
    return addresses(waiting), addresses(failed)


def addresses(found: frozenset[bytes]) -> frozenset[str]:
    return frozenset(one.decode("utf-8", errors="replace").lower() for one in found)


def is_puzzling(received: Received, told: Bounce | None) -> bool:
    """Whether a mail from nobody, or a report, says something that is not understood: neither a class, nor "wait", nor an absence."""
    if told is not None:
        return told.category == "unknown"
    if received.sender and not received.is_report:
        return False
    said_so = str(received.message.get("Auto-Submitted", "")).lower()
    is_news = any(recipient_blocks(received.message)) or bool(flufls(received)[0])
    return not (is_news or "auto-replied" in said_so or received.says_absent)


def starts_what_was_sent(line: str) -> bool:
    """Whether from this line on a bounce returns what it could not deliver."""
    return bool(_OURS.match(line[:LONGEST_LINE]))


def looks_like_one(received: Received) -> bool:
    """Whether a mail from nobody tells of a failure, though not in a way that is known."""
    said_so = str(received.message.get("Auto-Submitted", "")).lower()
    return received.is_report or ("auto-replied" not in said_so and said(explanation(received)) is not None)


def explanation(received: Received) -> str:
    """The words in which a mail of any make says why: the line with the other side's answer, or the first that tells.

    What follows of our own mail says nothing of it.
    """
    texts = [decoded(part) for part in received.parts if part.kind == "text/plain"][:2]
    lines: list[str] = []
    for line in "\n".join(texts).splitlines():
        if _OURS.match(line[:LONGEST_LINE]) or len(lines) == MOST_LINES:
            break
        lines.append(" ".join(line[:LONGEST_LINE].split()))
    for number, line in enumerate(lines):
        if found := _DIAGNOSTIC.search(line):
            return " ".join([found[0], *lines[number + 1 : number + 2]])
    told = [line for line in lines if said(line)]
    return told[0] if told else " ".join(line for line in lines if line)


def clipped(words: str) -> str:
    plain = " ".join(words.split())
    return plain if len(plain) <= LONGEST_WORDS else plain[: LONGEST_WORDS - 1].rstrip() + "…"
