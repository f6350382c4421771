"""Tells Django of this app."""

from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    name = "parvis.core.delivery"
    label = "delivery"
