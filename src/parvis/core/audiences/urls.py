"""Where finding people, shutting doors and choosing an audience stand."""

from django.urls import path

from .views import audience, people

urlpatterns = [
    path("people/", people.people, name="people"),
    path("people/<str:public_id>/portrait/", people.portrait, name="portrait"),
    path("people/<str:public_id>/unblock/", people.unblock, name="unblock"),
    path("me/blocks/", people.blocks, name="blocks"),
    path("audience/sentence/", audience.sentence, name="audience-sentence"),
    path("audience/choices/", audience.choices, name="audience-choices"),
    path("audience/find/", audience.find, name="audience-find"),
    path("audience/whole/", audience.whole_texts, name="audience-whole"),
    path("audience/who/", audience.who_reads, name="audience-who"),
]
