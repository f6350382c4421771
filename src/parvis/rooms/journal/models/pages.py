"""Public posts as whole pages, made when they are published so that nobody waits for them."""

from django.db import models

from parvis.core.stream.seen import SeenModel

from .posts import OfPostQuerySet, Post


class PostPage(SeenModel):
    """The page of a post as a passer-by reads it. It is served only while `stamp` is what the facts say now."""

    post = models.OneToOneField(Post, models.CASCADE, related_name="page")
    stamp = models.TextField()
    language = models.CharField(max_length=10)
    html = models.TextField()
    etag = models.CharField(max_length=40)
    made_at = models.DateTimeField()

    objects = OfPostQuerySet.as_manager()

    def __str__(self) -> str:
        return f"#{self.pk}"
