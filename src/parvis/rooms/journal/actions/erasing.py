"""What lies in the trash for thirty days is erased; that it was there, and is gone, stays known where it was public."""

from datetime import datetime, timedelta

from django.db import transaction

from parvis.core.stream import actions as stream
from parvis.core.stream.models import Attachment, Comment, Publication

from ..models import DatedUpdate, Original, Post, PostNote, PostPage
from ..models.posts import InCategory, Tagged

KEPT_FOR = timedelta(days=30)


def empty_trash(at: datetime) -> None:
    """A chore: erase the posts that were taken away thirty days ago."""
    over = Post.objects.unguarded("what has lain in the trash for thirty days").filter(
        publication__deleted_at__lte=at - KEPT_FOR
    )
    for post in over.exclude(source="", html="", publication__title="", publication__text="").select_related(
        "publication"
    ):
        erase_post(post=post)


@transaction.atomic
def erase_post(*, post: Post) -> None:
    """Erase the words and pictures of a post that was taken away; its addresses remain, to answer that it is gone."""
    publication = post.publication
    for attachment in Attachment.objects.unguarded("pictures of an erased post").filter(
        publication=publication
    ):
        stream.detach(attachment=attachment)
    answers = Comment.objects.unguarded("answers to an erased post").filter(publication__under=publication)
    Publication.objects.unguarded("answers to an erased post").filter(
        pk__in=list(answers.values_list("publication", flat=True))
    ).delete()
    for model in (PostNote, DatedUpdate, Original, PostPage):
        model.objects.filter(post=post).delete()
    InCategory.objects.filter(post=post).delete()
    Tagged.objects.filter(post=post).delete()
    stream.drop_working_copy(publication=publication)
    Post.objects.filter(pk=post.pk).update(source="", html="", excerpt="", lead_picture=None, extra={})
    Publication.objects.filter(pk=publication.pk).update(title="", text="")
