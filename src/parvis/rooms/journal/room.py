"""The journal tells the house about itself."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from parvis.core.people.personal import Personal
from parvis.core.site.rooms import Chore, Room, open_room
from parvis.core.stream.kinds import Kind

from . import keeping
from .actions import empty_trash, set_stale_pages
from .bringing.command import COMMANDS
from .bringing.jobs import JOBS
from .cards import addresses, details, whole_post
from .demo import draw, furnish
from .feeds import public_feeds
from .models import DatedUpdate, Import, ImportItem, Original, Post, PostAddress, PostNote, PostPage
from .models.posts import InCategory, Tagged
from .old_urls import at_path, old_urls
from .sitemap import pages

journal = open_room(
    Room(
        slug="journal",
        title=_("Journal"),
        brings=_("A WordPress blog, into the journal"),
        urls="parvis.rooms.journal.urls",
        kinds=(
            Kind(
                name="journal.post",
                title=_("post"),
                card="journal/card.html",
                card_is_kept=True,
                details=details,
                addresses=addresses,
                html=whole_post,
                feeds=public_feeds,
                at_path=at_path,
                default_audience="public",
            ),
        ),
        personal=(
            Personal(
                model=Post, owner="publication__author", title=_("Your posts"), export=keeping.post_export
            ),
            Personal(
                model=PostNote,
                owner="post__publication__author",
                title=_("Notes in other languages"),
                export=keeping.note_export,
            ),
            Personal(
                model=DatedUpdate,
                owner="post__publication__author",
                title=_("Updates of your posts"),
                export=keeping.update_export,
            ),
            Personal(
                model=Original,
                owner="post__publication__author",
                title=_("Where your posts came out first"),
                export=keeping.original_export,
            ),
            Personal(
                model=PostAddress,
                owner="post__publication__author",
                title=_("Addresses of your posts"),
                export=keeping.address_export,
            ),
            Personal(
                model=PostPage,
                owner="post__publication__author",
                title=_("Pages of your posts, ready to be read"),
                export=keeping.page_export,
            ),
            Personal(
                model=InCategory,
                owner="post__publication__author",
                title=_("Themes of your posts"),
                export=keeping.category_export,
            ),
            Personal(
                model=Tagged,
                owner="post__publication__author",
                title=_("Tags of your posts"),
                export=keeping.tag_export,
            ),
            Personal(model=Import, owner="by", title=_("What you imported"), export=keeping.import_export),
            Personal(
                model=ImportItem,
                owner="person",
                title=_("What an import brought of yours"),
                export=keeping.item_export,
            ),
        ),
        chores=(
            Chore(name="journal.pages", every=timedelta(minutes=1), run=set_stale_pages),
            Chore(name="journal.trash", every=timedelta(days=1), run=empty_trash),
        ),
        commands=COMMANDS,
        jobs=JOBS,
        old_urls=old_urls,
        at_path=at_path,
        sitemap=pages,
        demo=furnish,
        draw=draw,
    )
)
