"""Tells Django of this app."""

from django.apps import AppConfig


class AudiencesConfig(AppConfig):
    name = "parvis.core.audiences"
    label = "audiences"
