"""Tells Django of this app."""

from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    name = "parvis.core.delivery"
    label = "delivery"

    def ready(self) -> None:
        from . import (  # noqa: F401, PLC0415
            checks,
            declarations,
            declared_mastodon,
            declared_mentions,
            digest_routes,
            joining,
            routes,
            spared,
        )
