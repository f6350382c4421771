"""Tells Django of this app."""

from django.apps import AppConfig


class AudiencesConfig(AppConfig):
    name = "parvis.core.audiences"
    label = "audiences"

    def ready(self) -> None:
        from . import declarations  # noqa: F401, PLC0415
