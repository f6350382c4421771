"""Tells Django of this app, declares what it holds, and raises the wall where it is wanted."""

from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.db.backends.signals import connection_created


class StreamConfig(AppConfig):
    name = "parvis.core.stream"
    label = "stream"

    def ready(self) -> None:
        from . import declarations  # noqa: F401, PLC0415

        if settings.PARVIS_STRICT:
            connection_created.connect(raise_the_wall, dispatch_uid="parvis.wall")


def raise_the_wall(connection: Any, **kwargs: Any) -> None:
    """Have every statement of this connection pass by the wall."""
    from .seen import wall  # noqa: PLC0415

    if wall not in connection.execute_wrappers:
        connection.execute_wrappers.append(wall)
