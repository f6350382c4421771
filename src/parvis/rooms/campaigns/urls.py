"""Addresses of the campaigns; they stand below /campaigns/. Words of other pages are RESERVED, so that no slug is one of them."""

from django.urls import path

from . import views
from .views import telling, updates

AN_UPDATE = "<slug:slug>/updates/write/<str:public_id>/"

urlpatterns = [
    path("", views.home, name="home"),
    path("pledge/<str:token>/bill/", views.bill, name="bill"),
    path("pledge/<str:token>/bill.pdf", views.bill_pdf, name="bill-pdf"),
    path("pledge/<str:token>/bill.svg", views.bill_svg, name="bill-svg"),
    path("statements/", views.statements, name="statements"),
    path("statements/account/<str:public_id>/", views.same_account, name="same-account"),
    path("statements/refund/<str:public_id>/", views.refund, name="refund-by-hand"),
    path("statements/<str:public_id>/", views.payment, name="payment"),
    path("statements/<str:public_id>/decide/", views.decide, name="payment-decide"),
    path("pledge/<str:token>/updates/", updates.by_link, name="updates-by-link"),
    path("<slug:slug>/updates/", telling.desk, name="updates"),
    path("<slug:slug>/updates/begin/", telling.begin, name="update-begin"),
    path("<slug:slug>/updates/<int:number>/", updates.update, name="update"),
    path(AN_UPDATE, telling.edit, name="update-edit"),
    path(f"{AN_UPDATE}save/", telling.save, name="update-save"),
    path(f"{AN_UPDATE}pictures/", telling.upload, name="update-pictures"),
    path(f"{AN_UPDATE}preview/", telling.preview, name="update-preview"),
    path(f"{AN_UPDATE}sentence/", telling.sentence, name="update-sentence"),
    path(f"{AN_UPDATE}delete/", telling.delete, name="update-delete"),
    path(f"{AN_UPDATE}restore/", telling.restore, name="update-restore"),
    path("mine/pledges/", views.mine, name="my-pledges"),
    path("pledge/<str:token>/", views.own, name="own"),
    path("pledge/<str:token>/confirm/", views.confirm, name="confirm"),
    path("pledge/<str:token>/change/", views.change, name="change"),
    path("pledge/<str:token>/withdraw/", views.withdraw, name="withdraw"),
    path("<slug:slug>/", views.campaign, name="campaign"),
    path("<slug:slug>/bar/", views.bar, name="bar"),
    path("<slug:slug>/changes/", views.changes, name="changes"),
    path("<slug:slug>/backers/", views.backers, name="backers"),
    path("<slug:slug>/list.csv", views.decided, name="list"),
    path("<slug:slug>/pledge/", views.pledge, name="pledge"),
    path("<slug:slug>/pledge/again/", views.again, name="again"),
    path("<slug:slug>/wait/<str:public_id>/", views.wait, name="wait"),
]
