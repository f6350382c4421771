"""Tells Django of this app."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "parvis.rooms.places"
    label = "places"

    def ready(self) -> None:
        from . import checks  # noqa: F401, PLC0415
