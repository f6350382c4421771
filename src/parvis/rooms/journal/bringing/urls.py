"""Addresses of the page of imports."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.import_page, name="import"),
    path("originals/<int:number>/", views.originals, name="import-originals"),
    path("<str:public_id>/", views.work, name="import-work"),
    path("<str:public_id>/begin/", views.begin, name="import-begin"),
]
