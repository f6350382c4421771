"""Tells Django of this app."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CampaignsConfig(AppConfig):
    name = "parvis.rooms.campaigns"
    label = "campaigns"

    def ready(self) -> None:
        from .seals import seal_books  # noqa: PLC0415

        # SQLite drops the triggers of a table that a migration alters; so they are set anew after each.
        post_migrate.connect(seal_books, sender=self)
