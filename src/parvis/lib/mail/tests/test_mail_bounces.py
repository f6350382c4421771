"""Why a mail came back: by its report, or by what mail servers of any age write."""

from collections import Counter
from pathlib import Path

import pytest

from parvis.lib.mail.bounces import Category, category_of, read_bounce
from parvis.lib.mail.received import Received


def report(action: str = "failed", status: str = "5.1.1", diagnostic: str = "") -> Received:
    """A delivery report (RFC 3464) for anne@example.org."""
    fields = [
        "Final-Recipient: rfc822; Anne@example.org",
        f"Action: {action}",
        f"Status: {status}",
        *([f"Diagnostic-Code: smtp; {diagnostic}"] if diagnostic else []),
    ]
    lines = [
        "From: MAILER-DAEMON@example.org",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
        "",
        "--b",
        "Content-Type: text/plain",
        "",
        "Your mail could not be delivered.",
        "--b",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mx.example.org",
        "",
        *fields,
        "",
        "--b--",
        "",
    ]
    return Received("\r\n".join(lines).encode())


class TestACategory:
    @pytest.mark.parametrize(
        ("status", "words", "category"),
        [
            ("5.1.1", "The email account that you tried to reach does not exist", "gone"),
            ("550", "550 Requested action not taken: mailbox unavailable", "gone"),
            ("5.2.1", "This mailbox is disabled", "gone"),
            ("5.1.2", "Host or domain name not found", "gone"),
            ("5.4.1", "Recipient address rejected: Access denied", "gone"),
            ("5.2.2", "The email account that you tried to reach is over quota", "full"),
            ("4.2.2", "Mailbox full", "full"),
            ("552", "552 Quota exceeded", "full"),
            ("5.7.26", "This mail has been blocked because the sender is unauthenticated", "us"),
            ("5.7.1", "Service unavailable; client host blocked using Spamhaus", "us"),
            ("550", "550 SPF check failed", "us"),
            ("554", "554 Your access to this mail system has been rejected due to poor reputation", "us"),
            ("4.7.0", "421 rate limited", "us"),
            ("5.1.8", "Sender address rejected: domain not found", "us"),
            ("5.1.1", "550 5.1.1 User unknown; see https://spam.example.org", "gone"),
            ("5.3.4", "Message too big", "size"),
            ("552", "552 message size exceeds the maximum", "size"),
            ("4.4.1", "Connection timed out", "transient"),
            ("4.4.7", "Delivery time expired", "transient"),
            ("5.4.6", "Routing loop", "transient"),
            ("5.0.0", "", "unknown"),
            ("", "", "unknown"),
        ],
    )
    def test_is_what_the_number_says_or_else_the_words(self, status: str, words: str, category: Category):
        assert category_of(status, words) == category


class TestAReport:
    def test_of_a_failure_says_why_in_the_words_of_the_other_side(self):
        read = read_bounce(report(diagnostic="550 5.1.1 <anne@example.org>: User unknown"))
        assert read is not None
        assert (read.category, read.status) == ("gone", "5.1.1")
        assert read.words == "550 5.1.1 <anne@example.org>: User unknown"
        assert read.recipients == {"anne@example.org"}

    def test_believes_the_words_where_the_status_says_nothing(self):
        read = read_bounce(report(status="5.0.0", diagnostic="552 5.2.2 Over quota"))
        assert read is not None
        assert (read.category, read.status) == ("full", "5.2.2")

    @pytest.mark.parametrize("action", ["delayed", "relayed", "delivered", "expanded"])
    def test_of_a_delay_or_a_delivery_is_no_failure(self, action: str):
        assert read_bounce(report(action, "4.4.1")) is None


class TestAnAnswer:
    def test_of_a_person_who_is_away_is_no_failure(self):
        raw = b"Auto-Submitted: auto-replied\r\nSubject: Absence\r\n\r\nJe ne suis pas l\xc3\xa0, r\xc3\xa9essayez plus tard.\r\n"
        assert read_bounce(Received(raw)) is None

    def test_of_somebody_is_no_failure(self):
        raw = b"From: anne@example.org\r\n\r\nUser unknown, ha ha.\r\n"
        assert read_bounce(Received(raw, "anne@example.org")) is None


@pytest.mark.data
class TestBouncesOfTheWorld:
    DELAYS = {
        *(f"dsn_0{number}" for number in (5, 6, 7, 8)),
        "dsn_17",
        *(f"simple_{number}" for number in ("03", "21", "22", "28", "35", "40")),
    }
    NOT_RECOGNISED = {"bounce_01", "groupwise_03", "qmail_08"}
    """A refusal without a word of why, a forwarded mail, and an answer of somebody who is away."""

    def test_are_recognised_and_no_delay_is_taken_for_one(self, shared_data: Path):
        files = sorted((shared_data / "lists/bounces/data").glob("*.txt"))
        read = {path.stem: read_bounce(Received(path.read_bytes())) for path in files}
        assert len(read) == 117
        assert {name for name, bounce in read.items() if bounce is None} == self.DELAYS | self.NOT_RECOGNISED

    def test_say_how_bad_they_are(self, shared_data: Path):
        files = (shared_data / "lists/bounces/data").glob("*.txt")
        found = filter(None, (read_bounce(Received(path.read_bytes())) for path in files))
        count = Counter(bounce.category for bounce in found)
        assert count == {"gone": 53, "unknown": 26, "full": 15, "transient": 5, "us": 3, "size": 1}
