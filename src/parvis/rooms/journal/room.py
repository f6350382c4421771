"""The journal tells the house about itself."""

from django.utils.translation import gettext_lazy as _

from parvis.core.people.personal import Personal
from parvis.core.site.rooms import Room, open_room
from parvis.core.stream.kinds import Kind

from .cards import address, details
from .demo.loader import draw, furnish
from .models import DatedUpdate, Import, ImportItem, Original, Post, PostAddress, PostNote
from .models.posts import InCategory, Tagged

journal = open_room(
    Room(
        slug="journal",
        title=_("Journal"),
        urls="parvis.rooms.journal.urls",
        kinds=(
            Kind(
                name="journal.post",
                title=_("post"),
                card="journal/card.html",
                details=details,
                address=address,
                default_audience="public",
            ),
        ),
        personal=(
            Personal(model=Post, owner="publication__author", title=_("Your posts")),
            Personal(model=PostNote, owner="post__publication__author", title=_("Notes in other languages")),
            Personal(model=DatedUpdate, owner="post__publication__author", title=_("Updates of your posts")),
            Personal(
                model=Original, owner="post__publication__author", title=_("Where your posts came out first")
            ),
            Personal(
                model=PostAddress, owner="post__publication__author", title=_("Addresses of your posts")
            ),
            Personal(
                model=InCategory, owner="post__publication__author", title=_("Categories of your posts")
            ),
            Personal(model=Tagged, owner="post__publication__author", title=_("Tags of your posts")),
            Personal(model=Import, owner="by", title=_("What you imported")),
            Personal(model=ImportItem, owner="person", title=_("What an import brought of yours")),
        ),
        demo=furnish,
        draw=draw,
    )
)
