"""Every address of the house; rooms bring their own."""

from django.urls import include, path

from parvis.core.site.rooms import all_rooms

urlpatterns = [
    path("", include("parvis.core.site.urls")),
    path("", include("parvis.core.delivery.urls")),
    path("", include("parvis.core.stream.urls")),
    path("", include("parvis.core.audiences.urls")),
    path("", include("parvis.core.people.urls")),
    path("account/", include("allauth.urls")),
    *[path(f"{room.slug}/", include((room.urls, room.slug))) for room in all_rooms()],
]
handler400 = "parvis.core.site.views.errors.bad_request"
handler403 = "parvis.core.site.views.errors.forbidden"
handler404 = "parvis.core.site.views.errors.not_found"
handler429 = "parvis.core.people.limits.too_often"  # asked for by allauth
handler500 = "parvis.core.site.views.errors.failed"
