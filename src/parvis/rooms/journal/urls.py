"""Addresses of the journal."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
