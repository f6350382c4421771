"""The web part: granian with a few processes of one thread each, all stopped when their parent is."""

import errno
import multiprocessing
import os
import resource
import signal
import socket
import warnings
from dataclasses import dataclass
from typing import Any

from parvis.lib.refusal import Refusal

from .parent import follow_parent
from .words import _

BACKLOG = 1024
CONNECTIONS = 4096
"""Open connections that one process holds. Browsers keep theirs while a page is open, so this bounds readers, not work."""
OTHER_FILES = 256
"""Files that a process has open beside its connections."""
KILL_AFTER = 2


class NoSuchPlace(Refusal):
    def __init__(self, text: str) -> None:
        super().__init__(
            _("“%(bind)s” is not an address to listen on. Write it as 127.0.0.1:8000 or [::1]:8000.")
            % {"bind": text}
        )


class PlaceTaken(Refusal):
    def __init__(self, place: "Place") -> None:
        super().__init__(
            _("Something else listens on %(place)s already. Choose another port with --bind.")
            % {"place": place}
        )


class PlaceDenied(Refusal):
    def __init__(self, place: "Place", reason: str) -> None:
        super().__init__(
            _(
                "The system does not let Parvis listen on %(place)s (%(reason)s). Choose another address with --bind."
            )
            % {"place": place, "reason": reason}
        )


@dataclass(frozen=True)
class Place:
    """Where the house listens: a numeric address and a port."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def url(self) -> str:
        """The address for a browser on this machine."""
        everywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104
        return f"http://{Place(everywhere.get(self.host, self.host), self.port)}"


def place(text: str) -> Place:
    """From 127.0.0.1:8000, localhost:8000, :8000 or 8000. Raises NoSuchPlace."""
    host, _colon, port = text.rpartition(":")
    if not port.isdecimal() or int(port) > 65535:
        raise NoSuchPlace(text)
    try:
        found = socket.getaddrinfo(host.strip("[]") or "127.0.0.1", int(port), type=socket.SOCK_STREAM)
    except OSError:
        raise NoSuchPlace(text) from None
    return Place(str(found[0][4][0]), int(port))


def free(wanted: Place) -> Place:
    """The place, once it is sure that nobody listens there; port 0 becomes one that is free.

    granian binds with SO_REUSEPORT, which would silently share a port with whoever holds it. Raises PlaceTaken.
    """
    family = socket.AF_INET6 if ":" in wanted.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((wanted.host, wanted.port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PlaceTaken(wanted) from None
            raise PlaceDenied(wanted, error.strerror or str(error)) from None
        return Place(wanted.host, probe.getsockname()[1])


def answers(where: Place) -> bool:
    """Whether somebody listens there."""
    try:
        with socket.create_connection((where.host, where.port), timeout=0.2):
            return True
    except OSError:
        return False


def connections_held() -> int:
    """How many connections a process may hold, once it may have as many files open as the system lets it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS + OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return CONNECTIONS if soft == resource.RLIM_INFINITY else max(min(CONNECTIONS, soft - OTHER_FILES), 1)


def serve_web(where: Place, workers: int) -> None:
    """Answer requests until told to stop; the processes are forks, so that they share what is loaded already."""
    from granian import Granian  # noqa: PLC0415
    from granian.constants import Interfaces  # noqa: PLC0415
    from granian.log import LogLevels  # noqa: PLC0415

    me = os.getpid()

    def application() -> Any:
        """What each web process answers with; it is called in that process."""
        from django.core.servers.basehttp import get_internal_wsgi_application  # noqa: PLC0415

        follow_parent(me, signal.SIGKILL)
        return get_internal_wsgi_application()

    warnings.filterwarnings("ignore", message=".*fork.*", category=DeprecationWarning)
    multiprocessing.set_start_method("fork", force=True)
    server = Granian(
        "parvis",
        address=where.host,
        port=where.port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=1,
        websockets=False,
        backlog=BACKLOG,
        backpressure=connections_held(),  # else 1,024 divided by the processes, however idle the connections are
        workers_kill_timeout=KILL_AFTER,
        respawn_failed_workers=True,
        log_level=LogLevels.error,
    )
    server.serve(target_loader=application, wrap_loader=False)
