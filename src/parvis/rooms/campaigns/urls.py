"""Addresses of the campaigns; they stand below /campaigns/."""

from django.urls import path

from . import views

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
    path("<slug:slug>/", views.campaign, name="campaign"),
]
