"""A mail to a list, as a member writes it."""

import time

from .inside.words import OCTETS, words


def post(number: int, to: str, sender: str) -> bytes:
    """A mail to a list."""
    return (
        f"From: Member <{sender}>\r\nTo: {to}\r\nSubject: Post {number}\r\n"
        f"Date: Sun, 22 Nov 2026 20:00:00 +0000\r\nMessage-ID: <{time.time_ns()}.{number}@bench.example>\r\n"
        f"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{wrapped(words(OCTETS))}\r\n"
    ).encode()


def wrapped(text: str) -> str:
    return "\r\n".join(text[start : start + 72] for start in range(0, len(text), 72))
