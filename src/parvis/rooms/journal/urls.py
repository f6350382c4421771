"""Addresses of the journal."""

from django.urls import include, path, re_path

from .views import feeds, keeping, post, readers, reading, terms, writing

WRITE = "write/<str:public_id>/"
LANGUAGE = r"^(?P<language>[a-z]{2})/"
FEED = r"feed/(?P<kind>[a-z]+)/$"

in_a_language = [
    re_path(rf"{LANGUAGE}$", reading.in_language, name="language"),
    re_path(rf"{LANGUAGE}archives/$", reading.archives, name="language-archives"),
    re_path(rf"{LANGUAGE}category/(?P<slug>[^/]+)/$", reading.category, name="language-category"),
    re_path(rf"{LANGUAGE}tag/(?P<slug>[^/]+)/$", reading.tag, name="language-tag"),
    re_path(rf"{LANGUAGE}author/(?P<public_id>[^/]+)/$", reading.author, name="language-author"),
    re_path(rf"{LANGUAGE}(?P<year>[0-9]{{4}})/$", reading.year, name="language-year"),
    re_path(rf"{LANGUAGE}(?P<year>[0-9]{{4}})/(?P<month>[0-9]{{2}})/$", reading.month, name="language-month"),
    re_path(rf"{LANGUAGE}{FEED}", feeds.in_language, name="language-feed"),
    re_path(rf"{LANGUAGE}category/(?P<slug>[^/]+)/{FEED}", feeds.category, name="language-category-feed"),
    re_path(rf"{LANGUAGE}tag/(?P<slug>[^/]+)/{FEED}", feeds.tag, name="language-tag-feed"),
    re_path(rf"{LANGUAGE}author/(?P<public_id>[^/]+)/{FEED}", feeds.author, name="language-author-feed"),
]

urlpatterns = [
    path("", reading.home, name="home"),
    *in_a_language,
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
    path("category/<str:slug>/feed/<str:kind>/", feeds.category, name="category-feed"),
    path("tag/<str:slug>/feed/<str:kind>/", feeds.tag, name="tag-feed"),
    path("author/<str:public_id>/feed/<str:kind>/", feeds.author, name="author-feed"),
    path("comments/feed/<str:kind>/", feeds.comments, name="comments-feed"),
    path("comments/<str:public_id>/feed/<str:kind>/", feeds.comments_of, name="comments-feed-of"),
]
