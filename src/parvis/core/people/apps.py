"""Tells Django of this app."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "parvis.core.people"
    label = "people"

    def ready(self) -> None:
        from . import declarations  # noqa: F401, PLC0415
