"""The part that takes mail in: the LMTP listener, in a process of its own."""

import asyncio
import signal
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from parvis.lib.refusal import Refusal

from .words import _, warn

LOOPBACK = {"127.0.0.1", "localhost", ""}
STOPS_WITHIN = 1.5


class NoMailIn(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _(
                "PARVIS_MAIL_IN_DOMAIN is not set: no mail comes in. Set it to the domain whose mail is handed to Parvis."
            )
        )


class NoSuchDoor(Refusal):
    def __init__(self, text: str) -> None:
        super().__init__(
            _(
                "PARVIS_LMTP is “%(text)s”. Write it as 127.0.0.1:8024, or as the path of a socket such as /run/parvis/lmtp."
            )
            % {"text": text}
        )


class DoorTaken(Refusal):
    def __init__(self, door: object) -> None:
        super().__init__(
            _("Something else takes mail in at %(door)s already. Choose another place with PARVIS_LMTP.")
            % {"door": door}
        )


def door(text: str, data: Path) -> Path | int:
    """A port of 127.0.0.1, or the path of a unix socket, one without a folder lying in the data folder. Raises NoSuchDoor."""
    host, colon, port = text.rpartition(":")
    if port.isdecimal() and host in LOOPBACK and 0 < int(port) < 65536 and int(port) != 25:
        return int(port)
    if not text or colon or text.isdecimal():
        raise NoSuchDoor(text)
    return data / text


def free(at: Path | int) -> Path | int:
    """The same place, once it is sure that nobody listens there. Raises DoorTaken; a socket's path is looked at later."""
    if isinstance(at, int):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", at))
            except OSError:
                raise DoorTaken(f"127.0.0.1:{at}") from None
    return at


def take_mail_in(at: Path | int) -> None:
    """Listen until told to stop."""
    asyncio.run(listen(at))


async def listen(at: Path | int) -> None:
    from django.conf import settings  # noqa: PLC0415

    from parvis.core.delivery.intake import Intake  # noqa: PLC0415
    from parvis.lib.mail.lmtp import Server  # noqa: PLC0415

    told = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, told.set)
    # Whatever speaks to the database does so in this thread alone.
    with ThreadPoolExecutor(1) as thread:
        server = Server(Intake(thread).service(settings.PARVIS_MAIL_IN_DOMAIN), at, patience=STOPS_WITHIN)
        try:
            await server.start()
        except OSError as error:
            warn(_("No mail can be taken in: %(reason)s") % {"reason": error.strerror or error})
            raise SystemExit(1) from None
        await told.wait()
        await server.stop(STOPS_WITHIN)
