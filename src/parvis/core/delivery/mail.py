"""How a single mail leaves: through the owner's relay, or into the outbox folder while there is none."""

import os
import secrets
import smtplib
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend

from .relay import RelayAddress
from .signing import signed


class SigningLine(smtplib.SMTP):
    """A line to the relay on which each mail is signed as it leaves: the very bytes that are signed are sent."""

    def sendmail(self, from_addr: str, to_addrs: Any, msg: Any, *options: Any) -> Any:
        return super().sendmail(from_addr, to_addrs, signed(msg), *options)


class ProtectedSigningLine(SigningLine, smtplib.SMTP_SSL):
    """The same, protected from the first byte."""


class Relay(EmailBackend):
    """Sends through PARVIS_MAIL_URL: smtp://user:password@host:587?tls=starttls (or tls=yes, tls=no). Raises NoRelay.

    What it sends is signed where the square has keys.
    """

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return ProtectedSigningLine if self.use_ssl else SigningLine

    def __init__(self, **options: Any) -> None:
        relay = RelayAddress.read(settings.PARVIS_MAIL_URL)
        super().__init__(
            host=relay.host,
            port=relay.port,
            username=relay.username,
            password=relay.password,
            use_tls=relay.tls == "starttls",
            use_ssl=relay.tls == "yes",
            timeout=20,
            **options,
        )

    def prep_address(self, address: str, force_ascii: bool = True) -> str:
        """The address for the envelope; a mail that is from nobody (RFC 5321 §4.5.5) has none."""
        return super().prep_address(address, force_ascii) if address else ""


class Outbox(BaseEmailBackend):
    """Writes each mail to `outbox/*.eml` in the data folder, whole or not at all; nothing pretends to be sent."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            # A name that sorts by time.
            keep(outbox(), f"{time.time_ns()}-{secrets.token_hex(4)}.eml", message.message().as_bytes())
        return len(email_messages)


def outbox() -> Path:
    """Where mails lie while there is no relay."""
    return Path(settings.PARVIS_DATA) / "outbox"


def keep(folder: Path, name: str, data: bytes) -> Path:
    """Write one mail, whole or not at all, over what an interrupted try left; only its owner can read it."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = folder / f".{name}.part"
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return part.replace(folder / name)


def waiting() -> int:
    """How many mails lie in the outbox, unsent."""
    folder = outbox()
    return sum(1 for _mail in folder.glob("*.eml")) if folder.is_dir() else 0
