"""Where a person's own pages stand."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
