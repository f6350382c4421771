"""Copies of a mail to send."""

from typing import Any

from parvis.lib.mail.message import Message, Text

BODY = Text(b"Hello.\r\n.\r\n..two\r\n\r\nThe end\r\n")


def message(key: int, *parts: bytes, **over: Any) -> Message:
    """A message for n<key>@there.example with a head of its own, and the shared body."""
    head = Text(b"Subject: number %d\r\n\r\n" % key)
    content = tuple(Text(part) for part in parts) if parts else (head, BODY)
    plain: dict[str, Any] = {"sender": f"b+{key}@square.example", "recipient": f"n{key}@there.example"}
    return Message(key=key, content=content, **plain | over)
