"""Addresses of the campaigns; they stand below /campaigns/. Words of other pages are RESERVED, so that no slug is one of them."""

from django.urls import path

from . import views
from .views import accounts, desk, explaining, holding, launching, making, offering, picture, telling, updates

AN_UPDATE = "<slug:slug>/updates/write/<str:public_id>/"
EDIT = "<slug:slug>/edit/"

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
    path("mine/", making.mine, name="mine"),
    path("accounts/", accounts.overview, name="accounts"),
    path("accounts/bank/", accounts.new_bank, name="bank-new"),
    path("accounts/bank/<str:public_id>/close/", accounts.close_bank, name="bank-close"),
    path("accounts/cards/", accounts.new_cards, name="card-new"),
    path("accounts/cards/pretend/", accounts.pretend, name="card-pretend"),
    path("accounts/cards/<str:public_id>/", accounts.card, name="card-account"),
    path("accounts/cards/<str:public_id>/close/", accounts.close_card, name="card-close"),
    path(EDIT, making.edit, name="edit"),
    path(f"{EDIT}words/<str:language>/", making.words, name="words"),
    path(f"{EDIT}words/<str:language>/save/", making.save_words, name="words-save"),
    path(f"{EDIT}words/<str:language>/forget/", making.forget_words, name="words-forget"),
    path(f"{EDIT}pictures/", making.upload, name="pictures"),
    path(f"{EDIT}preview/", making.preview_words, name="words-preview"),
    path(f"{EDIT}picture/", picture.picture, name="picture"),
    path(f"{EDIT}rewards/", offering.rewards, name="rewards"),
    path(f"{EDIT}rewards/new/", offering.new_reward, name="reward-new"),
    path(f"{EDIT}rewards/<str:public_id>/", offering.reward, name="reward"),
    path(f"{EDIT}rewards/<str:public_id>/retire/", offering.retire_reward, name="reward-retire"),
    path(f"{EDIT}rewards/<str:public_id>/again/", offering.reward_again, name="reward-again"),
    path(f"{EDIT}rewards/<str:public_id>/move/", offering.move_reward, name="reward-move"),
    *(
        one
        for subject in explaining.SUBJECTS
        for one in (
            path(f"{EDIT}{subject}/", explaining.pieces, {"subject": subject}, subject),
            path(f"{EDIT}{subject}/back/", explaining.piece_back, {"subject": subject}, f"{subject}-back"),
            path(f"{EDIT}{subject}/<int:number>/", explaining.piece, {"subject": subject}, f"{subject}-one"),
            path(
                f"{EDIT}{subject}/<int:number>/remove/",
                explaining.remove_piece,
                {"subject": subject},
                f"{subject}-remove",
            ),
        )
    ),
    path(f"{EDIT}terms/", launching.terms, name="terms"),
    path(f"{EDIT}launch/", launching.launch, name="launch"),
    path(f"{EDIT}launch/preview/", launching.preview, name="preview-link"),
    path(f"{EDIT}launch/announce/", launching.announce, name="announce"),
    path("<slug:slug>/desk/", desk.desk, name="desk"),
    path("<slug:slug>/desk/pledges/", desk.pledges, name="pledges"),
    path("<slug:slug>/desk/pledges/<str:public_id>/remove/", desk.remove_pledge, name="pledge-remove"),
    path("<slug:slug>/desk/cancel/", launching.cancel, name="cancel"),
    path("<slug:slug>/hold/", holding.hold, name="hold"),
    path("<slug:slug>/", views.campaign, name="campaign"),
    path("<slug:slug>/bar/", views.bar, name="bar"),
    path("<slug:slug>/changes/", views.changes, name="changes"),
    path("<slug:slug>/backers/", views.backers, name="backers"),
    path("<slug:slug>/list.csv", views.decided, name="list"),
    path("<slug:slug>/pledge/", views.pledge, name="pledge"),
    path("<slug:slug>/pledge/again/", views.again, name="again"),
    path("<slug:slug>/wait/<str:public_id>/", views.wait, name="wait"),
]
