"""Where a person's own pages stand."""

from django.urls import path, re_path
from django.views.generic import RedirectView

from .views import addresses, invitations, language, me, proving, sessions

urlpatterns = [
    path("me/", me.me, name="settings"),
    path("me/profile/", me.profile, name="profile"),
    path("me/portrait/", me.portrait, name="portrait-change"),
    path("me/settings/", me.settings, name="preferences"),
    path("me/addresses/", addresses.addresses, name="addresses"),
    path("me/addresses/verify/", addresses.verify, name="address-verify"),
    path("me/addresses/primary/", addresses.primary, name="address-primary"),
    path("me/addresses/remove/", addresses.remove, name="address-remove"),
    path("me/invitations/", invitations.invitations, name="invitations"),
    path("me/invitations/withdraw/", invitations.withdraw, name="invitation-withdraw"),
    path("invited/<str:code>/", invitations.invitee, name="invited"),
    path("language/", language.language, name="language"),
    path("account/sessions/", sessions.sessions, name="usersessions_list"),
    path("account/password/set/", sessions.password_set, name="account_set_password"),
    path("account/reauthenticate/code/", proving.by_code, name="reauthenticate-by-code"),
    re_path(
        r"^account/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        sessions.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    # allauth's own page for addresses knows only its mirror.
    path("account/email/", RedirectView.as_view(pattern_name="addresses"), name="account_email"),
]
