"""Addresses of the campaigns; they stand below /campaigns/."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.home, name="home"),
    path("<slug:slug>/", views.campaign, name="campaign"),
]
