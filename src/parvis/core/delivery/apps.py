"""Tells Django of this app."""

from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    name = "parvis.core.delivery"
    label = "delivery"

    def ready(self) -> None:
        from . import checks, declarations, declared_mentions, routes, spared  # noqa: F401, PLC0415
