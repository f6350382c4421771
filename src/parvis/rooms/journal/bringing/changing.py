"""Takes into a post that was brought what a later file says otherwise, unless its author has touched it here."""

from collections.abc import Mapping
from dataclasses import dataclass

from parvis.core.audiences.rule import moment
from parvis.core.delivery.actions import never_announce
from parvis.core.stream.actions.publishing import place, unique_ord, write_words
from parvis.core.stream.models import Publication, WorkingCopy
from parvis.core.stream.search import forget, index

from ..actions import settle_address
from ..models import Original, Post, PostNote
from ..models.posts import InCategory, Tagged
from .guids import was_shared
from .ledger import Ledger, Line
from .overview import Place
from .paths import slug_of
from .posts import Posts, Shape, said


@dataclass(frozen=True)
class Standing:
    """What is known, at the beginning of a run, of a publication that an earlier one brought."""

    is_deleted: bool
    revision: int


@dataclass
class Changing:
    """Compares items with what stands here, and rewrites the posts that are others now."""

    posts: Posts
    ledger: Ledger
    standing: Mapping[int, Standing]

    def why_not(self, line: Line) -> str:
        """Why a post is left as it is here: it was deleted, or its author's hand has been on it since."""
        known = self.standing.get(line.publication or 0)
        if known is None or known.is_deleted:
            return "deleted-here"
        if known.revision != line.revision:
            return "edited-here"
        copies = WorkingCopy.objects.unguarded("whether its author began to write").filter(
            publication=line.publication
        )
        return "edited-here" if copies.filter(version__gt=1).exists() else ""

    def rewrite(self, shape: Shape, line: Line) -> Publication:
        """Write the post anew in its place: the same page, the same identifier, no new moment of coming out."""
        post = (
            Post.objects.unguarded("the post an import brought")
            .select_related("publication")
            .get(publication=line.publication)
        )
        shape.post, shape.guid, shape.shares_guid = post, post.guid, was_shared(line, shape.item)
        publication = post.publication
        forget([publication])
        was = publication.published_at
        self.posts.fill(publication, shape)
        if publication.published_at != was:
            publication.ord = unique_ord(moment(self.posts.ord_of(shape)))
        write_words(publication, said(shape))
        publication.save()
        place(publication, self.posts.sources(shape))
        if publication.published_at is not None:
            index([publication])
            never_announce([publication], at=self.posts.at)
        self.write_post(shape)
        self.posts.note(shape, is_new=False)
        return publication

    def write_post(self, shape: Shape) -> None:
        """The post's own row, what hangs on it, and its addresses."""
        post = shape.post
        self.posts.fill_post(shape)
        post.save()
        for model in (PostNote, InCategory, Tagged):
            model.objects.filter(post=post).delete()
        Original.objects.filter(post=post, is_confirmed=False).delete()
        WorkingCopy.objects.filter(publication=post.publication).delete()
        confirmed = Original.objects.unguarded("its own original").filter(post=post).exists()
        self.posts.hang([shape], with_originals=not confirmed)
        if shape.out_at is not None:
            item = shape.item
            slug = slug_of(Place(shape.key, item.type, item.slug, item.title_text, shape.out_at))
            current = post.addresses.unguarded("its own address").filter(is_current=True).first()
            if current is None or post.slug != slug:
                settle_address(post=post, slug=slug, at=self.posts.at)
        shape.path = ""
        self.posts.give_addresses([shape])
