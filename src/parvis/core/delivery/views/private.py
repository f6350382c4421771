"""Answers behind the links of mails."""

from django.http import HttpResponseBase


def private(answer: HttpResponseBase) -> HttpResponseBase:
    """An answer that no index and no cache keeps, and whose address is told to no other site."""
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
