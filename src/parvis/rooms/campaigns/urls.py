"""Addresses of the campaigns; they stand below /campaigns/."""

from django.urls import path

from . import views
from .views import hearing, paying, returning

urlpatterns = [
    path("", views.home, name="home"),
    path("hook/<str:public_id>/", hearing.hook, name="hook"),
    path("pledge/<str:token>/card/", paying.leave_card, name="leave-card"),
    path("pledge/<str:token>/card/back/", paying.card_back, name="card-back"),
    path("pledge/<str:token>/card/pretended/", paying.pretended_card, name="pretended-card"),
    path("pledge/<str:token>/pay/", paying.pay, name="pay"),
    path("pledge/<str:token>/pay/back/", paying.pay_back, name="pay-back"),
    path("<slug:slug>/desk/returns/", returning.returns, name="returns"),
    path("<slug:slug>/desk/returns/<str:public_id>/again/", returning.refund_again, name="refund-again"),
    path("<slug:slug>/desk/held/<int:number>/again/", returning.attempt_again, name="attempt-again"),
    path("<slug:slug>/desk/pledges/<str:public_id>/refund/", returning.refund, name="refund"),
    path("<slug:slug>/desk/undo/", returning.undo, name="undo"),
    path("<slug:slug>/", views.campaign, name="campaign"),
]
