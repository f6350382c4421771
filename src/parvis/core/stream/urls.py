"""Addresses of what is common to all rooms: publications, their media, people's pages, what one follows."""

from django.urls import path

from .views import comments, connections, media, people, publications, sources, statuses, view_as

urlpatterns = [
    path("p/<str:public_id>/", publications.publication, name="publication"),
    path("p/<str:public_id>/who/", publications.who, name="publication-who"),
    path("p/<str:public_id>/newcomers/", publications.newcomers, name="publication-newcomers"),
    path("p/<str:public_id>/audience/", publications.audience, name="publication-audience"),
    path("p/<str:public_id>/delete/", publications.delete, name="publication-delete"),
    path("p/<str:public_id>/restore/", publications.restore, name="publication-restore"),
    path("p/<str:public_id>/links/", publications.links, name="publication-links"),
    path("p/<str:public_id>/edit/", statuses.edit, name="status-edit"),
    path("p/<str:public_id>/withdraw/", statuses.withdraw, name="status-withdraw"),
    path("p/<str:public_id>/comment/", comments.answer, name="comment-answer"),
    path("p/<str:public_id>/comments/", comments.switch, name="comments-switch"),
    path("me/comments/", comments.own, name="own-comments"),
    path("comments/<str:public_id>/edit/", comments.edit, name="comment-edit"),
    path("comments/<str:public_id>/withdraw/", comments.withdraw, name="comment-withdraw"),
    path("comments/<str:public_id>/hide/", comments.hide, name="comment-hide"),
    path("comments/<str:public_id>/show/", comments.show, name="comment-show"),
    path("statuses/", statuses.say, name="status-say"),
    path("media/<str:public_id>/", media.original, name="media"),
    path("media/<str:public_id>/<int:width>.webp", media.rendition, name="media-rendition"),
    path("people/<str:public_id>/", people.person, name="person"),
    path("people/<str:public_id>/follow/", sources.follow_person, name="person-follow"),
    path("sources/<str:public_id>/follow/", sources.follow, name="source-follow"),
    path("sources/<str:public_id>/unfollow/", sources.unfollow, name="source-unfollow"),
    path("me/standing/", sources.standing, name="standing-rules"),
    path("as/<str:who>/", view_as.view_as, name="view-as"),
    *connections.urlpatterns,
]
