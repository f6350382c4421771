"""Addresses of the journal."""

from django.urls import include, path, re_path

from .views import feeds, keeping, post, readers, reading, terms, writing

WRITE = "write/<str:public_id>/"

urlpatterns = [
    path("", reading.home, name="home"),
    re_path(r"^(?P<language>[a-z]{2})/$", reading.in_language, name="language"),
    path("archives/", reading.archives, name="archives"),
    path("category/<str:slug>/", reading.category, name="category"),
    path("tag/<str:slug>/", reading.tag, name="tag"),
    path("author/<str:public_id>/", reading.author, name="author"),
    path("page/<str:slug>/", post.post, name="page"),
    re_path(r"^(?P<year>[0-9]{4})/$", reading.year, name="year"),
    re_path(r"^(?P<year>[0-9]{4})/(?P<month>[0-9]{2})/$", reading.month, name="month"),
    re_path(r"^(?P<year>[0-9]{4})/(?P<month>[0-9]{2})/(?P<slug>[^/]+)/$", post.post, name="post"),
    path("write/", writing.write, name="write"),
    path("write/begin/", writing.begin, name="begin"),
    path(WRITE, writing.edit, name="edit"),
    path(f"{WRITE}save/", writing.save, name="save"),
    path(f"{WRITE}pictures/", writing.upload, name="pictures"),
    path(f"{WRITE}preview/", writing.preview, name="preview"),
    path(f"{WRITE}readers/", readers.readers, name="readers"),
    path(f"{WRITE}delete/", keeping.delete, name="delete"),
    path(f"{WRITE}restore/", keeping.restore, name="restore"),
    path(f"{WRITE}withdraw/", keeping.withdraw, name="withdraw"),
    path(f"{WRITE}forget/", keeping.forget, name="forget"),
    path(f"{WRITE}updates/", keeping.update, name="update"),
    path(f"{WRITE}updates/<int:number>/remove/", keeping.remove_update, name="update-remove"),
    path("import/", include("parvis.rooms.journal.bringing.urls")),
    path("categories/", terms.categories, name="categories"),
    path("categories/<int:number>/", terms.category, name="category-edit"),
    path("categories/<int:number>/merge/", terms.merge, name="category-merge"),
    path("feeds/", feeds.all_feeds, name="feeds"),
    path("feeds.opml", feeds.opml_file, name="opml"),
    path("feed/<str:kind>/", feeds.journal, name="feed"),
    re_path(r"^(?P<language>[a-z]{2})/feed/(?P<kind>[a-z]+)/$", feeds.in_language, name="language-feed"),
    path("category/<str:slug>/feed/<str:kind>/", feeds.category, name="category-feed"),
    path("tag/<str:slug>/feed/<str:kind>/", feeds.tag, name="tag-feed"),
    path("author/<str:public_id>/feed/<str:kind>/", feeds.author, name="author-feed"),
    path("comments/feed/<str:kind>/", feeds.comments, name="comments-feed"),
    path("comments/<str:public_id>/feed/<str:kind>/", feeds.comments_of, name="comments-feed-of"),
]
