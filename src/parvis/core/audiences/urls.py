"""Where finding people, shutting doors and choosing an audience stand."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
