"""The only place where the journal is written."""

from .addresses import address_of, give_address, settle_address
from .erasing import empty_trash
from .pages import set_page, set_stale_pages
from .posts import (
    Draft,
    add_update,
    delete_post,
    publish_post,
    remove_update,
    render,
    restore_post,
    start_post,
    withdraw_post,
)
from .terms import MovesIntoItself, change_category, make_category, make_tag, merge_categories, tag_named
from .writing import keep, publish_written, throw_away

__all__ = [
    "Draft",
    "MovesIntoItself",
    "add_update",
    "address_of",
    "change_category",
    "delete_post",
    "empty_trash",
    "give_address",
    "keep",
    "make_category",
    "make_tag",
    "merge_categories",
    "publish_post",
    "publish_written",
    "remove_update",
    "render",
    "restore_post",
    "set_page",
    "set_stale_pages",
    "settle_address",
    "start_post",
    "tag_named",
    "throw_away",
    "withdraw_post",
]
