"""Tells Django of this app."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "parvis.rooms.journal"
    label = "journal"
