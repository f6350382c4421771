"""Addresses of what reaches readers: what they follow and how it comes, and the links of mails."""

from django.urls import path
from django.views.generic import RedirectView

from .views import asking, copies, feed, leaving, mastodon, notices, refusals, subscriptions, web_mentions

urlpatterns = [
    path("me/subscriptions/", subscriptions.subscriptions, name="subscriptions"),
    path("sources/", RedirectView.as_view(pattern_name="subscriptions"), name="sources"),
    path("sources/<str:public_id>/by-mail/", asking.ask, name="subscription-ask"),
    path("me/feed/<str:token>/", feed.feed, name="own-feed"),
    path("p/<str:public_id>/copies/", copies.copies, name="publication-copies"),
    path("p/<str:public_id>/mentions/", web_mentions.mentions, name="publication-mentions"),
    path("webmention", web_mentions.webmention, name="webmention"),
    path("me/copies/", copies.own_copies, name="own-copies"),
    path("mail/gone/<str:token>/", copies.gone, name="copy-gone"),
    path("me/mastodon/", mastodon.account, name="mastodon"),
    path("me/mastodon/back/", mastodon.back, name="mastodon-back"),
    path("desk/refusals/", refusals.refusals, name="desk-refusals"),
    path("mail/yes/<str:token>/", asking.confirm, name="subscription-confirm"),
    path("mail/leave/<str:token>/", leaving.leave, name="subscription-leave"),
    path("mail/digest/<str:rhythm>/<str:token>/", leaving.leave_digest, name="digest-leave"),
    path("mail/all/<str:token>/", leaving.leave_all, name="all-leave"),
    path("mail/notices/<str:kinds>/<str:token>/", notices.leave, name="notices-leave"),
    path("mail/<str:token>/", subscriptions.by_link, name="subscriptions-by-link"),
]
