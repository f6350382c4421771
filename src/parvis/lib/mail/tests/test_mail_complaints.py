"""Complaints of readers by their provider (RFC 5965): told from everything else that comes back."""

import pytest

from parvis.lib.mail.bounces import read_bounce
from parvis.lib.mail.complaints import read_complaint
from parvis.lib.mail.received import Received


def feedback(
    kind="abuse",
    *,
    fields="",
    returned="message/rfc822",
    report="feedback-report",
    head="Return-Path: <bounces+abc@in.parvis.example>\nSubject: Hello",
):
    """A report, written after the example of the RFC (appendix B.1)."""
    return f"""From: <abusedesk@example.com>
Date: Thu, 8 Mar 2005 17:40:36 EDT
Subject: FW: Earn money
To: <abuse@example.net>
Message-ID: <report@example.com>
MIME-Version: 1.0
Content-Type: multipart/report; report-type={report};
     boundary="part1_13d.2e68ed54_boundary"

--part1_13d.2e68ed54_boundary
Content-Type: text/plain; charset="US-ASCII"
Content-Transfer-Encoding: 7bit

This is an email abuse report for an email message received from IP 192.0.2.1.

--part1_13d.2e68ed54_boundary
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: SomeGenerator/1.0
Version: 1
{fields}
--part1_13d.2e68ed54_boundary
Content-Type: {returned}
Content-Disposition: inline

{head}

Spam Spam Spam, and bounces+body@in.parvis.example

--part1_13d.2e68ed54_boundary--
""".replace("\n", "\r\n").encode()


def read(*args, **options):
    return read_complaint(Received(feedback(*args, **options), "fbl@example.com"))


class TestAComplaint:
    @pytest.mark.parametrize("returned", ["message/rfc822", "text/rfc822-headers"])
    def test_says_what_kind_it_is_and_of_which_mail(self, returned):
        found = read("Abuse", returned=returned)
        assert found.feedback == "abuse"
        assert found.is_unwanted
        assert "bounces+abc@in.parvis.example" in found.about

    def test_is_told_by_its_fields_too(self):
        found = read(fields="Original-Mail-From: <bounces+xyz@in.parvis.example>\n")
        assert "bounces+xyz@in.parvis.example" in found.about

    def test_does_not_take_the_words_of_a_mail_for_its_headers(self):
        assert "bounces+body" not in read().about

    @pytest.mark.parametrize(
        ("kind", "is_unwanted"),
        [
            ("abuse", True),
            ("fraud", True),
            ("opt-out", True),
            ("other", True),
            ("not-spam", False),
            ("auth-failure", False),
            ("virus", False),
            ("unheard-of", False),
        ],
    )
    def test_asks_for_an_end_only_when_somebody_wants_none(self, kind, is_unwanted):
        assert read(kind).is_unwanted is is_unwanted

    def test_is_no_delivery_report_and_no_letter(self):
        letter = b"From: a@example.org\r\nSubject: abuse\r\n\r\nFeedback-Type: abuse\r\n"
        delivery = feedback(report="delivery-status").replace(
            b"message/feedback-report", b"message/delivery-status"
        )
        assert read_complaint(Received(letter)) is None
        assert read_complaint(Received(delivery)) is None
        assert read_bounce(Received(delivery)) is not None

    def test_that_is_broken_is_none(self):
        assert read_complaint(Received(feedback().replace(b"Feedback-Type", b"Feedback"))) is None
        assert read_complaint(Received(feedback()[:400])) is None
