"""Addresses of the campaigns; they stand below /campaigns/."""

from django.urls import path

from . import views
from .views import asking, fulfilling, releasing, telling, thanking, updates

AN_UPDATE = "<slug:slug>/updates/write/<str:public_id>/"

urlpatterns = [
    path("", views.home, name="home"),
    path("pledge/<str:token>/updates/", updates.by_link, name="updates-by-link"),
    path("pledge/<str:token>/survey/", asking.answer, name="survey"),
    path("pledge/<str:token>/arrived/", fulfilling.arrived, name="arrived"),
    path("<slug:slug>/surveys/", asking.surveys, name="surveys"),
    path("<slug:slug>/surveys/<str:name>/", asking.survey, name="survey-edit"),
    path("<slug:slug>/fulfilment/", fulfilling.fulfilment, name="fulfilment"),
    path("<slug:slug>/export/", fulfilling.to_export, name="export"),
    path("<slug:slug>/export/file/", fulfilling.export, name="export-file"),
    path("<slug:slug>/thanks/", thanking.thanks, name="thanks"),
    path("<slug:slug>/thanks/list/", thanking.list_for_print, name="thanks-list"),
    path("pledge/<str:token>/work/", releasing.by_link, name="work-by-link"),
    path("pledge/<str:token>/work/<str:public_id>/", releasing.file_by_link, name="work-file-by-link"),
    path("<slug:slug>/work/", releasing.work, name="work"),
    path("<slug:slug>/work/begin/", releasing.begin, name="work-begin"),
    path("<slug:slug>/work/edit/", releasing.edit, name="work-edit"),
    path("<slug:slug>/work/<str:public_id>/remove/", releasing.remove_file, name="work-file-remove"),
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
    path("<slug:slug>/", views.campaign, name="campaign"),
]
