"""Addresses of the campaigns; they stand below /campaigns/. Words of other pages are RESERVED, so that no slug is one of them."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.home, name="home"),
    path("mine/pledges/", views.mine, name="my-pledges"),
    path("pledge/<str:token>/", views.own, name="own"),
    path("pledge/<str:token>/confirm/", views.confirm, name="confirm"),
    path("pledge/<str:token>/change/", views.change, name="change"),
    path("pledge/<str:token>/withdraw/", views.withdraw, name="withdraw"),
    path("wait/<str:token>/", views.wait_by_link, name="wait-by-link"),
    path("<slug:slug>/", views.campaign, name="campaign"),
    path("<slug:slug>/bar/", views.bar, name="bar"),
    path("<slug:slug>/changes/", views.changes, name="changes"),
    path("<slug:slug>/backers/", views.backers, name="backers"),
    path("<slug:slug>/list.csv", views.decided, name="list"),
    path("<slug:slug>/pledge/", views.pledge, name="pledge"),
    path("<slug:slug>/pledge/again/", views.again, name="again"),
    path("<slug:slug>/wait/<str:public_id>/", views.wait, name="wait"),
]
