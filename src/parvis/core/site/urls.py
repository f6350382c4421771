"""The addresses of the house's own pages."""

from django.urls import path

from .views import home

urlpatterns = [
    path("", home.home, name="home"),
]
