"""How a single mail leaves: through the owner's relay, or into the outbox folder while there is none."""

import os
import secrets
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend


class Relay(EmailBackend):
    """Sends through PARVIS_MAIL_URL: smtp://user:password@host:587?tls=starttls (or tls=yes, tls=no)."""

    def __init__(self, **options: Any) -> None:
        address = urlsplit(settings.PARVIS_MAIL_URL)
        tls = parse_qs(address.query).get("tls", ["yes" if address.scheme == "smtps" else "starttls"])[0]
        super().__init__(
            host=address.hostname or "localhost",
            port=address.port or (465 if tls == "yes" else 587 if tls == "starttls" else 25),
            username=unquote(address.username or ""),
            password=unquote(address.password or ""),
            use_tls=tls == "starttls",
            use_ssl=tls == "yes",
            timeout=20,
            **options,
        )


class Outbox(BaseEmailBackend):
    """Writes each mail to `outbox/*.eml` in the data folder, whole or not at all; nothing pretends to be sent."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.PARVIS_DATA) / "outbox"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for message in email_messages:
            self.write(folder, message.message().as_bytes())
        return len(email_messages)

    def write(self, folder: Path, data: bytes) -> Path:
        """Write one mail under a name that sorts by time; only its owner can read it."""
        name = f"{time.time_ns()}-{secrets.token_hex(4)}.eml"
        part = folder / f".{name}.part"
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        return part.replace(folder / name)


def waiting() -> int:
    """How many mails lie in the outbox, unsent."""
    folder = Path(settings.PARVIS_DATA) / "outbox"
    return sum(1 for _mail in folder.glob("*.eml")) if folder.is_dir() else 0
