"""Every address a post ever had: the one it has now, and those that lead to it for ever."""

from django.db import models
from django.db.models import Q

from parvis.core.stream.seen import SeenModel, SeenQuerySet

from .posts import Post


class PostAddressQuerySet(SeenQuerySet["PostAddress"]):
    paths = ("post__publication",)


class PostAddress(SeenModel):
    """A path at which a post answers, or answered: /journal/2026/11/a-slug/, /?p=12, an old slug."""

    path = models.CharField(max_length=500, unique=True)
    post = models.ForeignKey(Post, models.CASCADE, related_name="addresses")
    is_current = models.BooleanField(default=False)
    since = models.DateTimeField()

    objects = PostAddressQuerySet.as_manager()

    class Meta(SeenModel.Meta):
        constraints = [
            models.UniqueConstraint(
                name="post_one_current_address", fields=["post"], condition=Q(is_current=True)
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.path}"
