"""Tells Django of this app, and opens the rooms once all models are there."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "parvis.core.site"
    label = "site"

    def ready(self) -> None:
        from . import checks, declarations  # noqa: F401, PLC0415
        from .rooms import all_rooms  # noqa: PLC0415

        all_rooms()
